"""What moves the level of a case: staff, the customer's answer, their further words, and their objection."""

from dataclasses import replace
from functools import partial

from bot.cases import calling
from bot.cases.effect import Effect
from bot.cases.model import Case
from bot.cases.triggers import Context, Trigger
from bot.cases.triggers import TriggerKind as T
from bot.core.errors import UserError
from bot.core.people import Level
from bot.sla.ladder import counts_from
from bot.sla.milestones import relevelled


def level(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Set the level; words that no longer explain it are not its evidence any more."""
    new = trigger.level
    if new is None:
        raise UserError("which_level", case=case.key)
    if new == case.level and not case.provisional:
        raise UserError("same_level", case=case.key)
    if new > case.level and not case.provisional and not trigger.text:
        raise UserError("lowering_needs_reason", case=case.key)
    answered = trigger.kind is T.CLARIFY
    after = replace(
        _at(case, new, context),
        provisional=False,
        asked="",
        evidence=case.evidence if answered or new == case.level else (),
        graded_by=case.graded_by if answered else trigger.by,
    )
    return Effect(
        case=after,
        data={
            "from": int(case.level),
            "to": int(new),
            "was_provisional": case.provisional,
            "answered": answered,
        },
        tells=calling.brought_in(case, new, context),
    )


def worsen(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Count as the worse what further words say, until somebody knows; `choice` is what is asked about it."""
    new = trigger.level
    if new is None or new >= case.level:
        raise UserError("same_level", case=case.key)
    after = replace(_at(case, new, context), provisional=True, asked=trigger.choice)
    return Effect(
        case=after,
        data={"from": int(case.level), "to": int(new), "was_provisional": case.provisional, "worse": True},
        tells=calling.brought_in(case, new, context),
    )


def dispute(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Note that the customer takes it for another level; `level` is which, if they say so."""
    to = None if trigger.level is None else int(trigger.level)
    return Effect(case=case, data={"level": int(case.level), "to": to})


def _at(case: Case, new: Level, context: Context) -> Case:
    """Return a case with its clocks at another level."""
    promises = case.promises
    if new != case.level:
        promises = relevelled(
            promises,
            new,
            received_at=case.opened_at,
            book=context.book,
            terms=case.terms,
            history=case.events,
        )
    since = partial(counts_from, context.book, case.terms, levels=(case.level, new), now=context.now)
    return replace(
        case,
        level=new,
        promises=promises,
        assigned_at=since(case.assigned_at),
        engineer_due_from=since(case.engineer_due_from),
    )
