"""When a case wants attention next: a pure function of the case, so that a forgotten cancel cannot exist."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cases.calling import rung_key
from bot.cases.lifecycle import breach_key, leaving, promise_key, reply_key
from bot.cases.model import SYSTEM, WORKING, Case, Status, WaitingFor
from bot.cases.owners import next_owner
from bot.cases.triggers import Context, Trigger
from bot.cases.triggers import TriggerKind as T
from bot.core.people import LADDER_ROLES
from bot.sla.book import Book
from bot.sla.closing import Closing, closing, reopen_until
from bot.sla.ladder import engineer_steps, rungs, unseen_steps
from bot.sla.milestones import alarm_at, soon_at
from bot.sla.promises import Promise, Running
from bot.sla.staffing import StepKind

WARN_SHARE = 4
"""A promise is announced to its owner when a quarter of its time is left."""


TIME_TO_ANSWER = timedelta(days=1)
"""How long before a case closes its last notice must have been given at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """One instant at which a clock of a case wants something; `key` fires once."""

    at: datetime
    key: str
    kind: T
    number: int = 0
    choice: str = ""


def wakes(case: Case, *, book: Book) -> tuple[Wake, ...]:
    """Return everything that will happen to a case if nobody does anything, earliest first."""
    wanted = (wake for source in SOURCES for wake in source(case, book) if wake.key not in case.fired)
    return tuple(sorted(wanted, key=lambda wake: (wake.at, ORDER.index(wake.kind))))


def wake_at(case: Case, *, book: Book) -> datetime | None:
    """Return when the case wants attention next; None if never."""
    return min(
        (wake.at for source in SOURCES for wake in source(case, book) if wake.key not in case.fired),
        default=None,
    )


def wake_on_other_days(
    case: Case,
    promises: Iterable[Promise],
    *,
    book: Book,
    known: datetime | None,
    since: datetime | None,
) -> datetime | None:
    """Return when a case wakes whose days are others since an instant, and its promises therefore these.

    `known` is when it woke on the days before. What comes before `since` stays, but for what counts back from
    a due time or from the end of a silence; at the worst the case wakes too early, and finds that out.
    """
    if known is None or since is None or known >= since or case.silence_from is not None:
        return wake_at(replace(case, promises=tuple(promises)), book=book)
    running = (each for each in promises if isinstance(each, Running) and case.status in WORKING)
    wanted = (
        wake.at for each in running for wake in _promise(case, each, book) if wake.key not in case.fired
    )
    return min((known, *wanted))


def trigger(wake: Wake, case: Case, *, context: Context) -> Trigger:
    """Return the trigger a wake stands for; with nobody left to reassign to, the manager is called."""
    if wake.kind is T.SEND_REPLY:
        return leaving(next(words for words in case.outgoing if words.number == wake.number))
    kind, choice = wake.kind, wake.choice
    if kind is T.REASSIGN and next_owner(case, context) is None:
        kind, choice = T.ESCALATE, "manager"
    return Trigger(kind=kind, by=SYSTEM, said_at=wake.at, choice=choice, number=wake.number, wake=wake.key)


def _replies(case: Case, _: Book) -> Iterator[Wake]:
    for words in case.outgoing:
        yield Wake(at=words.send_at, key=reply_key(words), kind=T.SEND_REPLY, number=words.number)


STEPS = {
    StepKind.REMIND: T.REMIND,
    StepKind.REASSIGN: T.REASSIGN,
}
LATE = frozenset({StepKind.OVERDUE})


def _engineer(case: Case, book: Book) -> Iterator[Wake]:
    """30 and 45 minutes of each owner's turn, and the hour of the round's first owner (C09).

    Waiting is no answer to the customer; a reply that leaves in a moment is one.
    """
    if case.status not in WORKING or case.answered_at or case.outgoing:
        return
    if case.owner is None or case.assigned_at is None or case.engineer_due_from is None:
        return
    terms, level = case.terms, case.level
    for step in engineer_steps(book, terms, level, case.assigned_at, kinds=STEPS):
        key = f"{step.kind}_{step.minutes}:{case.turn}"
        yield Wake(at=step.at, key=key, kind=STEPS[step.kind], number=step.minutes)
    for step in engineer_steps(book, terms, level, case.engineer_due_from, kinds=LATE):
        yield Wake(at=step.at, key=f"late:{case.round}", kind=T.ENGINEER_LATE, number=step.minutes)


def _promises(case: Case, book: Book) -> Iterator[Wake]:
    if case.status not in WORKING:
        return
    for promise in case.promises:
        if isinstance(promise, Running):
            yield from _promise(case, promise, book)


def _promise(case: Case, promise: Running, book: Book) -> Iterator[Wake]:
    target = promise.target
    name, choice, late = promise_key(case, promise), target.key, breach_key(case, promise)
    if late in case.fired:
        return
    alarm = alarm_at(promise, book=book, terms=case.terms)
    if alarm is not None:
        yield Wake(at=alarm, key=f"alarm:{name}", kind=T.ALARM, choice=choice)
    if target.shown:
        yield Wake(at=_soon(case, promise, book), key=f"soon:{name}", kind=T.DUE_SOON, choice=choice)
    yield Wake(at=promise.due_at, key=late, kind=T.BREACH, choice=choice)


def _soon(case: Case, promise: Running, book: Book) -> datetime:
    """When its reminder falls, else a quarter of its time is left, without what the clock was held for."""
    at = soon_at(promise, book=book, terms=case.terms)
    if at is not None:
        return at
    calendar = book.calendars[promise.target.calendar]
    whole = calendar.between(promise.start_at, promise.due_at)
    return calendar.add(promise.start_at, whole - (whole - promise.held) / WARN_SHARE)


def _ladder(case: Case, book: Book) -> Iterator[Wake]:
    if case.status not in WORKING or case.ladder_from is None:
        return
    for rung in rungs(book, case.terms, case.level, case.ladder_from):
        number = LADDER_ROLES.index(rung.role) + 1
        yield Wake(at=rung.at, key=rung_key(rung.role, case), kind=T.RUNG, number=number, choice=rung.role)


def _unseen(case: Case, book: Book) -> Iterator[Wake]:
    """A rung that nobody acknowledged goes out again."""
    if case.status not in WORKING or case.unseen is None:
        return
    told = case.unseen
    for step in unseen_steps(book, case.terms, case.level, told.told_at):
        key = f"unseen:{step.to}:{step.minutes}:{told.role}:{case.round}"
        yield Wake(at=step.at, key=key, kind=T.RUNG_AGAIN, number=step.minutes, choice=step.to)


def _waiting(case: Case, _: Book) -> Iterator[Wake]:
    if case.status is Status.WAITING and case.waiting_until is not None:
        yield Wake(at=case.waiting_until, key=f"wait:{case.waiting_until.isoformat()}", kind=T.WAIT_OVER)


def _silence(case: Case, book: Book) -> Iterator[Wake]:
    waits = case.status is Status.SOLVED or (
        case.status is Status.WAITING and case.waiting is WaitingFor.CUSTOMER
    )
    if case.silence_from is None or not waits:
        return
    plan = closing(case.silence_from, case.terms, book)
    since = case.silence_from.isoformat()
    for number, at in enumerate(plan.notices, start=1):
        yield Wake(at=at, key=f"notice:{number}:{since}", kind=T.NOTICE, number=number)
    yield Wake(at=_closes_at(case, plan, book), key=f"silence:{since}", kind=T.SILENCE)


def closes_at(case: Case, *, book: Book) -> datetime | None:
    """Return when silence closes the case; None if nothing waits for the customer's word."""
    if case.silence_from is None:
        return None
    return _closes_at(case, closing(case.silence_from, case.terms, book), book)


def _closes_at(case: Case, plan: Closing, book: Book) -> datetime:
    """The month's end, or as long after a notice that came too late as people need to answer it."""
    if case.noticed_at is None or case.noticed_at <= plan.closes_at - TIME_TO_ANSWER:
        return plan.closes_at
    return book.calendars[case.terms.calendar].next_open(case.noticed_at + TIME_TO_ANSWER)


def _end(case: Case, book: Book) -> Iterator[Wake]:
    if case.status is Status.CLOSED and case.closed_at is not None:
        until = reopen_until(case.closed_at, case.terms, book)
        yield Wake(at=until, key=f"end:{case.round}", kind=T.END)


SOURCES = (_replies, _engineer, _promises, _ladder, _unseen, _waiting, _silence, _end)

ORDER = (
    T.SEND_REPLY,
    T.REMIND,
    T.REASSIGN,
    T.ENGINEER_LATE,
    T.DUE_SOON,
    T.ALARM,
    T.BREACH,
    T.RUNG,
    T.RUNG_AGAIN,
    T.WAIT_OVER,
    T.NOTICE,
    T.SILENCE,
    T.END,
)
"""What comes first at one instant: words leave before anybody is blamed for their absence."""
