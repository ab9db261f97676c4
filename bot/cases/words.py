"""Words into a case: to the customer, held for a moment or said at once, and the customer's own."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.effect import Effect
from bot.cases.model import Case, WaitingFor, Words
from bot.cases.triggers import Context, Trigger
from bot.core.errors import UserError

TAKE_BACK_TIME = timedelta(seconds=30)
"""How long a reply can be taken back before the customer reads it."""


def answered(case: Case, at: datetime) -> Case:
    """Somebody spoke to the customer; where it is their turn, that starts the month."""
    turn = at if case.waiting is WaitingFor.CUSTOMER else None
    return replace(case, answered_at=case.answered_at or at, silence_from=case.silence_from or turn)


def hold_reply(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Hold words to the customer for a moment."""
    words = Words(
        number=case.words_sent + 1,
        text=trigger.text,
        by=trigger.by,
        said_at=trigger.said_at,
        send_at=context.now + TAKE_BACK_TIME,
        files=trigger.files,
    )
    return Effect(
        case=replace(case, outgoing=(*case.outgoing, words), words_sent=words.number),
        data={"number": words.number},
    )


def take_back(case: Case, trigger: Trigger, _: Context) -> Effect:
    """Take a held reply back: the one named, else the person's last."""
    mine = [words for words in case.outgoing if words.by == trigger.by]
    if trigger.number:
        mine = [words for words in mine if words.number == trigger.number]
    if not mine:
        raise UserError("nothing_to_take_back", case=case.key)
    last = mine[-1]
    return Effect(
        case=replace(case, outgoing=tuple(words for words in case.outgoing if words is not last)),
        data={"number": last.number},
        text=last.text,
    )


def send_reply(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Let a held reply go."""
    return Effect(
        case=answered(
            replace(case, outgoing=tuple(words for words in case.outgoing if words.number != trigger.number)),
            trigger.said_at,
        ),
        data={"number": trigger.number},
    )


def spoke(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Note that staff spoke to the customer."""
    return Effect(
        case=answered(case, trigger.said_at), data={"choice": trigger.choice} if trigger.choice else {}
    )


def call(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Note a call with the customer; about a closed case it is the one that was owed."""
    if case.closed_at is None:
        return spoke(case, trigger, context)
    return Effect(case=replace(case, callback_owed=False))


def customer_wrote(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Words restart the month of silence; they never shorten it."""
    since = case.silence_from
    return Effect(case=replace(case, silence_from=since and max(since, trigger.said_at)))


def chase(case: Case, _trigger: Trigger, _context: Context) -> Effect:
    """Count how often the customer asks for progress."""
    return Effect(case=replace(case, chases=case.chases + 1), data={"times": case.chases + 1})


def changed(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Note that words were changed or taken away; what they did when they were said stays done."""
    return Effect(case=case, data={"message": trigger.message, "internal": trigger.internal})
