"""Brings open cases onto the public holidays in force, now and when they change, beside other work."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from bot.core.clock import monotonic
from bot.core.errors import StoreError, UnreadableError
from bot.core.people import CaseId, CaseKey
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step, carry_on
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.gathered import Gathered
from bot.services.holidays import everybody_knows
from bot.services.recompute import Change, Counted, Recomputation, begin, come_into_force, pending_change
from bot.sla.calendar_files import CalendarData

log = structlog.get_logger()

TURN_S = 0.04
"""How long one transaction should take: on SQLite nobody else writes meanwhile."""

FIRST, LEAST, MOST = 100, 25, 1000
"""How many cases the first transaction counts anew, and how few or many a slow or a quick machine gets."""

SIDE_BY_SIDE = 2
"""How many transactions count at once where there are several writers: one computes, one is stored."""

OF_SEVERAL = 500
"""How many cases each of these counts: only who touches one of them waits."""

READERS = 50
"""How many are told in one transaction."""

TOLD_EVERY = 10_000

T = TypeVar("T")


class Pace:
    """How many cases one transaction takes: where there is one writer, few enough that nobody waits long."""

    def __init__(self, *, writers: int) -> None:
        self.at_once = min(SIDE_BY_SIDE, writers)
        self.size = FIRST if writers == 1 else OF_SEVERAL

    def took(self, cases: int, seconds: float) -> None:
        """Learn from how long so many cases took."""
        if self.at_once == 1:
            fitting = int(cases * TURN_S / max(seconds, TURN_S / MOST))
            self.size = max(LEAST, min(MOST, 2 * self.size, fitting))


class Recount:
    """Counts anew what other holidays move; begins anew where the process ended before it was done.

    `moved` counts the cases that got other deadlines since the last change.
    """

    def __init__(self, executor: Executor, desk: Desk, *, on_step: OnStep = carry_on) -> None:
        self.moved = 0
        self._executor = executor
        self._desk = desk
        self._on_step = on_step
        self._pace = Pace(writers=executor.writers)
        self._gathered = Gathered()
        self._change: Change | None = None
        self._work: Recomputation | None = None
        self._next = 0
        self._told = 0
        self._data: CalendarData | None = None
        self._done_for: CalendarData | None = None

    @property
    def done(self) -> bool:
        """Whether every case is counted on the holidays in force."""
        return self._done_for is self._desk.book.data

    @property
    def left(self) -> int:
        """How many cases that other holidays may concern are still to be counted anew."""
        return len(self._change.cases) - self._next if self._change else 0

    async def step(self) -> bool:
        """Count one batch anew, then tell those who lose by it; False once all that is done."""
        if self.done:
            return False
        if self._change is None or self._work is None:
            return await self._begin()
        if self.left:
            await self._count(self._change, self._work)
        elif self._told < len(self._gathered.readers):
            await self._tell(self._work)
        else:
            return await self._end(self._change)
        self._on_step(Step.FIRED)
        return True

    async def _begin(self) -> bool:
        if not await self._executor.read(everybody_knows):
            return False
        self._data = data = self._desk.book.data
        self._change = change = await self._executor.read(lambda unit: pending_change(unit, data.holidays))
        if change is None:
            self._done_for = data
            return False
        await self._executor.call(lambda unit: begin(unit, change))
        self._work = work = Recomputation(self._desk, change)
        await self._executor.read(work.prepare)
        self._gathered = Gathered()
        self._next, self._told, self.moved = 0, 0, 0
        return True

    async def _count(self, change: Change, work: Recomputation) -> None:
        size, before = self._pace.size, self._next
        starts = range(before, before + self._pace.at_once * size, size)
        batches = [batch for start in starts if (batch := change.cases[start : start + size])]
        for each in await asyncio.gather(*(self._counted(work, batch) for batch in batches)):
            self.moved += each.moved
            self._gathered.add(each.news)
        self._next += sum(map(len, batches))
        if self._next // TOLD_EVERY > before // TOLD_EVERY:
            self._say("Deadlines are counted anew.")

    async def _counted(self, work: Recomputation, batch: Sequence[CaseId]) -> Counted:
        """Count a batch anew; one case's fault does not hold up the others."""
        try:
            return await self._timed(lambda unit: work.perform(unit, batch), len(batch))
        except Exception as error:  # the case stays as it was and the operator is told
            if isinstance(error, StoreError) and not isinstance(error, UnreadableError):
                raise
            if len(batch) == 1:
                await self._left_out(batch[0], error)
                return Counted(0, ())
            half = len(batch) // 2
            first, second = [await self._counted(work, some) for some in (batch[:half], batch[half:])]
            return Counted(first.moved + second.moved, (*first.news, *second.news))

    async def _timed(self, work: Callable[[Unit], T], cases: int) -> T:
        """Do a transaction's work and learn from how long it took, but for the wait until its turn."""
        began: list[float] = []

        def timed(unit: Unit) -> T:
            began[:] = [monotonic()]
            return work(unit)

        result = await self._executor.call(timed)
        self._pace.took(cases, monotonic() - began[0])
        return result

    async def _left_out(self, case: CaseId, error: Exception) -> None:
        def work(unit: Unit) -> CaseKey:
            key = unit.cases.key(case)
            unit.registry.alarm(
                f"wake:{key}", text=f"{key}: its clocks cannot be run ({type(error).__name__})"
            )
            return key

        key = await self._executor.call(work)
        log.error("A case could not be counted anew.", action="recount_failed", case=key, exc_info=error)

    async def _tell(self, work: Recomputation) -> None:
        readers = self._gathered.readers[self._told : self._told + READERS]
        await self._executor.call(lambda unit: work.tell(unit, self._gathered, readers))
        self._told += len(readers)

    async def _end(self, change: Change) -> bool:
        await self._executor.call(lambda unit: come_into_force(unit, change))
        if change.cases:
            self._say("Every open case is counted on the public holidays in force.")
        self._change, self._done_for = None, self._data
        return False

    def _say(self, sentence: str) -> None:
        total = len(self._change.cases) if self._change else 0
        log.info(sentence, action="recount", looked_at=self._next, of=total, moved=self.moved)
