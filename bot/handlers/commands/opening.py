"""Opening a case: by the verb, for a customer on the phone, or because a person is wanted."""

from collections.abc import Mapping

from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.people import Audience, CustomerId
from bot.core.verbs import Verb
from bot.handlers.call import Call, Handler
from bot.notify.answers import opened
from bot.services import reporting


def new(call: Call) -> Message | None:
    """Open a case at once; staff are shown it, a customer sees its card appear."""
    given = call.request.given
    customer = _customer(call) if call.turn.actor.staff else None
    case = reporting.report(call.turn, given.text, customer=customer, received_at=given.at)
    return opened(call.scene, case) if call.turn.actor.staff else None


def human(call: Call) -> Message | None:
    """Open a case for what was asked last, or is asked now."""
    reporting.human(call.turn, call.request.given.text)
    return None


def _customer(call: Call) -> CustomerId:
    """Return whom staff report for: whom they name, else the customer whose conversation it is."""
    where, named = call.turn.where, call.request.given.customer
    if where.audience is Audience.CUSTOMER and named not in (None, where.customer):
        raise UserError("other_customers_conversation")
    chosen = named or where.customer
    if chosen is None:
        raise UserError("for_which_customer", verb=Verb.NEW)
    return chosen


HANDLERS: Mapping[Verb, Handler] = {Verb.NEW: new, Verb.HUMAN: human}
