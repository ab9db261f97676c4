"""Who must be there, and who is told next: rungs since receipt, the engineer's reminders since assignment."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.people import Level, Role
from bot.sla.book import Book
from bot.sla.calendar import ALWAYS, BusinessCalendar
from bot.sla.staffing import Again, Staffing, StepKind
from bot.sla.terms import URGENT, Terms
from bot.sla.workdays import later

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody who must have been told by `at` if the case is still unsolved; the lowest rung is number 1."""

    number: int
    role: Role
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at `at`, so many minutes after assignment, if the engineer has not answered."""

    kind: StepKind
    minutes: int
    at: datetime


def rungs(book: Book, terms: Terms, level: Level, received_at: datetime) -> tuple[Rung, ...]:
    """Return the level's rungs from the lowest; empty if the contract has no ladder or the level no rung.

    Source: S1 annex 2 §7.2, C11.

    Raises:
        CalendarRangeError: a rung lies beyond the calendar's data.
    """
    if not terms.ladder:
        return ()
    hours = _hours(book, terms, level, in_service_hours=terms.ladder_in_service_hours)
    rows = [row for row in book.policies[terms.ladder].rungs if level in row.tell]
    return tuple(
        Rung(number, row.tell[level], later(received_at, row.after, calendar=hours, zone=terms.zone))
        for number, row in enumerate(rows, start=1)
    )


def engineer_steps(
    book: Book,
    terms: Terms,
    level: Level,
    assigned_at: datetime,
    *,
    kinds: Container[StepKind] = frozenset(StepKind),
) -> tuple[Step, ...]:
    """Return what happens, of these kinds, to an engineer who got the case at `assigned_at`, in order.

    Source: S1 annex 2 §8.2, C09.

    Raises:
        CalendarRangeError: a step lies beyond the calendar's data.
    """
    if not terms.engineer_clock:
        return ()
    hours = _hours(book, terms, level, in_service_hours=terms.engineer_clock_in_service_hours)
    return tuple(
        Step(row.do, row.after.length // _MINUTE, hours.add(assigned_at, row.after.length))
        for row in book.policies[terms.engineer_clock].steps
        if row.do in kinds
    )


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rung told again at `at`, so many minutes after it was told, because nobody acknowledged it."""

    to: Again
    minutes: int
    at: datetime


def unseen_steps(book: Book, terms: Terms, level: Level, told_at: datetime) -> tuple[Repeat, ...]:
    """Return when a rung that was told at `told_at` goes out again if nobody acknowledges it, in order.

    Raises:
        CalendarRangeError: a step lies beyond the calendar's data.
    """
    if not terms.ladder:
        return ()
    hours = _hours(book, terms, level, in_service_hours=terms.ladder_in_service_hours)
    return tuple(
        Repeat(row.to, row.after.length // _MINUTE, hours.add(told_at, row.after.length))
        for row in book.policies[terms.ladder].unseen
    )


def counts_from(
    book: Book, terms: Terms, since: datetime | None, *, levels: tuple[Level, Level], now: datetime
) -> datetime | None:
    """Return from when the engineer's clock counts after the level changed from one to another.

    A clock that now runs at any time keeps what it has run; nobody answers for the time in which it stood.
    """
    before, after = (
        _hours(book, terms, level, in_service_hours=terms.engineer_clock_in_service_hours) for level in levels
    )
    if since is None or before is after or after is not book.calendars[ALWAYS]:
        return since
    return now - before.between(since, now)


def staffing(book: Book, terms: Terms, level: Level) -> Staffing:
    """Return whom the contract demands at a level: the first scheme that does names the owner, all who else.

    Source: S0 §4.4.1.
    """
    schemes = (book.policies[name] for name in terms.schemes)
    named = [policy.levels[level].staff for policy in schemes if level in policy.levels]
    owner = next((each.owner for each in named if each.owner), None)
    roles = dict.fromkeys(role for each in named for role in each.roles if role is not owner)
    return Staffing(owner=owner, involved=tuple(roles))


def _hours(book: Book, terms: Terms, level: Level, *, in_service_hours: bool) -> BusinessCalendar:
    any_time = terms.urgent_any_time and level in URGENT
    return book.calendars[terms.calendar if in_service_hours and not any_time else ALWAYS]
