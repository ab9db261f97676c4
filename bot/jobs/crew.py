"""All jobs of one process: started together, stopped together, and brought to rest for the demo's clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from bot.jobs.advising import Advisor
from bot.jobs.bell import Bell
from bot.jobs.clockguard import ClockGuard
from bot.jobs.delivery import Delivery
from bot.jobs.fetching import Fetching
from bot.jobs.lanes import Lanes
from bot.jobs.loop import BREATH, Turn, held_back, keep, no_rest
from bot.jobs.pulse import Pulse
from bot.jobs.recount import Recount
from bot.jobs.scheduler import Scheduler
from bot.jobs.wakes import Wakes
from bot.jobs.watchdog import Watchdog

LISTENING = timedelta(seconds=1)
"""How long delivery leaves the database to what comes in, at most: what is heard early is answered early."""

FAREWELL = timedelta(seconds=1)
"""How long what is under way may take to finish when the process stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Lanes, wakes, duties, fetching, delivery, watchdog; `hands` is how many lanes are worked on at once.

    Where the desk's clock is the machine's, a `guard` looks at it.
    """

    bell: Bell
    lanes: Lanes
    wakes: Wakes
    delivery: Delivery
    fetching: Fetching
    scheduler: Scheduler
    recount: Recount
    duties: Callable[[], Awaitable[bool]]
    watchdog: Watchdog
    guard: ClockGuard | None = None
    advisor: Advisor | None = None
    hands: int = 1
    pulse: Pulse = field(default_factory=Pulse)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work until the block ends; then finish what is under way and let go of the rest."""
        stopping = asyncio.Event()
        deliver = held_back(self.delivery.step, lambda: self.lanes.busy, at_most=LISTENING)
        turns = {
            "wakes": (self.wakes.step, self.scheduler.bell, self.wakes.breath),
            "delivery": (deliver, self.delivery.bell, _breath),
            "fetching": (self.fetching.step, self.bell, _breath),
            "recount": (self.recount.step, self.bell, _breath),
            "watchdog": (self._watch, self.bell, _breath),
            **{f"lanes-{hand}": (self.lanes.step, self.bell, no_rest) for hand in range(self.hands)},
        }
        tasks = [
            asyncio.create_task(keep(name, turn, bell=bell, stopping=stopping, breath=breath), name=name)
            for name, (turn, bell, breath) in turns.items()
        ]
        self.pulse.watch(*tasks)
        self.scheduler.start()
        try:
            yield
        finally:
            self.scheduler.stop()
            stopping.set()
            self.bell.ring()
            _, late = await asyncio.wait(tasks, timeout=FAREWELL.total_seconds())
            for task in late:
                task.cancel()
            await self.delivery.landed(within=FAREWELL)

    @asynccontextmanager
    async def also(self, name: str, turn: Turn) -> AsyncIterator[None]:
        """Take turns at one more job until the block ends."""
        stopping = asyncio.Event()
        task = asyncio.create_task(keep(name, turn, bell=self.bell, stopping=stopping), name=name)
        self.pulse.watch(task)
        try:
            yield
        finally:
            stopping.set()
            self.bell.ring()
            _, late = await asyncio.wait({task}, timeout=FAREWELL.total_seconds())
            for each in late:
                each.cancel()

    async def _watch(self) -> bool:
        """Let the watchdog look, but not while other holidays come into force: then much is about to move."""
        return self.recount.done and await self.watchdog.step()

    async def settle(self) -> None:
        """Let everything happen that is due at the present instant, until nothing is left."""
        busy = True
        while busy:
            busy = await self.wakes.drain()
            busy = await self.duties() or busy
            busy = await self.lanes.drain() or busy
            busy = await self.fetching.drain() or busy
            busy = await self.delivery.drain() or busy


def _breath() -> timedelta:
    return BREATH
