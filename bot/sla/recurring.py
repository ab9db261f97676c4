"""What recurs by contract: on which days a duty falls, counted from its anchor, never from the last time."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.sla.agreed import Anchor, DutyRow


def latest(row: DutyRow, starts_on: date, today: date) -> date | None:
    """Return the last day up to today on which a duty fell; None before the first.

    From the first day of service a duty falls when its first period ends; from the month, on the first of the
    month. A day the month does not have is its last one.

    Source: C36.
    """
    anchor = starts_on if row.counted_from is Anchor.START else starts_on.replace(day=1)
    number = _periods(row, anchor, today)
    day = _day(row, anchor, number)
    return day if number and day >= starts_on else None


def _periods(row: DutyRow, anchor: date, today: date) -> int:
    """How many whole periods have passed since the anchor."""
    if row.every.months:
        passed = relativedelta(today, anchor)
        number = (passed.years * 12 + passed.months) // row.every.months
        return number + (_day(row, anchor, number + 1) <= today)
    return (today - anchor) // row.every.length


def _day(row: DutyRow, anchor: date, number: int) -> date:
    if row.every.months:
        return anchor + relativedelta(months=row.every.months * number)
    return anchor + timedelta(days=(row.every.length * number).days)
