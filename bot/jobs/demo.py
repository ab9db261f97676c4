"""The demo's clock: it stops at every instant at which something is due, and lets all of it happen there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.jobs.executor import Executor
from bot.ports import Unit

Settle = Callable[[], Awaitable[None]]
"""Lets everything happen that is due now: wakes, duties, lanes and outbox, until nothing is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a move has come: business time, and messages delivered on the way."""

    at: datetime
    messages: int


class DemoClock:
    """Moves business time forward, one move at a time.

    Args:
        executor: the store.
        settle: lets everything happen that is due.
        next_duty: the next instant of a recurring duty, which a long move also stops at.
        delivered: how many messages were delivered so far.
    """

    def __init__(
        self,
        executor: Executor,
        settle: Settle,
        *,
        next_duty: Callable[[datetime], datetime],
        delivered: Callable[[], int],
    ) -> None:
        self._executor = executor
        self._settle = settle
        self._next_duty = next_duty
        self._delivered = delivered
        self._move = asyncio.Lock()
        self._reached: Reached | None = None

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._move.locked()

    def progress(self) -> Reached | None:
        """Return how far the move under way has come; None if the clock stands."""
        return self._reached

    async def advance(self, by: timedelta) -> Reached:
        """Move business time forward by `by`, stopping wherever something is due."""
        async with self._move:
            return await self._to(await self._now() + by)

    async def to_next_event(self) -> Reached:
        """Move business time to the next instant at which something of a case is due; stand if nothing is."""
        async with self._move:
            await self._settle()
            return await self._to(
                await self._executor.read(lambda unit: min(_events(unit), default=unit.now))
            )

    async def _to(self, target: datetime) -> Reached:
        before = self._delivered()
        try:
            await self._settle()
            at = await self._now()
            while at < target:
                at = await self._executor.call(lambda unit: self._step(unit, target))
                await self._settle()
                self._reached = Reached(at=at, messages=self._delivered() - before)
            return Reached(at=max(at, target), messages=self._delivered() - before)
        finally:
            self._reached = None

    def _step(self, unit: Unit, target: datetime) -> datetime:
        """Move to whatever comes first; real time that passed meanwhile may have carried us beyond it."""
        first = max(unit.now, min(target, self._next_duty(unit.now), *_events(unit)))
        unit.move_clock(first)
        return first

    async def _now(self) -> datetime:
        return await self._executor.read(lambda unit: unit.now)


def _events(unit: Unit) -> Iterator[datetime]:
    """Yield the instants after now at which a case or something to be said is due."""
    return (at for at in (unit.cases.next_wake(), unit.outbox.next_due()) if at is not None and at > unit.now)
