"""Who of a branch can be reached out of hours, told to the customers whose contract names it."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256

from bot.core.people import PersonId
from bot.notify.answers import branch_contacts
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.recurring import say_to_customer

KIND = "branch"
"""The kind of edition that says whom a contract's customer was told of; one more each time it is others."""


def tell_branches(unit: Unit, desk: Desk) -> None:
    """Tell customers whom they can reach at their contract's branch, at first and whenever it is others.

    Source: S4 part 3 (3).
    """
    directory = desk.directory_of(unit)
    for contract in directory.contracts.values():
        branch = directory.units.get(contract.branch) if contract.branch else None
        if branch is None or not contract.in_service(unit.now):
            continue
        reached = _reached(desk, unit, branch.people)
        said = "\n".join((branch.phone or "", *reached.values()))
        kind = f"{KIND}:{contract.id}"
        if unit.registry.latest(kind) == said:
            continue
        digest = sha256(said.encode()).hexdigest()[:16]
        unit.registry.put_edition(kind=kind, edition=f"{kind}:{digest}@{unit.now.isoformat()}", body=said)
        key = f"{kind}:{digest}:{unit.now.date()}"
        say_to_customer(unit, desk, contract, key, partial(branch_contacts, contract=contract, branch=branch))


def _reached(desk: Desk, unit: Unit, people: tuple[PersonId, ...]) -> Mapping[PersonId, str]:
    known = map(desk.directory_of(unit).person, people)
    return {each.id: f"{each.name} {each.phone or ''} {each.email or ''}" for each in known if each}
