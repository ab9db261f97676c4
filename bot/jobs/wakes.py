"""What clocks do, done in time: cases wake in batches, and one that fails does not hold up the others."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from math import inf

import structlog

from bot.cases.model import Case
from bot.core.clock import monotonic
from bot.core.errors import UnreadableError
from bot.core.people import CaseId, CaseKey
from bot.jobs.backoff import backoff
from bot.jobs.bell import Bell
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step, carry_on
from bot.ports import Unit

log = structlog.get_logger()

BATCH = 25
"""How many cases one transaction wakes: on SQLite nobody else writes meanwhile."""

BREATH = timedelta(milliseconds=20)
"""How long nobody looks again who found nobody due, but for those who will be due before."""

Fire = Callable[[Unit, int], int]
"""Wakes up to so many due cases and returns how many."""

Arm = Callable[[timedelta], None]
"""Has the bell rung after so long."""

Holds = Callable[[], Awaitable[bool]]
"""Tells whether nobody is to be woken now, because the machine's clock cannot be trusted."""


async def trusts() -> bool:
    """Hold nothing: where the clock is the database's, or a test's."""
    return False


class Wakes:
    """Wakes cases when they are due."""

    def __init__(
        self,
        executor: Executor,
        fire: Fire,
        arm: Arm,
        *,
        bell: Bell,
        holds: Holds = trusts,
        on_step: OnStep = carry_on,
    ) -> None:
        self._holds = holds
        self._executor = executor
        self._fire = fire
        self._arm = arm
        self._bell = bell
        self._on_step = on_step
        self._failures: dict[CaseId, int] = {}
        self._due = inf

    def breath(self) -> timedelta:
        """Return how long to rest after a look that found nobody: until the next is due at most."""
        return timedelta(seconds=min(BREATH.total_seconds(), max(self._due - monotonic(), 0.0)))

    async def step(self) -> bool:
        """Wake one batch; False if nobody was due, having armed the alarm for the next who will be."""
        if await self._holds():
            return False
        try:
            woken, rest = await self._executor.hurry(self._look)
        except Exception:  # noqa: BLE001 - one case's fault must not hold up the batch
            log.warning("A batch of wakes failed; its cases are woken one by one.", action="batch_failed")
            woken, rest = await self._one(), None
        if woken:
            self._on_step(Step.FIRED)
            self._bell.ring()
        else:
            self._sleep(rest)
        return woken > 0

    async def drain(self) -> bool:
        """Wake everybody who is due now; False if nobody was."""
        busy = False
        while await self.step():
            busy = True
        return busy

    def _sleep(self, rest: timedelta | None) -> None:
        """Have the alarm rung when the next will be due, if anybody ever will."""
        self._due = inf
        if rest is not None:
            self._due = monotonic() + rest.total_seconds()
            self._arm(rest)

    def _look(self, unit: Unit) -> tuple[int, timedelta | None]:
        """Wake a batch; where nobody is due, return how long it is until somebody will be."""
        woken = self._fire(unit, BATCH)
        wake = None if woken else unit.cases.next_wake()
        return woken, None if wake is None else max(wake - unit.now, timedelta(0))

    async def _one(self) -> int:
        """Wake the case that is due first; failing, it waits longer each time and others have their turn."""
        taken: list[Case] = []

        def work(unit: Unit) -> int:
            taken[:] = unit.cases.claim_due(limit=1)  # locked here, so `fire` takes up the same one
            return self._fire(unit, 1)

        try:
            woken = await self._executor.hurry(work)
        except Exception as error:  # the case is put off and the operator told
            failed = _failed(taken, error)
            if failed is None:
                raise
            await self._put_off(failed, error)
            return 1
        for case in taken:
            self._failures.pop(case.id, None)
        return woken

    async def _put_off(self, case: CaseId, error: Exception) -> None:
        failures = self._failures[case] = self._failures.get(case, 0) + 1
        pause = backoff(failures)

        def work(unit: Unit) -> CaseKey:
            key = unit.cases.key(case)
            unit.cases.delay(case, until=unit.now + pause)
            unit.registry.alarm(
                f"wake:{key}", text=f"{key}: its clocks cannot be run ({type(error).__name__})"
            )
            return key

        key = await self._executor.call(work)
        log.error("A case could not be woken.", action="wake_failed", case=key, exc_info=error)


def _failed(taken: Sequence[Case], error: Exception) -> CaseId | None:
    """Return the case whose fault it was: one that cannot be read was not even taken."""
    if isinstance(error, UnreadableError):
        return error.case
    return taken[0].id if taken else None
