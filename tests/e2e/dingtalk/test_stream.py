"""The line to DingTalk alone, without a desk: when it is given up, and when nothing is acknowledged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.notify.texts import Texts
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.platform import DingTalkPlatform
from bot.platforms.dingtalk.stream import Pace
from tests.fakes.dingtalk.gateway import CARDS, Timing
from tests.fakes.dingtalk.people import Person
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, ROBOT, FakeDingTalk, dingtalk
from tests.fakes.reception import FakeReception

GROUP = "cid6KeBBLoveMJOGXoYKF5x7EeiodoA=="
QUICK = Pace(
    silence=timedelta(seconds=1),
    dead=timedelta(seconds=0.2),
    steady=timedelta(0),
    longest=timedelta(seconds=0.1),
    refused=timedelta(seconds=0.2),
    leaving=timedelta(seconds=0.2),
)


@dataclass(frozen=True)
class Line:
    """A platform that listens to a DingTalk."""

    dingtalk: FakeDingTalk
    reception: FakeReception
    zhang: Person
    listening: "asyncio.Task[None]"

    async def heard(self, events: int) -> None:
        await self.reception.bell.until(lambda: len(self.reception.events) == events)


@pytest.fixture
async def fake() -> AsyncIterator[FakeDingTalk]:
    timing = Timing(sends_again_after=timedelta(seconds=3.5))
    async with dingtalk(timing=timing) as fake:
        yield fake


@pytest.fixture
def account(fake: FakeDingTalk) -> DingTalkAccount:
    return DingTalkAccount(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        robot_code=ROBOT,
        openapi_endpoint=fake.openapi,
        oapi_endpoint=fake.oapi,
    )


@pytest.fixture
async def line(fake: FakeDingTalk, account: DingTalkAccount) -> AsyncIterator[Line]:
    reception = FakeReception()
    platform = DingTalkPlatform(account, reception, Texts.load(), pace=QUICK)
    listening = asyncio.create_task(platform.receive())
    await fake.connected()
    yield Line(fake, reception, fake.person("staff1", nick="张三"), listening)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await platform.close()


async def test_a_line_that_fell_silent_is_given_up_and_what_was_pushed_to_it_comes_again(line: Line) -> None:
    line.dingtalk.gateway.fall_silent()
    said = await line.zhang.says(GROUP, "@bot 1")
    await line.dingtalk.until(lambda: line.dingtalk.gateway.opened > 1)

    await line.dingtalk.until(lambda: said.acknowledged)

    await line.heard(1)


async def test_a_line_that_only_pongs_is_given_up_too(line: Line) -> None:
    await line.dingtalk.until(lambda: line.dingtalk.gateway.opened > 1)

    said = await line.zhang.says(GROUP, "@bot 1")

    await line.dingtalk.until(lambda: said.acknowledged)


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(line: Line) -> None:
    line.dingtalk.gateway.forgiving = True
    line.reception.broken = True
    said = await line.zhang.says(GROUP, "@bot 1")
    await line.reception.bell.until(lambda: line.reception.refused == 1)
    assert not said.acknowledged
    line.reception.broken = False

    await line.dingtalk.until(lambda: said.acknowledged)

    await line.heard(1)


async def test_what_was_being_stored_when_the_line_was_cut_comes_again_and_is_known(line: Line) -> None:
    line.reception.gate.clear()
    said = await line.zhang.says(GROUP, "@bot 1")
    await line.reception.bell.until(lambda: line.reception.waiting)
    line.dingtalk.gateway.drop()
    await line.dingtalk.until(lambda: not line.dingtalk.gateway.connections)
    line.reception.gate.set()

    await line.dingtalk.until(lambda: said.acknowledged)

    assert [len(line.reception.events), len(line.reception.repeated)] == [1, 1]


async def test_a_press_of_a_card_is_answered_with_no_change(line: Line) -> None:
    pressed = await line.zhang.clicks("card1", GROUP, action="ack")

    await line.dingtalk.until(pressed.acknowledged.is_set)

    assert pressed.topic == CARDS
    assert pressed.answer == {"response": None}


async def test_a_wrong_secret_is_told_to_the_operator_without_saying_it(
    fake: FakeDingTalk, account: DingTalkAccount
) -> None:
    reception = FakeReception()
    wrong = replace(account, client_secret="a-wrong-secret")
    platform = DingTalkPlatform(wrong, reception, Texts.load(), pace=QUICK)
    listening = asyncio.create_task(platform.receive())

    [(key, text)] = await reception.bell.until(lambda: list(reception.alarms.items()))

    assert "credentials" in key
    assert CLIENT_ID in text
    assert "a-wrong-secret" not in text
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    assert fake.gateway.opened == 0
