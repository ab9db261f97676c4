"""Which of what comes in is worth a second opinion: a customer's plain words, where the bot reads them."""

from dataclasses import dataclass

from bot.core.inbound import Incoming, IncomingMessage
from bot.handlers.dispatch import turn_of
from bot.handlers.parser import head
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.privacy import private_names
from bot.triage.advice import worth_asking


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that a second opinion is wanted on, and the names that must not leave with them."""

    text: str
    names: frozenset[str]


def unclear_words(unit: Unit, desk: Desk, incoming: Incoming) -> Unclear | None:
    """Return what a second opinion is wanted on; None for nothing.

    What staff say, verbs, and what is said to others where the bot only hears along are nobody's business.
    """
    if not isinstance(incoming, IncomingMessage):
        return None
    text = incoming.text.strip()
    turn = turn_of(unit, desk, incoming)
    called = incoming.to_bot or incoming.origin.direct
    read = called or (turn.where.reads_all and not incoming.mentions)
    if not text or turn.actor.staff or not read or head(text) is not None:
        return None
    if not worth_asking(desk.triage.understand(text), text):
        return None
    speakers = (incoming.origin.sender, *incoming.mentions)
    names = private_names(desk.directory_of(unit)) | {each.name for each in speakers if each.name}
    return Unclear(text, names)
