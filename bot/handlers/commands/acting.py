"""Verbs that are one trigger of the case's lifecycle: what was given becomes the trigger as it is."""

from collections.abc import Mapping

from bot.cases.decision import To
from bot.cases.model import Case, Status
from bot.cases.transitions import TRANSITIONS
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.verbs import Verb
from bot.handlers.call import Call, Handler
from bot.services.cases import perform


def act(call: Call, trigger: Trigger) -> Message | None:
    """Do one thing to the case and answer that it is done, unless the customer hears of it right here."""
    before = call.the_case
    after = perform(call.turn.unit, call.turn.desk, before.key, trigger)
    return None if heard_here(call, before, trigger.kind) else call.done(after)


def heard_here(call: Call, before: Case, kind: TriggerKind) -> bool:
    """Return whether the conversation the verb was said in is told of it anyway."""
    row = TRANSITIONS.get((before.status, kind))
    told = row is not None and any(each.to is To.CUSTOMER for each in row.tells)
    return told and before.place.lane == call.turn.origin.place.lane


def _plainly(kind: TriggerKind) -> Handler:
    def handle(call: Call) -> Message | None:
        return act(call, call.trigger(kind))

    return handle


PLAIN: Mapping[Verb, TriggerKind] = {
    Verb.NOTE: TriggerKind.NOTE,
    Verb.TAKE: TriggerKind.TAKE,
    Verb.LEVEL: TriggerKind.LEVEL,
    Verb.TAKEBACK: TriggerKind.TAKE_BACK,
    Verb.CALL: TriggerKind.CALL,
    Verb.DIAG: TriggerKind.DIAGNOSE,
    Verb.WAIT: TriggerKind.WAIT,
    Verb.RESUME: TriggerKind.RESUME,
    Verb.ESCALATE: TriggerKind.ESCALATE,
    Verb.APPROVE: TriggerKind.APPROVE,
    Verb.DECLINE: TriggerKind.DECLINE,
    Verb.CHASE: TriggerKind.CHASE,
    Verb.NOTED: TriggerKind.NOTED,
    Verb.SOLVE: TriggerKind.SOLVE,
    Verb.RATE: TriggerKind.RATE,
}


def acknowledge(call: Call) -> Message | None:
    """Take note of a case as its owner; somebody else's is named as theirs."""
    case = call.the_case
    if case.status is Status.ACKNOWLEDGED and case.owner is not None:
        key = "already_yours" if case.owner == call.turn.actor.person else "owned_by_other"
        raise UserError(key, case=case.key, owner=case.owner)
    return act(call, call.trigger(TriggerKind.ACKNOWLEDGE))


HANDLERS: Mapping[Verb, Handler] = {
    Verb.ACK: acknowledge,
    **{verb: _plainly(kind) for verb, kind in PLAIN.items()},
}
