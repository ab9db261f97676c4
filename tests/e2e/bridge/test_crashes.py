"""A process between two platforms that dies at the worst moments: the next one goes on where it died.

Slack can be read back, so nothing comes twice there; on DingTalk what was on its way may come once more.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.jobs.steps import Step
from tests.e2e.bridge.chats import Chat
from tests.e2e.bridge.conftest import Town, divided
from tests.e2e.process.crash_child import DIED
from tests.e2e.process.desk import CHILD, Books, Desk, until

SLACK, DINGTALK = "slack", "dingtalk"
DEATHS = (
    *((step, DINGTALK) for step in Step if step is not Step.FIRED),
    (Step.STORED, SLACK),
    (Step.SENT, SLACK),
)
"""Where the process dies, and the platform the customers are on; the staff are on the other."""

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FAULT = "统一认证登不上了，全校师生都进不去系统"
TRIES = 30
ROUNDS = 2


@dataclass
class Mortal:
    """A desk between two platforms whose process can die and be started again."""

    folder: Path
    config: Path
    town: Town
    customers: Chat
    staff: Chat
    desk: Desk | None = None

    @property
    def books(self) -> Books:
        return Books(self.folder / "demo.db")

    async def start(self, step: str = "none") -> None:
        """Start a process that dies at a step once it is armed, and wait until it is connected."""
        settings = {**self.town.settings(), "CASEBELL_CONFIG": str(self.config)}
        self.desk = await asyncio.to_thread(
            lambda: Desk.start(*CHILD, str(self.folder), step, folder=self.folder, **settings)
        )
        await self.town.connected()

    def arm(self) -> None:
        (self.folder / "armed").touch()

    async def died(self) -> None:
        assert self.desk is not None
        assert await asyncio.to_thread(self.desk.died) == DIED

    async def kill(self) -> None:
        assert self.desk is not None
        await asyncio.to_thread(self.desk.kill)

    async def advance(self, by: str) -> None:
        assert self.desk is not None
        await asyncio.to_thread(self.desk.advance, by)

    async def at_rest(self) -> None:
        """Wait until everything that came in is handled and everything to say is said."""
        await asyncio.to_thread(until, self.books.at_rest)


@pytest.fixture
async def mortal(customers: str, town: Town, tmp_path: Path) -> AsyncIterator[Mortal]:
    town.slack.fake.timing.retries = (0.0, *[1.0] * TRIES)
    chats: dict[str, Chat] = {SLACK: town.slack, DINGTALK: town.dingtalk}
    [staff] = chats.keys() - {customers}
    config = divided(tmp_path, chats, customers=customers, staff=staff)
    mortal = Mortal(tmp_path, config, town, chats[customers], chats[staff])
    yield mortal
    if mortal.desk and mortal.desk.process.poll() is None:
        await mortal.kill()


@pytest.mark.parametrize(("step", "customers"), DEATHS)
async def test_a_report_with_a_picture_survives_the_death_of_its_process(mortal: Mortal, step: Step) -> None:
    await mortal.start(step)
    await mortal.at_rest()
    mortal.arm()
    await mortal.customers.speaks("qin-shuyao", "huayue", f"@bot {FAULT}", PICTURE)
    await mortal.died()

    await mortal.start()
    await mortal.customers.told_again()
    await mortal.at_rest()
    await mortal.staff.reads("engineers", FAULT)
    await mortal.staff.gets("engineers", PICTURE)
    await mortal.customers.reads("huayue", FAULT, "响应")
    nothing_is_lost_or_twice(mortal)


@pytest.mark.parametrize("customers", [SLACK, DINGTALK])
async def test_a_reminder_survives_the_death_of_its_process(mortal: Mortal) -> None:
    await mortal.start(Step.FIRED)
    await mortal.customers.says("qin-shuyao", "huayue", f"@bot {FAULT}")
    await mortal.at_rest()
    mortal.arm()
    with suppress(httpx.TransportError):
        await mortal.advance("PT30M")
    await mortal.died()

    await mortal.start()
    await mortal.at_rest()
    assert [each for each in mortal.staff.told("lin-xiaobei") if "上报" in each.text]
    nothing_is_lost_or_twice(mortal)


@pytest.mark.parametrize("customers", [DINGTALK])
async def test_whatever_was_acknowledged_survives_kills_at_any_time(mortal: Mortal) -> None:
    said = 0
    for round_ in range(ROUNDS):
        await mortal.start()
        for person, group in (("qin-shuyao", "huayue"), ("oliver-grant", "bluebay")):
            await mortal.customers.says(person, group, f"@bot The portal is down again, number {round_}")
            said += 1
        await mortal.kill()

    await mortal.start()
    await mortal.at_rest()
    assert mortal.books.count("inbox") == said
    nothing_is_lost_or_twice(mortal, cases=mortal.books.count("case_"), kills=ROUNDS)


def nothing_is_lost_or_twice(mortal: Mortal, *, cases: int = 1, kills: int = 1) -> None:
    """Compare what stands on the platforms with what the desk believes it said."""
    books = mortal.books
    assert books.count("case_") == cases
    assert books.states("inbox") == {"done"}
    assert books.states("outbox") <= {"sent", "dropped"}

    everything = [each for _, each in mortal.town.slack.fake.workspace.everything()]
    keys = Counter(str(each.metadata) for each in everything if each.metadata)
    assert [key for key, times in keys.items() if times > 1] == []
    for (key,) in books.rows(
        "SELECT key FROM outbox WHERE state = 'sent' AND lane LIKE 'slack:%' AND file IS NULL"
    ):
        assert [each for each in keys if repr(key) in each]

    world = mortal.town.dingtalk.fake.world
    places = (*world.groups.values(), *world.direct.values())
    [(said,)] = books.rows("SELECT count(*) FROM outbox WHERE state = 'sent' AND lane LIKE 'dingtalk:%'")
    assert sum(len(place.lines) for place in places) >= int(said)
    for place in places:
        lines = Counter((line.text, line.media) for line in place.lines)
        assert sum(times - 1 for times in lines.values()) <= kills, "only what was on its way comes again"
