"""Which of what comes in is worth a second opinion: a customer's plain words, where the bot reads them."""

from bot.core.inbound import Incoming, IncomingMessage
from bot.handlers.dispatch import turn_of
from bot.handlers.parser import head
from bot.ports import Unit
from bot.services.desk import Desk
from bot.triage.advice import worth_asking


def unclear_words(unit: Unit, desk: Desk, incoming: Incoming) -> str:
    """Return the words that a second opinion is wanted on; empty for none.

    What staff say, verbs, and what is said to others where the bot only hears along are nobody's business.
    """
    if not isinstance(incoming, IncomingMessage):
        return ""
    text = incoming.text.strip()
    turn = turn_of(unit, desk, incoming)
    called = incoming.to_bot or incoming.origin.direct
    read = called or (turn.where.reads_all and not incoming.mentions)
    if not text or turn.actor.staff or not read or head(text) is not None:
        return ""
    return text if worth_asking(desk.triage.understand(text), text) else ""
