"""Operators hear what is wrong with Casebell itself, also where the desk's own ways have failed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.core.errors import PermanentDeliveryError, StoreError
from bot.core.message import Message
from bot.core.people import MAIL, PersonId
from bot.jobs import siren
from bot.jobs.executor import Executor
from bot.jobs.siren import AGAIN, PATIENCE, Siren
from bot.notify.plain import plain
from bot.ports import Store, Unit
from bot.services.operators import pass_on, seen
from bot.web.desk import Check
from tests.scenario.conftest import NewWorld
from tests.scenario.world import LOCAL, THREADED, Setting, World, demo

OPERATOR = "song-yi"
T = TypeVar("T")
ADDRESS = "song.yi@example.com"


@pytest.fixture
def world(new_world: NewWorld) -> World:
    directory = demo().directory
    desk = replace(directory.desk, operators=(PersonId(OPERATOR),))
    configuration = replace(demo(), directory=replace(directory, desk=desk))
    return new_world(setting=Setting(configuration, {LOCAL: THREADED}))


@dataclass
class Post:
    """A channel that keeps what it takes, unless it is `shut`."""

    shut: bool = False
    taken: list[str] = field(default_factory=list)

    async def alert(self, address: str, message: Message, *, key: str) -> None:
        if self.shut:
            raise PermanentDeliveryError("shut")
        self.taken.append(f"{address} {' '.join(plain(message))}")


class Desk:
    """What a siren looks at."""

    def __init__(self, world: World) -> None:
        self.post = Post()
        self.wrong: list[str] = []
        self.gone = False
        self.siren = Siren(Executor(world.store), world.desk, {MAIL: self.post}, self.looks)

    async def looks(self) -> Sequence[Check]:
        if self.gone:
            raise StoreError("the database failed: disk I/O error")
        return [Check(name=name, ok=False, detail="61 s late") for name in self.wrong]


MINUTE = PATIENCE.total_seconds()


def test_an_alarm_reaches_the_operator_by_chat_and_mail_once(world: World) -> None:
    def twice() -> None:
        for _ in range(2):
            world.store.run(lambda unit: pass_on(unit, world.desk))
            world.settle()

    world.store.run(lambda unit: unit.registry.alarm("k", text="the calendar ends"))
    world.heard.append("the calendar ends")
    twice()

    assert ["the calendar ends" in line.text for line in world.told(OPERATOR)] == [True]
    assert ["the calendar ends" in line.text for line in world.mailed(ADDRESS)] == [True]


async def test_the_siren_passes_alarms_on_as_they_come(world: World) -> None:
    desk = Desk(world)
    world.heard += ["first", "second"]
    for text in ("first", "second"):
        world.store.run(lambda unit, text=text: unit.registry.alarm(text, text=text))  # type: ignore[misc] # no type on a default
        await desk.siren.step()
        world.settle()
        world.clock.advance(timedelta(seconds=1))

    assert [line.text.splitlines()[-2] for line in world.told(OPERATOR)] == ["first", "second"]


async def test_an_alarm_of_an_earlier_instant_that_is_stored_later_is_passed_on_too(world: World) -> None:
    """Two processes at once, or a clock that was set back."""
    desk = Desk(world)
    world.heard += ["first", "second"]
    now = world.clock.now()
    for text, at in (("first", now), ("second", now - timedelta(seconds=1))):
        world.clock.set(at)
        world.store.run(lambda unit, text=text: unit.registry.alarm(text, text=text))  # type: ignore[misc] # no type on a default
        await desk.siren.step()
        world.clock.set(now)
        world.settle()

    assert [line.text.splitlines()[-2] for line in world.told(OPERATOR)] == ["first", "second"]


async def test_what_is_wrong_for_a_minute_is_told_straight_and_when_it_is_over(world: World) -> None:
    desk = Desk(world)
    desk.wrong = ["clocks"]
    await desk.siren.look(0)
    await desk.siren.look(MINUTE - 1)
    assert desk.post.taken == []

    await desk.siren.look(MINUTE)
    await desk.siren.look(MINUTE + 15)
    assert [f"{ADDRESS} " in told and "时限：晚了 61 秒" in told for told in desk.post.taken] == [True]

    await desk.siren.look(MINUTE + AGAIN.total_seconds())
    assert len(desk.post.taken) == 2

    desk.wrong = []
    await desk.siren.look(MINUTE + 2 * AGAIN.total_seconds())
    assert "恢复正常" in desk.post.taken[-1]


async def test_a_short_trouble_is_not_told(world: World) -> None:
    desk = Desk(world)
    desk.wrong = ["outbox"]
    await desk.siren.look(0)
    desk.wrong = []
    await desk.siren.look(30)
    desk.wrong = ["outbox"]
    await desk.siren.look(MINUTE + 1)

    assert desk.post.taken == []


async def test_a_database_that_failed_is_told_without_it(world: World) -> None:
    desk = Desk(world)
    desk.gone = True

    for at in (0.0, MINUTE):
        await desk.siren.look(at)

    assert "disk I/O error" in desk.post.taken[0]


class Away(Executor):
    """A database that takes what is asked of it, and answers once it is back."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.back = asyncio.Event()

    async def read(self, work: Callable[[Unit], T]) -> T:
        await self.back.wait()
        return await super().read(work)

    async def call(self, work: Callable[[Unit], T]) -> T:
        await self.back.wait()
        return await super().call(work)


async def test_a_database_that_never_answers_is_told_without_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each, seconds in (("ANSWER", 0.01), ("LOOK", 0), ("PATIENCE", 0)):
        monkeypatch.setattr(siren, each, timedelta(seconds=seconds))
    away = Away(world.store)

    async def looks() -> Sequence[Check]:
        await away.back.wait()
        return ()

    desk = Desk(world)
    desk.siren = Siren(away, world.desk, {MAIL: desk.post}, looks)
    for _ in range(3):
        await desk.siren.step()
    assert len(desk.post.taken) == 1
    assert "数据库" in desk.post.taken[0]

    away.back.set()
    monkeypatch.setattr(siren, "ANSWER", timedelta(seconds=10))
    for _ in range(2):
        await desk.siren.step()
    assert [words for words, _ in alarms(world)] == ["the database does not answer", "all is well again"]


async def test_what_no_channel_took_is_tried_again_at_the_next_look(world: World) -> None:
    desk = Desk(world)
    desk.wrong, desk.post.shut = ["loops"], True
    for at in (0.0, MINUTE):
        await desk.siren.look(at)
    desk.post.shut = False

    await desk.siren.look(MINUTE + 15)

    assert len(desk.post.taken) == 1


def alarms(world: World) -> list[tuple[str, list[tuple[str, ...]]]]:
    """What is on record of alarms, oldest first: the words, and what happened with each."""
    found = world.store.read(lambda unit: unit.alarms.latest(limit=100))
    return [
        (each.text, [(fact.kind.value, *map(str, fact.data.values())) for fact in each.facts])
        for each in reversed(found)
    ]


async def test_every_alarm_is_a_fact_with_whom_it_reached_by_which_channel(world: World) -> None:
    desk = Desk(world)
    world.heard.append("the calendar ends")
    world.unreachable.add(f"mail:{ADDRESS}")
    world.store.run(lambda unit: unit.registry.alarm("k", text="the calendar ends"))

    await desk.siren.step()
    await desk.siren.step()
    world.settle()

    assert alarms(world) == [
        (
            "the calendar ends",
            [
                ("raised",),
                ("delivered", "1", "local", OPERATOR),
                ("undelivered", "1", "mail", OPERATOR),
            ],
        )
    ]


async def test_an_alarm_is_a_fact_where_there_is_no_operator_to_be_told(new_world: NewWorld) -> None:
    world = new_world()
    desk = Desk(world)
    world.store.run(lambda unit: unit.registry.alarm("k", text="the calendar ends"))

    await desk.siren.step()

    assert alarms(world) == [("the calendar ends", [("raised",)])]


async def test_what_was_told_without_the_database_is_on_record_once_it_is_back(world: World) -> None:
    desk = Desk(world)
    desk.gone = True
    for at in (0.0, MINUTE):
        await desk.siren.look(at)
    assert alarms(world) == []

    desk.gone = False
    await desk.siren.step()
    await desk.siren.step()

    assert alarms(world) == [
        ("the database failed: disk I/O error", [("raised",), ("delivered", "1", "mail", OPERATOR)]),
        ("all is well again", [("raised",), ("delivered", "1", "mail", OPERATOR)]),
    ]
    world.settle()
    assert world.told(OPERATOR) == []


async def test_a_channel_that_takes_nothing_is_on_record_once_however_often_it_is_tried(world: World) -> None:
    desk = Desk(world)
    desk.wrong, desk.post.shut = ["loops"], True
    for at in range(5):
        await desk.siren.look(MINUTE * at)
    desk.post.shut = False
    await desk.siren.look(MINUTE * 5)
    desk.wrong = []

    await desk.siren.step()

    assert [[kind for kind, *_ in facts] for _, facts in alarms(world)] == [
        ["raised", "undelivered"],
        ["raised", "delivered"],
        ["raised", "delivered"],
    ]
    assert alarms(world)[-1][0] == "all is well again"


async def test_an_operator_notes_an_alarm_by_a_press_or_a_word_and_reads_what_nobody_has_seen(
    world: World,
) -> None:
    desk = Desk(world)
    world.heard += ["disk full", "database away"]
    for text in ("disk full", "database away"):
        world.store.run(lambda unit, text=text: unit.registry.alarm(text, text=text))  # type: ignore[misc] # no type on a default
    await desk.siren.step()
    world.settle()

    world.press(OPERATOR, "已知悉", on=world.told(OPERATOR)[0])
    assert world.told(OPERATOR)[-1].text.startswith("已记下：您看到了告警 ")
    world.command(OPERATOR, "告警")
    (unseen,) = world.told(OPERATOR)[-1].text.splitlines()[1:]
    number = unseen.split()[1]
    world.command(OPERATOR, f"alarm {number}")
    world.command(OPERATOR, "alarm")

    assert world.told(OPERATOR)[-1].text.splitlines()[1:] == ["没有。"]
    noted = [facts[-1] for _, facts in alarms(world)]
    assert noted == [("noted", OPERATOR), ("noted", OPERATOR)]
    for unknown in ("4711", "0", "9" * 20):
        world.command(OPERATOR, f"alarm {unknown}")
        assert world.told(OPERATOR)[-1].text == f"没有编号为 {unknown} 的告警。"
    world.command(OPERATOR, f"alarm #{number}")
    assert world.told(OPERATOR)[-1].text == f"已记下：您看到了告警 {number}。"


async def test_what_nobody_has_seen_is_listed_however_many_alarms_came_after_it(world: World) -> None:
    world.heard += [str(number) for number in range(60)]
    for each in world.heard:
        world.store.run(lambda unit, text=each: unit.registry.alarm(text, text=text))  # type: ignore[misc] # no type on a default
    await Desk(world).siren.step()
    world.settle()
    for number in range(2, 61):
        world.store.run(lambda unit, number=number: seen(unit, number, by=PersonId(OPERATOR)))  # type: ignore[misc] # no type on a default

    world.command(OPERATOR, "alarm")

    (unseen,) = world.told(OPERATOR)[-1].text.splitlines()[1:]
    assert unseen.split()[1] == "1"


def test_alarms_are_for_operators_and_never_where_a_customer_reads_along(world: World) -> None:
    world.command("lin-xiaobei", "alarm")
    assert world.told("lin-xiaobei")[-1].text == "这只给运维人员用。"

    world.command(OPERATOR, "alarm", group="huayue")
    assert "告警不能在客户看得到的地方查看" in world.told(OPERATOR)[-1].text
