"""The month after which a silent case closes, its notices, and the month to reopen it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sla.calendar import BusinessCalendar, add_months
from bot.sla.policy import Book, Terms

_LAST_SECOND = time(23, 59, 59)
_AFTER_START = (timedelta(days=7), timedelta(days=21))
_BEFORE_END = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Closing:
    """When a silent case is closed, and when its people are told that it will be."""

    notices: tuple[datetime, ...]
    closes_at: datetime


def month(start: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of the same local day next month (clamped), 23:59:59 local, in UTC.

    Source: S4 part 4, C30.
    """
    return _end_of_day(add_months(start, 1, zone), zone)


def closing(start: datetime, terms: Terms, book: Book) -> Closing:
    """Return the end of the month and its notices: on day 7, on day 21, three days before the end.

    It starts with the solution, or with the customer's last word after it. A notice comes at the start's time
    of day, or at the next opening of the contract's hours if that is before the end.

    Source: S4 part 4, C30.

    Raises:
        CalendarRangeError: a notice lies beyond the calendar's data.
    """
    closes_at = month(start, terms.zone)
    calendar = book.calendars[terms.calendar]
    local = start.astimezone(terms.zone)
    last_day = add_months(start, 1, terms.zone).astimezone(terms.zone)
    days = (*(local + days for days in _AFTER_START), last_day - _BEFORE_END)
    return Closing(tuple(_notice(day, closes_at, calendar) for day in days), closes_at)


def reopen_until(closed_at: datetime, zone: ZoneInfo) -> datetime:
    """Return until when a closed case may be reopened: the end of its month, in UTC."""
    return month(closed_at, zone)


def _notice(day: datetime, closes_at: datetime, calendar: BusinessCalendar) -> datetime:
    opening = calendar.next_open(day)
    return opening if opening < closes_at else day.astimezone(UTC)


def _end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), _LAST_SECOND, zone).astimezone(UTC)
