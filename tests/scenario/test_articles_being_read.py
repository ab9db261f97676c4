"""A desk that still reads its articles: nobody is left without an answer, nothing wrong is learned."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.kb.search import KnowledgeBase
from bot.services.learning import askings
from tests.scenario.stage import ZH, Ear
from tests.scenario.world import World

KNOWN = "怎么重置密码"
ENGINEER, GROUP = "lin-xiaobei", "engineers"


@pytest.fixture
def reading(world: World) -> Iterator[KnowledgeBase]:
    """Take the articles away, as they are right after a start, and give them back at the end."""
    knowledge = world.store.read(world.desk.shelf.current)
    renew(world, KnowledgeBase((), complete=False))
    yield knowledge
    renew(world, knowledge)  # scenarios share what files say


def renew(world: World, knowledge: KnowledgeBase) -> None:
    world.desk.renew(
        directory=world.desk.directory, book=world.desk.book, knowledge=knowledge, triage=world.desk.triage
    )


def told(world: World, who: str, words: str, group: str) -> str:
    ear = Ear(world)
    world.say(who, f"@bot {words}", group=group)
    return "\n".join(ear.said_to(group))


@pytest.mark.usefixtures("reading")
def test_a_question_becomes_a_case_meanwhile(world: World) -> None:
    assert "还在读入，已为您转给工程师" in told(world, ZH.customer, KNOWN, ZH.group)

    assert world.case().brief == KNOWN


@pytest.mark.usefixtures("reading")
def test_who_asks_for_an_article_is_told_to_wait_or_gets_a_person(world: World) -> None:
    said = told(world, ZH.customer, f"知识 {KNOWN}", ZH.group)

    assert "还在读入" in said
    assert "[转人工]" in said
    assert world.cases() == ()


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(
    "words", ["看 reset-password", "新增 怎么申请访客网络 | 找前台。", "停用 vpn-691", "撤销修改 vpn-691"]
)
def test_what_needs_the_articles_is_refused(world: World, words: str) -> None:
    assert "知识条目还在读入" in told(world, ENGINEER, f"知识库 {words}", GROUP)
    assert world.store.read(lambda unit: unit.articles.edits()) == ()


def test_what_nobody_could_answer_is_no_gap(world: World, reading: KnowledgeBase) -> None:
    told(world, ZH.customer, f"知识 {KNOWN}", ZH.group)
    now = world.clock.now()
    hour = timedelta(hours=1)
    assert world.store.read(lambda unit: askings(unit, world.desk, now - hour, now + hour)) == ()

    renew(world, reading)
    world.wait(minutes=1)
    assert "忘记密码" in told(world, ZH.customer, f"知识 {KNOWN}", ZH.group)


@pytest.mark.usefixtures("reading")
def test_no_article_is_called_missing(world: World) -> None:
    assert world.store.read(world.desk.shelf.conflicts) == ()
