"""How far the announced holidays reach, what operators are told of it, and which deadlines lie beyond."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.cases.model import WORKING, Case
from bot.directory.lookup import Directory
from bot.ports import CaseQuery, Unit
from bot.services.desk import Desk
from bot.sla.book import Book
from bot.sla.promises import Running

COVERAGE = timedelta(days=62)
"""Two months: an official holiday notice comes about that long before the year it is for."""

MOST = 1000
"""How many cases are looked through for provisional deadlines, those due first."""

ENDING = "announced holidays end on "
"""How the alarm about them begins."""

AGAIN = timedelta(days=6, hours=12)
"""How long after the last alarm about them the next one comes at the earliest, a morning later."""

NAMED = 5
"""How many of them are named in an alarm."""

EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A promise whose due time may still move, and the last day whose holidays its calendar knows."""

    case: Case
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
    concerned = _told(doubts(unit, desk.book))
    unit.registry.alarm(
        f"calendars:{unit.now.isoformat()}",
        text=f"announced holidays end on {min(days)} ({', '.join(names)}): get the next year's notice and "
        f"run `casebell calendar import FILE`; deadlines beyond are provisional ({concerned})",
    )


def tell_if_known_again(unit: Unit, desk: Desk, *, before: Book) -> None:
    """Tell operators that holidays are known for long enough, if they were not in `before`."""
    directory = desk.directory_of(unit)
    ended = running_out(directory, before, unit.now)
    if ended and not running_out(directory, desk.book, unit.now):
        known_to = min(desk.book.calendars[name].announced_to for name, _ in ended)
        unit.registry.alarm(
            f"calendars-known:{desk.book.data.days}",
            text=f"holidays are announced to {known_to} now; open cases are counted anew",
        )


def doubts(unit: Unit, book: Book) -> tuple[Doubt, ...]:
    """Return the deadlines of open cases whose span touches a year that is not announced, soonest first."""
    end = min((each.announced_to for each in book.calendars.values() if each.provisional_years), default=None)
    if end is None:
        return ()
    since = datetime.combine(end, time(), UTC)
    query = CaseQuery(statuses=WORKING, clocks_between=(since, EVER), limit=MOST)
    found = (doubt for case in unit.cases.select(query) for doubt in _doubts(case, book))
    return tuple(sorted(found, key=lambda each: each.promise.due_at))


def _doubts(case: Case, book: Book) -> Iterator[Doubt]:
    for promise in case.promises:
        if isinstance(promise, Running):
            calendar = book.calendars[promise.target.calendar]
            if calendar.provisional(promise.start_at, promise.due_at):
                yield Doubt(case, promise, calendar.announced_to)


def _told(found: tuple[Doubt, ...]) -> str:
    """Return how many cases have provisional deadlines, and the first few of them."""
    cases = list(dict.fromkeys(each.case.key for each in found))
    more = ", …" if len(cases) > NAMED else ""
    return f"open cases: {len(cases)}{': ' if cases else ''}{', '.join(cases[:NAMED])}{more}"
