"""Open cases onto another edition of the policies, or other terms: what was met and recorded stays."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases.decision import Decision, Tell, To
from bot.cases.facts import Data, Fact, FactKind
from bot.cases.lifecycle import broken_already
from bot.cases.model import LIVE, SYSTEM, WORKING, Case
from bot.cases.triggers import Context
from bot.sla.book import Book
from bot.sla.milestones import relevelled
from bot.sla.promises import Promise, Running
from bot.sla.terms import Target, Terms


@dataclass(frozen=True, slots=True)
class Shift:
    """One promise of a case as it was and as it would be; None: there is no such promise."""

    target: Target
    before: Promise | None
    after: Promise | None


def move(case: Case, *, book: Book, terms: Terms, now: datetime) -> Decision | None:
    """Return the decision that puts an open case under other policies; None where it is under them already.

    Starts, pauses and what was met stay; a promise that only the new policies have counts as if it had been
    there from the beginning. What is overdue by then fires at its next wake, once; what was kept, but late by
    them, is broken at once. The owner is told of other deadlines, the customer of those promised to them.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    if case.status not in LIVE or (case.edition == book.edition and case.terms == terms):
        return None
    promises = relevelled(
        case.promises, case.level, received_at=case.opened_at, book=book, terms=terms, history=case.events
    )
    ladder_from = (case.ladder_from or case.opened_at) if terms.ladder else None
    after = replace(case, edition=book.edition, terms=terms, promises=promises, ladder_from=ladder_from)
    moved = shifts(case, after)
    found = {"from": case.edition, "to": book.edition, **_data(moved)}
    fact = Fact(kind=FactKind.EDITION_MOVED, at=now, said_at=now, actor=SYSTEM, data=found)
    decision = Decision(case=after, facts=(fact,), tells=tuple(_tells(after, moved)))
    return broken_already(decision, known=case.promises, context=Context(now=now, book=book))


def shifts(before: Case, after: Case) -> tuple[Shift, ...]:
    """Return the promises whose due time is another one, that came or that went."""
    return tuple(_shifts(_by_key(before.promises), _by_key(after.promises)))


def _tells(case: Case, moved: Iterable[Shift]) -> Iterator[Tell]:
    """Tell whoever goes by a time that is another one now; a case that is solved waits for nobody's clock."""
    others = [each for each in moved if due_at(each.before) != due_at(each.after)]
    if case.status not in WORKING or not others:
        return
    if case.owner:
        yield Tell(template="terms_moved_owner", to=To.OWNER)
    if any(each.target.shown for each in others):
        yield Tell(template="terms_moved", to=To.CUSTOMER)


def _shifts(before: Mapping[str, Promise], after: Mapping[str, Promise]) -> Iterator[Shift]:
    for key, either in {**before, **after}.items():
        was, is_ = before.get(key), after.get(key)
        if type(was) is not type(is_) or due_at(was) != due_at(is_):
            yield Shift(either.target, was, is_)


def due_at(promise: Promise | None) -> datetime | None:
    """Return when a promise is due; None where nothing is."""
    return promise.due_at if isinstance(promise, Running) else None


def _by_key(promises: Iterable[Promise]) -> Mapping[str, Promise]:
    return {promise.target.key: promise for promise in promises}


def _data(moved: Iterable[Shift]) -> Data:
    return {
        f"{which}:{each.target.key}": at.isoformat() if at else None
        for each in moved
        for which, at in (("before", due_at(each.before)), ("after", due_at(each.after)))
    }
