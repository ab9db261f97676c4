"""Whole lives of cases: clocks, ladders and months, at the very instants the contracts give."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases.model import Case, Closure, FactKind, Status, Visit
from bot.core.message import Fields
from bot.core.people import Level
from bot.notify.plain import line as words_of
from bot.sla.milestones import Met, Running
from bot.sla.policy import Milestone
from tests.scenario.conftest import NewWorld
from tests.scenario.stage import EN, LEAD, SIDES, ZH, Ear, Side, brought_to, opened
from tests.scenario.world import FLAT, START, Line, World

SHANGHAI = ZoneInfo("Asia/Shanghai")
DOWN = {"huayue": "系统瘫痪，全公司无法工作", "bluebay": "The portal is down for everyone"}


def local(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S")


def history(world: World, *kinds: FactKind) -> list[tuple[str, str]]:
    """Return when facts of these kinds happened, with their number, choice or new owner."""
    return [
        (local(fact.at), str(fact.data.get("to") or fact.data.get("choice") or fact.data.get("number") or ""))
        for fact in world.facts()
        if fact.kind in kinds
    ]


def said_by_clocks(lines: Sequence[Line], *titles: str) -> list[str]:
    return [local(line.at) for line in lines if any(f"· {title} ·" in line.text for title in titles)]


# --- nobody answers ----------------------------------------------------------------------------------------


def test_whoever_does_not_answer_is_reminded_twice_and_replaced_and_the_customers_hour_runs_on(
    world: World,
) -> None:
    """S1-A2.8.2-5, C09."""
    opened(world, ZH)

    world.wait(hours=4)

    steps = history(world, FactKind.REMINDED, FactKind.REASSIGNED, FactKind.ENGINEER_OVERDUE)
    assert steps == [
        ("11-20 10:30:00", "30"),
        ("11-20 10:45:00", "45"),
        ("11-20 10:45:00", "eve-turner"),
        ("11-20 11:00:00", "60"),
        ("11-20 11:15:00", "30"),
        ("11-20 11:30:00", "45"),
        ("11-20 11:30:00", "he-miao"),
        ("11-20 12:00:00", "30"),
        ("11-20 12:15:00", "45"),
        ("11-20 12:15:00", "xu-zhiyuan"),
        ("11-20 12:45:00", "30"),
        ("11-20 13:00:00", "45"),
    ]
    assert world.case().answered_at is None


def test_every_reminder_and_every_new_owner_is_told_by_mail_too(world: World) -> None:
    """S1-A2.8.2-13."""
    opened(world, ZH)

    world.wait(minutes=50)

    told = {local(line.at) for line in world.told("lin-xiaobei")}
    mailed = {local(line.at) for line in world.mailed("lin.xiaobei@example.com")}
    assert mailed >= {"11-20 10:00:00", "11-20 10:30:00", "11-20 10:45:00"}
    assert told >= mailed
    assert [local(line.at) for line in world.mailed("eve.turner@example.com")] == ["11-20 10:45:00"]


def test_the_customer_reads_who_has_the_case_and_nothing_of_reminders(world: World) -> None:
    _, thread = opened(world, ZH)

    world.wait(hours=4)

    said = [line.text for line in world.in_group("huayue", thread)[1:]]
    assert [text.split("  ")[1] for text in said] == [
        "改由 Eve Turner 负责处理。",
        "改由 何苗 负责处理。",
        "改由 许致远 负责处理。",
    ]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize(
    "answer", ["reply {n} 42", "call {n} 42", "diag {n} 42", "solve {n} 42", "add {n} 42"]
)
def test_words_to_the_customer_stop_the_reminders(world: World, side: Side, answer: str) -> None:
    case, _ = opened(world, side)
    world.wait(minutes=20)

    world.command(side.owner, answer.format(n=case.key))
    world.wait(hours=3)

    assert history(world, FactKind.REMINDED, FactKind.REASSIGNED, FactKind.ENGINEER_OVERDUE) == []


@pytest.mark.parametrize("act", ["ack {n}", "note {n} 42", "set {n} vendor 42", "onsite {n} need"])
def test_what_the_customer_cannot_read_is_no_answer(world: World, act: str) -> None:
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", act.format(n=case.key))
    world.wait(minutes=40)

    assert history(world, FactKind.REMINDED) == [("11-20 10:30:00", "30")]


@pytest.mark.parametrize(
    ("answer", "says"),
    [("note {n} 42", "客户一直在等，请立即回应"), ("diag {n} 42", "客户已收到过回应")],
    ids=["not yet", "already"],
)
def test_a_new_owner_reads_whether_the_customer_was_answered(world: World, answer: str, says: str) -> None:
    case, _ = opened(world, ZH)
    world.command("lin-xiaobei", answer.format(n=case.key))

    world.command("lin-xiaobei", f"assign {case.key} 何苗")

    assert says in world.told("he-miao")[0].text


def test_a_reply_written_in_time_is_in_time_although_it_leaves_after_the_hour(world: World) -> None:
    case, _ = opened(world, ZH)
    world.wait(minutes=59, seconds=45)

    world.command("lin-xiaobei", f"reply {case.key} 42")
    world.command("lin-xiaobei", f"take {case.key}")
    world.wait(minutes=2)

    response = [p for p in world.case().promises if p.target.milestone is Milestone.RESPONSE]
    assert all(isinstance(promise, Met) and promise.in_time for promise in response)
    assert local(world.case().answered_at or START) == "11-20 10:59:45"


def test_words_said_in_time_that_reach_us_late_correct_the_breach(world: World) -> None:
    _, thread = opened(world, ZH)
    world.wait(minutes=61)
    assert len(world.happened(FactKind.BREACHED)) > 0

    world.late = timedelta(minutes=2)
    world.say("lin-xiaobei", "42", group="huayue", thread=thread)

    corrected = {fact.data["milestone"] for fact in world.happened(FactKind.BREACH_CORRECTED)}
    assert corrected == {"response"}
    assert local(world.case().answered_at or START) == "11-20 10:59:00"


# --- the ladder --------------------------------------------------------------------------------------------

STAIRS = ("lin-xiaobei", "xu-zhiyuan", "helen-ward", "jiang-muqing", "gu-yuanhang")
LADDERS = [
    ("1", [0.5, 1, 4, 12, 24]),
    ("2", [1, 4, 12, 24]),
    ("3", [4, 12, 24]),
    ("4", [4, 12, 24]),
]


@pytest.mark.parametrize(("level", "hours"), LADDERS)
def test_an_unsolved_case_climbs_the_contracts_ladder_although_it_is_answered(
    world: World, level: str, hours: list[float]
) -> None:
    case, _ = opened(world, ZH, DOWN["huayue"])
    world.command("lin-xiaobei", f"level {case.key} {level} 42")
    world.command("lin-xiaobei", f"diag {case.key} 42")

    world.wait(hours=30)

    at = [local(START + timedelta(hours=each)) for each in hours]
    assert [each for each, _ in history(world, FactKind.RUNG_REACHED)] == at
    for who, when in zip(STAIRS, at, strict=False):
        assert said_by_clocks(world.told(who), "上报", "escalation") == [when]


def test_a_solution_ends_the_climb(world: World) -> None:
    case, _ = opened(world, ZH, DOWN["huayue"])
    world.command("lin-xiaobei", f"reply {case.key} 42")
    world.wait(hours=3)

    world.command("lin-xiaobei", f"solve {case.key} 42")
    world.wait(days=2)

    assert [choice for _, choice in history(world, FactKind.RUNG_REACHED)] == ["engineer", "manager"]


def test_after_an_outage_all_missed_rungs_are_facts_and_each_person_hears_one_clock(world: World) -> None:
    opened(world, ZH, DOWN["huayue"])
    ear = Ear(world)

    world.clock.advance(timedelta(days=1))
    world.settle()

    assert [choice for _, choice in history(world, FactKind.RUNG_REACHED)] == [
        "engineer",
        "manager",
        "director",
        "vice_president",
        "president",
    ]
    assert said_by_clocks(world.told("gu-yuanhang"), "上报") == ["11-21 10:00:00"]
    for who in ("xu-zhiyuan", "helen-ward", "jiang-muqing"):
        assert ear.said_to(who) == []
    clocks = ("上报", "承诺已超时", "请及时响应", "请回应客户", "即将到期", "promise not kept", "due soon")
    for who in (*STAIRS, "eve-turner", LEAD):
        assert len(said_by_clocks(world.told(who), *clocks)) <= 1


def test_after_working_hours_only_what_is_urgent_climbs_and_reminds(new_world: NewWorld) -> None:
    """C37."""
    friday_night = START + timedelta(hours=10)
    for text, reminded in ((DOWN["bluebay"], ["11-20 20:30:00", "11-20 20:45:00"]), (EN.fault, [])):
        world = new_world(start=friday_night)
        opened(world, EN, text)

        world.wait(minutes=50)

        assert [at for at, _ in history(world, FactKind.REMINDED)] == reminded


# --- what is promised --------------------------------------------------------------------------------------

MILESTONES = ("响应", "开始支持", "诊断结果", "到达现场", "解决")
MILESTONES_EN = ("Response", "Support begins", "Diagnosis", "Arrival on site", "Fix")


def promised(world: World, group: str) -> dict[str, str]:
    """Return what the newest card of a group promises, milestone by milestone."""
    cards = [
        line for line in world.in_group(group) if any(isinstance(b, Fields) for b in line.message.blocks)
    ]
    fields = [field for b in cards[-1].message.blocks if isinstance(b, Fields) for field in b.fields]
    names = (*MILESTONES, *MILESTONES_EN)
    return {field.label: words_of(field.value) for field in fields if field.label in names}


@pytest.mark.parametrize(
    ("level", "wanted"),
    [
        (
            "1",
            {
                "响应": "及时，最迟 今天(周五) 11:00",
                "开始支持": "今天(周五) 11:30 前",
                "诊断结果": "今天(周五) 12:00 前",
                "解决": "从确诊或到场起算，2 小时内",
            },
        ),
        (
            "2",
            {
                "响应": "及时，最迟 今天(周五) 11:00",
                "开始支持": "今天(周五) 11:30 前",
                "诊断结果": "今天(周五) 12:00 前",
                "解决": "从确诊或到场起算，4 小时内",
            },
        ),
        (
            "3",
            {
                "响应": "今天(周五) 11:00 前",
                "开始支持": "今天(周五) 11:30 前",
                "诊断结果": "今天(周五) 22:00 前",
                "解决": "从确诊或到场起算，24 小时内",
            },
        ),
        (
            "4",
            {
                "响应": "今天(周五) 11:00 前",
                "开始支持": "今天(周五) 11:30 前",
                "诊断结果": "明天(周六) 10:00 前",
                "解决": "从确诊或到场起算，48 小时内",
            },
        ),
    ],
)
def test_around_the_clock_every_milestone_has_its_clock_time(
    world: World, level: str, wanted: dict[str, str]
) -> None:
    levelled(world, ZH, DOWN["huayue"], level)

    assert promised(world, "huayue") == wanted


@pytest.mark.parametrize(
    ("level", "fix"),
    [
        ("1", "明天(周六) 12:00 前"),
        ("2", "11月22日 周日 00:00 前"),
        ("3", "11月22日 周日 12:00 前"),
        ("4", "11月27日 周五 12:00 前"),
        ("5", "2027年2月20日 周六 12:00 前"),
    ],
)
def test_where_only_the_fix_is_promised_only_the_fix_is_shown_with_the_way_there(
    world: World, level: str, fix: str
) -> None:
    world.say("fang-min", "@bot 核心交换机瘫痪，全院业务停了", group="chengjiang")
    if level != "1":
        world.command("lin-xiaobei", f"level 1 {level} 42")

    shown = promised(world, "chengjiang")
    assert set(shown) == {"解决"}
    assert shown["解决"].startswith(fix)


FRIDAY = [
    ("1", "by today (Fri) 11:00"),
    ("2", "by Mon 23 Nov 10:00"),
    ("3", "by Mon 23 Nov 15:00"),
    ("4", "by Tue 24 Nov 10:00"),
    ("5", "by Wed 25 Nov 10:00"),
]
BEFORE_NATIONAL_DAY = [
    ("1", "by today (Wed) 17:00"),
    ("2", "by Thu 8 Oct 16:00"),
    ("3", "by Fri 9 Oct 11:00"),
    ("4", "by Fri 9 Oct 16:00"),
    ("5", "by Sat 10 Oct 16:00"),
]


@pytest.mark.parametrize(
    ("start", "level", "response"),
    [
        *((START, level, response) for level, response in FRIDAY),
        *((datetime(2026, 9, 30, 8, tzinfo=UTC), *row) for row in BEFORE_NATIONAL_DAY),
    ],
)
def test_where_only_the_response_is_promised_it_counts_working_hours_and_nothing_else_is_shown(
    new_world: NewWorld, start: datetime, level: str, response: str
) -> None:
    world = new_world(start=start)

    levelled(world, EN, DOWN["bluebay"], level)

    assert promised(world, "bluebay") == {"Response": response}


def levelled(world: World, side: Side, text: str, level: str) -> Case:
    """Report something of level 1 and let the engineer set another level."""
    case, _ = opened(world, side, text)
    assert case.level is Level.CRITICAL
    if level != "1":
        world.command(side.owner, f"level {case.key} {level} 42")
    return world.case()


OUTSIDE = {
    ("fang-min", "chengjiang", "@bot 打印机坏了"): (
        "以上时间仍照常计算",
        "11月23日 周一 09:00 恢复服务",
        "请拨打 000-0000-0200",
    ),
    ("oliver-grant", "bluebay", "The printer is broken"): (
        "count service hours only",
        "back Mon 23 Nov 09:00",
        "call 000-0000-0300",
    ),
}


@pytest.mark.parametrize(("report", "says"), OUTSIDE.items(), ids=["elapsed time", "service hours"])
def test_outside_service_hours_the_card_says_which_clock_when_we_open_and_whom_to_call(
    new_world: NewWorld, report: tuple[str, str, str], says: tuple[str, ...]
) -> None:
    world = new_world(start=START + timedelta(hours=10))
    who, group, text = report

    world.say(who, text, group=group)

    card = world.in_group(group)[0].text
    assert all(words in card for words in says)


def test_around_the_clock_there_is_no_outside(new_world: NewWorld) -> None:
    world = new_world(start=START + timedelta(hours=10))

    opened(world, ZH)

    assert "服务时间" not in world.in_group("huayue")[0].text


# --- on site -----------------------------------------------------------------------------------------------


def test_a_visit_decided_after_the_diagnosis_starts_the_fix_clock_anew_at_arrival(world: World) -> None:
    case, _ = opened(world, ZH, DOWN["huayue"])
    world.wait(minutes=30)
    world.command("lin-xiaobei", f"diag {case.key} 42")
    assert promised(world, "huayue")["解决"] == "今天(周五) 12:30 前"
    assert "到达现场" not in promised(world, "huayue")

    world.wait(minutes=5)
    world.command("lin-xiaobei", f"onsite {case.key} need")
    card = world.in_group("huayue")[0]
    assert "到达现场：今天(周五) 12:00 前" in card.text
    assert "12:30" not in card.text

    world.wait(minutes=55)
    world.command("lin-xiaobei", f"onsite {case.key} arrive")

    assert "到达现场：今天(周五) 11:30 完成" in card.text
    assert "解决：今天(周五) 13:30 前" in card.text
    arrival = [p for p in world.case().promises if p.target.milestone is Milestone.ARRIVAL]
    assert all(isinstance(promise, Met) and promise.in_time for promise in arrival)


def test_without_a_decision_nobody_has_to_arrive(world: World) -> None:
    case, _ = opened(world, ZH, DOWN["huayue"])

    world.command("qin-shuyao", f"onsite {case.key} need", group="huayue")
    world.wait(hours=9)

    assert world.case().visit is Visit.REQUESTED
    assert not any(
        isinstance(p, Running) for p in world.case().promises if p.target.milestone is Milestone.ARRIVAL
    )
    assert {fact.data["choice"] for fact in world.happened(FactKind.BREACHED)} == {
        "s1_phone:response",
        "s1_onsite:response",
        "s1_p4:response",
        "s1_phone:support_started",
        "s1_p4:diagnosis",
    }


def test_the_two_days_to_arrive_count_from_the_decision(world: World) -> None:
    case, _ = opened(world, EN, DOWN["bluebay"])
    world.wait(hours=3)
    assert "Arrival on site" not in promised(world, "bluebay")

    world.command("eve-turner", f"onsite {case.key} need")

    (arrival,) = [p for p in world.case().promises if p.target.milestone is Milestone.ARRIVAL]
    assert isinstance(arrival, Running)
    assert arrival.due_at == START + timedelta(hours=3 + 48)
    assert promised(world, "bluebay")["Arrival on site"] == "by Sun 22 Nov 13:00"


# --- waiting -----------------------------------------------------------------------------------------------


def test_waiting_for_the_vendor_stops_no_clock_and_ends_when_it_was_said_to(world: World) -> None:
    case, _ = opened(world, ZH)
    before = world.case().promises

    world.command("lin-xiaobei", f"wait {case.key} vendor until tomorrow 10:00")
    assert world.case().promises == before
    world.wait(hours=25)

    assert world.case().status is not Status.WAITING
    assert history(world, FactKind.RESUMED) == [("11-21 10:00:00", "")]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_the_customers_answer_ends_the_wait_for_it(world: World, side: Side) -> None:
    case, thread = opened(world, side)
    world.command(side.owner, f"reply {case.key} 42")
    world.wait(minutes=1)
    world.command(side.owner, f"wait {case.key} customer")
    assert world.case().silence_from is not None

    world.say(side.customer, side.fault, group=side.group, thread=thread)

    assert (world.case().status, world.case().silence_from) == (Status.ACKNOWLEDGED, None)


# --- the months --------------------------------------------------------------------------------------------


NOTICES = ["11-27 10:00:00", "12-11 10:00:00", "12-17 10:00:00"]


@pytest.mark.parametrize(("side", "reminded"), [(ZH, 1), (EN, 0)], ids=["around the clock", "on a Sunday"])
def test_a_case_lives_through_silence_reopening_and_confirmation_to_its_end(
    world: World, side: Side, reminded: int
) -> None:
    case, thread = brought_to(world, side, Status.SOLVED)
    ear = Ear(world)

    world.wait(days=31)

    assert history(world, FactKind.CLOSING_NOTICE) == [
        (at, str(number)) for number, at in enumerate(NOTICES, start=1)
    ]
    assert history(world, FactKind.CLOSED) == [("12-20 23:59:59", "")]
    assert world.case().closure is Closure.SILENCE
    mail = ear.said_to(f"mail {side.customer}")
    assert len(mail) == 1
    assert ("重开 " if side is ZH else "reopen ") + str(case.key) in mail[0]

    world.wait(days=20)
    world.say(
        side.customer, ("还是不行", "Still not working")[SIDES.index(side)], group=side.group, thread=thread
    )
    again = world.case()
    assert (again.key, again.status, again.round, again.owner) == (case.key, Status.OPEN, 2, case.owner)
    assert again.engineer_due_from == world.clock.now()
    world.wait(minutes=31)
    assert len(world.happened(FactKind.REMINDED)) == reminded

    world.command(side.owner, f"solve {case.key} 43")
    world.press(side.customer, ("已解决", "Solved")[SIDES.index(side)])
    assert (world.case().status, world.case().closure) == (Status.CLOSED, Closure.CONFIRMATION)

    world.press(side.customer, ("★★★★ 满意", "★★★★ good")[SIDES.index(side)])
    assert (world.case().rating, world.case().status) == (4, Status.CLOSED)

    world.wait(days=33)
    assert world.case().status is Status.ENDED


def test_words_after_the_solution_restart_the_month_and_never_shorten_it(world: World) -> None:
    _, thread = brought_to(world, ZH, Status.SOLVED)
    world.wait(days=20)

    world.say("qin-shuyao", "谢谢，我们还在观察", group="huayue", thread=thread)
    world.wait(days=29)
    assert world.case().status is Status.SOLVED

    world.wait(days=3)
    assert history(world, FactKind.CLOSED) == [("01-10 23:59:59", "")]


def test_after_the_month_to_reopen_a_new_case_is_opened_and_linked(world: World) -> None:
    case, thread = brought_to(world, EN, Status.ENDED)

    world.say("oliver-grant", "Still not working", group="bluebay", thread=thread)

    assert world.case(case.key).status is Status.ENDED
    assert (world.case().status, world.case().linked) == (Status.OPEN, case.key)


def test_reopened_by_its_verb_after_the_month_the_new_case_is_linked(world: World) -> None:
    case, _ = brought_to(world, ZH, Status.ENDED)

    world.command("qin-shuyao", f"重开 {case.key} 又坏了", group="huayue")

    assert (world.case().linked, world.case().status) == (case.key, Status.OPEN)
    assert any(f"已新开 {world.case().key}" in line.text for line in world.in_group("huayue"))


# --- merged, cancelled, without editable cards -------------------------------------------------------------


@pytest.mark.parametrize("ending", ["cancel {a} 42", "merge {a} {b}"])
def test_a_case_that_was_cancelled_or_merged_is_heard_of_no_more(world: World, ending: str) -> None:
    first, _ = opened(world, ZH)
    second, _ = opened(world, ZH)
    world.command("lin-xiaobei", f"solve {second.key} 42")
    world.command("lin-xiaobei", ending.format(a=first.key, b=second.key))
    ear = Ear(world)

    world.wait(days=3)

    assert ear.everybody() == []


def test_where_cards_cannot_change_the_engineers_read_the_card_once_and_then_a_line_a_change(
    new_world: NewWorld,
) -> None:
    world = new_world(FLAT)
    world.say("qin-shuyao", "@bot 打印机坏了", group="huayue")

    world.wait(minutes=50)
    world.command("eve-turner", f"ack {world.case().key}")

    said = [line.text for line in world.in_group("engineers")]
    assert [len(text.splitlines()) > 5 for text in said] == [True, False, False]
    assert "改由 Eve Turner 处理" in said[1]
    assert "Eve Turner 接单" in said[2]


def test_where_cards_cannot_change_the_customer_is_not_shown_one_for_every_clock(new_world: NewWorld) -> None:
    world = new_world(FLAT)
    world.say("qin-shuyao", "@bot 打印机坏了", group="huayue")

    world.wait(hours=4)

    assert len(world.in_group("huayue")) == 4
