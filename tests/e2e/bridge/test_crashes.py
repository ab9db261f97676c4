"""A process between two platforms that dies at the worst moments: the next one goes on where it died.

Slack can be read back, so nothing comes twice there; on DingTalk what was on its way may come once more.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx
import pytest

from bot.jobs.steps import Step
from tests.e2e.bridge.chats import Chat
from tests.e2e.bridge.conftest import Town, divided
from tests.e2e.bridge.survivor import Survivor

SLACK, DINGTALK = "slack", "dingtalk"
PLATFORMS = (SLACK, DINGTALK)
"""Where the customers are; the staff are on the other."""

ON_A_REPORT = tuple(step for step in Step if step is not Step.FIRED)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FAULT = "统一认证登不上了，全校师生都进不去系统"
TRIES = 30
ROUNDS = 2
FEWEST_STEPS = 3
"""Of the first life of a process that dies again and again; each is a step longer, so it gets somewhere."""


@pytest.fixture
async def desk(customers: str, town: Town, tmp_path: Path) -> AsyncIterator[Survivor]:
    town.slack.fake.timing.retries = (0.0, *[0.5] * TRIES)
    chats: dict[str, Chat] = {SLACK: town.slack, DINGTALK: town.dingtalk}
    [staff] = chats.keys() - {customers}
    config = divided(tmp_path, chats, customers=customers, staff=staff)
    desk = Survivor(tmp_path, config, town, chats[customers], chats[staff])
    yield desk
    if desk.process:
        await desk.kill()


async def the_picture_has_crossed(desk: Survivor) -> None:
    await desk.staff.reads("engineers", FAULT)
    await desk.staff.gets("engineers", PICTURE)
    await desk.customers.reads("huayue", FAULT, "响应")


@pytest.mark.parametrize("customers", PLATFORMS)
@pytest.mark.parametrize("step", ON_A_REPORT)
async def test_a_report_with_a_picture_survives_the_death_of_its_process(desk: Survivor, step: Step) -> None:
    await desk.start(step)
    await desk.arm()
    await desk.customers.speaks("qin-shuyao", "huayue", f"@bot {FAULT}", PICTURE)
    await desk.died()

    await desk.start()
    await desk.customers.tells_again()
    await desk.customers.heard()
    await desk.at_rest()
    await the_picture_has_crossed(desk)
    desk.nothing_is_lost_or_twice()


@pytest.mark.parametrize("customers", PLATFORMS)
async def test_a_report_with_a_picture_survives_processes_that_die_again_and_again(desk: Survivor) -> None:
    lives = count(FEWEST_STEPS)
    await desk.start(*Step, spared=next(lives))
    await desk.arm()
    await desk.customers.speaks("qin-shuyao", "huayue", f"@bot {FAULT}", PICTURE)
    while not await desk.lives_to_the_end():
        await desk.died()
        await desk.start(*Step, spared=next(lives))
        await desk.customers.tells_again()

    await the_picture_has_crossed(desk)
    desk.nothing_is_lost_or_twice()


@pytest.mark.parametrize("customers", PLATFORMS)
async def test_a_reminder_survives_the_death_of_its_process(desk: Survivor) -> None:
    await desk.start(Step.FIRED)
    await desk.customers.says("qin-shuyao", "huayue", f"@bot {FAULT}")
    await desk.arm()
    with suppress(httpx.TransportError):
        await desk.advance("PT30M")
    await desk.died()

    await desk.start()
    await desk.at_rest()
    assert [each for each in desk.staff.told("lin-xiaobei") if "上报" in each.text]
    desk.nothing_is_lost_or_twice()


@pytest.mark.parametrize("customers", PLATFORMS)
async def test_whatever_was_acknowledged_survives_kills_at_any_time(desk: Survivor) -> None:
    said = 0
    for round_ in range(ROUNDS):
        await desk.start()
        for person, group in (("qin-shuyao", "huayue"), ("oliver-grant", "bluebay")):
            await desk.customers.says(person, group, f"@bot The portal is down again, number {round_}")
            said += 1
        await desk.kill()

    await desk.start()
    await desk.at_rest()
    assert desk.books.count("inbox") == said
    desk.nothing_is_lost_or_twice(cases=desk.books.count("case_"))
