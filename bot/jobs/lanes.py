"""The inbox worker: what came in is handled in order within a conversation, several events a transaction."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.core.clock import monotonic
from bot.jobs.backoff import backoff
from bot.jobs.bell import Bell
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step, carry_on
from bot.ports import Received, Unit

log = structlog.get_logger()

MAX_ATTEMPTS = 3
"""After so many failures an event is parked and its lane goes on."""

AT_ONCE = 32
"""How many events share a transaction where there is one writer: opening a case costs less than a commit.

Several writers would wait for each other's locks, and commit side by side anyway.
"""

LONGEST = timedelta(milliseconds=50)
"""After so long none is added: what comes in meanwhile is not stored, let alone acknowledged, before."""

Handle = Callable[[Unit, Received], None]
"""Does everything an event causes, within the transaction that marks it done."""


Prepare = Callable[[], Awaitable[None]]
"""Does what must be done outside of any transaction before the next events are handled."""


class Lanes:
    """Handles the oldest open event of each lane; order within a lane holds.

    `busy` says whether the last look found an event. What `before` cannot do the events go on without.
    """

    def __init__(
        self,
        executor: Executor,
        handle: Handle,
        *,
        bell: Bell,
        on_step: OnStep = carry_on,
        before: Prepare | None = None,
    ) -> None:
        self._executor = executor
        self._before = before
        self._handle = handle
        self._bell = bell
        self._on_step = on_step
        self._at_once = AT_ONCE if executor.writers == 1 else 1
        self._one_by_one = 0
        self.busy = False

    async def step(self) -> bool:
        """Handle the next events; False if none is open.

        Where one of them fails nothing has happened, and so many are handled one by one.
        """
        await self._prepared()
        limit = 1 if self._one_by_one else self._at_once
        taken: list[Received] = []

        def work(unit: Unit) -> None:
            taken.clear()
            until = monotonic() + LONGEST.total_seconds()
            while (row := unit.inbox.claim()) is not None:
                taken.append(row)
                self._handle(unit, row)
                unit.inbox.done(row.id)
                if len(taken) == limit or monotonic() > until:
                    break

        try:
            await self._executor.call(work)
        except Exception as error:  # one event's fault must not stop the lane
            if not taken:
                raise
            if limit > 1:
                self._one_by_one = len(taken)
                return True
            await self._failed(taken[0], error)
        self._one_by_one = max(0, self._one_by_one - 1)
        self.busy = bool(taken)
        if not taken:
            return False
        self._on_step(Step.DISPATCHED)
        self._bell.ring()
        return True

    async def _prepared(self) -> None:
        if self._before is None:
            return
        try:
            await self._before()
        except Exception:  # help that fails must not stop what it was to help
            log.exception("Nothing could be asked beforehand.", action="advice_failed")

    async def drain(self) -> bool:
        """Handle everything that is open now; False if nothing was."""
        busy = False
        while await self.step():
            busy = True
        return busy

    async def _failed(self, row: Received, error: Exception) -> None:
        def work(unit: Unit) -> int:
            retry_at = unit.real_now + backoff(row.attempts + 1)
            attempts = unit.inbox.failed(row.id, reason=type(error).__name__, retry_at=retry_at)
            if attempts >= MAX_ATTEMPTS:
                unit.inbox.park(row.id)
                unit.registry.alarm(
                    f"parked:{row.platform}:{row.event_id}",
                    text=f"{row.lane}: an event is parked after {attempts} attempts: {type(error).__name__}",
                )
            return attempts

        attempts = await self._executor.call(work)
        log.error(
            "An event could not be handled.",
            action="event_failed",
            lane=row.lane,
            row=row.id,
            attempts=attempts,
            exc_info=error,
        )
