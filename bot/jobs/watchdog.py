"""The round of the watchdog: case after case, without haste, and again after a rest."""

from datetime import timedelta

import structlog

from bot.core.clock import monotonic
from bot.core.people import CaseId
from bot.jobs.executor import Executor
from bot.services.desk import Desk
from bot.services.watchdog import Audit, audit, mend

log = structlog.get_logger()

BATCH = 200
PAUSE = timedelta(seconds=1)
"""Between two batches, so that a round costs a million open cases little."""

REST = timedelta(minutes=10)
"""Between two rounds."""


class Watchdog:
    """Looks whether every case wakes in time; `looked` counts this round's cases, `mended` those of all."""

    def __init__(self, executor: Executor, desk: Desk) -> None:
        self.looked = 0
        self.mended = 0
        self.rounds = 0
        self._executor = executor
        self._desk = desk
        self._after = CaseId(0)
        self._next = 0.0

    async def step(self) -> bool:
        """Look at one batch if it is time; always False, for there is no hurry."""
        if monotonic() >= self._next:
            found = await self.look()
            rest = PAUSE if found.looked else REST
            self._next = monotonic() + rest.total_seconds()
        return False

    async def look(self) -> Audit:
        """Look at the next batch and mend what is wrong in it; after the last one begin anew."""
        after = self._after
        found = await self._executor.read(lambda unit: audit(unit, self._desk, after=after, limit=BATCH))
        for key in found.wrong:
            if await self._executor.call(lambda unit, key=key: mend(unit, self._desk, key)):  # type: ignore[misc] # no type on a default
                self.mended += 1
                log.error("A case would not have woken in time.", action="wake_mended", case=key)
        if found.looked:
            self._after = found.last
            self.looked += found.looked
        else:
            self._after, self.looked, self.rounds = CaseId(0), 0, self.rounds + 1
        return found

    async def round(self) -> None:
        """Look at every case once."""
        while (await self.look()).looked:
            pass
