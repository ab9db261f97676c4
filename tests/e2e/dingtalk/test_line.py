"""A line that breaks: what is said after it is heard, what comes twice is one, and the desk stops in time."""

import pytest

from bot.core.clock import monotonic
from tests.e2e.dingtalk.conftest import FAULT, HUAYUE, Open, Stage
from tests.fakes.dingtalk.faults import Trouble
from tests.fakes.dingtalk.gateway import OPEN
from tests.fakes.dingtalk.people import Person
from tests.fakes.dingtalk.server import FakeDingTalk

QIN = "qin-shuyao"
STOPS_WITHIN_S = 3


async def test_after_a_cut_line_the_next_words_are_heard(stage: Stage) -> None:
    stage.dingtalk.gateway.drop()
    await reconnected(stage)

    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.reads(HUAYUE, "已登记", FAULT)


async def test_a_line_dingtalk_takes_back_is_replaced_before_it_is_cut(stage: Stage) -> None:
    gateway = stage.dingtalk.gateway
    began = monotonic()
    await gateway.disconnect()
    await reconnected(stage)
    await gateway.disconnect("persistent connection is timeout")
    await reconnected(stage, times=2)
    assert monotonic() - began < gateway.timing.cuts_after.total_seconds()

    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.reads(HUAYUE, "已登记", FAULT)


async def reconnected(stage: Stage, *, times: int = 1) -> None:
    gateway = stage.dingtalk.gateway
    await stage.dingtalk.until(lambda: gateway.opened == 1 + times and len(gateway.connections) == 1)


async def test_a_ping_is_answered(stage: Stage) -> None:
    [ping] = await stage.dingtalk.gateway.pings()

    await stage.dingtalk.until(ping.acknowledged.is_set)


@pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE, Trouble.BANNED])
async def test_a_gateway_that_is_not_there_is_asked_again(stage: Stage, trouble: Trouble) -> None:
    stage.dingtalk.breaks(OPEN, trouble)
    stage.dingtalk.gateway.drop()
    await reconnected(stage)

    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.reads(HUAYUE, "已登记", FAULT)


@pytest.mark.parametrize("renamed", [False, True], ids=["same id", "new id"])
async def test_what_comes_again_is_acknowledged_and_is_one_case(stage: Stage, renamed: bool) -> None:
    said = await stage.people[QIN].says(HUAYUE, f"@bot {FAULT}")
    await stage.reads(HUAYUE, "已登记", FAULT)

    again = await stage.dingtalk.repeats(said, renamed=renamed)
    await stage.dingtalk.until(lambda: again.acknowledged)
    await stage.at_rest()

    assert stage.office.books.count("case_") == 1
    assert stage.office.books.states("inbox") == {"done"}
    assert len([each for each in stage.dingtalk.group(HUAYUE).lines if "已登记" in each.shown]) == 1


async def test_a_burst_is_acknowledged_and_each_is_handled(stage: Stage) -> None:
    qin = stage.people[QIN]
    said = [await qin.says(HUAYUE, f"@bot 新问题：{FAULT}，楼层 {floor}") for floor in range(30)]

    await stage.dingtalk.until(lambda: all(each.acknowledged for each in said))
    await stage.until(lambda: stage.office.books.states("inbox") == {"done"})

    assert stage.office.books.count("inbox") == len(said)


async def test_the_desk_stops_in_time_while_its_line_is_open(
    fake: FakeDingTalk, people: dict[str, Person], open_desk: Open
) -> None:
    async with open_desk(fake):
        await fake.connected()
        began = monotonic()

    assert monotonic() - began < STOPS_WITHIN_S
    await fake.connected(0)


async def test_the_desk_stops_in_time_while_the_gateway_does_not_answer(
    fake: FakeDingTalk, people: dict[str, Person], open_desk: Open
) -> None:
    fake.breaks(OPEN, Trouble.HANGS, times=None)
    async with open_desk(fake):
        await fake.until(lambda: fake.ledger.calls[OPEN])
        began = monotonic()

    assert monotonic() - began < STOPS_WITHIN_S
