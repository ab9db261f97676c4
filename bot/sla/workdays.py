"""Working days: what a document counts without naming an hour."""

from datetime import UTC, date, datetime, time, timedelta

from bot.sla.calendar import BusinessCalendar

_DAY = timedelta(days=1)


def add_working_days(start: datetime, days: int, *, calendar: BusinessCalendar) -> datetime:
    """Return when the last of so many working days closes, in UTC; the day of `start` itself does not count.

    Raises:
        CalendarRangeError: it lies beyond the calendar's data.
    """
    day = start.astimezone(calendar.zone).date()
    while days:
        day += _DAY
        days -= bool(_open_time(day, calendar))
    return calendar.add(_midnight(day, calendar), _open_time(day, calendar))


def _open_time(day: date, calendar: BusinessCalendar) -> timedelta:
    first, last = _midnight(day, calendar), _midnight(day + _DAY, calendar) - timedelta.resolution
    return calendar.between(first, last) + (timedelta.resolution if calendar.is_open(last) else timedelta(0))


def _midnight(day: date, calendar: BusinessCalendar) -> datetime:
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)
