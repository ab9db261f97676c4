"""Words changed or taken away after they were said: noted in their case, and judged no second time."""

from bot.cases.triggers import Trigger, TriggerKind
from bot.core.inbound import Deleted, Edited
from bot.core.people import Audience
from bot.services.cases import perform
from bot.services.threads import case_of_message
from bot.services.turn import Turn


def changed(turn: Turn, change: Edited | Deleted) -> None:
    """Note a change of words that belong to a case; of other words nothing is kept."""
    case = case_of_message(turn)
    if case is None:
        return
    kind, text = (
        (TriggerKind.EDITED, change.text) if isinstance(change, Edited) else (TriggerKind.DELETED, "")
    )
    among_staff = turn.where.audience is Audience.ENGINEERS
    trigger = Trigger(
        kind=kind,
        by=turn.actor.person,
        said_at=turn.origin.said_at,
        text=text,
        message=turn.origin.message or "",
        internal=among_staff or (turn.origin.direct and turn.actor.staff),
    )
    perform(turn.unit, turn.desk, case.key, trigger)
