"""Who is on call: for a new case, and in a role that may be empty."""

from bot.cases.duty import Duty
from bot.core.people import PersonId, Role, chain_of
from bot.directory.lookup import Directory
from bot.ports import Unit


def least_busy_first(unit: Unit, people: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    """Put whoever has the least to work on first; among equals the order stays."""
    work = unit.cases.workload(people) if len(people) > 1 else {}
    return tuple(sorted(people, key=lambda person: work.get(person, 0)))


def first_owner(unit: Unit, duty: Duty) -> PersonId | None:
    """Return who gets a new case: whoever is asked first if on duty, else whoever has the least to do.

    Nobody being on duty who may have it, whoever stands above does.
    """
    people = duty.people
    if people[:1] == (duty.first,):
        return people[0]
    called = least_busy_first(unit, people) or filled(unit, duty.directory, duty.wanted or Role.ENGINEER)
    return next(iter(called), None)


def filled(
    unit: Unit, directory: Directory, role: Role, *, but: PersonId | None = None
) -> tuple[PersonId, ...]:
    """Return who is on call in a role, else in the next filled one above; the operator hears of a gap.

    `but` is somebody who needs not be told what they do themselves: then who stands above them.
    """
    for each in chain_of(role):
        called = directory.on_call(each, unit.now)
        if called[:1] == (but,):
            continue
        if called:
            return called[:1]
        unit.registry.alarm(f"role:{each}", text=f"nobody has the role {each}")
    return ()
