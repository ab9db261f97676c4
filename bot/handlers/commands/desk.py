"""Verbs about the desk itself: help, who is on call, which customer a group belongs to."""

from collections.abc import Mapping
from typing import NoReturn

from bot.access import may_at_all
from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.people import ContractId, CustomerId
from bot.core.verbs import Verb
from bot.handlers.call import Call, Handler
from bot.handlers.registry import BY_VERB, ROWS, Row
from bot.handlers.usage import comes_later, is_typed, usage
from bot.notify.answers import alarms, help_lines, oncall, setup_hint
from bot.ports import Binding
from bot.services.keeping import warn_of_conflicts
from bot.services.operators import seen

LISTED = 50
"""How many alarms that nobody has seen are listed, the newest first."""


def help_(call: Call) -> Message | None:
    """List what this person may use here, or explain one verb."""
    asked = call.request.given.choice
    if not asked:
        return help_lines(call.scene, [_line(call, row) for row in ROWS if _usable(call, row)])
    row = BY_VERB[Verb(asked)]
    if not may_at_all(call.turn.actor, row.verb, call.turn.where):
        raise UserError("forbidden", verb=row.verb)
    if not _usable(call, row):
        raise UserError("comes_later" if comes_later(row.verb) else "forbidden", verb=row.verb)
    return _explained(call, row)


def on_call(call: Call) -> Message | None:
    """Say who is on call now."""
    if call.request.given.choice in ("swap", "override"):
        _later(call)
    return oncall(call.scene, call.turn.unit.now)


def alarm(call: Call) -> Message | None:
    """List the alarms nobody has seen yet, or note that one has been seen; for operators alone."""
    turn, number = call.turn, call.request.given.word.removeprefix("#")
    if turn.actor.person not in call.scene.directory.desk.operators:
        raise UserError("operators_only")
    if not number:
        unseen = turn.unit.alarms.unseen(limit=LISTED)
        return alarms(call.scene, [(each.number, each.at, each.text) for each in unseen])
    if not number.isdecimal() or seen(turn.unit, int(number), by=turn.actor.person) is None:
        raise UserError("unknown_alarm", words=number)
    return call.say("done.alarm", number=number)


def bind(call: Call) -> Message | None:
    """Tie this conversation to a customer; without one, show the ids to put into the directory."""
    given, origin = call.request.given, call.turn.origin
    if given.customer is None:
        if given.word:
            raise UserError("unknown_customer", words=given.word)
        return setup_hint(call.scene, origin.place, origin.sender)
    contract = _contract(call, given.customer, given.word)
    customer = call.scene.customer(given.customer)
    differs = _tie(call, given.customer, contract)
    return call.say("done.bind_differs" if differs else "done.bind", customer=customer)


def unbind(call: Call) -> Message | None:
    """Untie this conversation from its customer."""
    if call.turn.where.customer is None:
        raise UserError("not_bound")
    differs = _tie(call, None, None)
    return call.say("done.unbind_differs" if differs else "done.unbind")


def _tie(call: Call, customer: CustomerId | None, contract: ContractId | None) -> bool:
    """Tie (or untie) this conversation; True if the directory says otherwise, of which the operator hears."""
    turn = call.turn
    binding = Binding(lane=turn.origin.place.lane, customer=customer, contract=contract)
    turn.unit.registry.bind(binding, by=turn.actor.person)
    warn_of_conflicts(turn.unit, turn.desk)
    conflicts = turn.desk.directory_of(turn.unit).conflicts
    return any(conflict.lane == binding.lane for conflict in conflicts)


def _contract(call: Call, customer: CustomerId, word: str) -> ContractId | None:
    if not word:
        return None
    contract = call.scene.directory.contract(ContractId(word))
    if contract is None or contract.customer != customer:
        raise UserError("unknown_contract", words=word)
    return contract.id


def _later(call: Call) -> NoReturn:
    raise UserError("comes_later", verb=call.request.verb)


def _usable(call: Call, row: Row) -> bool:
    typed = is_typed(row.verb, staff=call.turn.actor.staff)
    return typed and not comes_later(row.verb) and may_at_all(call.turn.actor, row.verb, call.turn.where)


def _line(call: Call, row: Row) -> tuple[str, str]:
    return _form(call, row.verb), call.scene.say(f"help.{row.verb}")


def _form(call: Call, verb: Verb) -> str:
    return usage(verb, call.scene.lang, call.scene.texts, staff=call.turn.actor.staff)


def _explained(call: Call, row: Row) -> Message:
    names = call.scene.say("word.comma").join(row.names)
    form, does = _line(call, row)
    return help_lines(call.scene, [(form, does), (names, call.scene.say("help_names"))])


HANDLERS: Mapping[Verb, Handler] = {
    Verb.HELP: help_,
    Verb.ONCALL: on_call,
    Verb.ALARM: alarm,
    Verb.REPORT: _later,
    Verb.BIND: bind,
    Verb.UNBIND: unbind,
}
