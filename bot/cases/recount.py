"""Armed deadlines counted anew when public holidays change: what moves, and whom that concerns.

Hours are promised and stay as the case's edition has them; which days are free is a fact of the world. What
was met, missed or recorded is history and stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases.decision import Decision, Tell, To
from bot.cases.facts import Data, Fact, FactKind
from bot.cases.lifecycle import breach_key
from bot.cases.model import SYSTEM, WORKING, Case
from bot.sla.book import Book
from bot.sla.calendar import BusinessCalendar
from bot.sla.milestones import due
from bot.sla.promises import Promise, Running

NO_CALENDARS: Mapping[str, BusinessCalendar] = {}

TEMPLATES = {To.CUSTOMER: "recounted", To.OWNER: "recounted_owner"}

WHOM = "told"
"""The datum of a fact whose words come together with those of other cases: whom it concerns."""

ALONE: Data = {}


@dataclass(frozen=True, slots=True)
class Recounted:
    """One armed promise as it was and as it is; the due time may be the same, and no longer provisional."""

    before: Running
    after: Running
    provisional: bool


@dataclass(frozen=True, slots=True)
class Shifted:
    """What other days make of one case of many: its promises, and what is recorded."""

    promises: tuple[Promise, ...]
    facts: tuple[Fact, ...]


def recounted(
    case: Case, *, book: Book, before: Mapping[str, BusinessCalendar] = NO_CALENDARS
) -> tuple[Recounted, ...]:
    """Return the armed promises that are another time, or provisional otherwise, on the days in force.

    `before` are the calendars counted on so far, where they are known: only with them is it seen that a due
    time stays and is certain now.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    return tuple(_changed(case, book, before)) if case.status in WORKING else ()


def recount(
    case: Case, *, book: Book, now: datetime, before: Mapping[str, BusinessCalendar] = NO_CALENDARS
) -> Decision | None:
    """Return what other days make of a case; None where nothing moves.

    Cards show the new times. Who loses by it is told besides: the customer of a promise that comes later, the
    owner of one that comes sooner.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    found = recounted(case, book=book, before=before)
    if not found:
        return None
    return Decision(
        case=replace(case, promises=_moved(case, found), days=book.data.days),
        facts=tuple(_fact(case, each, book, now) for each in found),
        tells=tuple(_tells(case, found)),
    )


def recount_with_others(
    case: Case, *, book: Book, now: datetime, before: Mapping[str, BusinessCalendar] = NO_CALENDARS
) -> Shifted | None:
    """Return what other days make of one case of many; None where nothing moves.

    Whoever loses by several cases is told of them together: whom a promise concerns stands in its fact.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    found = recounted(case, book=book, before=before)
    if not found:
        return None
    return Shifted(
        promises=_moved(case, found),
        facts=tuple(_fact(case, each, book, now, {WHOM: _loses(case, each)}) for each in found),
    )


def told_with_others(facts: Iterable[Fact]) -> frozenset[To]:
    """Return whom what was recorded of a case concerns, of those who are told of several together."""
    return frozenset(To(str(fact.data[WHOM])) for fact in facts if fact.data.get(WHOM))


def choice_of(promise: Running) -> str:
    """Return how facts and wakes name a promise."""
    return f"{promise.target.scheme}:{promise.target.milestone}"


def _changed(case: Case, book: Book, before: Mapping[str, BusinessCalendar]) -> Iterator[Recounted]:
    for promise in case.promises:
        if not isinstance(promise, Running) or breach_key(case, promise) in case.fired:
            continue
        target = promise.target
        due_at = due(target, promise.start_at, held=promise.held, book=book, terms=case.terms)
        provisional = book.calendars[target.calendar].provisional(promise.start_at, due_at)
        known = before.get(target.calendar)
        was = known.provisional(promise.start_at, promise.due_at) if known else provisional
        if due_at != promise.due_at or was != provisional:
            yield Recounted(promise, replace(promise, due_at=due_at), provisional)


def _moved(case: Case, found: Iterable[Recounted]) -> tuple[Promise, ...]:
    moved = {id(each.before): each.after for each in found}
    return tuple(moved.get(id(promise), promise) for promise in case.promises)


def _fact(case: Case, each: Recounted, book: Book, now: datetime, more: Data = ALONE) -> Fact:
    return Fact(
        kind=FactKind.RECOUNTED,
        at=now,
        said_at=now,
        actor=SYSTEM,
        data={
            "choice": choice_of(each.after),
            "from": each.before.due_at.isoformat(),
            "to": each.after.due_at.isoformat(),
            "provisional": each.provisional,
            "days_from": case.days,
            "days_to": book.data.days,
            **more,
        },
    )


def _tells(case: Case, found: tuple[Recounted, ...]) -> Iterator[Tell]:
    losers = {_loses(case, each) for each in found}
    return (Tell(template=template, to=to) for to, template in TEMPLATES.items() if to in losers)


def _loses(case: Case, each: Recounted) -> To | None:
    """Who loses by it: the customer of what comes later, the owner of what comes sooner."""
    if each.after.due_at > each.before.due_at and each.after.target.shown:
        return To.CUSTOMER
    return To.OWNER if each.after.due_at < each.before.due_at and case.owner else None
