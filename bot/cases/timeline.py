"""A case's clocks side by side: what is promised from when to when, and everybody who will be told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cases.facts import Fact, FactKind
from bot.cases.ledger import Entry, key_of, ledger
from bot.cases.model import Case
from bot.cases.transitions import TRANSITIONS
from bot.cases.triggers import TriggerKind as T
from bot.cases.wake import Wake, wakes
from bot.sla.book import Book
from bot.sla.calendar import ALWAYS
from bot.sla.promises import Met, Paused, Pending, Promise, Running
from bot.sla.rules import ClockEvent
from bot.sla.terms import URGENT, Target

Hold = tuple[datetime, datetime]
"""A span in which a clock stood."""

ALARMS = frozenset(
    {
        T.REMIND,
        T.REASSIGN,
        T.ENGINEER_LATE,
        T.ESCALATE,
        T.DUE_SOON,
        T.ALARM,
        T.RUNG,
        T.NOTICE,
        T.SILENCE,
        T.END,
    }
)
"""What clocks do besides falling due: somebody is told, or the case moves on by itself."""

CLOSING = frozenset({T.NOTICE, T.SILENCE, T.END})
"""Those by which a case that was solved comes to its end."""

FIRED: Mapping[FactKind, T] = MappingProxyType(
    {
        FactKind.REMINDED: T.REMIND,
        FactKind.REASSIGNED: T.REASSIGN,
        FactKind.ENGINEER_OVERDUE: T.ENGINEER_LATE,
        FactKind.DUE_SOON: T.DUE_SOON,
        FactKind.ALARMED: T.ALARM,
        FactKind.RUNG_REACHED: T.RUNG,
        FactKind.CLOSING_NOTICE: T.NOTICE,
    }
)
"""The facts that such clocks leave behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One promise: it counts from `start_at` and is due at `due_at`; during `holds` it stood.

    Nothing is due of one that has not started or is paused. `assumed`: what was taken as given, and when.
    """

    target: Target
    start_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    holds: tuple[Hold, ...] = ()
    provisional: bool = False
    assumed: tuple[ClockEvent, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One alarm: somebody is told, or the case moves on by itself.

    `choice` is the rung's role, or the promise as “scheme:milestone”; `turn` counts who has had the case.
    """

    kind: T
    at: datetime
    number: int = 0
    choice: str = ""
    turn: int = 0
    clause: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything with a time in one case.

    `happened` is what people did or are supposed to do, `solved_at` a solution that was only assumed, `now`
    the moment of a real case.
    """

    opened_at: datetime
    zone: ZoneInfo
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    happened: tuple[tuple[T, datetime], ...] = ()
    solved_at: datetime | None = None
    now: datetime | None = None

    @property
    def until(self) -> datetime:
        """The last instant of all."""
        dues = (bar.due_at for bar in self.bars if bar.due_at)
        deeds = (at for _, at in self.happened)
        return max((self.opened_at, *dues, *deeds, *(mark.at for mark in self.marks)))


def of_case(case: Case, facts: Iterable[Fact], *, book: Book, now: datetime) -> Timeline:
    """Return a case's timeline: how its promises stand, who was told, and who will be if nothing happens."""
    told = tuple(
        Mark(
            kind=FIRED[fact.kind],
            at=fact.said_at,
            number=int(fact.data.get("number") or 0),
            choice=str(fact.data.get("choice") or ""),
        )
        for fact in facts
        if fact.kind in FIRED
    )
    to_come = (mark(wake, case, book=book) for wake in wakes(case, book=book) if wake.kind in ALARMS)
    return Timeline(
        opened_at=case.opened_at,
        zone=case.terms.zone,
        bars=bars(case, book=book),
        marks=(*told, *to_come),
        now=now,
    )


def bars(case: Case, *, book: Book) -> tuple[Bar, ...]:
    """Return every promise of a case as it stands."""
    moves = ledger(case, book=book)
    return tuple(_bar(promise, moves.get(key_of(promise), ()), book) for promise in case.promises)


def mark(wake: Wake, case: Case, *, book: Book) -> Mark:
    """Return a wake of a case as an alarm to come."""
    calendar, since = COUNTED[wake.kind](wake, case)
    return Mark(
        kind=wake.kind,
        at=wake.at,
        number=wake.number,
        choice=wake.choice,
        turn=case.turn,
        clause=_clause(wake, case, book),
        provisional=book.calendars[calendar].provisional(since, wake.at),
    )


def ladder_hours(case: Case) -> str:
    """Return the calendar on which a case's ladder is counted."""
    return _hours(case, in_service_hours=case.terms.ladder_in_service_hours)


def _bar(promise: Promise, moves: Iterable[Entry], book: Book) -> Bar:
    target = promise.target
    holds = tuple((entry.hold[0], entry.at) for entry in moves if entry.hold)
    match promise:
        case Pending():
            return Bar(target=target)
        case Paused():
            return Bar(target=target, start_at=promise.start_at, holds=holds)
        case Running() | Met():
            calendar = book.calendars.get(target.calendar)  # of what was met long ago there may be none
            return Bar(
                target=target,
                start_at=promise.start_at,
                due_at=promise.due_at,
                met_at=promise.met_at if isinstance(promise, Met) else None,
                holds=holds,
                provisional=calendar is not None and calendar.provisional(promise.start_at, promise.due_at),
            )
        case _:
            assert_never(promise)


def _of_promise(wake: Wake, case: Case) -> tuple[str, datetime]:
    promise = next(p for p in case.promises if p.target.key == wake.choice)
    return promise.target.calendar, case.opened_at


def _of_ladder(_: Wake, case: Case) -> tuple[str, datetime]:
    return ladder_hours(case), case.opened_at


def _of_engineer(_: Wake, case: Case) -> tuple[str, datetime]:
    hours = _hours(case, in_service_hours=case.terms.engineer_clock_in_service_hours)
    return hours, case.assigned_at or case.opened_at


def _of_opening(wake: Wake, case: Case) -> tuple[str, datetime]:
    return case.terms.calendar, wake.at


def _of_month(wake: Wake, _: Case) -> tuple[str, datetime]:
    return ALWAYS, wake.at


COUNTED: Mapping[T, Callable[[Wake, Case], tuple[str, datetime]]] = MappingProxyType(
    {
        T.DUE_SOON: _of_promise,
        T.ALARM: _of_promise,
        T.RUNG: _of_ladder,
        T.REMIND: _of_engineer,
        T.REASSIGN: _of_engineer,
        T.ENGINEER_LATE: _of_engineer,
        T.ESCALATE: _of_engineer,
        T.NOTICE: _of_opening,
        T.SILENCE: _of_month,
        T.END: _of_month,
    }
)
"""On which calendar each alarm is counted, and since when."""


def _hours(case: Case, *, in_service_hours: bool) -> str:
    any_time = case.terms.urgent_any_time and case.level in URGENT
    return case.terms.calendar if in_service_hours and not any_time else ALWAYS


def _clause(wake: Wake, case: Case, book: Book) -> str:
    return next(_clauses(wake, case, book), TRANSITIONS[case.status, wake.kind].clause)


def _clauses(wake: Wake, case: Case, book: Book) -> Iterator[str]:
    """Yield the clause by the case's own documents, where they have one."""
    yield from (p.target.clause for p in case.promises if p.target.key == wake.choice)
    if wake.kind in CLOSING:
        yield book.windows(case.terms).clause
    if wake.kind is T.RUNG:
        rungs = book.policies[case.terms.ladder].rungs
        yield from (row.clause for row in rungs if row.tell.get(case.level) == wake.choice)
    if COUNTED[wake.kind] is _of_engineer:
        steps = book.policies[case.terms.engineer_clock].steps
        yield from (row.clause for row in steps if row.after.length == timedelta(minutes=wake.number))
