"""What a contract bought to be done every so often: whoever does it is reminded on the day, once."""

from datetime import timedelta

from bot.core.people import PersonId, Role
from bot.directory.model import Contract
from bot.notify.answers import recurring
from bot.ports import Saying, Unit
from bot.services.desk import Desk
from bot.services.tells import filled
from bot.sla.policy import DutyRow
from bot.sla.recurring import latest

CAUGHT_UP = timedelta(days=7)
"""How long after its day a duty is still told, if nobody was there to tell it."""


def remind_of_recurring(unit: Unit, desk: Desk) -> None:
    """Remind whoever does what recurs by a contract in service (C36)."""
    for contract in desk.directory_of(unit).contracts.values():
        if contract.in_service(unit.now):
            for name in contract.duties:
                _remind(unit, desk, contract, name)


def _remind(unit: Unit, desk: Desk, contract: Contract, name: str) -> None:
    row = desk.book.duties[name]
    today = unit.now.astimezone(contract.zone).date()
    day = latest(row, contract.starts_on, today)
    if (
        day is None
        or day + CAUGHT_UP < today
        or not unit.registry.claim_duty(f"{contract.id}:{name}", f"{day}")
    ):
        return
    for person in _doers(unit, desk, contract, row):
        known = desk.directory_of(unit).person(person)
        place = desk.place_of(unit, known) if known else None
        if place is not None:
            message = recurring(desk.person_scene(unit, person), contract, row, day)
            key = f"recurring:{contract.id}:{name}:{day}:{place}"
            unit.outbox.say(Saying(key=key, place=place, message=message))


def _doers(unit: Unit, desk: Desk, contract: Contract, row: DutyRow) -> tuple[PersonId, ...]:
    """The contract's specialist does what engineers do; the operator hears of a role nobody fills."""
    if row.by is Role.ENGINEER and contract.specialist:
        return (contract.specialist,)
    return filled(unit, desk.directory_of(unit), row.by)
