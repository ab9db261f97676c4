"""Brings open cases onto the public holidays in force, now and when they change, beside other work."""

from collections.abc import Sequence

import structlog

from bot.core.errors import StoreError
from bot.core.people import CaseId, CaseKey
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step, carry_on
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.holidays import everybody_knows
from bot.services.recompute import Change, Recomputation, come_into_force, pending_change
from bot.sla.calendar_files import CalendarData

log = structlog.get_logger()

BATCH = 100
"""How many cases one transaction counts anew: on SQLite nobody else writes meanwhile."""

TOLD_EVERY = 10_000


class Recount:
    """Counts anew what other holidays move; begins anew where the process ended before it was done.

    `moved` counts the cases that got other deadlines since the last change.
    """

    def __init__(self, executor: Executor, desk: Desk, *, on_step: OnStep = carry_on) -> None:
        self.moved = 0
        self._executor = executor
        self._desk = desk
        self._on_step = on_step
        self._change: Change | None = None
        self._work: Recomputation | None = None
        self._next = 0
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
        """Count one batch anew; False once every case is counted on the holidays in force."""
        if self.done:
            return False
        if self._change is None or self._work is None:
            return await self._begin()
        batch = self._change.cases[self._next : self._next + BATCH]
        if not batch:
            return await self._end(self._change)
        self.moved += await self._counted(self._work, batch)
        self._next += len(batch)
        self._on_step(Step.FIRED)
        if self._next % TOLD_EVERY == 0:
            self._tell("Deadlines are counted anew.")
        return True

    async def _counted(self, work: Recomputation, batch: Sequence[CaseId]) -> int:
        """Count a batch anew and return how many moved; one case's fault does not hold up the others."""
        try:
            return await self._executor.call(lambda unit: work.perform(unit, batch))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the case stays as it was and the operator is told
            if len(batch) > 1:
                return sum([await self._counted(work, (case,)) for case in batch])
            await self._left_out(batch[0], error)
            return 0

    async def _left_out(self, case: CaseId, error: Exception) -> None:
        def work(unit: Unit) -> CaseKey:
            (found,) = unit.cases.lock((case,))
            unit.registry.alarm(
                f"wake:{found.key}", text=f"{found.key}: its clocks cannot be run ({type(error).__name__})"
            )
            return found.key

        key = await self._executor.call(work)
        log.error("A case could not be counted anew.", action="recount_failed", case=key, exc_info=error)

    async def _begin(self) -> bool:
        if not await self._executor.read(everybody_knows):
            return False
        self._data = data = self._desk.book.data
        self._change = await self._executor.read(lambda unit: pending_change(unit, data.holidays))
        if self._change is None:
            self._done_for = data
            return False
        self._work, self._next, self.moved = Recomputation(self._desk, self._change), 0, 0
        return True

    async def _end(self, change: Change) -> bool:
        await self._executor.call(lambda unit: come_into_force(unit, change))
        if change.cases:
            self._tell("Every open case is counted on the public holidays in force.")
        self._change, self._done_for = None, self._data
        return False

    def _tell(self, sentence: str) -> None:
        total = len(self._change.cases) if self._change else 0
        log.info(sentence, action="recount", looked_at=self._next, of=total, moved=self.moved)
