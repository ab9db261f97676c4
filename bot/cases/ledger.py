"""What moved each clock of a case, one entry a move: the case's events, gone through once more."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.model import Case
from bot.sla.book import Book
from bot.sla.milestones import on_event, opened
from bot.sla.policy import Milestone
from bot.sla.promises import Met, Paused, Pending, Promise, Running
from bot.sla.rules import ClockEvent

Key = tuple[str, Milestone]
"""A promise by its scheme and milestone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event that changed one clock."""

    event: ClockEvent
    at: datetime
    before: Promise
    after: Promise

    @property
    def hold(self) -> tuple[datetime, timedelta] | None:
        """Since when the clock had stood, and how much of its own time that did not count."""
        match self.before, self.after:
            case Paused(paused_at=since, held=held), Running() | Met():
                return since, self.after.held - held
            case Met(met_at=since, held=held), Running():
                return since, self.after.held - held
            case _:
                return None

    @property
    def set_aside(self) -> datetime | None:
        """The due time that held until then, of a clock that starts anew."""
        match self.before, self.after:
            case Running(due_at=due_at), Pending():
                return due_at
            case Running(due_at=due_at, start_at=start), Running(start_at=again) if start != again:
                return due_at
            case _:
                return None


def key_of(promise: Promise) -> Key:
    """Return what tells a promise from the others of its case."""
    return promise.target.scheme, promise.target.milestone


def ledger(case: Case, *, book: Book) -> Mapping[Key, tuple[Entry, ...]]:
    """Return what moved each promise, in order, under the level the case has now.

    Left out is a promise for which that does not end where it stands: it was moved under another level.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    promises = opened(book, case.terms, case.level, case.opened_at)
    moves: defaultdict[Key, list[Entry]] = defaultdict(list)
    for number, (event, at) in enumerate(case.events):
        past = case.events[:number]
        moved = on_event(promises, event, at, book=book, terms=case.terms, history=past)
        for before, after in zip(promises, moved, strict=True):
            if before != after:
                moves[key_of(after)].append(Entry(event=event, at=at, before=before, after=after))
        promises = moved
    stands = {key_of(promise): _progress(promise) for promise in case.promises}
    return {
        key: tuple(moves[key])
        for promise in promises
        if stands.get(key := key_of(promise)) == _progress(promise)
    }


def _progress(promise: Promise) -> tuple[object, ...]:
    """Return what events decide about a clock: all of it but the due time, which may be counted anew."""
    match promise:
        case Pending():
            return Pending, promise.awaits_visit
        case Running():
            return Running, promise.start_at, promise.held
        case Paused():
            return Paused, promise.start_at, promise.held, promise.paused_at
        case Met():
            return Met, promise.start_at, promise.held, promise.met_at
