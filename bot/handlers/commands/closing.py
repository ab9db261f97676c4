"""Closing a case and coming back to it; the customer's answer about its impact."""

from collections.abc import Mapping
from dataclasses import replace

from bot.cases.triggers import TriggerKind
from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.verbs import Verb
from bot.handlers.call import Call, Handler
from bot.handlers.commands.acting import act, heard_here
from bot.handlers.finding import by_number
from bot.handlers.registry import BY_VERB
from bot.notify.answers import changed_meanwhile
from bot.services.asking import level_of_answer
from bot.services.candidates import NOT_A_CASE
from bot.services.cases import merge as merge_into
from bot.services.cases import perform
from bot.services.cases import reopen as back_to_work
from bot.triage.reading import Ask

NOT_A_CASE_WORDS = ("不是工单", "非工单", "not a case")
"""How a reason begins that says that there was nothing to open a case for."""


def confirm(call: Call) -> Message | None:
    """Close a case: the customer says so, or staff for them, saying who said it and how."""
    staff = call.turn.actor.staff
    if staff and not call.request.given.text:
        raise UserError("confirm_who_said_so", verb=Verb.CONFIRM)
    return act(call, replace(call.trigger(TriggerKind.CONFIRM), on_behalf=staff))


def reopen(call: Call) -> Message | None:
    """Take a case up again; after its window a new one linked to it is opened."""
    before = call.the_case
    after = back_to_work(call.turn.unit, call.turn.desk, before.key, call.trigger(TriggerKind.REOPEN))
    if after.key != before.key:
        return call.say("done.reopen_new", case=before.key, new=after.key)
    return None if heard_here(call, before, TriggerKind.REOPEN) else call.done(after)


def merge(call: Call) -> Message | None:
    """Merge a case into another one of the same customer."""
    before, number = call.the_case, call.request.given.case
    into = by_number(call.turn, BY_VERB[Verb.MERGE], number)
    if len(into) > 1:
        raise UserError("merge_into_which", case=number)
    trigger = replace(call.trigger(TriggerKind.MERGE), case=into[0].key)
    after = merge_into(call.turn.unit, call.turn.desk, before.key, trigger)
    if heard_here(call, before, TriggerKind.MERGE):
        return None
    return call.say("done.merge", case=after.key, into=into[0].key)


def cancel(call: Call) -> Message | None:
    """Withdraw a case; what staff say should have been none is noted as that."""
    trigger = call.trigger(TriggerKind.CANCEL)
    if call.turn.actor.staff and trigger.text.casefold().startswith(NOT_A_CASE_WORDS):
        trigger = replace(trigger, choice=NOT_A_CASE)
    return act(call, trigger)


def clarify(call: Call) -> Message | None:
    """Take the answer to the question about the impact; it is never a lowering."""
    case = call.the_case
    if not case.asked:
        return changed_meanwhile(
            call.scene, case, [each.fact for each in call.turn.unit.facts.of(case.id)][-3:]
        )
    level = level_of_answer(call.turn.desk, Ask(case.asked), call.request.words)
    if level is None:
        raise UserError("impact_unclear", case=case.key)
    trigger = replace(call.trigger(TriggerKind.CLARIFY), level=level)
    perform(call.turn.unit, call.turn.desk, case.key, trigger)
    return None


def object_to_level(call: Call) -> Message | None:
    """Take the customer's objection to the level: an engineer sees it."""
    case = perform(call.turn.unit, call.turn.desk, call.the_case.key, call.trigger(TriggerKind.DISPUTE))
    return call.say("done.dispute", case=case.key)


HANDLERS: Mapping[Verb, Handler] = {
    Verb.CONFIRM: confirm,
    Verb.REOPEN: reopen,
    Verb.MERGE: merge,
    Verb.CANCEL: cancel,
}
