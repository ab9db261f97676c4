"""Whose case it is: how it is acknowledged, taken, given and passed on."""

from dataclasses import replace
from datetime import datetime

from bot.cases.effect import Effect
from bot.cases.model import Case, CaseType
from bot.cases.triggers import Context, Trigger
from bot.core.errors import UserError
from bot.core.people import PersonId


def acknowledge(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Note that the owner has it; what is nobody's becomes theirs who say so."""
    if case.owner is None:
        return Effect(case=_handed_to(case, trigger.by, context.now))
    if case.owner != trigger.by:
        raise UserError("owned_by_other", case=case.key, owner=case.owner)
    return Effect(case=case)


def take(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Take a case over, whoever has it."""
    if case.owner == trigger.by:
        raise UserError("already_yours", case=case.key)
    return Effect(case=_handed_to(case, trigger.by, context.now), data={"from": case.owner, "to": trigger.by})


def assign(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Give a case to somebody."""
    person = trigger.person
    if person is None:
        raise UserError("assign_to_whom", case=case.key)
    if person == case.owner:
        raise UserError("already_theirs", case=case.key, owner=person)
    return Effect(case=_handed_to(case, person, context.now), data={"from": case.owner, "to": person})


def next_owner(case: Case, context: Context) -> PersonId | None:
    """Return the next engineer on call nobody tried yet; when all were tried, the manager; then nobody.

    No engineer gets a complaint (S1 A2 5.4): it may be about them.
    """
    engineers = () if case.type is CaseType.COMPLAINT else context.engineers
    called = (*engineers, context.manager)
    return next((person for person in called if person and person not in case.tried), None)


def reassign(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Pass a case on to the next engineer, for want of an answer."""
    chosen = next_owner(case, context)
    if chosen is None:
        raise UserError("assign_to_whom", case=case.key)
    return Effect(
        case=_handed_to(case, chosen, context.now),
        data={"from": case.owner, "to": chosen, "number": trigger.number},
    )


def _handed_to(case: Case, person: PersonId, at: datetime) -> Case:
    """Give the case to somebody: a new turn; the hour to answer runs from the round's first owner."""
    tried = case.tried if person in case.tried else (*case.tried, person)
    return replace(
        case,
        owner=person,
        tried=tried,
        turn=case.turn + 1,
        assigned_at=at,
        engineer_due_from=case.engineer_due_from or at,
    )
