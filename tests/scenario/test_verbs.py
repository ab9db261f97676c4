"""Every verb, typed and pressed, in both languages: what it does, and who hears of it."""

from datetime import timedelta

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Case
from bot.core.verbs import Verb
from tests.scenario.acts import (
    ACK,
    ACTS,
    CLOSED,
    CUSTOMERS,
    ENGINEERS,
    OPEN,
    OTHER,
    SOLVED,
    STAFF,
    Act,
    bare,
    done,
    person,
    place,
)
from tests.scenario.stage import EN, SIDES, ZH, Ear, Side, brought_to, opened
from tests.scenario.world import World


def everybody(act: Act, side: Side) -> list[str]:
    names = {
        "here": place(act, side),
        "group": side.group,
        "owner": side.owner,
        "mail owner": f"mail {side.owner}",
        "mail customer": f"mail {side.customer}",
    }
    return sorted(names.get(each, each) for each in act.told)


def do(world: World, act: Act, side: Side, way: str) -> Case:
    """Bring a case where the verb may be used, and use it in one of its ways."""
    case, _ = brought_to(world, side, act.before)
    world.wait(minutes=1)
    who, where, at = person(act, side), place(act, side), SIDES.index(side)
    heard = Ear(world)
    if way == "button":
        assert act.labels is not None
        words = act.words[at] if act.en != "rate" else ""
        world.press(who, act.labels[at], words=words)
    elif way == "mention":
        world.say(who, f"@bot {act.text(side, case)}", group=where)
    else:
        world.command(who, act.text(side, case), group=where)
    assert heard.everybody() == everybody(act, side)
    return case


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.en} by {act.by}")
def test_a_verb_does_what_it_says_and_tells_whom_it_concerns(
    world: World, subtests: pytest.Subtests, side: Side, act: Act
) -> None:
    for way in ("command", "mention", *(("button",) if act.labels else ())):
        with subtests.test(way):
            case = do(world, act, side, way)

            after = world.case(case.key)
            fact = world.happened(act.fact, after)[-1]
            assert (fact.actor, fact.at) == (person(act, side), world.clock.now())
            assert after.status is (act.after or act.before)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_reply_leaves_after_half_a_minute_and_counts_from_when_it_was_written(
    world: World, side: Side
) -> None:
    case, _ = opened(world, side)
    written = world.clock.now()
    world.command(side.owner, f"reply {case.key} 42", group=ENGINEERS)
    ear = Ear(world)

    world.wait(seconds=29)
    assert ear.said_to(side.group) == []
    world.wait(seconds=1)

    assert len(ear.said_to(side.group)) == 1
    assert world.case(case.key).answered_at == written
    assert world.case(case.key).status is ACK


@pytest.mark.parametrize(
    ("side", "label", "verb"), [(ZH, "撤回", "撤回"), (EN, "Take back", "takeback")], ids=["zh", "en"]
)
@pytest.mark.parametrize("by_button", [True, False])
def test_a_reply_taken_back_is_never_seen(
    world: World, side: Side, label: str, verb: str, *, by_button: bool
) -> None:
    case, _ = opened(world, side)
    world.command(side.owner, f"reply {case.key} 42", group=ENGINEERS)
    world.wait(seconds=20)

    if by_button:
        world.press(side.owner, label)
    else:
        world.command(side.owner, f"{verb} {case.key}", group=ENGINEERS)
    ear = Ear(world)
    world.wait(minutes=5)

    assert ear.said_to(side.group) == []
    assert world.case(case.key).answered_at is None


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_visit_goes_step_by_step(world: World, side: Side) -> None:
    case, _ = opened(world, side)
    steps = {"需上门": "need", "出发": "go", "到场": "arrive", "离场": "leave"}
    kinds = (FactKind.VISIT_DECIDED, FactKind.VISIT_STARTED, FactKind.ARRIVED, FactKind.LEFT_SITE)

    for (zh, en), kind in zip(steps.items(), kinds, strict=True):
        verb = zh if side is ZH else f"onsite {en}"
        number = f"{verb.split()[0]} {case.key} {en}" if side is EN else f"{zh} {case.key}"
        world.command(side.owner, number, group=ENGINEERS)
        assert len(world.happened(kind)) == 1


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_two_cases_of_one_customer_become_one(world: World, side: Side) -> None:
    first, _ = opened(world, side)
    second, _ = opened(world, side)
    verb = "合并" if side is ZH else "merge"
    ear = Ear(world)

    world.command(side.owner, f"{verb} {second.key} {first.key}", group=ENGINEERS)

    assert world.case(second.key).merged_into == first.key
    assert world.case(first.key).status is OPEN
    assert ear.everybody() == sorted([side.group, ENGINEERS])


def test_cases_of_two_customers_never_become_one(world: World) -> None:
    first, _ = opened(world, ZH)
    second, _ = opened(world, EN)

    world.command("lin-xiaobei", f"merge {second.key} {first.key}", group=ENGINEERS)

    assert "属于不同的客户" in world.in_group(ENGINEERS)[-1].text
    assert world.case(second.key).status is OPEN


@pytest.mark.parametrize(
    ("side", "text"),
    [
        (ZH, "报障 代 澄江市医院 打印机坏了 于 09:30"),
        (EN, "new for chengjiang The printer is broken at 09:30"),
    ],
    ids=["zh", "en"],
)
def test_staff_report_for_a_customer_who_called_earlier(world: World, side: Side, text: str) -> None:
    world.command(side.owner, text)

    case = world.case()
    assert case.customer == "chengjiang"
    assert case.opened_at == world.clock.now() - timedelta(minutes=30)
    assert case.key in world.in_group("chengjiang")[0].text


# --- what only reads ---------------------------------------------------------------------------------------

READS = [
    ("查询 {n}", "status {n}", "{n} · "),
    ("进度 {n}", "show {n}", "{n} · "),
    ("时限 {n}", "why {n}", "{n}"),
    ("日志 {n}", "log {n}", "{n}"),
    ("工单", "list", "{n}"),
    ("我的工单", "list mine", ""),
    ("搜索 打印机", "find printer", "{n}"),
    ("知识 怎么重置密码", "ask How do I reset my password?", ""),
    ("帮助", "help", ""),
    ("帮助 查询", "help show", ""),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("by_staff", [False, True], ids=["customer", "staff"])
def test_a_verb_that_reads_answers_in_the_group_and_changes_nothing(
    world: World, subtests: pytest.Subtests, side: Side, *, by_staff: bool
) -> None:
    case, _ = opened(world, side)
    world.command(side.owner, f"note {case.key} sssh")
    version = world.case().version
    who = side.owner if by_staff else side.customer

    for *texts, shows in READS:
        text = texts[SIDES.index(side)].format(n=case.key)
        for way, called in ((world.command, ""), (world.say, "@bot ")):
            ear = Ear(world)
            way(who, called + text, group=side.group)

            with subtests.test(called + text):
                assert ear.everybody() == [side.group]
                assert shows.format(n=case.key) in ear.said_to(side.group)[0]
                assert "sssh" not in ear.said_to(side.group)[0]
                assert world.case().version == version


def test_in_a_customers_group_staff_see_that_customers_cases_only(world: World) -> None:
    ours, _ = opened(world, ZH)
    theirs, _ = opened(world, EN)

    for text in ("list", "list all", "find printer", "find 打印机", "list risk"):
        world.command("lin-xiaobei", text, group="huayue")
    world.command("lin-xiaobei", "list all", group=ENGINEERS)

    said = "\n".join(line.text for line in world.in_group("huayue"))
    assert str(ours.key) in said
    assert str(theirs.key) not in said
    assert str(theirs.key) in world.in_group(ENGINEERS)[-1].text


@pytest.mark.parametrize(
    ("text", "said"), [("值班", "值班，"), ("oncall who", "值班，"), ("值班 谁", "值班，")]
)
def test_staff_ask_who_is_on_call(world: World, text: str, said: str) -> None:
    world.command("lin-xiaobei", text)

    assert world.told("lin-xiaobei")[0].text.startswith(said)
    assert "林小北" in world.told("lin-xiaobei")[0].text


def test_an_admin_ties_a_group_and_unties_it(world: World) -> None:
    world.command("song-yi", "绑定", group="new-group")
    hint = [line.text for line in world.told("song-yi")][-1]
    assert "g:new-group" in hint

    world.command("song-yi", "bind chengjiang", group="new-group")
    world.say("fang-min", "@bot 打印机坏了", group="new-group")
    assert (world.case().customer, world.case().contract) == ("chengjiang", "chengjiang-network")
    world.command("lin-xiaobei", f"cancel {world.case().key} 演示")

    world.command("song-yi", "解绑", group="new-group")
    world.say("路人", "@bot 打印机坏了", group="new-group")
    assert (world.case().customer, world.case().promises) == (None, ())


# --- numbers -----------------------------------------------------------------------------------------------


def test_a_unique_tail_is_a_number(world: World) -> None:
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", "ack 1", group=ENGINEERS)
    world.say("qin-shuyao", "@bot 催办 #0001", group="huayue")

    assert (world.case(case.key).status, world.case(case.key).chases) == (ACK, 1)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_in_the_cases_own_thread_a_customer_leaves_the_number_out(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in CUSTOMERS:
        case, thread = brought_to(world, side, act.before)
        world.say(side.customer, f"@bot {bare(act, side)}", group=side.group, thread=thread)
        with subtests.test(act.en):
            assert done(world, act, side, case)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_below_the_engineers_card_staff_leave_the_number_out(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in STAFF:
        case, _ = brought_to(world, side, act.before)
        card = next(line for line in world.in_group(ENGINEERS) if line.text.startswith(f"{case.key} · "))
        world.say(person(act, side), f"@bot {bare(act, side)}", group=ENGINEERS, thread=card.ref)
        with subtests.test(act.en):
            assert done(world, act, side, case)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("act", [act for act in CUSTOMERS if act.en != "cancel"], ids=lambda act: act.en)
def test_with_one_case_a_customer_leaves_the_number_out_anywhere(world: World, side: Side, act: Act) -> None:
    case, _ = brought_to(world, side, act.before)

    world.command(side.customer, bare(act, side), group=side.group)

    assert done(world, act, side, case)


# --- pressed late ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meanwhile", "label"),
    [
        ("take {n}", "接单"),
        ("level {n} 2 42", "定级"),
        ("solve {n} 42", "解决"),
        ("assign {n} 周岚", "转派"),
        ("wait {n} vendor", "挂起"),
        ("cancel {n} 42", "升级"),
        ("onsite {n} need", "上门"),
    ],
)
def test_a_button_pressed_late_does_nothing_and_tells_what_happened_meanwhile(
    world: World, meanwhile: str, label: str
) -> None:
    case, _ = opened(world, ZH)
    pressed = world.button("lin-xiaobei", label)
    words = next(act.words[0] for act in STAFF if act.labels and act.labels[0] == label)
    world.wait(minutes=2)
    world.command("he-miao", meanwhile.format(n=case.key), group=ENGINEERS)
    before, ear = world.case(), Ear(world)

    world.push("lin-xiaobei", pressed, words=words)

    assert world.case().version == before.version
    (answer,) = ear.lines()
    assert "按钮出现之后工单有了变化，这次没有执行" in answer.text
    assert "10:02  何苗" in answer.text


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_two_engineers_who_press_at_once_are_one_who_acts_and_one_who_is_told(
    world: World, side: Side
) -> None:
    case, _ = opened(world, side)
    first, second = (world.button(who, "解决") for who in (side.owner, OTHER))

    world.push(side.owner, first, words="42")
    ear = Ear(world)
    world.push(OTHER, second, words="43")

    assert [fact.text for fact in world.happened(FactKind.SOLVED)] == ["42"]
    assert ear.everybody() == [ENGINEERS]
    assert "这次没有执行" in ear.lines()[0].text
    assert world.case(case.key).solution == "42"


@pytest.mark.parametrize(
    ("side", "yes", "no", "late"),
    [(ZH, "已解决", "仍有问题", "这次没有执行"), (EN, "Solved", "Not solved", "so nothing was done")],
    ids=["zh", "en"],
)
def test_two_customers_who_press_at_once_are_one_who_acts_and_one_who_is_told(
    world: World, side: Side, yes: str, no: str, late: str
) -> None:
    brought_to(world, side, SOLVED)
    pressed_yes, pressed_no = (world.button(side.customer, label) for label in (yes, no))

    world.push(side.customer, pressed_yes)
    ear = Ear(world)
    world.push(side.customer, pressed_no)

    assert world.case().status is CLOSED
    assert late in ear.said_to(side.group)[0]


def test_words_never_come_late(world: World) -> None:
    case, _ = opened(world, ZH)
    pressed = world.button("qin-shuyao", "补充")
    world.command("lin-xiaobei", f"level {case.key} 2 42", group=ENGINEERS)

    world.push("qin-shuyao", pressed, words="二楼也坏了")

    assert [fact.text for fact in world.happened(FactKind.CUSTOMER_WROTE)] == ["二楼也坏了"]


def test_every_verb_that_acts_on_a_case_has_its_scenario() -> None:
    named = {act.en.split()[0] for act in ACTS} | {"merge", "takeback", "approve", "decline"}
    elsewhere = {
        Verb.NEW, Verb.HUMAN, Verb.LIST, Verb.SHOW, Verb.WHY, Verb.LOG, Verb.FIND, Verb.ASK, Verb.KB,
        Verb.ONCALL, Verb.ALARM, Verb.REPORT, Verb.BIND, Verb.UNBIND, Verb.HELP,
    }  # fmt: skip

    assert named | {str(verb) for verb in elsewhere} == {str(verb) for verb in Verb}
