"""How far the announced holidays reach, and which deadlines lie beyond."""

from datetime import UTC, date, datetime, time, timedelta

from bot.cases.model import WORKING, Case
from bot.directory.lookup import Directory
from bot.ports import CaseQuery, Unit
from bot.sla.milestones import Running
from bot.sla.policy import Book

COVERAGE = timedelta(days=62)
"""Two months: an official holiday notice comes about that long before the year it is for."""


def running_out(directory: Directory, book: Book, now: datetime) -> tuple[tuple[str, date], ...]:
    """Return the calendars in use whose announced holidays end within two months, with their last day."""
    used = {contract.calendar for contract in directory.contracts.values()}
    return tuple(
        (name, calendar.announced_to)
        for name, calendar in sorted(book.calendars.items())
        if name in used and calendar.announced_to < (now + COVERAGE).astimezone(calendar.zone).date()
    )


def doubtful(unit: Unit, book: Book) -> tuple[Case, ...]:
    """Return the open cases with a deadline whose span touches a year that is not announced."""
    end = min((each.announced_to for each in book.calendars.values() if each.provisional_years), default=None)
    if end is None:
        return ()
    since = datetime.combine(end, time(), UTC)
    ids = unit.cases.ids(
        CaseQuery(statuses=WORKING, clocks_between=(since, datetime.max.replace(tzinfo=UTC)))
    )
    return tuple(case for case in unit.cases.lock(ids) if _provisional(case, book))


def _provisional(case: Case, book: Book) -> bool:
    return any(
        book.calendars[promise.target.calendar].provisional(promise.start_at, promise.due_at)
        for promise in case.promises
        if isinstance(promise, Running)
    )
