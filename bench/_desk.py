"""The demo's desk at work on a database, with forty more groups and a clock that only moves when told."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from bot.cases.model import Case
from bot.core.clock import FixedClock
from bot.core.people import LOCAL
from bot.main import App, build
from bot.platforms.local.payload import Ordered, Said, Somebody
from bot.ports import CaseQuery, Order, Unit
from bot.settings import PROJECT, DemoSettings
from storage import SqlStore

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 10:00 in Shanghai: everybody's service hours."""

GROUPS = 40
CUSTOMER = "qin-shuyao"
ENGINEER = "lin-xiaobei"
TROUBLE = "打印机偶尔脱机"
GROUP = """
  - id: g{0}
    title: {{zh: 第 {0} 群, en: Group {0}}}
    audience: customer
    customer: huayue
    contract: huayue-campus
    places: {{local: "g:g{0}"}}"""

T = TypeVar("T")


def configure(folder: Path) -> Path:
    """Write the demo's configuration with more groups, so that lanes run side by side."""
    shutil.copytree(PROJECT / "demo", folder)
    directory = folder / "directory.yaml"
    written = directory.read_text(encoding="utf-8")
    more = "".join(GROUP.format(number) for number in range(GROUPS))
    directory.write_text(written.replace("\ngroups:", f"\ngroups:{more}", 1), encoding="utf-8")
    return folder


def trouble(number: int, at: datetime) -> Said:
    """Return words of trouble, each number in another group and a thread of its own."""
    return Said(
        event_id=f"e{number}",
        conversation=f"g:g{number % GROUPS}",
        by=Somebody(user=CUSTOMER, name=CUSTOMER),
        said_at=at,
        line=f"m{number}",
        text=TROUBLE,
    )


def put(unit: Unit, said: Said | Ordered) -> None:
    """Store an event as a platform does before it acknowledges."""
    unit.inbox.put(
        platform=LOCAL,
        event_id=said.event_id,
        lane=said.origin().place.lane,
        payload=said.model_dump_json(),
    )


class Desk:
    """A desk that is not running: it does a step when it is told to."""

    def __init__(self, app: App, store: SqlStore, clock: FixedClock, *, first: int) -> None:
        self.app = app
        self.store = store
        self.clock = clock
        self._events = count(first)

    def hear(self, said: Said | Ordered) -> None:
        """Store an event in a transaction of its own."""
        self.store.run(lambda unit: put(unit, said))

    def trouble(self) -> Said:
        """Return a customer's words of trouble, each time in another group."""
        return trouble(next(self._events), self.clock.now())

    def order(self, who: str, words: str, *, group: str) -> Ordered:
        """Return a slash command."""
        number = next(self._events)
        return Ordered(
            event_id=f"e{number}",
            conversation=f"g:{group}",
            by=Somebody(user=who, name=who),
            said_at=self.clock.now(),
            line=f"m{number}",
            text=words,
        )

    def read(self, work: Callable[[Unit], T]) -> T:
        """Look into the database."""
        return self.store.read(work)

    def newest(self) -> Case:
        """Return the case that was opened last."""
        return self.read(lambda unit: unit.cases.select(CaseQuery(order=Order.NEWEST, limit=1)))[0]

    async def open_one(self) -> Case:
        """Open a case and deliver what it says."""
        self.hear(self.trouble())
        await self.app.crew.lanes.step()
        await self.app.crew.delivery.drain()
        return self.newest()


@asynccontextmanager
async def desk(url: str, configuration: Path, *, at: datetime = START, first: int = 1) -> AsyncIterator[Desk]:
    """Put a desk together on a database; nothing of it runs by itself; its events count from `first`."""
    clock = FixedClock(at)
    settings = DemoSettings(database_url=SecretStr(url), config=configuration)
    with build(settings, clock=clock) as app:
        store = SqlStore.open(url, clock=clock, demo=True, own_clock=True)
        async with app.running(roles=()):
            yield Desk(app, store, clock, first=first)
        store.close()
