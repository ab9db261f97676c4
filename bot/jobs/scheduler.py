"""APScheduler at work: it rings when the next case is due, and looks every minute for duties.

It is a hint, not the truth: after a step of the machine's clock it may sleep too long, and then the loops'
own poll finds what is due.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from bot.core.clock import SystemClock
from bot.jobs.bell import Bell

WAKE = "wake"
DUTIES = "duties"

ACCURACY = timedelta(milliseconds=1)
"""Who is armed for the same instant once more sleeps on."""


class Scheduler:
    """Keeps nothing: what is due stands in the database, so a restart forgets nothing."""

    def __init__(self, duties: Callable[[], Awaitable[object]], *, bell: Bell, zone: ZoneInfo) -> None:
        self.bell = bell
        self._duties = duties
        self._armed: datetime | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=zone,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin, within a running event loop."""
        self._scheduler.add_job(self._duties, CronTrigger(second=0), id=DUTIES)
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=False)

    def arm(self, within: timedelta) -> None:
        """Ring after so long, instead of when it was armed for before; whose clock it was is no matter."""
        at = SystemClock().now() + within
        if self._armed is None or abs(at - self._armed) > ACCURACY:
            self._armed = at
            self._scheduler.add_job(self._ring, DateTrigger(at), id=WAKE, replace_existing=True)

    async def _ring(self) -> None:
        self._armed = None
        self.bell.ring()
