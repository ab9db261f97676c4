"""Everything that comes in, on its way to an answer: who, where, what is asked, on which case, may they."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from bot.access import CUSTOMERS_EYES, Actor, Allowed, Refused, may, may_at_all
from bot.cases.history import since
from bot.cases.model import Case
from bot.core.errors import UserError
from bot.core.inbound import Action, Command, Deleted, Edited, Incoming, IncomingMessage, Reaction
from bot.core.message import Message
from bot.core.people import CustomerId, Place
from bot.core.verbs import Verb
from bot.directory.lookup import Directory
from bot.handlers.arguments import Given, Setting
from bot.handlers.call import Call, Handler
from bot.handlers.commands.closing import clarify, object_to_level
from bot.handlers.commands.table import HANDLERS
from bot.handlers.finding import by_number, goes_without_saying, left_out
from bot.handlers.late import comes_late
from bot.handlers.parser import ALMOST_SURE, NUMBER, Head, head, meant, pressed, request, unknown_verb
from bot.handlers.people import actor_of, where_of
from bot.handlers.reading import half_width
from bot.handlers.registry import BY_VERB, Number
from bot.handlers.request import Request
from bot.handlers.signs import SIGNS, is_open, opens
from bot.handlers.usage import VERBS, comes_later, refusal
from bot.notify.answers import case_choice, changed_meanwhile
from bot.notify.build import addressed
from bot.notify.cards import CLARIFY, DISPUTE
from bot.notify.scene import Scene
from bot.ports import Saying, Unit
from bot.services.changes import changed
from bot.services.desk import Desk
from bot.services.intake import heard
from bot.services.threads import case_of_message
from bot.services.turn import Turn
from bot.triage.reading import Intent

PLAIN_WORDS = frozenset({"argument_surplus", "argument_unreadable"})
"""What a sentence that only happens to begin with a verb runs into."""


def dispatch(unit: Unit, desk: Desk, incoming: Incoming, event_id: str) -> None:
    """Do what comes in asks for, and put the answer into the outbox.

    What cannot be is answered with one sentence; nothing has changed then, because use cases decide before
    they write.
    """
    turn = turn_of(unit, desk, incoming)
    if isinstance(incoming, Edited | Deleted):
        changed(turn, incoming)
        return
    try:
        place, message = _answered(turn, incoming)
    except UserError as error:
        aside = _aside(turn)
        place, scene = aside or (turn.answer_place, turn.scene)
        message = refusal(scene, error, staff=turn.actor.staff)
    if message is not None:
        if desk.flat(place):
            message = addressed(message, incoming.origin.sender)
        unit.outbox.say(Saying(key=f"answer:{event_id}", place=place, message=message))


def turn_of(unit: Unit, desk: Desk, incoming: Incoming) -> Turn:
    """Return whose turn it is, and where."""
    origin, directory = incoming.origin, desk.directory_of(unit)
    where = where_of(directory, origin, unit.now)
    return Turn(
        unit=unit,
        desk=desk,
        origin=origin,
        actor=actor_of(directory, origin.sender, where),
        where=where,
        files=incoming.files if isinstance(incoming, IncomingMessage) else (),
    )


Answered = tuple[Place, Message | None]


def _answered(turn: Turn, incoming: IncomingMessage | Command | Action | Reaction) -> Answered:
    match incoming:
        case Command():
            return _carried_out(turn, _commanded(turn, incoming))
        case IncomingMessage():
            asked = _said(turn, incoming)
            if asked is None:
                return turn.answer_place, heard(turn, incoming)
            return _carried_out(turn, asked)
        case Action():
            return _pressed(turn, incoming)
        case Reaction():
            return _signed(turn, incoming)
        case _:
            assert_never(incoming)


# --- from words to a request -----------------------------------------------------------------------------


def _commanded(turn: Turn, command: Command) -> Request:
    if not command.text.strip():
        return Request(verb=Verb.HELP)
    found = head(command.text)
    if found is None:
        raise unknown_verb(command.text)
    try:
        return _request(turn, found, replace(_setting(turn), mentions=command.mentions))
    except UserError as error:
        raise _weightier(turn, found.row.verb) or error from None


def _weightier(turn: Turn, verb: Verb) -> UserError | None:
    """Return what is worth saying before the form of a verb: that it is not theirs, or comes later."""
    if not may_at_all(turn.actor, verb, turn.where):
        return UserError("forbidden", verb=verb)
    return UserError("comes_later", verb=verb) if comes_later(verb) else None


def _said(turn: Turn, message: IncomingMessage) -> Request | None:
    """Return what a message asks by a verb; None where it is plain words."""
    called = message.to_bot or turn.origin.direct
    found = head(message.text)
    if found is None:
        if called and _mistyped(turn, message.text):
            raise unknown_verb(message.text)
        return None
    if not (called or found.clear):
        return None
    if not _counts(turn, found) and not (called and _commands(turn, found)):
        return None
    try:
        return _request(turn, found, replace(_setting(turn), mentions=message.mentions))
    except UserError as error:
        if error.key in PLAIN_WORDS and not found.numbered:
            return None
        raise


def _counts(turn: Turn, found: Head) -> bool:
    """Whether a verb in plain words is one for this person: a customer's 升级 or 解决 is just a word."""
    return turn.actor.staff or may_at_all(turn.actor, found.row.verb, turn.where)


def _commands(turn: Turn, found: Head) -> bool:
    """Whether words to the bot are a command that is refused: with a number, or in its very form."""
    if found.row.number is not Number.NONE:
        return bool(found.long_number)
    try:
        given = _request(turn, found, _setting(turn)).given
    except UserError:
        return False
    in_form = bool(given.choice) or (not given.text and given.word.isascii())
    return (
        in_form and turn.desk.triage.understand(f"{found.row.verb} {found.rest}").intent is not Intent.FAULT
    )


def _mistyped(turn: Turn, text: str) -> bool:
    """Whether words look like a verb gone wrong: a near miss before a case's number, or alone from staff."""
    word, *rest = half_width(text).split() or [""]
    suspect = bool(NUMBER.match(rest[0])) if rest else turn.actor.staff
    return suspect and meant(word, ALMOST_SURE) is not None


def _request(turn: Turn, found: Head, setting: Setting) -> Request:
    return request(found, setting, implied=goes_without_saying(turn, found.row))


def _setting(turn: Turn) -> Setting:
    directory = turn.desk.directory_of(turn.unit)
    contract = directory.contract(turn.where.contract) if turn.where.contract else None
    return Setting(
        now=turn.unit.now,
        zone=contract.zone if contract else directory.desk.zone,
        staff=turn.actor.staff,
        customers=_customers(directory, turn.actor),
    )


def _customers(directory: Directory, actor: Actor) -> Mapping[str, CustomerId]:
    """Return the customers by their names; a customer learns of no other."""
    return {
        half_width(name).casefold(): customer.id
        for customer in directory.customers.values()
        if actor.staff or customer.id == actor.customer
        for name in (customer.id, customer.name.zh, customer.name.en)
    }


# --- from a request to an answer -------------------------------------------------------------------------


def _carried_out(turn: Turn, asked: Request) -> Answered:
    row = BY_VERB[asked.verb]
    if row.number is Number.NONE:
        return _handled(turn, asked, None, HANDLERS[asked.verb])
    cases = by_number(turn, row, asked.number) if asked.number else left_out(turn, row)
    if len(cases) > 1:
        _check(turn, asked, None)
        place, scene = _answer_to(turn, acts=row.acts)
        return place, case_choice(scene, cases, asked.verb, asked.words)
    return _handled(turn, asked, cases[0], HANDLERS[asked.verb])


def _pressed(turn: Turn, action: Action) -> Answered:
    if action.verb == CLARIFY:
        return _handled(turn, Request(verb=Verb.ADD, words=action.words), _case_of(turn, action), clarify)
    if action.verb == DISPUTE:
        return _handled(turn, Request(verb=Verb.ADD), _case_of(turn, action), object_to_level)
    verb = VERBS.get(action.verb)
    if verb is None:
        raise UserError("unknown_verb", word=action.verb)
    row = BY_VERB[verb]
    asked = pressed(verb, action.words, _setting(turn))
    if row.number is Number.NONE or action.case is None:
        return _carried_out(turn, asked)
    case = _case_of(turn, action)
    if action.as_of is not None:
        facts = since(case, action.as_of, turn.unit.facts.of(case.id))
        if comes_late(row, facts):
            place, scene = _answer_to(turn, acts=row.acts)
            return place, changed_meanwhile(scene, case, [each.fact for each in facts])
    return _handled(turn, asked, case, HANDLERS[verb])


def _signed(turn: Turn, sign: Reaction) -> Answered:
    """Do what a sign asks if it is a member of staff's; anybody else's is only a sign."""
    if not turn.actor.staff:
        return turn.answer_place, None
    verb, handler = SIGNS[sign.sign]
    case = case_of_message(turn)
    if verb is not Verb.NEW:
        if case is None:
            raise UserError("number_needed", verb=verb)
        return _handled(turn, Request(verb=verb), case, handler)
    if case is not None:
        return _handled(turn, Request(verb=verb), case, is_open)
    if not sign.text.strip():
        raise UserError("words_unseen", verb=verb)
    author = _author(turn, sign)
    for_them = turn.where.audience in CUSTOMERS_EYES and not author.actor.staff
    asked = Request(verb=verb, given=Given(text=sign.text, at=sign.written_at))
    return _handled(turn, asked, None, opens(author) if for_them else handler)


def _author(turn: Turn, sign: Reaction) -> Turn:
    """Return the turn of whoever wrote the words a sign was put on; a bot's words are its giver's."""
    origin = replace(turn.origin, sender=sign.author or turn.origin.sender, said_at=sign.written_at)
    return turn_of(turn.unit, turn.desk, replace(sign, origin=origin))


def _case_of(turn: Turn, action: Action) -> Case:
    if action.case is None:
        raise UserError("number_needed", verb=action.verb)
    return by_number(turn, BY_VERB[Verb.SHOW], action.case)[0]


def _handled(turn: Turn, asked: Request, case: Case | None, handler: Handler) -> Answered:
    _check(turn, asked, case)
    place, scene = _answer_to(turn, acts=BY_VERB[asked.verb].acts)
    return place, handler(Call(turn=turn, request=asked, scene=scene, case=case))


def _check(turn: Turn, asked: Request, case: Case | None) -> None:
    choice = asked.given.choice
    answer = may(turn.actor, asked.verb, case, turn.where, choice=choice)
    if not isinstance(answer, Refused):
        return
    if choice and answer.key == "forbidden" and may(turn.actor, asked.verb, case, turn.where) == Allowed():
        raise UserError("forbidden_choice", verb=asked.verb, choice=choice)
    raise UserError(answer.key, verb=asked.verb)


# --- where to answer -------------------------------------------------------------------------------------


def _answer_to(turn: Turn, *, acts: bool) -> tuple[Place, Scene]:
    """Return where an answer goes and for whose eyes: what staff do in front of a customer is said aside."""
    aside = _aside(turn) if acts else None
    return aside or (turn.answer_place, turn.scene)


def _aside(turn: Turn) -> tuple[Place, Scene] | None:
    """Return the direct conversation of staff who speak where a customer reads along; None elsewhere."""
    if not turn.actor.staff or turn.where.audience not in CUSTOMERS_EYES:
        return None
    directory = turn.desk.directory_of(turn.unit)
    person = directory.person(turn.actor.person)
    if person is None:
        return None
    place = turn.desk.place_of(turn.unit, person, turn.origin.sender.platform)
    return (place, turn.desk.person_scene(turn.unit, person.id)) if place else None
