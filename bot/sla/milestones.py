"""Running clocks: how what happens to a case starts, pauses and meets what was promised.

A clock is exact in three values: its target, where it started, and how long it was held (time that does not
count, because the customer kept us waiting or the case was solved). The due time follows from these alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from bot.core.people import Level
from bot.sla.allowance import Allowance
from bot.sla.policy import Book, Milestone, Starts, Target, Terms
from bot.sla.rules import FROM_RECEIPT, PAUSES, REPEATED, RULES, ClockEvent, Move
from bot.sla.workdays import later

_NOTHING = timedelta(0)
_ENDS_A_WAIT = frozenset({ClockEvent.RESUMED, ClockEvent.SOLVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Not started: the event that starts it has not happened; nothing is due.

    `awaits_visit`: somebody has to come first, so a diagnosis no longer starts it (C15).
    """

    target: Target
    received_at: datetime
    awaits_visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Counting since `start_at`, except for `held`, and due at `due_at`."""

    target: Target
    start_at: datetime
    held: timedelta = _NOTHING
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Stopped at `paused_at`; nothing is due until it goes on."""

    target: Target
    start_at: datetime
    held: timedelta = _NOTHING
    paused_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Done at `met_at`, in time or late; a level set later changes nothing about it."""

    target: Target
    start_at: datetime
    held: timedelta = _NOTHING
    due_at: datetime
    met_at: datetime

    @property
    def in_time(self) -> bool:
        """Whether it was kept; the due instant itself is in time."""
        return self.met_at <= self.due_at


Promise = Pending | Running | Paused | Met


def opened(
    book: Book,
    terms: Terms,
    level: Level,
    received_at: datetime,
    *,
    history: Iterable[tuple[ClockEvent, datetime]] = (),
) -> tuple[Promise, ...]:
    """Return the clocks of a new case: those that start at receipt run, and saw the events since.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    promises = tuple(_opened(target, received_at, book, terms) for target in book.targets(terms, level))
    past = tuple(history)
    for number, (event, at) in enumerate(past):
        promises = on_event(promises, event, at, book=book, terms=terms, history=past[:number])
    return promises


def on_event(
    promises: Sequence[Promise],
    event: ClockEvent,
    at: datetime,
    *,
    book: Book,
    terms: Terms,
    history: Iterable[tuple[ClockEvent, datetime]] = (),
) -> tuple[Promise, ...]:
    """Return the clocks after `event`; a clock for which the table has no row stays as it is.

    A second visit moves no clock: the first arrival counted. A clock that starts in the past, as by what was
    noted late, has seen what happened since: `history` holds the events so far.
    """
    if event is ClockEvent.VISIT_DECIDED and _visited(promises):
        return tuple(promises)
    moment, past = _Moment(event, at, book, terms), tuple(history)
    return tuple(_caught_up(promise, _moved(promise, moment), moment, past) for promise in promises)


def relevelled(
    promises: Sequence[Promise],
    level: Level,
    *,
    received_at: datetime,
    book: Book,
    terms: Terms,
    history: Iterable[tuple[ClockEvent, datetime]] = (),
) -> tuple[Promise, ...]:
    """Return the clocks under another level: start and holds stay, the allowance changes, met stays met.

    A promise that only the new level has counts as if it had been there from the beginning: `history`, the
    events so far, is applied to it. One that the new level lacks goes, unless it is met.
    """
    fresh = opened(book, terms, level, received_at, history=history)
    known = {promise.target.key: promise for promise in promises}
    wanted = {promise.target.key for promise in fresh}
    kept = (p for key, p in known.items() if key not in wanted and isinstance(p, Met))
    return (
        *(
            _retargeted(known[promise.target.key], promise.target, book, terms)
            if promise.target.key in known
            else promise
            for promise in fresh
        ),
        *kept,
    )


def due(
    target: Target, start_at: datetime, *, held: timedelta = _NOTHING, book: Book, terms: Terms
) -> datetime:
    """Return when a clock that started at `start_at` and was held for so long falls due, in UTC.

    Months are calendar months of the contract's local time, from the start (C30); the last working day counts
    until it closes.

    Raises:
        CalendarRangeError: it lies beyond the calendar's data.
    """
    site = terms.site_allowance if target.milestone is Milestone.FIX else _NOTHING
    calendar = book.calendars[target.calendar]
    return later(start_at, target.limit, held + site, calendar=calendar, zone=terms.zone)


def alarm_at(promise: Running, *, book: Book, terms: Terms) -> datetime | None:
    """Return when the desk alarms itself about a promise without a number (C03); None for the others."""
    return _at(promise, promise.target.alarm, book, terms)


def soon_at(promise: Running, *, book: Book, terms: Terms) -> datetime | None:
    """Return when its owner is reminded that it will be due; None where nothing says when."""
    return _at(promise, promise.target.soon, book, terms)


def consumed(promise: Promise, at: datetime, *, book: Book) -> timedelta:
    """Return how much of its own time (elapsed or service hours) a clock has counted up to `at`."""
    match promise:
        case Pending():
            return _NOTHING
        case Running():
            end = at
        case Paused():
            end = promise.paused_at
        case Met():
            end = promise.met_at
        case _:
            assert_never(promise)
    return _counted(promise.target, promise.start_at, end, book) - promise.held


def earliest(promises: Iterable[Promise]) -> Running | None:
    """Return the clock that falls due first; None if none runs."""
    running = (promise for promise in promises if isinstance(promise, Running))
    return min(running, key=lambda promise: promise.due_at, default=None)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What happened, when, and by which rules."""

    event: ClockEvent
    at: datetime
    book: Book
    terms: Terms

    def run(self, target: Target, start_at: datetime, held: timedelta = _NOTHING) -> Running:
        due_at = due(target, start_at, held=held, book=self.book, terms=self.terms)
        return Running(target=target, start_at=start_at, held=held, due_at=due_at)

    def since(self, target: Target, start_at: datetime) -> timedelta:
        return max(_counted(target, start_at, self.at, self.book), _NOTHING)


def _at(promise: Running, written: Allowance | None, book: Book, terms: Terms) -> datetime | None:
    if written is None:
        return None
    calendar = book.calendars[promise.target.calendar]
    return later(promise.start_at, written, promise.held, calendar=calendar, zone=terms.zone)


def _caught_up(
    before: Promise, after: Promise, moment: _Moment, history: Sequence[tuple[ClockEvent, datetime]]
) -> Promise:
    """Let a clock that starts see what goes on: a wait that began before, and all that is known since."""
    if not isinstance(after, Running):
        return after
    if not isinstance(before, Pending) and before.start_at == after.start_at:
        return after
    since = after.start_at
    waits = [event for event, at in history if at <= since and (event in PAUSES or event in _ENDS_A_WAIT)]
    if waits and waits[-1] in PAUSES:
        after = _moved(after, replace(moment, event=waits[-1], at=since))
    if since < max((moment.at, *(at for _, at in history))):
        for event, at in history:
            if at >= since:
                after = _moved(after, replace(moment, event=event, at=at))
    return after


def _moved(promise: Promise, moment: _Moment) -> Promise:
    target = promise.target
    rule = RULES.get((target.starts, moment.event)) or RULES.get((target.milestone, moment.event))
    return _MOVES[rule.move](promise, moment) if rule else promise


def _start(promise: Promise, moment: _Moment) -> Promise:
    if isinstance(promise, Met) and promise.target.milestone in REPEATED and moment.at > promise.met_at:
        return moment.run(promise.target, moment.at)
    if not isinstance(promise, Pending) or (promise.awaits_visit and moment.event is not ClockEvent.ARRIVED):
        return promise
    from_receipt = promise.target.starts in FROM_RECEIPT
    return moment.run(promise.target, promise.received_at if from_receipt else moment.at)


def _restart(promise: Promise, moment: _Moment) -> Promise:
    """Begin a new period, but never one before the period under way."""
    since = promise.received_at if isinstance(promise, Pending) else promise.start_at
    return moment.run(promise.target, max(since, moment.at))


def _await_visit(promise: Promise, moment: _Moment) -> Promise:
    back = _drop(promise, moment)
    return replace(back, awaits_visit=True) if isinstance(back, Pending) else back


def _meet(promise: Promise, moment: _Moment) -> Promise:
    """Meet a clock; one that waits for a diagnosis nobody wrote down starts and ends at once.

    What was said earlier and reaches us later met it earlier.
    """
    if isinstance(promise, Met) and promise.start_at <= moment.at < promise.met_at:
        return replace(promise, met_at=moment.at)
    if isinstance(promise, Pending) and promise.target.starts is Starts.DIAGNOSIS_OR_ARRIVAL:
        promise = moment.run(promise.target, moment.at)
    promise = _resume(promise, moment)
    if not isinstance(promise, Running):
        return promise
    return Met(
        target=promise.target,
        start_at=promise.start_at,
        held=promise.held,
        due_at=promise.due_at,
        met_at=moment.at,
    )


def _pause(promise: Promise, moment: _Moment) -> Promise:
    """Pause a clock if the contract says so; one that is late already stays late."""
    if not isinstance(promise, Running) or not PAUSES[moment.event](moment.terms):
        return promise
    if moment.at >= promise.due_at:
        return promise
    return Paused(target=promise.target, start_at=promise.start_at, held=promise.held, paused_at=moment.at)


def _resume(promise: Promise, moment: _Moment) -> Promise:
    if not isinstance(promise, Paused):
        return promise
    pause = moment.since(promise.target, promise.paused_at)
    return moment.run(promise.target, promise.start_at, promise.held + pause)


def _reopen(promise: Promise, moment: _Moment) -> Promise:
    """Go on where the clock stood when it was met; one met late stays due when it was."""
    if not isinstance(promise, Met):
        return _renew(promise, moment)
    solved = moment.since(promise.target, promise.met_at) if promise.in_time else _NOTHING
    return moment.run(promise.target, promise.start_at, promise.held + solved)


def _renew(promise: Promise, moment: _Moment) -> Promise:
    return replace(promise, received_at=moment.at) if isinstance(promise, Pending) else promise


def _drop(promise: Promise, moment: _Moment) -> Promise:  # noqa: ARG001 - all moves have one shape
    if isinstance(promise, Running | Paused):
        return Pending(target=promise.target, received_at=promise.start_at)
    return promise


_MOVES: Mapping[Move, Callable[[Promise, _Moment], Promise]] = MappingProxyType(
    {
        Move.STARTS: _start,
        Move.AWAITS_VISIT: _await_visit,
        Move.MEETS: _meet,
        Move.PAUSES: _pause,
        Move.RESUMES: _resume,
        Move.REOPENS: _reopen,
        Move.RENEWS: _renew,
        Move.RESTARTS: _restart,
        Move.DROPS: _drop,
    }
)


def _opened(target: Target, received_at: datetime, book: Book, terms: Terms) -> Promise:
    if target.starts is not Starts.RECEIPT:
        return Pending(target=target, received_at=received_at)
    due_at = due(target, received_at, book=book, terms=terms)
    return Running(target=target, start_at=received_at, due_at=due_at)


def _retargeted(promise: Promise, target: Target, book: Book, terms: Terms) -> Promise:
    match promise:
        case Met():
            return replace(promise, target=target) if target.milestone in REPEATED else promise
        case Pending():
            return replace(promise, target=target)
        case Running() | Paused():
            start_at, held = promise.start_at, promise.held
            due_at = due(target, start_at, held=held, book=book, terms=terms)
            if isinstance(promise, Paused) and promise.paused_at < due_at:
                return replace(promise, target=target)
            return Running(target=target, start_at=start_at, held=held, due_at=due_at)
        case _:
            assert_never(promise)


def _visited(promises: Iterable[Promise]) -> bool:
    return any(isinstance(p, Met) and p.target.milestone is Milestone.ARRIVAL for p in promises)


def _counted(target: Target, start: datetime, end: datetime, book: Book) -> timedelta:
    return book.calendars[target.calendar].between(start, end)
