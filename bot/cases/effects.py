"""What each trigger changes in the case itself, beside its status and clocks: a table of functions."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.cases import calling, fields, levels, owners, words
from bot.cases.decision import Tell, To
from bot.cases.effect import Effect, one_of
from bot.cases.facts import Data
from bot.cases.model import Case, CaseType, Closure, Visit, WaitingFor
from bot.cases.triggers import Context, Trigger, given_out_at
from bot.cases.triggers import TriggerKind as T
from bot.core.errors import UserError
from bot.sla.closing import reopen_until
from bot.sla.milestones import earliest, on_event
from bot.sla.policy import Milestone
from bot.sla.rules import ClockEvent

VISIT_ORDER: Mapping[T, tuple[frozenset[Visit], Visit]] = {
    T.VISIT_REQUEST: (frozenset({Visit.NONE, Visit.LEFT}), Visit.REQUESTED),
    T.VISIT_NEED: (frozenset({Visit.NONE, Visit.REQUESTED, Visit.LEFT}), Visit.NEEDED),
    T.VISIT_GO: (frozenset({Visit.NEEDED, Visit.LEFT}), Visit.UNDERWAY),
    T.VISIT_ARRIVE: (frozenset({Visit.NEEDED, Visit.UNDERWAY}), Visit.ARRIVED),
    T.VISIT_LEAVE: (frozenset({Visit.ARRIVED}), Visit.LEFT),
}
"""From which steps of a visit each step may follow."""


def _visit(case: Case, trigger: Trigger, context: Context) -> Effect:
    before, after = VISIT_ORDER[trigger.kind]
    if case.visit not in before:
        raise UserError("visit_order", case=case.key, step=after, stands=case.visit)
    warned = trigger.kind is T.VISIT_NEED and _must_be_diagnosed_first(case, trigger, context)
    return Effect(case=replace(case, visit=after), tells=_diagnosis_binds(case, trigger) if warned else ())


def _must_be_diagnosed_first(case: Case, trigger: Trigger, context: Context) -> bool:
    """Tell whether the diagnosis is due before anybody has promised to be there who could make it (C13)."""
    promises = on_event(
        case.promises,
        ClockEvent.VISIT_DECIDED,
        trigger.said_at,
        book=context.book,
        terms=case.terms,
        history=case.events,
    )
    diagnosis, arrival = (
        earliest(each for each in promises if each.target.milestone is milestone)
        for milestone in (Milestone.DIAGNOSIS, Milestone.ARRIVAL)
    )
    return diagnosis is not None and arrival is not None and diagnosis.due_at < arrival.due_at


def _diagnosis_binds(case: Case, trigger: Trigger) -> tuple[Tell, ...]:
    """Warn whoever decided the visit, and the owner."""
    people = dict.fromkeys(person for person in (trigger.by, case.owner) if person)
    return tuple(Tell(template="diagnosis_binds", to=To.OWNER, person=person) for person in people)


def _wait(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Wait for somebody; advice given and the customer's turn start the month of silence."""
    waiting = WaitingFor(one_of(WaitingFor, trigger.choice, case))
    if trigger.until is not None and trigger.until <= context.now:
        raise UserError("until_is_past", case=case.key)
    customers_turn = waiting is WaitingFor.CUSTOMER
    return Effect(
        case=replace(
            case,
            waiting=waiting,
            waiting_until=trigger.until,
            silence_from=trigger.said_at if customers_turn and case.answered_at else None,
        ),
        data={"choice": waiting},
        clocks=WAITS.get(waiting, ()),
    )


WAITS: Mapping[WaitingFor, tuple[ClockEvent, ...]] = {
    WaitingFor.CUSTOMER: (ClockEvent.CUSTOMER_WAIT,),
    WaitingFor.VENDOR: (ClockEvent.VENDOR_ASKED,),
    WaitingFor.PARTS: (ClockEvent.PARTS_AWAITED,),
}
"""What waiting for somebody is to the clocks."""


def _resume(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Go on; who resumes by hand what waited for the vendor has the vendor's answer."""
    answered = case.waiting is WaitingFor.VENDOR and trigger.kind is T.RESUME
    return Effect(
        case=replace(case, waiting=None, waiting_until=None, silence_from=None),
        clocks=(ClockEvent.VENDOR_ANSWERED,) if answered else (),
    )


def _mark(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Note something that starts or meets a promise of its own, or makes the case one of another type."""
    mark = MARKS[one_of(MARKS, trigger.choice, case)]
    if mark is ClockEvent.NO_DISASTER and not calling.is_emergency(case):
        raise UserError("no_disaster_marked", case=case.key)
    kind = case.type if case.type is CaseType.COMPLAINT else TYPED.get(mark, case.type)
    called: tuple[Tell, ...] = ()
    matter, data = case.kind, {"choice": trigger.choice}
    if mark is ClockEvent.DISASTER:
        matter = trigger.emergency or case.kind
        data |= {"kind": trigger.emergency} if trigger.emergency else {}
        called = calling.emergency_team(case, context)
    elif mark is ClockEvent.NO_DISASTER and case.type is not CaseType.COMPLAINT:
        matter = None
    return Effect(case=replace(case, type=kind, kind=matter), data=data, clocks=(mark,), tells=called)


def _breach(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Keep when the promise was due: another level may move that, and takes no breach back."""
    target = next((p.target for p in case.promises if p.target.key == trigger.choice), None)
    also = context.book.policies[target.scheme].targets[target.milestone].breach_tells if target else ()
    data: Data = {
        "number": trigger.number,
        "choice": trigger.choice,
        "clause": target.clause if target else "",
    }
    return Effect(
        case=replace(case, breaches=(*case.breaches, (trigger.wake, trigger.said_at))),
        data=data,
        tells=tuple(
            Tell(template="breach", to=To.ROLE, role=role, data=data, second_channel=True, wake=trigger.wake)
            for role in also
        ),
    )


MARKS: Mapping[str, ClockEvent] = {
    "disaster": ClockEvent.DISASTER,
    "no_disaster": ClockEvent.NO_DISASTER,
    "written": ClockEvent.WRITTEN_NOTICE,
    "standby": ClockEvent.STANDBY,
    "replacement": ClockEvent.REPLACEMENT_OFFERED,
    "answered": ClockEvent.VENDOR_ANSWERED,
    "received": ClockEvent.UNIT_RECEIVED,
    "returned": ClockEvent.UNIT_RETURNED,
    "objection": ClockEvent.OBJECTED,
}
"""What an engineer may note that no other verb says, and what it is to the clocks."""

TYPED: Mapping[ClockEvent, CaseType] = {
    ClockEvent.OBJECTED: CaseType.OBJECTION,
    ClockEvent.UNIT_RECEIVED: CaseType.REPAIR,
}
"""What says by itself of which type a case is."""


def _solve(case: Case, trigger: Trigger, _context: Context) -> Effect:
    return Effect(
        case=replace(
            words.answered(case, trigger.said_at),
            solution=trigger.text,
            silence_from=trigger.said_at,
            waiting=None,
            waiting_until=None,
        )
    )


def _at_rest(case: Case, context: Context) -> Case:
    """Nobody is waited for any more."""
    return replace(case, closed_at=context.now, silence_from=None, waiting=None, waiting_until=None)


CALL_BACK = Tell(template="call_back", to=To.LEAD)
"""The desk calls the customer about a closed case (S1 A2 11.1)."""


SURVEY = Tell(template="survey", to=To.CUSTOMER)
"""The customer is asked how it was, once a closing, unless the contract has surveys of its own (C36)."""


def _close(closure: Closure) -> Callable[[Case, Trigger, Context], Effect]:
    def close(case: Case, trigger: Trigger, context: Context) -> Effect:
        windows = context.book.windows(case.terms)
        owed = windows.callback
        return Effect(
            case=replace(_at_rest(case, context), closure=closure, callback_owed=owed),
            data={"how": closure, "on_behalf": trigger.on_behalf},
            tells=(*((SURVEY,) if windows.survey else ()), *((CALL_BACK,) if owed else ())),
        )

    return close


def _reopen(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Back to work: a new round with a fresh engineer clock and the ladder from its start."""
    if case.closed_at is not None and context.now > reopen_until(case.closed_at, case.terms, context.book):
        raise UserError("reopen_too_late", case=case.key)
    return Effect(
        case=replace(
            case,
            round=case.round + 1,
            turn=case.turn + 1,
            tried=(case.owner,) if case.owner else (),
            unseen=None,
            path_step=0,
            assigned_at=given_out_at(trigger.said_at, context.now),
            engineer_due_from=given_out_at(trigger.said_at, context.now),
            answered_at=None,
            ladder_from=trigger.said_at if case.ladder_from else None,
            visit=case.visit if case.visit is Visit.ARRIVED else Visit.NONE,
            solution="",
            closed_at=None,
            closure=None,
            callback_owed=False,
            silence_from=None,
            rating=None,
        )
    )


def _rate(case: Case, trigger: Trigger, _context: Context) -> Effect:
    if not 1 <= trigger.number <= 5:
        raise UserError("rate_1_to_5", case=case.key)
    return Effect(case=replace(case, rating=trigger.number), data={"stars": trigger.number})


def _merge(case: Case, trigger: Trigger, context: Context) -> Effect:
    return Effect(
        case=replace(_at_rest(case, context), merged_into=trigger.case), data={"into": trigger.case}
    )


def _absorb(case: Case, trigger: Trigger, _context: Context) -> Effect:
    return Effect(case=case, data={"case": trigger.case})


def _cancel(case: Case, trigger: Trigger, context: Context) -> Effect:
    return Effect(case=_at_rest(case, context), data={"choice": trigger.choice} if trigger.choice else {})


def _notice(case: Case, trigger: Trigger, context: Context) -> Effect:
    return Effect(case=replace(case, noticed_at=context.now), data={"number": trigger.number})


def _numbered(case: Case, trigger: Trigger, _context: Context) -> Effect:
    return Effect(case=case, data={"number": trigger.number, "choice": trigger.choice})


EFFECTS: Mapping[T, Callable[[Case, Trigger, Context], Effect]] = {
    T.ACKNOWLEDGE: owners.acknowledge,
    T.TAKE: owners.take,
    T.ASSIGN: owners.assign,
    T.LEVEL: levels.level,
    T.CLARIFY: levels.level,
    T.WORSEN: levels.worsen,
    T.DISPUTE: levels.dispute,
    T.HOLD_REPLY: words.hold_reply,
    T.TAKE_BACK: words.take_back,
    T.SEND_REPLY: words.send_reply,
    T.CALL: words.call,
    T.DIAGNOSE: words.spoke,
    T.STAFF_ADDED: words.spoke,
    T.STAFF_SPOKE: words.spoke,
    T.CUSTOMER_WROTE: words.customer_wrote,
    T.CUSTOMER_ANSWERED: _resume,
    T.CHASE: words.chase,
    T.EDITED: words.changed,
    T.DELETED: words.changed,
    T.SET: fields.fill_in,
    **dict.fromkeys(VISIT_ORDER, _visit),
    T.MARK: _mark,
    T.WAIT: _wait,
    T.RESUME: _resume,
    T.WAIT_OVER: _resume,
    T.ESCALATE: calling.escalate,
    T.APPROVE: calling.approve,
    T.DECLINE: calling.decline,
    T.SOLVE: _solve,
    T.CONFIRM: _close(Closure.CONFIRMATION),
    T.SILENCE: _close(Closure.SILENCE),
    T.REOPEN: _reopen,
    T.RATE: _rate,
    T.MERGE: _merge,
    T.ABSORB: _absorb,
    T.CANCEL: _cancel,
    T.REASSIGN: owners.reassign,
    T.REMIND: _numbered,
    T.ENGINEER_LATE: _numbered,
    T.DUE_SOON: _numbered,
    T.ALARM: _numbered,
    T.BREACH: _breach,
    T.RUNG: calling.rung,
    T.RUNG_AGAIN: calling.rung_again,
    T.NOTICE: _notice,
    T.NOTED: calling.noted,
}
