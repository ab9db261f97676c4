"""The time after which a silent case closes, its notices, and the time to reopen it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sla.allowance import Allowance
from bot.sla.book import Book
from bot.sla.calendar import BusinessCalendar, add_months
from bot.sla.terms import Terms

_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Closing:
    """When a silent case is closed, and when its people are told that it will be."""

    notices: tuple[datetime, ...]
    closes_at: datetime


def closing(start: datetime, terms: Terms, book: Book) -> Closing:
    """Return the end of the contract's time of silence, and its notices.

    It starts with the solution, or with the customer's last word after it, and lasts to the end of its last
    local day. A notice comes at the start's time of day, or at the next opening of the contract's hours if
    that is before the end.

    Source: S4 part 4, C30.

    Raises:
        CalendarRangeError: a notice lies beyond the calendar's data.
    """
    windows, zone = book.windows(terms), terms.zone
    last_day = _after(start, windows.closes_after, zone)
    closes_at = _end_of_day(last_day, zone)
    days = (
        *(_after(start, each, zone) for each in windows.notices_after),
        _later(last_day, -windows.last_notice.length, zone),
    )
    calendar = book.calendars[terms.calendar]
    return Closing(tuple(_notice(day, closes_at, calendar) for day in days), closes_at)


def reopen_until(closed_at: datetime, terms: Terms, book: Book) -> datetime:
    """Return until when a closed case may be reopened: the end of a local day, in UTC.

    Source: S4 part 4, C30.
    """
    return _end_of_day(_after(closed_at, book.windows(terms).reopens_within, terms.zone), terms.zone)


def _after(start: datetime, period: Allowance, zone: ZoneInfo) -> datetime:
    """Return the same local time so many days or months later, in a short month its last day."""
    return _later(add_months(start, period.months, zone), period.length, zone)


def _later(at: datetime, days: timedelta, zone: ZoneInfo) -> datetime:
    return (at.astimezone(zone) + days).astimezone(UTC)


def _notice(day: datetime, closes_at: datetime, calendar: BusinessCalendar) -> datetime:
    opening = calendar.next_open(day)
    return opening if opening < closes_at else day


def _end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), _LAST_SECOND, zone).astimezone(UTC)
