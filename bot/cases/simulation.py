"""What would happen to a case that nobody has reported yet: the desk's own rules, run ahead of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot.cases.effects import MARKS
from bot.cases.lifecycle import decide, words_of_customer
from bot.cases.model import WORKING, Case, CaseType, Reporter, Status, WaitingFor
from bot.cases.timeline import ALARMS, CLOSING, Bar, Mark, Timeline, bars, mark
from bot.cases.triggers import Context, Trigger
from bot.cases.triggers import TriggerKind as T
from bot.cases.wake import trigger, wakes
from bot.core.errors import CasebellError, UserError
from bot.core.people import CaseId, CaseKey, Language, Level, PersonId, Place, PlatformName
from bot.sla.book import Book
from bot.sla.milestones import opened
from bot.sla.policy import Milestone, Starts
from bot.sla.promises import Pending, Running
from bot.sla.rules import RULES, ClockEvent, Move
from bot.sla.terms import Terms

FIRST, SECOND, MANAGER, CUSTOMER = (PersonId(name) for name in ("first", "second", "manager", "customer"))
"""Who the case meets: two engineers on call, then their manager; and who reported it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something people do at `at`; `choice` narrows the kind as in the lifecycle; a wait ends at `until`."""

    kind: T
    at: datetime
    choice: str = ""
    until: datetime | None = None


class ImpossibleError(CasebellError):
    """Something was supposed to happen to a case that cannot happen to it then."""

    def __init__(self, what: Happening, case: Case) -> None:
        at = what.at.astimezone(case.terms.zone)
        super().__init__(f"{what.kind} cannot happen at {at:%Y-%m-%dT%H:%M}: the case is {case.status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A case to imagine: what is promised to it, when it is reported, and what people then do."""

    terms: Terms
    level: Level
    opened_at: datetime
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """A case right before something happened to it, and the alarm if it was one."""

    after: Case
    mark: Mark | None


def simulate(plan: Plan, *, book: Book) -> Timeline:
    """Return the whole timeline of a case, by the rules that the desk lives by.

    Of what people do, only the plan's happenings take place. Beyond them it is taken as given, and said so,
    that a clock is started at the last permitted instant, and that the case is solved when the last promise
    is due, and nothing more happens.

    Raises:
        ImpossibleError: something is to happen that cannot happen then.
        CalendarRangeError: something would be due beyond the calendar's data.
    """
    steps = list(_run(plan, book))
    case = steps[-1].after if steps else _opened(plan, book)
    drawn = tuple(_started(plan, case, each, book) for each in bars(case, book=book))
    marks = [step.mark for step in steps if step.mark]
    solved_at = None
    if case.status in WORKING:
        dues = (each.due_at for each in drawn if each.due_at)
        deeds = (each.until or each.at for each in plan.happenings)
        solved_at = max((plan.opened_at, *dues, *deeds))
        ended = _run(_with(plan, Happening(kind=T.SOLVE, at=solved_at)), book)
        marks += [step.mark for step in ended if step.mark and step.mark.kind in CLOSING]
    return Timeline(
        opened_at=plan.opened_at,
        zone=plan.terms.zone,
        bars=drawn,
        marks=tuple(marks),
        happened=tuple((each.kind, each.at) for each in plan.happenings),
        solved_at=solved_at,
    )


def _run(plan: Plan, book: Book) -> Iterator[_Step]:
    """Let everything happen in its order; at one instant people come before clocks."""
    case = _opened(plan, book)
    to_come = sorted(plan.happenings, key=lambda each: each.at)
    while True:
        wake = next(iter(wakes(case, book=book)), None)
        if to_come and (wake is None or to_come[0].at <= wake.at):
            each = to_come.pop(0)
            case = _deed(case, each, book)
            yield _Step(case, None)
        elif wake is not None:
            what = trigger(wake, case, context=_context(wake.at, book))
            alarm = mark(replace(wake, kind=what.kind), case, book=book) if what.kind in ALARMS else None
            case = _done(case, what, wake.at, book)
            yield _Step(case, alarm)
        else:
            return


def _opened(plan: Plan, book: Book) -> Case:
    reported = plan.opened_at
    named = ((ClockEvent.ENGINEER_NAMED, reported),)
    return Case(
        id=CaseId(1),
        key=CaseKey("-"),
        version=1,
        status=Status.OPEN,
        type=CaseType.FAULT,
        customer=None,
        contract=None,
        terms=plan.terms,
        edition=book.edition,
        reporter=Reporter(person=CUSTOMER, name=""),
        place=Place(PlatformName("-"), "-"),
        language=Language.ZH,
        brief="",
        opened_at=reported,
        level=plan.level,
        owner=FIRST,
        tried=(FIRST,),
        assigned_at=reported,
        engineer_due_from=reported,
        promises=opened(book, plan.terms, plan.level, reported, history=named),
        events=named,
        ladder_from=reported if plan.terms.ladder else None,
        turn=1,
    )


def _context(now: datetime, book: Book) -> Context:
    return Context(now=now, book=book, engineers=(FIRST, SECOND), manager=MANAGER)


def _done(case: Case, what: Trigger, at: datetime, book: Book) -> Case:
    return decide(case, what, context=_context(at, book)).case


def _deed(case: Case, each: Happening, book: Book) -> Case:
    """Let somebody do something, as the lifecycle knows it."""
    by_customer = each.kind is T.CUSTOMER_WROTE
    what = Trigger(
        kind=words_of_customer(case) if by_customer else each.kind,
        by=CUSTOMER if by_customer else case.owner or FIRST,
        said_at=each.at,
        text="-",
        choice=each.choice,
        until=each.until,
    )
    try:
        return _done(case, what, each.at, book)
    except UserError as error:
        raise ImpossibleError(each, case) from error


def _with(plan: Plan, *more: Happening) -> Plan:
    return replace(plan, happenings=(*plan.happenings, *more))


DEEDS: Mapping[ClockEvent, tuple[T, str]] = MappingProxyType(
    {
        ClockEvent.DIAGNOSED: (T.DIAGNOSE, ""),
        ClockEvent.VISIT_DECIDED: (T.VISIT_NEED, ""),
        ClockEvent.ARRIVED: (T.VISIT_ARRIVE, ""),
        ClockEvent.VENDOR_ASKED: (T.WAIT, WaitingFor.VENDOR),
        **{event: (T.MARK, choice) for choice, event in MARKS.items()},
    }
)
"""What people do to bring about an event that starts a clock."""

LAST_INSTANT: Mapping[ClockEvent, Milestone] = MappingProxyType(
    {ClockEvent.DIAGNOSED: Milestone.DIAGNOSIS, ClockEvent.ARRIVED: Milestone.ARRIVAL}
)
"""The promise whose due time is the last permitted instant of an event; any other happens at once."""


def _started(plan: Plan, case: Case, drawn: Bar, book: Book) -> Bar:
    """Return a promise that nothing has started as if what starts it came at the last permitted instant."""
    promise = next(p for p in case.promises if p.target == drawn.target)
    if not isinstance(promise, Pending) or case.status not in WORKING:
        return drawn
    event = ClockEvent.ARRIVED if promise.awaits_visit else _starter(promise.target.starts)
    kind, choice = DEEDS[event]
    after = LAST_INSTANT.get(event)
    dues = (p.due_at for p in case.promises if isinstance(p, Running) and p.target.milestone is after)
    assumed = Happening(kind=kind, choice=choice, at=min(dues, default=plan.opened_at))
    *_, last = _run(_with(plan, assumed), book)
    started = next(each for each in bars(last.after, book=book) if each.target == drawn.target)
    return replace(started, assumed=(event, assumed.at))


def _starter(starts: Starts) -> ClockEvent:
    """Return the event that starts a clock, the first of the table if there are several."""
    moves = {event: rule.move for (what, event), rule in RULES.items() if what == starts}
    return next(event for event, move in moves.items() if move is Move.STARTS)
