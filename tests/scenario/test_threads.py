"""What people go on to say: below an answer, below words that joined a case, after a solution."""

import pytest

from bot.cases.model import FactKind, Status
from tests.scenario.world import World

DOWN = "核心数据库无法启动，全校业务停了"
ODD = "打印机坏了，只有我一个人"


def test_what_follows_below_words_that_joined_a_case_goes_into_it_too(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    joined = world.say("tang-kai", "财务系统也打不开了", group="huayue")

    world.say("tang-kai", "三个校区都是这样", group="huayue", thread=joined)

    written = world.happened(FactKind.CUSTOMER_WROTE, world.case("0001"))
    assert [fact.text for fact in written] == ["财务系统也打不开了", "三个校区都是这样"]


def test_a_question_below_an_answer_is_answered(world: World) -> None:
    asked = world.say("oliver-grant", "How do I reset my password?", group="bluebay")
    before = len(world.in_group("bluebay"))

    world.say(
        "oliver-grant", "And how do I create an account for a colleague?", group="bluebay", thread=asked
    )

    assert "account" in world.in_group("bluebay", asked)[-1].text
    assert len(world.in_group("bluebay")) == before + 1


def test_colleagues_who_talk_in_a_thread_that_is_not_ours_are_left_alone(world: World) -> None:
    world.say("tang-kai", "打印机坏了，只有我一个人", group="huayue", thread="m99")

    assert world.cases() == ()


def test_an_article_that_did_not_help_becomes_a_case_and_reopens_nothing(world: World) -> None:
    world.say("oliver-grant", "The label printer is broken, only mine", group="bluebay")
    world.command("eve-turner", "solve 0001 replaced it", group="engineers")
    asked = world.say("oliver-grant", "How do I reset my password?", group="bluebay")

    world.say("oliver-grant", "that did not help", group="bluebay", thread=asked)

    assert world.case("0001").status is Status.SOLVED
    assert world.facts(world.case("0002"))[0].text == "How do I reset my password?"


def test_an_article_that_helped_closes_no_case(world: World) -> None:
    world.say("oliver-grant", "The label printer is broken, only mine", group="bluebay")
    world.command("eve-turner", "solve 0001 replaced it", group="engineers")
    asked = world.say("oliver-grant", "How do I reset my password?", group="bluebay")

    world.say("oliver-grant", "it works now", group="bluebay", thread=asked)

    assert world.case("0001").status is Status.SOLVED


@pytest.mark.parametrize("words", ["还是不行，图书馆登录不了", "又登录不上了"])
@pytest.mark.parametrize("closed", [False, True])
def test_still_not_is_work_again_whatever_else_is_said(world: World, words: str, *, closed: bool) -> None:
    thread = world.say("qin-shuyao", ODD, group="huayue")
    world.command("lin-xiaobei", "solve 0001 已修复", group="engineers")
    if closed:
        world.say("qin-shuyao", "好了", group="huayue", thread=thread)

    world.say("qin-shuyao", words, group="huayue", thread=thread)

    assert [case.status for case in world.cases()] == [Status.OPEN]


@pytest.mark.parametrize("words", ["确认", "已解决", "confirm"])
def test_the_verb_alone_confirms_in_the_thread_of_a_solution(world: World, words: str) -> None:
    thread = world.say("qin-shuyao", ODD, group="huayue")
    world.command("lin-xiaobei", "solve 0001 已修复", group="engineers")

    world.say("qin-shuyao", words, group="huayue", thread=thread)

    assert world.case().status is Status.CLOSED


@pytest.mark.parametrize("words", ["🔥🔥🔥", "？？？", "\u200b\u200b"])
def test_signs_without_words_open_no_case(world: World, words: str) -> None:
    world.say("qin-shuyao", words, group="huayue")

    assert world.cases() == ()


def test_who_asks_for_help_is_named_and_not_the_owner(world: World) -> None:
    world.say("qin-shuyao", ODD, group="huayue")

    world.command("he-miao", "escalate 0001 expert 需要专家", group="engineers")

    assert "He Miao asks for Chief engineer's office" in world.told("helen-ward")[-1].text


def test_a_case_opened_on_the_phone_lives_below_its_card_in_the_customers_group(world: World) -> None:
    world.command("lin-xiaobei", f"new for huayue {ODD}", group="engineers")
    card = world.in_group("huayue")[-1]

    world.command("lin-xiaobei", "diag 1 电源老化", group="engineers")
    world.say("tang-kai", "二楼的也坏了", group="huayue", thread=card.ref)

    assert card.place.thread is None
    assert ["电源老化" in line.text for line in world.in_group("huayue", card.ref)][:1] == [True]
    assert [fact.text for fact in world.happened(FactKind.CUSTOMER_WROTE)] == ["二楼的也坏了"]
