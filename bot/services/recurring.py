"""What a contract has to be done, every so often or once: whoever does it is reminded on the day, once."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from bot.core.errors import CalendarRangeError
from bot.core.message import Message
from bot.core.people import PersonId, Place, Role
from bot.directory.model import Contract
from bot.notify.answers import dated, recurring, special_duty
from bot.notify.scene import Scene
from bot.ports import Saying, Unit
from bot.services.desk import Desk
from bot.services.oncall import filled
from bot.sla.agreed import DutyRow
from bot.sla.dated import Notice, Stage, due_on, notice
from bot.sla.recurring import latest

DAY_AHEAD = timedelta(days=1)
CAUGHT_UP = timedelta(days=7)
"""How long after its day a duty is still told, if nobody was there to tell it."""

WORKING_DAYS = "s0_office"
"""The calendar whose working days are the desk's own."""


def remind_of_recurring(unit: Unit, desk: Desk) -> None:
    """Remind whoever does what a contract in service has every so often (C36), or what is due by its dates.

    What is due by dates may be so before the service begins: goods are delivered first.
    """
    for contract in desk.directory_of(unit).contracts.values():
        _announce_special_duty(unit, desk, contract)
        for name in contract.duties:
            if name in desk.book.dated:
                _remind_of_date(unit, desk, contract, name)
            elif contract.in_service(unit.now):
                _remind(unit, desk, contract, name)


def _remind(unit: Unit, desk: Desk, contract: Contract, name: str) -> None:
    row = desk.book.duties[name]
    today = _today(unit, contract)
    day = latest(row, contract.starts_on, today)
    if day is None or not _to_be_told(unit, f"{contract.id}:{name}", day, today):
        return
    people = _doers(unit, desk, contract, row)
    key = f"recurring:{contract.id}:{name}:{day}"
    _say(unit, desk, people, key, lambda scene: recurring(scene, contract, row, day))


def _remind_of_date(unit: Unit, desk: Desk, contract: Contract, name: str) -> None:
    row, today = desk.book.dated[name], _today(unit, contract)
    due = None if row.done in contract.dates else _due_on(unit, desk, contract, name)
    if due is None:
        return
    told = notice(row, due, today)
    if told is None or not _to_be_told(unit, f"{contract.id}:{name}:{due}", told.day, today):
        return
    people = _answerable(unit, desk, row.by, told)
    key = f"dated:{contract.id}:{name}:{due}:{told.day}"
    _say(unit, desk, people, key, lambda scene: dated(scene, contract, row, due, told.stage))


def _due_on(unit: Unit, desk: Desk, contract: Contract, name: str) -> date | None:
    """Return the day; the operator hears of one that cannot be counted, and the others are spoken of."""
    calendar = desk.book.calendars[WORKING_DAYS]
    try:
        return due_on(name, desk.book.dated, contract.every_date, working_days=calendar)
    except CalendarRangeError:
        told = f"{contract.id}:{name}"
        unit.registry.alarm(f"dated:{told}", text=f"{told} counts working days that no list of holidays has")
        return None


def _announce_special_duty(unit: Unit, desk: Desk, contract: Contract) -> None:
    """Tell the customer, those on duty and the lead the day before, or as soon as it is known."""
    directory, today = desk.directory_of(unit), _today(unit, contract)
    for duty in contract.special_duty:
        told = f"special_duty:{contract.id}"
        if not duty.starts_on - DAY_AHEAD <= today <= duty.ends_on:
            continue
        if unit.registry.claim_duty(told, f"{duty.starts_on}:{duty.ends_on}:{' '.join(duty.people)}"):
            key = f"{told}:{duty.starts_on}:{today}"
            staff = tuple(dict.fromkeys((*duty.people, *filled(unit, directory, Role.LEAD))))
            draw = partial(special_duty, contract=contract, duty=duty)
            _say(unit, desk, staff, key, draw)
            _say_to_customer(unit, desk, contract, key, draw)


def _say_to_customer(
    unit: Unit, desk: Desk, contract: Contract, key: str, drawn: Callable[[Scene], Message]
) -> None:
    """Say something in the groups whose cases fall under the contract."""
    for place, scene in customers_places(unit, desk, contract):
        unit.outbox.say(Saying(key=f"{key}:{place}", place=place, message=drawn(scene)))


def customers_places(unit: Unit, desk: Desk, contract: Contract) -> Iterator[tuple[Place, Scene]]:
    """Yield the groups whose cases fall under the contract, each with how things are drawn there."""
    directory = desk.directory_of(unit)
    for group in directory.groups:
        under = directory.contract_of(group, unit.now)
        for place in group.all_places() if under and under.id == contract.id else ():
            if desk.reaches(place):
                yield place, desk.scene(unit, group.language, staff=False, zone=contract.zone, place=place)


def _today(unit: Unit, contract: Contract) -> date:
    return unit.now.astimezone(contract.zone).date()


def _to_be_told(unit: Unit, duty: str, day: date, today: date) -> bool:
    return day + CAUGHT_UP >= today and unit.registry.claim_duty(duty, f"{day}")


def _say(
    unit: Unit, desk: Desk, people: tuple[PersonId, ...], key: str, drawn: Callable[[Scene], Message]
) -> None:
    for person in people:
        known = desk.directory_of(unit).person(person)
        place = desk.place_of(unit, known) if known else None
        if place is not None:
            message = drawn(desk.person_scene(unit, person))
            unit.outbox.say(Saying(key=f"{key}:{place}", place=place, message=message))


def _doers(unit: Unit, desk: Desk, contract: Contract, row: DutyRow) -> tuple[PersonId, ...]:
    """The contract's specialist does what engineers do; the operator hears of a role nobody fills."""
    if row.by is Role.ENGINEER and contract.specialist:
        return (contract.specialist,)
    return filled(unit, desk.directory_of(unit), row.by)


def _answerable(unit: Unit, desk: Desk, role: Role, told: Notice) -> tuple[PersonId, ...]:
    """Who does it; the lead reads besides what is overdue."""
    roles = (role, Role.LEAD) if told.stage is Stage.OVERDUE else (role,)
    directory = desk.directory_of(unit)
    return tuple(dict.fromkeys(person for each in roles for person in filled(unit, directory, each)))
