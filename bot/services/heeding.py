"""What a customer's words say of a case besides: an emergency, a worse fault, a level that is wrong."""

from dataclasses import replace

from bot.cases.calling import is_emergency
from bot.cases.model import SYSTEM, WORKING, Case, CaseType
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.matters import Emergency
from bot.core.people import Level
from bot.services.cases import perform
from bot.services.turn import Turn
from bot.triage.reading import Ask, Reading

SURE = 0.7
"""How likely it must be that all stands still for words to make a case worse by themselves."""


def heed(turn: Turn, case: Case, reading: Reading) -> Case:
    """Let a case follow what its customer's words say: the worse counts until somebody knows.

    Where one of the staff has set the level it is for them to change it: they are told.
    """
    if case.status not in WORKING or case.type is CaseType.COMPLAINT:
        return case
    return _emergency(turn, _worse(turn, case, reading), reading)


def _worse(turn: Turn, case: Case, reading: Reading) -> Case:
    """Only an outage makes a case worse, and only if it is sure: what is unclear was asked at the opening."""
    sure = reading.ask is None and reading.confidence >= SURE
    if reading.level is not Level.CRITICAL or case.level is Level.CRITICAL or not sure:
        return case
    trigger = Trigger(
        kind=TriggerKind.WORSEN,
        by=SYSTEM,
        said_at=turn.origin.said_at,
        level=reading.level,
        choice=Ask.STOPPED,
    )
    if case.graded_by is not None:
        trigger = replace(trigger, kind=TriggerKind.DISPUTE, by=turn.actor.person, choice="")
    return perform(turn.unit, turn.desk, case.key, trigger)


def _emergency(turn: Turn, case: Case, reading: Reading) -> Case:
    if not isinstance(reading.kind, Emergency) or is_emergency(case):
        return case
    trigger = Trigger(
        kind=TriggerKind.MARK,
        by=SYSTEM,
        said_at=turn.origin.said_at,
        choice="disaster",
        emergency=reading.kind,
    )
    return perform(turn.unit, turn.desk, case.key, trigger)
