"""What is due once by contract: on which day, counted from the contract's dates, and when it is spoken of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from bot.sla.agreed import DatedRow
from bot.sla.calendar import BusinessCalendar
from bot.sla.workdays import add_working_days

_DAY = timedelta(days=1)
_AGAIN = timedelta(days=7)
"""How often what is overdue is spoken of until it is done."""


class Stage(StrEnum):
    """How near the day is on which something is due."""

    AHEAD = "ahead"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Notice:
    """A day on which what is due is spoken of."""

    day: date
    stage: Stage


def due_on(
    name: str,
    rows: Mapping[str, DatedRow],
    dates: Mapping[str, date],
    *,
    working_days: BusinessCalendar,
) -> date | None:
    """Return the day something is due; None while a date it counts from is unknown.

    Working days are those of `working_days`.

    Raises:
        CalendarRangeError: it lies beyond the calendar's data.
    """
    row = rows[name]
    others = {other: each for other, each in rows.items() if other != name}
    known = [
        due_on(since, others, dates, working_days=working_days) if since in others else dates.get(since)
        for since in row.counted_from
    ]
    days = [day for day in known if day is not None]
    return _after(row, max(days), working_days) if len(days) == len(known) else None


def notice(row: DatedRow, due: date, today: date) -> Notice | None:
    """Return the latest day up to today on which it is spoken of; None before the first."""
    return max((each for each in _notices(row, due, today) if each.day <= today), key=_day, default=None)


def _notices(row: DatedRow, due: date, today: date) -> Iterator[Notice]:
    yield from (Notice(due - each.length, Stage.AHEAD) for each in row.reminders)
    yield Notice(due, Stage.TODAY)
    weeks = max((today - due - _DAY) // _AGAIN, 0)
    yield Notice(due + _DAY + weeks * _AGAIN, Stage.OVERDUE)


def _day(each: Notice) -> date:
    return each.day


def _after(row: DatedRow, since: date, calendar: BusinessCalendar) -> date:
    if row.after.working_days:
        start = datetime.combine(since, time(), calendar.zone).astimezone(UTC)
        closes_at = add_working_days(start, row.after.working_days, calendar=calendar)
        return closes_at.astimezone(calendar.zone).date()
    return since + relativedelta(months=row.after.months) + row.after.length
