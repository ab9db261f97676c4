"""Who of a branch can be reached out of hours, told to the customers whose contract names it."""

from collections.abc import Iterator
from hashlib import sha256

from bot.core.people import PersonId
from bot.directory.lookup import Directory
from bot.notify.answers import branch_contacts
from bot.ports import Saying, Unit
from bot.services.desk import Desk
from bot.services.recurring import customers_places

KIND = "branch"
"""The kind of edition that says, by a hash, of whom a group was told; one more each time it is others."""


def tell_branches(unit: Unit, desk: Desk) -> None:
    """Tell customers whom they can reach at their contract's branch, at first and whenever it is others.

    Source: S4 part 3 (3).
    """
    directory = desk.directory_of(unit)
    for contract in directory.contracts.values():
        branch = directory.units.get(contract.branch) if contract.branch else None
        if branch is None or not contract.in_service(unit.now):
            continue
        reached = "\n".join((branch.phone or "", *_reached(directory, branch.people)))
        digest = sha256(reached.encode()).hexdigest()
        for place, scene in customers_places(unit, desk, contract):
            kind = f"{KIND}:{contract.id}:{place}"
            if unit.registry.latest(kind) == digest:
                continue
            after = unit.registry.newest(kind) or kind
            unit.registry.put_edition(kind=kind, edition=f"{kind}@{unit.now.isoformat()}", body=digest)
            message = branch_contacts(scene, contract, branch)
            unit.outbox.say(Saying(key=f"{after}:{digest}", place=place, message=message))


def _reached(directory: Directory, people: tuple[PersonId, ...]) -> Iterator[str]:
    known = map(directory.person, people)
    return (f"{each.name} {each.phone or ''} {each.email or ''}" for each in known if each)
