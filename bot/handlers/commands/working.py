"""Working on a case: whose it is, its fields, words into it, visits."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.cases.effects import MARKS
from bot.cases.lifecycle import words_of_customer
from bot.cases.model import Case, CaseType
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.people import PersonId
from bot.core.verbs import Verb
from bot.directory.model import Person
from bot.handlers.call import Call, Handler
from bot.handlers.commands.acting import act
from bot.handlers.people import named
from bot.handlers.reading import half_width
from bot.handlers.values import COVERS, TYPES
from bot.notify.answers import reply_preview
from bot.services.cases import perform

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
PHONE = re.compile(r"\+?[\d\s().-]*\d(?:\s*(?:转|ext\.?|x)\s*\d+)?", re.IGNORECASE)
"""How a mailbox and a number must look for the desk to be able to write or to call."""

IN_WRITING = frozenset({"written", "objection"})
"""Marks of what a customer wrote, as a rule in the report itself."""

STEPS: Mapping[str, TriggerKind] = {
    "need": TriggerKind.VISIT_NEED,
    "go": TriggerKind.VISIT_GO,
    "arrive": TriggerKind.VISIT_ARRIVE,
    "leave": TriggerKind.VISIT_LEAVE,
}


def add(call: Call) -> Message | None:
    """Put words into a case for everybody on it: staff's are a response, a customer's an answer."""
    return act(call, call.trigger(_words_kind(call, call.the_case)))


def reply(call: Call) -> Message | None:
    """Hold words to the customer for a moment and show the engineer what they will read."""
    case = perform(call.turn.unit, call.turn.desk, call.the_case.key, call.trigger(TriggerKind.HOLD_REPLY))
    return reply_preview(call.scene, case, case.outgoing[-1])


def assign(call: Call) -> Message | None:
    """Give a case to somebody of the staff."""
    trigger = replace(call.trigger(TriggerKind.ASSIGN), person=_assignee(call))
    return act(call, trigger)


def set_field(call: Call) -> Message | None:
    """Fill in a field; a type and the warranty are understood in both languages."""
    trigger = call.trigger(TriggerKind.SET)
    if trigger.choice == "type":
        kind = TYPES.get(trigger.text.casefold())
        if kind is None:
            raise UserError("unknown_type", words=trigger.text)
        if kind is CaseType.OBJECTION:
            return act(call, _objection(call))
        trigger = replace(trigger, text=kind.value)
    if trigger.choice == "warranty":
        cover = COVERS.get(trigger.text.casefold())
        if cover is None:
            raise UserError("unknown_cover", words=trigger.text)
        trigger = replace(trigger, text=cover.value)
    if trigger.choice == "email" and not EMAIL.fullmatch(half_width(trigger.text)):
        raise UserError("no_email", words=trigger.text)
    if trigger.choice == "phone" and not PHONE.fullmatch(half_width(trigger.text)):
        raise UserError("no_phone", words=trigger.text)
    return act(call, trigger)


def onsite(call: Call) -> Message | None:
    """Move a visit on; a customer's `need` is a request, an engineer's a decision."""
    kind = STEPS[call.request.given.choice] if call.turn.actor.staff else TriggerKind.VISIT_REQUEST
    answer = act(call, call.trigger(kind))
    if kind is not TriggerKind.VISIT_REQUEST:
        return answer
    return call.say("done.onsite_requested", case=call.the_case.key)


def mark(call: Call) -> Message | None:
    """Note what has a promise of its own."""
    trigger = call.trigger(TriggerKind.MARK)
    return act(call, trigger if call.request.given.at else _with_the_report(call.the_case, trigger))


def _objection(call: Call) -> Trigger:
    """A case that turns out to be an objection was one from the beginning."""
    trigger = replace(call.trigger(TriggerKind.MARK), choice="objection", text="")
    return _with_the_report(call.the_case, trigger)


def _with_the_report(case: Case, trigger: Trigger) -> Trigger:
    """What is in writing came with the report itself, unless the case was reopened or it is noted already."""
    noted = {event for event, _ in case.events}
    if trigger.choice not in IN_WRITING or case.round > 1 or MARKS[trigger.choice] in noted:
        return trigger
    return replace(trigger, said_at=case.opened_at)


def _words_kind(call: Call, case: Case) -> TriggerKind:
    if call.turn.actor.staff:
        return TriggerKind.STAFF_ADDED
    return words_of_customer(case)


def _assignee(call: Call) -> PersonId:
    given, directory = call.request.given, call.scene.directory
    known = directory.person_of(given.mention) if given.mention else None
    found = (known,) if known else named(directory, given.person)
    return _the_one(found, given.person).id


def _the_one(found: tuple[Person, ...], name: str) -> Person:
    if len(found) > 1:
        raise UserError("which_person", name=name, names=", ".join(person.name for person in found))
    if not found or not found[0].is_staff:
        raise UserError("unknown_person", name=name)
    return found[0]


HANDLERS: Mapping[Verb, Handler] = {
    Verb.ADD: add,
    Verb.REPLY: reply,
    Verb.ASSIGN: assign,
    Verb.SET: set_field,
    Verb.ONSITE: onsite,
    Verb.MARK: mark,
}
