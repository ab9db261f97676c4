"""How the documents want a case taken, passed on, escalated, visited and written down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import CaseType, Status, WaitingFor
from bot.core.people import Level
from bot.sla.policy import Milestone
from bot.sla.promises import Running
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.stage import ZH, opened
from tests.scenario.world import START, THREADED, World

FRIDAY_EVENING = datetime(2026, 11, 20, 11, tzinfo=UTC)
OWNER, LEAD, MANAGER = "lin-xiaobei", "zhou-lan", "xu-zhiyuan"


def response_due(world: World) -> datetime:
    case = world.case()
    return min(
        each.due_at
        for each in case.promises
        if isinstance(each, Running) and each.target.milestone is Milestone.RESPONSE
    )


def test_s1_a2_7_2_4_diagnosis_and_solution_have_a_time_each_and_both_stand_on_the_card(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = new_world(THREADED, START, with_contract(tmp_path, "huayue-campus", schemes="[s1_events3]"))
    opened(world, ZH)

    card = world.in_group("engineers")[0].text

    assert "诊断结果：明天(周六) 10:00" in card
    assert "解决：明天(周六) 10:00" in card


@pytest.mark.parametrize(
    ("who", "said", "group", "received"),
    [
        ("qin-shuyao", "打印机坏了", "huayue", START),
        ("qin-shuyao", "@bot 报障 打印机坏了", "huayue", START),
        ("qin-shuyao", "打印机坏了", None, START),
        ("lin-xiaobei", "@bot new for huayue 打印机坏了 at 9:45", "engineers", START - timedelta(minutes=15)),
    ],
)
def test_s1_a2_10_5_14_whichever_way_it_is_reported_its_clock_starts_then_and_it_has_a_number_at_once(
    world: World, who: str, said: str, group: str | None, received: datetime
) -> None:
    world.say(who, said, group=group)

    assert response_due(world) == received + timedelta(hours=1)
    assert any(world.case().key in line.text for line in world.lines)


def test_s4_3_5_13_what_is_worse_and_what_has_less_time_left_comes_first(world: World) -> None:
    world.say("tang-kai", "@bot 报障 打印机坏了，只有我一个人", group="huayue")
    world.say("qin-shuyao", "@bot 报障 教务系统打不开了，全校都登录不上", group="huayue")
    mild, severe = (case.key for case in reversed(world.cases()))
    assert world.case(severe).level is Level.CRITICAL

    world.command(LEAD, "list all")

    listed = world.told(LEAD)[-1].text
    assert listed.index(severe) < listed.index(mild)


def test_s1_a2_8_2_10_an_escalation_raises_an_alarm_and_is_on_record_with_its_time(world: World) -> None:
    case, _ = opened(world, ZH)
    world.wait(minutes=5)

    world.command(OWNER, f"escalate {case.key} manager 需要协调备件")

    (escalated,) = world.happened(FactKind.ESCALATED)
    assert (escalated.at, escalated.actor) == (START + timedelta(minutes=5), OWNER)
    told = [fact for fact in world.outcomes() if fact.data["what"] == "escalated"]
    assert {(fact.data["to"], fact.data["channel"]) for fact in told} == {
        (MANAGER, "local"),
        (MANAGER, "mail"),
    }
    assert all(fact.kind is FactKind.ALERT_DELIVERED for fact in told)


def test_s1_a2_8_2_11_another_level_and_another_state_are_on_record_with_who_when_and_from_what(
    world: World,
) -> None:
    case, _ = opened(world, ZH)
    world.command(OWNER, f"ack {case.key}")
    world.wait(minutes=2)

    world.command(OWNER, f"level {case.key} 2 影响多人")

    (levelled,) = world.happened(FactKind.LEVELLED)
    assert (levelled.data["from"], levelled.data["to"]) == (int(case.level), 2)
    assert (levelled.actor, levelled.at) == (OWNER, START + timedelta(minutes=2))
    (acknowledged,) = world.happened(FactKind.ACKNOWLEDGED)
    assert (acknowledged.actor, acknowledged.at) == (OWNER, START)
    world.command(OWNER, f"log {case.key}")
    assert "10:02" in world.told(OWNER)[-1].text


def test_s1_a2_8_2_8_what_the_vendor_says_is_written_in_the_same_case_which_stays_open(world: World) -> None:
    case, _ = opened(world, ZH)
    world.command(OWNER, f"set {case.key} vendor 华为")
    world.command(OWNER, f"wait {case.key} vendor")
    assert (world.case().status, world.case().waiting) == (Status.WAITING, WaitingFor.VENDOR)

    world.command(OWNER, f"note {case.key} 厂商工单 SR-4711，已升级到二线", group="engineers")
    world.command(OWNER, f"resume {case.key}")

    assert len(world.cases()) == 1
    assert world.case().status is Status.ACKNOWLEDGED
    world.command(OWNER, f"log {case.key}")
    assert "SR-4711" in world.told(OWNER)[-1].text


def test_s1_a2_4_2_1_1_out_of_hours_the_number_to_call_and_the_next_opening_are_told(
    new_world: NewWorld,
) -> None:
    world = new_world(start=FRIDAY_EVENING)

    world.say("fang-min", "@bot 打印机坏了", group="chengjiang")

    told = "\n".join(line.text for line in world.in_group("chengjiang"))
    assert "着急的话，请拨打 000-0000-0200。" in told
    assert "周一" in told


def test_s1_a2_8_2_40_a_case_goes_from_new_over_assigned_and_answered_to_solved_with_a_note_of_what_was_done(
    world: World,
) -> None:
    case, _ = opened(world, ZH)
    assert (case.status, case.owner) == (Status.OPEN, OWNER)
    world.command(OWNER, f"reply {case.key} 正在看")
    world.wait(minutes=1)
    assert world.case().status is Status.ACKNOWLEDGED

    world.command(OWNER, f"solve {case.key}")
    assert world.case().status is Status.ACKNOWLEDGED
    world.command(OWNER, f"solve {case.key} 已更换硒鼓")

    assert world.case().status is Status.SOLVED
    assert world.happened(FactKind.SOLVED)[0].text == "已更换硒鼓"


def test_s1_a2_1_3_2_what_an_engineer_was_asked_directly_becomes_a_case_by_one_command(world: World) -> None:
    world.say(OWNER, "new for huayue 打印机坏了 at 9:50")

    case = world.case()
    assert (case.customer, case.opened_at) == ("huayue", START - timedelta(minutes=10))
    assert case.key in world.in_group("engineers")[0].text
    assert case.key in world.in_group("huayue")[0].text


def test_s1_a2_1_3_3_a_complaint_is_written_down_given_to_the_manager_and_followed(world: World) -> None:
    world.say("qin-shuyao", "我要投诉，工程师态度很差", group="huayue")

    case = world.case()
    assert (case.type, case.owner) == (CaseType.COMPLAINT, MANAGER)
    assert any(case.key in line.text for line in world.told(MANAGER))
    world.command("qin-shuyao", f"show {case.key}", group="huayue")
    assert case.key in world.in_group("huayue")[-1].text


@pytest.mark.parametrize("asked_by", ["qin-shuyao", OWNER])
def test_s1_a2_4_2_3_3_somebody_comes_when_remote_help_failed_or_the_customer_wants_it(
    world: World, asked_by: str
) -> None:
    """By telephone first, then on site (S1-A2.8.3-3, S3-4.5.5-2); whoever has the duty sends an experienced
    engineer (S1-A2.4.2.3-1).
    """
    case, thread = opened(world, ZH)
    world.command(OWNER, f"call {case.key} 电话里指导重启，没有解决")
    if asked_by == OWNER:
        world.command(OWNER, f"onsite {case.key} need")
    else:
        world.say(asked_by, "@bot 需上门", group="huayue", thread=thread)
        assert world.happened(FactKind.VISIT_REQUESTED)
        world.command(OWNER, f"onsite {case.key} need")
    world.command(LEAD, f"assign {case.key} @he-miao")
    world.command("he-miao", f"onsite {case.key} go")
    world.command("he-miao", f"onsite {case.key} arrive")

    assert (world.case().owner, world.case().visit) == ("he-miao", "arrived")
    kinds = [fact.kind for fact in world.facts()]
    assert kinds.index(FactKind.CALLED) < kinds.index(FactKind.VISIT_DECIDED) < kinds.index(FactKind.ARRIVED)
