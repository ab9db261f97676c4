"""Who may do what, where, and what is shown there: who asks decides what is allowed, where decides what is shown."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.people import STAFF_ROLES, Audience, ContractId, CustomerId, Language, PersonId, Place, Role, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who asks, as the directory knows them; `person` is `platform:user` for a stranger."""

    person: PersonId
    name: str
    sender: Sender
    roles: frozenset[Role]
    customer: CustomerId | None
    language: Language

    @property
    def staff(self) -> bool:
        """Whether this is one of the desk's own people."""
        return bool(self.roles & STAFF_ROLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The conversation something is asked in; its audience decides what is shown."""

    place: Place
    audience: Audience
    customer: CustomerId | None
    contract: ContractId | None
    language: Language
    reads_all: bool


class View(StrEnum):
    """How much of a case is shown."""

    CUSTOMER = "customer"
    STAFF = "staff"
