"""Which duties recur, and when; a duty is done once a day, by whichever process is first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.duties import send_digest, watch_calendars
from bot.services.keeping import RETENTION, forget_settled, take_head


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
        Duty("retention", time(8, 0), partial(forget_settled, retention=retention)),
        Duty("calendars", time(8, 0), watch_calendars),
        Duty("digest", time(9, 0), send_digest),
    )


DUTIES = duties()


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
