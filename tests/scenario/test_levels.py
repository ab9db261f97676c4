"""How a level comes about and changes: what is read, asked, objected to, and set by somebody of the staff."""

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from bot.core.people import Language, Level
from bot.services.asking import level_of_answer
from bot.triage.reading import Ask
from tests.scenario.world import World

SLIGHT = {
    "huayue": "教务处打印机坏了，其他部门正常",
    "bluebay": "The printer in room 4 is broken, everything else works",
}
WORSE = {
    "huayue": "现在全校都登不上系统，业务全停了",
    "bluebay": "Now nobody in the company can log in, all work has stopped",
}
CUSTOMER = {"huayue": "qin-shuyao", "bluebay": "oliver-grant"}
GROUPS = pytest.mark.parametrize("group", ["huayue", "bluebay"])


def reported(world: World, group: str, text: str) -> str:
    """Let the customer report something and return the thread of its case."""
    return world.say(CUSTOMER[group], text, group=group)


@GROUPS
def test_the_customer_reads_what_the_level_means_by_their_contract_and_which_words_decided_it(
    world: World, group: str
) -> None:
    reported(world, group, WORSE[group])

    card = world.in_group(group)[0].text
    terms, lang = world.case().terms, world.case().language
    assert world.desk.book.level_definition(terms, Level.CRITICAL, lang) in card
    assert any(words in card for words in world.case().evidence)
    assert "S1" not in card


def test_three_contracts_call_one_understanding_by_their_own_names(world: World) -> None:
    names = set()
    for who, group in (("qin-shuyao", "huayue"), ("fang-min", "chengjiang"), ("oliver-grant", "bluebay")):
        world.say(who, "@bot 系统瘫痪，全单位无法工作", group=group)
        case = world.case()
        assert case.level is Level.CRITICAL
        names.add(world.desk.book.level_name(case.terms, case.level, Language.ZH))

    assert names == {"P1 · 重大故障", "一级 · 重大的系统故障", "一级 · 系统瘫痪"}


def test_staff_read_on_card_and_ledger_which_words_and_rules_decided(world: World) -> None:
    reported(world, "huayue", WORSE["huayue"])

    assert "客户提到" in world.in_group("engineers")[0].text
    world.command("lin-xiaobei", f"why {world.case().key}")

    why = world.told("lin-xiaobei")[-1].text
    assert "S1 annex 2 §10.5" in why
    assert "机器人的理解：故障，把握" in why
    assert "zh-" in why


def test_words_no_longer_explain_a_level_that_an_engineer_has_set(world: World) -> None:
    reported(world, "huayue", WORSE["huayue"])
    world.command("lin-xiaobei", f"level {world.case().key} 3 只有一台打印机")

    assert world.case().evidence == ()
    assert world.case().graded_by == "lin-xiaobei"


@GROUPS
def test_further_words_that_tell_of_an_outage_count_until_somebody_knows(world: World, group: str) -> None:
    thread = reported(world, group, SLIGHT[group])
    assert world.case().level is Level.MINOR

    world.say(CUSTOMER[group], WORSE[group], group=group, thread=thread)

    case = world.case()
    assert (case.level, case.provisional, case.asked) == (Level.CRITICAL, True, "stopped")
    assert world.happened(FactKind.LEVELLED)[0].data["worse"] is True
    assert ":level_worse:" in "\n".join(world.keys)
    button = {"huayue": "还能继续", "bluebay": "It goes on"}[group]
    world.press(CUSTOMER[group], button)
    assert (world.case().level, world.case().provisional) == (Level.SEVERE, False)


def test_once_an_engineer_has_set_the_level_worse_words_are_told_and_change_nothing(world: World) -> None:
    thread = reported(world, "huayue", SLIGHT["huayue"])
    world.command("lin-xiaobei", f"level {world.case().key} 4 教过就会")

    world.say("qin-shuyao", WORSE["huayue"], group="huayue", thread=thread)

    assert world.case().level is Level.USAGE
    assert world.happened(FactKind.LEVEL_DISPUTED)[0].data["to"] == 1
    assert "按客户的说法应是“P1 · 重大故障”" in world.told("zhou-lan")[-1].text


@pytest.mark.parametrize("words", ["这个等级不对，应该是二级", "我对等级有异议"])
def test_a_customer_objects_in_their_own_words_and_owner_and_lead_see_it(world: World, words: str) -> None:
    thread = reported(world, "huayue", SLIGHT["huayue"])
    owner = str(world.case().owner)

    world.say("qin-shuyao", words, group="huayue", thread=thread)

    assert world.happened(FactKind.LEVEL_DISPUTED)[0].text == words
    for person in (owner, "zhou-lan"):
        assert "客户对等级有异议" in world.told(person)[-1].text
    assert "负责人和主管" in world.in_group("huayue")[-1].text
    assert len(world.cases()) == 1


def test_a_customer_objects_by_a_button_to_a_level_that_staff_have_set(world: World) -> None:
    reported(world, "huayue", SLIGHT["huayue"])
    world.command("lin-xiaobei", f"level {world.case().key} 4 教过就会")

    world.press("qin-shuyao", "对等级有异议")

    assert [fact.actor for fact in world.happened(FactKind.LEVEL_DISPUTED)] == ["qin-shuyao"]
    world.press("zhou-lan", "定级", words="2")
    assert world.case().level is Level.SEVERE


def test_an_objection_that_comes_too_late_is_answered_and_changes_nothing(world: World) -> None:
    reported(world, "huayue", SLIGHT["huayue"])
    world.command("lin-xiaobei", f"level {world.case().key} 4 教过就会")
    pressed = world.button("qin-shuyao", "对等级有异议")
    world.command("lin-xiaobei", f"cancel {world.case().key} 已自行解决")

    world.push("qin-shuyao", pressed)

    assert world.case().status is Status.CANCELLED
    assert world.happened(FactKind.LEVEL_DISPUTED) == []


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize(
    ("ask", "choice", "level"),
    [
        (Ask.PEOPLE, "all", Level.SEVERE),
        (Ask.PEOPLE, "some", Level.SEVERE),
        (Ask.PEOPLE, "me", Level.MINOR),
        (Ask.STOPPED, "stopped", Level.CRITICAL),
        (Ask.STOPPED, "running", Level.SEVERE),
    ],
)
def test_what_stands_on_a_button_can_be_typed_as_well(
    world: World, ask: Ask, choice: str, level: Level, lang: Language
) -> None:
    words = world.desk.texts.say(f"impact.{ask}.{choice}", lang)

    assert level_of_answer(world.desk, ask, f" {words.upper()}。") is level
    assert level_of_answer(world.desk, ask, choice) is level
