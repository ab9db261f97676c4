"""Signs that staff put on a message: each asks for a verb, as a button below the message would."""

from collections.abc import Mapping

from bot.core.inbound import Sign
from bot.core.message import Message
from bot.core.verbs import Verb
from bot.handlers.call import Call, Handler
from bot.handlers.commands.table import HANDLERS
from bot.notify.answers import opened, solution_wanted
from bot.services.reporting import report
from bot.services.turn import Turn


def opens(author: Turn) -> Handler:
    """Return what opens a case for the customer who wrote the words, from when they were written."""

    def handler(call: Call) -> Message:
        return opened(call.scene, report(author, call.request.given.text))

    return handler


def is_open(call: Call) -> Message:
    """Say which case the words are already."""
    return opened(call.scene, call.the_case)


def _offer(call: Call) -> Message:
    """Offer the button that asks for the solution: a sign cannot open a form."""
    return solution_wanted(call.scene, call.the_case)


SIGNS: Mapping[Sign, tuple[Verb, Handler]] = {
    Sign.TICKET: (Verb.NEW, HANDLERS[Verb.NEW]),
    Sign.EYES: (Verb.TAKE, HANDLERS[Verb.TAKE]),
    Sign.CHECK: (Verb.SOLVE, _offer),
    Sign.SIREN: (Verb.CHASE, HANDLERS[Verb.CHASE]),
}
"""What each sign asks for."""
