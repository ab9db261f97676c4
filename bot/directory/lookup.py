"""The directory as everybody else asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from bot.core.errors import Fault
from bot.core.people import (
    DIRECT,
    ENGINEER_ROLES,
    LOCAL,
    Audience,
    ContractId,
    CustomerId,
    PersonId,
    Place,
    PlatformName,
    Role,
    Sender,
    UnitId,
    chain_of,
)
from bot.directory.model import Contract, Customer, Desk, Group, Person, Shift, Unit
from bot.directory.overlay import Binding, Conflict, Overlaid, Overlay


# No slots: cached_property keeps its tables in the instance's __dict__.
@dataclass(frozen=True, kw_only=True)
class Directory:
    """Who is who, in one edition of the file, with the bindings made in chat laid over it.

    `edition` is the hash of the file alone. An id the file no longer has is found as None: people leave.
    Mappings and tuples keep the file's order.
    """

    edition: str
    desk: Desk
    customers: Mapping[CustomerId, Customer]
    contracts: Mapping[ContractId, Contract]
    people: Mapping[PersonId, Person]
    filed_groups: tuple[Group, ...]
    rota: tuple[Shift, ...]
    units: Mapping[UnitId, Unit] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    bindings: Mapping[str, Binding | None] = field(default_factory=dict)

    def customer(self, customer: CustomerId) -> Customer | None:
        """Find a customer."""
        return self.customers.get(customer)

    def contract(self, contract: ContractId) -> Contract | None:
        """Find a contract, in service or not."""
        return self.contracts.get(contract)

    def person(self, person: PersonId) -> Person | None:
        """Find a person."""
        return self.people.get(person)

    def person_of(self, sender: Sender) -> Person | None:
        """Find who spoke by the platform's own id; the name a platform shows proves nothing."""
        return self._by_sender.get((sender.platform, sender.user))

    def people_with(self, role: Role) -> tuple[Person, ...]:
        """Return everybody who has a role."""
        return self._by_role.get(role, ())

    def on_call(self, role: Role, at: datetime) -> tuple[PersonId, ...]:
        """Return whom to call in a role at an instant, the first first.

        Shifts are read in the desk's zone. Where no shift covers the instant, everybody with the role is on
        call: of specialists and experts those who have the engineers' duty, if any; people of a branch only
        where there is nobody else.
        """
        called = self._on_shift(at, role=role)
        if called:
            return called
        everybody = tuple(person.id for person in self.people_with(role))
        if role in ENGINEER_ROLES - {Role.ENGINEER}:
            on_duty = (each for each in self.on_call(Role.ENGINEER, at) if each in everybody)
            return tuple(on_duty) or everybody
        return tuple(each for each in everybody if each not in self._of_branches) or everybody

    def called(self, role: Role, at: datetime) -> tuple[Role, PersonId] | None:
        """Find who is called in a role first, and as what: who stands in for it if nobody fills it."""
        found = ((each, self.on_call(each, at)) for each in chain_of(role))
        return next(((each, people[0]) for each, people in found if people), None)

    def fills(self, person: PersonId, role: Role, contract: Contract | None = None) -> bool:
        """Say whether somebody has a role; a contract's named specialist is one for that contract."""
        known = self.person(person)
        named = contract is not None and contract.specialist == person
        return (named and role is Role.SPECIALIST) or (known is not None and role in known.roles)

    def on_duty(self, unit: UnitId, at: datetime) -> tuple[PersonId, ...]:
        """Return whom to call in a unit at an instant; where no shift covers it, all of its people."""
        return self._on_shift(at, unit=unit) or self.units[unit].people

    def _on_shift(
        self, at: datetime, *, role: Role | None = None, unit: UnitId | None = None
    ) -> tuple[PersonId, ...]:
        local = at.astimezone(self.desk.zone)
        shifts = [
            shift
            for shift in self.rota
            if (shift.role, shift.unit) == (role, unit) and shift.covers(local.time())
        ]
        return tuple(dict.fromkeys(person for shift in shifts for person in shift.order(local.date())))

    def place_of(self, person: Person, platform: PlatformName | None = None) -> Place | None:
        """Find the direct conversation with a person: on `platform`, else on the person's first one."""
        chosen = platform or next(iter(person.ids), None)
        if chosen is None or chosen not in person.ids:
            return None
        return Place(chosen, f"{DIRECT}{person.id if chosen == LOCAL else person.ids[chosen]}")

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups in force: the file's, then those tied in chat."""
        return self._overlaid.groups

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where bindings made in chat and the file disagree."""
        return self._overlaid.conflicts

    def group_of(self, place: Place) -> Group | None:
        """Find the group of a conversation, whatever the thread."""
        return self._by_lane.get(place.lane)

    def engineers_groups(self) -> tuple[Group, ...]:
        """Return the engineers' own groups."""
        return tuple(group for group in self.groups if group.audience is Audience.ENGINEERS)

    def contract_of(self, group: Group, at: datetime) -> Contract | None:
        """Find the contract of a group's cases: its own, in service or not, else by `contract_for`."""
        if group.contract is not None:
            return self.contract(group.contract)
        return None if group.customer is None else self.contract_for(group.customer, at)

    def contract_for(self, customer: CustomerId, at: datetime) -> Contract | None:
        """Find a customer's first contract in service at an instant."""
        held = self.customers[customer].contracts if customer in self.customers else ()
        return next((self.contracts[each] for each in held if self.contracts[each].in_service(at)), None)

    def with_overlay(self, bindings: Mapping[str, Binding | None]) -> "Directory":
        """Return the same edition with `bindings` from chat, by lane, in place of any it had; None unties."""
        return replace(self, bindings=dict(bindings))

    @cached_property
    def _overlaid(self) -> Overlaid:
        return Overlay(self.filed_groups, self.customers, self.contracts).lay(self.bindings)

    @cached_property
    def members(self) -> Mapping[str, tuple[PersonId, ...]]:
        """Who belongs to each unit."""
        return {name: unit.people for name, unit in self.units.items()}

    @cached_property
    def _by_role(self) -> Mapping[Role, tuple[Person, ...]]:
        people = self.people.values()
        return {role: tuple(person for person in people if role in person.roles) for role in Role}

    @cached_property
    def _of_branches(self) -> frozenset[PersonId]:
        branches = {contract.branch for contract in self.contracts.values()}
        return frozenset(
            person for unit in self.units.values() if unit.id in branches for person in unit.people
        )

    @cached_property
    def _by_lane(self) -> Mapping[str, Group]:
        return {place.lane: group for group in self.groups for place in group.all_places()}

    @cached_property
    def _by_sender(self) -> Mapping[tuple[PlatformName, str], Person]:
        return {key: person for person in self.people.values() for key in person.ids.items()}
