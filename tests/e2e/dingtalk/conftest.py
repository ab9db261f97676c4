"""A desk whose people are all on DingTalk, at work against a strict fake of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.ports import MAIL
from tests.e2e.office import DIRECTORY, MovedClock, Office, office, write_configuration
from tests.fakes.dingtalk.people import Person
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, FakeDingTalk, dingtalk
from tests.fakes.dingtalk.world import CORP, Line

T = TypeVar("T")

PATIENCE_S = 20
LOOKS_AGAIN = timedelta(seconds=0.1)
"""How often a database is looked at while nothing rings."""

HUAYUE, ENGINEERS = "cidhuayue==", "cidengineers=="
FAULT = "邮件系统登录不上了"


@dataclass(frozen=True)
class Stage:
    """DingTalk with the demo's people and groups, and the desk that serves it."""

    dingtalk: FakeDingTalk
    clock: MovedClock
    people: Mapping[str, Person]
    office: Office

    async def wait(self, **length: float) -> None:
        """Let time pass for the desk and for DingTalk (`timedelta`'s arguments), once nothing is under way.

        Leases are real time, which this clock moves too: what is under way would be taken for dead.
        """
        await self.until(self._quiet)
        self.office.wait(**length)
        self.clock.ahead = self.office.clock.ahead

    async def says(self, who: str, where: str, text: str) -> None:
        """Let somebody write and wait until it is acknowledged."""
        said = await self.people[who].says(where, text)
        await self.dingtalk.until(lambda: said.acknowledged)

    async def reads(self, where: str, *words: str) -> Line:
        """Wait for a message of the bot in a group that holds all of these words."""
        return await self._found(self.dingtalk.group(where).lines, *words)

    async def told(self, who: str, *words: str) -> Line:
        """Wait for a message of the bot to somebody alone that holds all of these words."""
        return await self._found(self.people[who].told, *words)

    async def alarm(self, *words: str) -> str:
        """Wait until the operator is told something with all of these words."""
        found = await self.until(
            lambda: [each for each in self.alarms() if all(word in each for word in words)]
        )
        return found[0]

    def alarms(self) -> list[str]:
        """Return what the operator was told, but of mail, which it lacks, and of next year."""
        told = [str(text) for (text,) in self.office.books.rows("SELECT text FROM alarm")]
        return [text for text in told if not text.startswith((MAIL, "the calendar"))]

    async def until(self, true: Callable[[], T]) -> T:
        """Wait until something is the case in the desk's database and return it."""
        bell = self.office.app.bell
        async with asyncio.timeout(PATIENCE_S):
            while True:
                rings = bell.rings
                if found := true():
                    return found
                await bell.heard(rings, within=LOOKS_AGAIN)

    async def at_rest(self) -> None:
        """Wait until everything that came is handled and everything to say is said."""
        await self.until(self.office.books.at_rest)

    async def number(self) -> str:
        """Wait until there is a case and return its number."""
        line = await self.reads(HUAYUE, "已登记")
        return line.shown.split()[0]

    def _quiet(self) -> bool:
        now = int(self.office.clock.now().timestamp() * 1_000_000)
        return self.office.books.rows(UNDER_WAY.format(now=now)) == [(0,)]

    async def _found(self, lines: list[Line], *words: str) -> Line:
        return (
            await self.dingtalk.until(
                lambda: [each for each in lines if all(word in each.shown for word in words)]
            )
        )[0]


UNDER_WAY = """
    WITH waiting AS (
        SELECT lane FROM outbox WHERE state = 'open' AND lease_until IS NULL AND retry_at > {now}
    )
    SELECT (SELECT count(*) FROM inbox WHERE state = 'open')
         + (SELECT count(*) FROM outbox WHERE state = 'open' AND due_at <= {now} AND lane NOT IN waiting)
         + (SELECT count(*) FROM showing WHERE state = 'open' AND shown < wanted
                                           AND (lease_until IS NOT NULL OR coalesce(retry_at, 0) <= {now}))
         + (SELECT count(*) FROM file WHERE state = 'wanted' AND coalesce(retry_at, 0) <= {now})
"""
"""What happens by itself now; what is to be tried again later waits, and what stands behind it."""

Open = Callable[[FakeDingTalk], AbstractAsyncContextManager[Office]]


def staff(person: str) -> str:
    """Return the staff id of somebody of the demo."""
    return person.replace("-", "")


def group(name: str) -> str:
    """Return the conversation of a group of the demo."""
    return f"cid{name}=="


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def fake(clock: MovedClock) -> AsyncIterator[FakeDingTalk]:
    async with dingtalk(clock=clock) as fake:
        for each in DIRECTORY.groups:
            fake.group(group(each.id))
        yield fake


@pytest.fixture
def people(fake: FakeDingTalk) -> Mapping[str, Person]:
    return {each.id: fake.person(staff(each.id), nick=each.name) for each in DIRECTORY.people.values()}


@pytest.fixture
def open_desk(tmp_path: Path) -> Open:
    """Open a desk at a DingTalk; it may not be connected yet when the block begins."""

    @asynccontextmanager
    async def opened(fake: FakeDingTalk) -> AsyncIterator[Office]:
        async with office(tmp_path, configuration(tmp_path), settings(fake)) as desk:
            yield desk

    return opened


@pytest.fixture
async def stage(
    fake: FakeDingTalk, clock: MovedClock, people: Mapping[str, Person], open_desk: Open
) -> AsyncIterator[Stage]:
    async with open_desk(fake) as desk:
        await fake.connected()
        yield Stage(fake, clock, people, desk)


def configuration(folder: Path) -> Path:
    """Write the demo's configuration with everybody and every group on DingTalk."""
    return write_configuration(
        folder,
        people=lambda person: {"dingtalk": staff(person)},
        groups=lambda name: {"dingtalk": group(name)},
    )


def settings(fake: FakeDingTalk) -> Mapping[str, str]:
    """Return the environment that leads a desk to a DingTalk."""
    return {
        "DINGTALK_CLIENT_ID": CLIENT_ID,
        "DINGTALK_CLIENT_SECRET": CLIENT_SECRET,
        "DINGTALK_CORP_ID": CORP,
        "DINGTALK_OPENAPI_ENDPOINT": fake.openapi,
        "DINGTALK_OAPI_ENDPOINT": fake.oapi,
    }
