"""Which duties recur, and when; a duty is done once a day, by whichever process is first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.jobs.executor import Executor
from bot.jobs.heads import HeadFiles
from bot.ports import Unit
from bot.services.coverage import watch_calendars
from bot.services.desk import Desk
from bot.services.duties import send_digest
from bot.services.keeping import RETENTION, forget_settled, take_head
from bot.services.learning import put_down_figures
from bot.services.recurring import remind_of_recurring

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done once a day, from a time of the desk's zone on.

    `perform` returns False when it is not finished: then it is taken on again.
    """

    name: str
    at: time
    perform: Callable[[Unit, Desk], bool | None]


def duties(*, retention: timedelta = RETENTION) -> tuple[Duty, ...]:
    """Return every duty; content is forgotten after `retention`."""
    return (
        Duty("head", time(8, 0), take_head),
        Duty("knowledge", time(8, 0), put_down_figures),
        Duty("retention", time(8, 0), partial(forget_settled, retention=retention)),
        Duty("calendars", time(8, 0), watch_calendars),
        Duty("digest", time(9, 0), send_digest),
        Duty("recurring", time(9, 0), remind_of_recurring),
    )


DUTIES = duties()


class Duties:
    """Performs what is due today; a duty that fails does not hold up the others."""

    def __init__(self, executor: Executor, desk: Desk, heads: HeadFiles, table: Sequence[Duty]) -> None:
        self._executor = executor
        self._desk = desk
        self._heads = heads
        self._table = table

    async def step(self) -> bool:
        """Perform every duty whose time has come; False if there was none."""
        try:
            performed = await self._perform(self._table)
        except Exception:  # noqa: BLE001 - one duty's fault must not hold up the others
            log.warning("A duty failed; today's are performed one by one.", action="duties_failed")
            performed = sum([await self._alone(duty) for duty in self._table])
        if performed:
            await self._heads.write()
        return performed > 0

    async def _perform(self, table: Sequence[Duty]) -> int:
        return await self._executor.call(lambda unit: perform_due(unit, self._desk, table))

    async def _alone(self, duty: Duty) -> int:
        try:
            return await self._perform([duty])
        except Exception as error:  # the operator is told, and the next minute tries again
            log.exception("A duty could not be performed.", action="duty_failed", duty=duty.name)
            text = f"the daily duty {duty.name!r} cannot be performed ({type(error).__name__})"
            await self._executor.call(
                lambda unit: unit.registry.alarm(f"duty:{duty.name}:{unit.now.date()}", text=text)
            )
            return 0


def perform_due(unit: Unit, desk: Desk, table: Sequence[Duty] = DUTIES) -> int:
    """Perform the duties of today whose time has come and which nobody performed yet; return how many."""
    today = unit.now.astimezone(desk.directory_of(unit).desk.zone)
    period = today.date().isoformat()
    due = [duty for duty in table if today.time() >= duty.at]
    taken = [duty for duty in due if unit.registry.claim_duty(duty.name, period)]
    for duty in taken:
        if duty.perform(unit, desk) is False:
            unit.registry.release_duty(duty.name, period)
    return len(taken)


def next_duty(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next instant after `now` at which a duty's time comes."""
    today = now.astimezone(zone).date()
    times = (
        datetime.combine(today + timedelta(days=days), duty.at, zone).astimezone(UTC)
        for days in (0, 1)
        for duty in DUTIES
    )
    return min(each for each in times if each > now)
