"""Steps of the machine's clock, where it is the desk's: a sudden leap forward fires nothing at once.

PostgreSQL's clock is the database's, and there is nothing to compare it with. On one machine there is the
time since it started; where the two part, somebody set the clock. Backwards nothing fires twice, for what
has fired stands in the cases. Forwards everything would be late and told at once: so clocks are held until
the clock is set right again, an operator confirms the new time, or a while has passed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.core.clock import Clock, uptime
from bot.jobs.executor import Executor
from bot.ports import Unit

log = structlog.get_logger()

STEP = timedelta(seconds=30)
"""More than any correction that keeps a clock right."""

HOLD = timedelta(minutes=10)
CONFIRMED = "clock_confirmed"
"""The duty under which an operator's confirmation is kept."""


class ClockGuard:
    """Compares the clock with the time that passed, each time it is asked."""

    def __init__(self, executor: Executor, clock: Clock, *, elapsed: Callable[[], float] = uptime) -> None:
        self._executor = executor
        self._clock = clock
        self._elapsed = elapsed
        self._seen, self._up = clock.now(), elapsed()
        self._ahead = timedelta(0)
        self._stepped_at: datetime | None = None
        self._until = 0.0

    @property
    def held(self) -> bool:
        """Whether clocks are held now."""
        return self._stepped_at is not None

    async def holds(self) -> bool:
        """Look at the clock, tell the operator of a step, and return whether clocks are to be held."""
        now, up = self._clock.now(), self._elapsed()
        step = now - self._seen - timedelta(seconds=up - self._up)
        self._seen, self._up = now, up
        if abs(step) > STEP:
            await self._stepped(step, now, up)
        if self._stepped_at is not None and (up >= self._until or await self._confirmed(self._stepped_at)):
            self._release("went on")
        return self.held

    async def _stepped(self, step: timedelta, now: datetime, up: float) -> None:
        self._ahead = self._ahead + step if self.held else step
        if self.held and abs(self._ahead) <= STEP:
            self._release("came back")
            return
        forward = step > timedelta(0)
        if forward:
            self._stepped_at, self._until = now, up + HOLD.total_seconds()
        seconds = int(abs(step).total_seconds())
        text = (
            f"the machine's clock leapt {seconds} s forward; reminders and deadlines are held for "
            f"{HOLD // timedelta(minutes=1)} minutes, or until `casebell clock --confirm`"
            if forward
            else f"the machine's clock was set back {seconds} s; reminders and deadlines are as much later"
        )
        log.error("The machine's clock was set.", action="clock_stepped", seconds=step.total_seconds())
        await self._executor.call(lambda unit: unit.registry.alarm(f"clock:{now.isoformat()}", text=text))

    async def _confirmed(self, since: datetime) -> bool:
        at = await self._executor.read(lambda unit: unit.registry.last_duty(CONFIRMED))
        return at is not None and at >= since

    def _release(self, how: str) -> None:
        log.warning("Clocks are held no more.", action="clock_released", how=how)
        self._stepped_at, self._ahead = None, timedelta(0)


def note_confirmation(unit: Unit) -> None:
    """Note that an operator finds the machine's clock right."""
    unit.registry.claim_duty(CONFIRMED, unit.now.isoformat())
