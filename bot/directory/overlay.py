"""Groups tied to customers from chat, laid over those of the file.

A binding wins over the file's customer and contract, and the difference is listed until one of the two is
corrected. What cannot be is listed and left out; engineers' groups are settled by the file alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.people import Audience, ContractId, CustomerId, GroupId, PlatformName
from bot.directory.model import Contract, Customer, Group, Reads

Binding = tuple[CustomerId, ContractId | None]


class ConflictKind(StrEnum):
    """What a binding from chat disagrees with; only FILE_DIFFERS is carried out all the same."""

    FILE_DIFFERS = "file_differs"
    ENGINEERS_GROUP = "engineers_group"
    UNKNOWN_CUSTOMER = "unknown_customer"
    UNKNOWN_CONTRACT = "unknown_contract"
    OTHER_CUSTOMERS_CONTRACT = "other_customers_contract"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One disagreement between the file and chat; without a binding, the group was untied in chat."""

    lane: str
    kind: ConflictKind
    binding: Binding | None


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The groups in force, and where chat and file disagree."""

    groups: tuple[Group, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """The file's side: what bindings from chat are judged against."""

    groups: tuple[Group, ...]
    customers: Mapping[CustomerId, Customer]
    contracts: Mapping[ContractId, Contract]

    def lay(self, bindings: Mapping[str, Binding | None]) -> Overlaid:
        """Return the groups with `bindings` (by lane; None unties) applied."""
        filed = {place.lane: group for group in self.groups for place in group.all_places()}
        conflicts: list[Conflict] = []
        moved: dict[str, Group | None] = {}
        for lane, binding in bindings.items():
            group = filed.get(lane)
            kind = self._conflict(group, binding)
            if kind is not None:
                conflicts.append(Conflict(lane, kind, binding))
            if kind is ConflictKind.FILE_DIFFERS or (kind is None and group is None):
                moved[lane] = binding and self._bound(lane, binding, group)
        kept = tuple(rest for group in self.groups if (rest := _without(group, moved)) is not None)
        return Overlaid(kept + tuple(group for group in moved.values() if group), tuple(conflicts))

    def _conflict(self, group: Group | None, binding: Binding | None) -> ConflictKind | None:
        if group is not None and group.audience is Audience.ENGINEERS:
            return ConflictKind.ENGINEERS_GROUP
        if binding is not None and (unfit := self._unfit(*binding)) is not None:
            return unfit
        if group is None or _agree(group, binding):
            return None
        return ConflictKind.FILE_DIFFERS

    def _unfit(self, customer: CustomerId, contract: ContractId | None) -> ConflictKind | None:
        if customer not in self.customers:
            return ConflictKind.UNKNOWN_CUSTOMER
        if contract is None:
            return None
        if contract not in self.contracts:
            return ConflictKind.UNKNOWN_CONTRACT
        if self.contracts[contract].customer != customer:
            return ConflictKind.OTHER_CUSTOMERS_CONTRACT
        return None

    def _bound(self, lane: str, binding: Binding, group: Group | None) -> Group:
        customer = self.customers[binding[0]]
        platform, _, conversation = lane.partition(":")
        return Group(
            id=GroupId(lane),
            title=customer.name,
            audience=Audience.CUSTOMER,
            customer=customer.id,
            contract=binding[1],
            language=customer.language,
            places={PlatformName(platform): conversation},
            reads=group.reads if group else Reads.ALL,
        )


def _agree(group: Group, binding: Binding | None) -> bool:
    """A binding without a contract leaves the choice of contract to the file."""
    return binding is not None and group.customer == binding[0] and binding[1] in (None, group.contract)


def _without(group: Group, moved: Mapping[str, Group | None]) -> Group | None:
    left = {place.platform: place.conversation for place in group.all_places() if place.lane not in moved}
    if len(left) == len(group.places):
        return group
    return replace(group, places=left) if left else None
