"""How every due time of a case came about, as a ledger: what was promised, what moved it, what it cost."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from babel.dates import get_timezone_name

from bot.cases.facts import Fact
from bot.cases.ledger import Entry, key_of, ledger
from bot.cases.model import FINAL, Case, Visit, WaitingFor
from bot.core.message import Block, Bold, Bullets, Buttons, Code, Line, Message, Paragraph
from bot.core.verbs import Verb
from bot.notify.build import para, press
from bot.notify.grading import why_this_level
from bot.notify.history import MOVES_CLOCKS, list_of
from bot.notify.promises import deadline, promised, scheme_title, standing
from bot.notify.scene import Scene
from bot.notify.texts import as_line
from bot.notify.times import allowance, clock, day, duration, hour
from bot.sla.calendar import EPOCH, MICROSECOND, BusinessCalendar
from bot.sla.policy import Basis, Milestone
from bot.sla.promises import Met, Paused, Pending, Promise, Running
from bot.sla.rules import PAUSES, RULES, ClockEvent, Move
from bot.sla.terms import Target

SEGMENTS = 4
"""How many spans of service hours are written out; two or more beyond them are summed up."""

_NOTHING = timedelta(0)

NEXT: Mapping[type[Promise], tuple[Move, ...]] = {
    Running: (Move.MEETS, Move.PAUSES, Move.RESTARTS, Move.AWAITS_VISIT),
    Paused: (Move.RESUMES, Move.MEETS),
    Met: (Move.REOPENS,),
}
"""Which moves may come next for a clock, by how it stands; one that has not started says so itself."""

NO_VISIT_YET = frozenset({Visit.NONE, Visit.REQUESTED})


def explanation(scene: Scene, case: Case, facts: Sequence[Fact]) -> Message:
    """Return every clock of a case: what started, paused and met it, by which promise, and how it counted.

    Staff see every scheme's promise with its clause and edition, a customer one a milestone without.
    """
    promises = case.promises if scene.staff else standing(case)
    blocks: list[Block] = [*why_this_level(scene, case, facts)]
    if scene.staff and promises:
        blocks.append(para(scene, "ledger.edition", edition=Code(case.edition)))
    moves = ledger(case, book=scene.book)
    for promise in promises:
        blocks.extend(_promise(scene, case, promise, moves.get(key_of(promise))))
    if not promises:
        blocks.append(para(scene, "why.none"))
    moved = list_of(scene, case, (fact for fact in facts if fact.kind in MOVES_CLOCKS))
    if moved:
        blocks.extend((para(scene, "why.facts"), *moved))
    if promises:
        chart = press(scene, Verb.WHY, case, words=scene.say("argument.chart"), label="chart")
        blocks.append(Buttons((chart,)))
    return Message(title=scene.line("why.title", case=case.key), blocks=tuple(blocks))


def _promise(scene: Scene, case: Case, promise: Promise, moves: Sequence[Entry] | None) -> Iterator[Block]:
    name = Bold(scene.say(f"field.promise.{promise.target.milestone}"))
    yield Paragraph((name, "  ", *_stand(scene, case, promise)))
    yield Bullets((*_steps(scene, case, promise, moves), *_next(scene, case, promise)))


def _stand(scene: Scene, case: Case, promise: Promise) -> Line:
    if scene.staff:
        return deadline(scene, promise)
    return promised(scene, case, promise.target.milestone)[0].value


def _steps(scene: Scene, case: Case, promise: Promise, moves: Sequence[Entry] | None) -> Iterator[Line]:
    target = promise.target
    yield _rule(scene, promise)
    if target.min:
        yield scene.line("why.best", length=allowance(scene, target.min))
    if scene.staff:
        yield from _source(scene, target)
    if isinstance(promise, Pending):
        yield scene.line("ledger.arrival" if promise.awaits_visit else f"why.starts.{target.starts}")
    else:
        yield scene.line(f"why.started.{target.starts}", at=clock(scene, promise.start_at))
    yield from _moves(scene, promise, moves)
    if isinstance(promise, Paused):
        yield scene.line(
            f"why.paused.{case.waiting or WaitingFor.CUSTOMER}", at=clock(scene, promise.paused_at)
        )
    if isinstance(promise, Running | Met):
        if target.milestone is Milestone.FIX and case.terms.site_allowance:
            yield scene.line("why.site", length=duration(scene, case.terms.site_allowance))
        yield from _counted(scene, promise)
    if isinstance(promise, Met):
        yield scene.line("why.met" if promise.in_time else "why.met_late", at=clock(scene, promise.met_at))


def _rule(scene: Scene, promise: Promise) -> Line:
    target = promise.target
    if target.max is None:
        own = scene.line("why.promptly_staff", length=allowance(scene, target.limit))
        return own if scene.staff else scene.line("why.promptly")
    return scene.line(f"why.rule.{target.basis}", length=allowance(scene, target.max))


def _source(scene: Scene, target: Target) -> Iterator[Line]:
    yield scene.line("why.clause", scheme=scheme_title(scene, target.scheme), clause=target.clause)
    if target.basis is not Basis.BUSINESS:
        return
    calendar = scene.book.calendars.get(target.calendar)
    if calendar is None:
        yield scene.line("ledger.calendar_gone", calendar=Code(target.calendar))
    else:
        yield scene.line("ledger.calendar", calendar=Code(target.calendar), edition=Code(calendar.edition))


def _moves(scene: Scene, promise: Promise, moves: Sequence[Entry] | None) -> Iterator[Line]:
    """Yield each pause with what it cost, each due time set aside; where no more is known, the sum alone."""
    if moves is None and not isinstance(promise, Pending) and promise.held:
        yield scene.line("why.held", length=duration(scene, promise.held))
    for entry in moves or ():
        event = scene.say(f"event.{entry.event}")
        if entry.hold:
            since, cost = entry.hold
            yield scene.line(
                "ledger.hold",
                since=clock(scene, since),
                until=clock(scene, entry.at),
                event=event,
                length=duration(scene, cost) if cost else scene.say("ledger.no_time"),
            )
        if entry.set_aside and (promise.target.shown or scene.staff):
            at, due_at = clock(scene, entry.at), clock(scene, entry.set_aside)
            yield scene.line("ledger.set_aside", at=at, event=event, due=due_at)


def _next(scene: Scene, case: Case, promise: Promise) -> Iterator[Line]:
    """Yield what moves a clock next, as long as something can."""
    if case.status in FINAL:
        return
    for move in NEXT.get(type(promise), ()):
        events = [
            event
            for event in ClockEvent
            if _move(promise.target, event) is move and _possible(move, event, case)
        ]
        if events:
            words = scene.say("word.comma").join(scene.say(f"event.{event}") for event in events)
            yield scene.line(f"ledger.next.{move}", events=words)


def _move(target: Target, event: ClockEvent) -> Move | None:
    rule = RULES.get((target.starts, event)) or RULES.get((target.milestone, event))
    return rule.move if rule else None


def _possible(move: Move, event: ClockEvent, case: Case) -> bool:
    """Tell whether this contract, and this case by now, know such a move."""
    if move is Move.PAUSES:
        return PAUSES[event](case.terms)
    return move is not Move.AWAITS_VISIT or case.visit in NO_VISIT_YET


def _counted(scene: Scene, promise: Running | Met) -> Iterator[Line]:
    """Yield how the time up to the due instant was counted; without a figure promised, to staff alone."""
    if not (promise.target.shown or scene.staff):
        return
    calendar = scene.book.calendars.get(promise.target.calendar)
    if promise.target.basis is Basis.BUSINESS and calendar is not None:
        yield from _segments(scene, calendar, promise.start_at, promise.due_at)
    zone = get_timezone_name(promise.due_at.astimezone(scene.zone), locale=scene.lang)
    due_at = scene.line("why.due", at=Bold(clock(scene, promise.due_at)))
    yield as_line(*due_at, scene.say("ledger.zone", zone=zone))


def _segments(scene: Scene, calendar: BusinessCalendar, start: datetime, end: datetime) -> Iterator[Line]:
    spans = list(_open(calendar, start, end))
    listed = spans if len(spans) <= SEGMENTS + 1 else spans[:SEGMENTS]
    for opens_at, closes_at in listed:
        yield scene.line(
            "why.segment",
            day=day(scene, opens_at),
            opens=hour(scene, opens_at),
            closes=hour(scene, closes_at),
            length=duration(scene, closes_at - opens_at),
        )
    if rest := spans[len(listed) :]:
        total = sum((closes_at - opens_at for opens_at, closes_at in rest), _NOTHING)
        yield scene.line("why.segments", n=len(rest), length=duration(scene, total))


def _open(calendar: BusinessCalendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans between two instants."""
    at = calendar.next_open(start)
    while at < end:
        segment = bisect_right(calendar.starts, (at - EPOCH) // MICROSECOND) - 1
        closes_at = min(end, EPOCH + calendar.ends[segment] * MICROSECOND)
        yield at, closes_at
        at = calendar.next_open(closes_at) if closes_at < end else end
