"""How far the announced holidays reach, what operators are told of it, and which deadlines lie beyond."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.core.people import CaseKey
from bot.directory.lookup import Directory
from bot.ports import Counted, Spans, Unit
from bot.services.desk import Desk
from bot.sla.book import Book
from bot.sla.calendar import BusinessCalendar
from bot.sla.promises import Running

COVERAGE = timedelta(days=62)
"""Two months: an official holiday notice comes about that long before the year it is for."""

AT_ONCE = 1000
"""How many provisional deadlines are read at once where all of them are."""

ENDING = "announced holidays end on "
"""How the alarm about them begins."""

AGAIN = timedelta(days=6, hours=12)
"""How long after the last alarm about them the next one comes at the earliest, a morning later."""

NAMED = 5
"""How many of them are named in an alarm."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A promise whose due time may still move, and the last day whose holidays its calendar knows."""

    case: CaseKey
    promise: Running
    announced_to: date


def running_out(directory: Directory, book: Book, now: datetime) -> tuple[tuple[str, date], ...]:
    """Return the calendars in use whose announced holidays end within two months, with their last day."""
    used = {contract.calendar for contract in directory.contracts.values()}
    return tuple(
        (name, calendar.announced_to)
        for name, calendar in sorted(book.calendars.items())
        if name in used and calendar.announced_to < (now + COVERAGE).astimezone(calendar.zone).date()
    )


def watch_calendars(unit: Unit, desk: Desk) -> None:
    """Tell operators once a week, while announced holidays end within two months, what is to be done."""
    directory = desk.directory_of(unit)
    ending = running_out(directory, desk.book, unit.now)
    lately = unit.registry.alarms(since=unit.now - AGAIN)
    if not ending or any(text.startswith(ENDING) for _, text in lately):
        return
    names, days = zip(*ending, strict=True)
    concerned = _told(unit, desk.book)
    unit.registry.alarm(
        f"calendars:{unit.now.isoformat()}",
        text=f"announced holidays end on {min(days)} ({', '.join(names)}): get the next year's notice and "
        f"run `casebell calendar import FILE`; deadlines beyond are provisional ({concerned})",
    )


def tell_if_known_again(unit: Unit, directory: Directory, *, before: Book, after: Book) -> None:
    """Tell operators that holidays are known for long enough in `after`, if they were not in `before`."""
    ended = running_out(directory, before, unit.now)
    if ended and not running_out(directory, after, unit.now):
        known_to = min(after.calendars[name].announced_to for name, _ in ended)
        unit.registry.alarm(
            f"calendars-known:{after.data.days}",
            text=f"holidays are announced to {known_to} now; open cases are counted anew",
        )


def doubts(unit: Unit, book: Book, *, limit: int, offset: int = 0) -> tuple[Doubt, ...]:
    """Return deadlines of open cases whose span touches a year that is not announced, soonest first.

    Args:
        unit: a transaction.
        book: what is promised, with the holidays in force.
        limit: how many to return.
        offset: how many of the first to leave out.
    """
    found = unit.promises.touching(_not_announced(book), limit=limit, offset=offset)
    return tuple(
        Doubt(case, promise, book.calendars[promise.target.calendar].announced_to) for case, promise in found
    )


def all_doubts(unit: Unit, book: Book) -> Iterator[Doubt]:
    """Yield every such deadline, some read at a time."""
    read = 0
    while some := doubts(unit, book, limit=AT_ONCE, offset=read):
        yield from some
        read += len(some)


def count_doubts(unit: Unit, book: Book) -> Counted:
    """Return how many such deadlines there are, and of how many cases."""
    return unit.promises.count_touching(_not_announced(book))


def _not_announced(book: Book) -> Spans:
    """Return from when to when the holidays of each calendar are not announced, where that is so."""
    return {
        name: (_new_year(each, min(each.provisional_years)), _new_year(each, max(each.provisional_years) + 1))
        for name, each in book.calendars.items()
        if each.provisional_years
    }


def _new_year(calendar: BusinessCalendar, year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=calendar.zone).astimezone(UTC)


def _told(unit: Unit, book: Book) -> str:
    """Return how many cases have provisional deadlines, and the first few of them."""
    cases = count_doubts(unit, book).cases
    first = doubts(unit, book, limit=AT_ONCE)
    named = list(dict.fromkeys(each.case for each in first))[:NAMED]
    more = ", …" if cases > NAMED else ""
    return f"open cases: {cases}{': ' if cases else ''}{', '.join(named)}{more}"
