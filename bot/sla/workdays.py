"""From an instant to what is written to come after it: hours, days, months, or days worked to their end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sla.allowance import Allowance
from bot.sla.calendar import NOTHING, BusinessCalendar, add_months

_DAY = timedelta(days=1)


def later(
    start: datetime,
    written: Allowance,
    more: timedelta = NOTHING,
    *,
    calendar: BusinessCalendar,
    zone: ZoneInfo,
) -> datetime:
    """Return when so much of `calendar`'s time, and `more` of it, has passed since `start`; in UTC.

    Months are calendar months of `zone`; the last working day counts until it closes, a part of one for as
    much of its hours.

    Raises:
        CalendarRangeError: it lies beyond the calendar's data.
    """
    if written.working_days:
        closes_at = add_working_days(start, written.working_days, calendar=calendar)
        return calendar.add(closes_at, more) if more else closes_at
    since = add_months(start, written.months, zone) if written.months else start
    return calendar.add(since, written.length + more)


def add_working_days(start: datetime, days: float, *, calendar: BusinessCalendar) -> datetime:
    """Return when the last of so many working days closes, in UTC; the day of `start` itself does not count.

    Of a part of a day, it is when as much of that working day's hours has passed.

    Raises:
        CalendarRangeError: it lies beyond the calendar's data.
    """
    day, left = start.astimezone(calendar.zone).date(), days
    while left > 0:
        day += _DAY
        left -= bool(_open_time(day, calendar))
    return calendar.add(_midnight(day, calendar), _open_time(day, calendar) * (1 + left))


def _open_time(day: date, calendar: BusinessCalendar) -> timedelta:
    first, last = _midnight(day, calendar), _midnight(day + _DAY, calendar) - timedelta.resolution
    return calendar.between(first, last) + (timedelta.resolution if calendar.is_open(last) else timedelta(0))


def _midnight(day: date, calendar: BusinessCalendar) -> datetime:
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)
