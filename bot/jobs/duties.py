"""Which duties recur, and when; a duty is taken on once a day, by whichever process is first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.duties import send_digest, watch_calendars


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done once a day, from a time of the desk's zone on."""

    name: str
    at: time
    perform: Callable[[Unit, Desk], None]


DUTIES = (
    Duty("calendars", time(8, 0), watch_calendars),
    Duty("digest", time(9, 0), send_digest),
)


def perform_due(unit: Unit, desk: Desk) -> int:
    """Perform the duties of today whose time has come and which nobody performed yet; return how many."""
    today = unit.now.astimezone(desk.directory_of(unit).desk.zone)
    due = [duty for duty in DUTIES if today.time() >= duty.at]
    taken = [duty for duty in due if unit.registry.claim_duty(duty.name, today.date().isoformat())]
    for duty in taken:
        duty.perform(unit, desk)
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
