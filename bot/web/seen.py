"""What one person sees in the local chat: their conversations and nothing else."""

from dataclasses import dataclass
from enum import StrEnum

from bot.access import right_of
from bot.core.people import DIRECT, LOCAL, Audience, CustomerId, PersonId, Place, Role
from bot.core.verbs import Verb
from bot.directory.lookup import Directory
from bot.directory.model import Bilingual, Person

LOBBY = "g:lobby"
"""A group no customer is bound to, open to everybody."""


class Kind(StrEnum):
    """What a conversation is, for its sign in the list."""

    CUSTOMER = "customer"
    ENGINEERS = "engineers"
    LOBBY = "lobby"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation somebody may open; a title of None is the page's own word for its kind."""

    id: str
    kind: Kind
    title: Bilingual | None = None
    subtitle: Bilingual | None = None


ROLE_ORDER = (
    Role.CUSTOMER,
    Role.ENGINEER,
    Role.SPECIALIST,
    Role.EXPERT,
    Role.LEAD,
    Role.MANAGER,
    Role.DIRECTOR,
    Role.VICE_PRESIDENT,
    Role.PRESIDENT,
    Role.ADMIN,
)


def people(directory: Directory) -> tuple[Person, ...]:
    """Return everybody who uses the local chat, in the file's order."""
    return tuple(person for person in directory.people.values() if LOCAL in person.ids)


def find_person(directory: Directory, person: str) -> Person | None:
    """Find somebody who uses the local chat."""
    found = directory.person(PersonId(person))
    return found if found and LOCAL in found.ids else None


def may_keep(person: Person) -> bool:
    """Say whether somebody may keep the knowledge base."""
    return bool(person.roles & right_of(Verb.KB).staff)


def role_of(person: Person) -> Role:
    """Return the role a person is introduced with: the highest they have, admin only if nothing else."""
    ranked = [role for role in ROLE_ORDER[:-1] if role in person.roles]
    return ranked[-1] if ranked else Role.ADMIN


def conversations(directory: Directory, person: Person) -> tuple[Conversation, ...]:
    """Return what a person may open: the groups of their customer (staff: all), their direct one, the lobby.

    The lobby stops being everybody's when it is tied to a customer.
    """
    groups = tuple(
        Conversation(
            id=place.conversation,
            kind=Kind.ENGINEERS if group.audience is Audience.ENGINEERS else Kind.CUSTOMER,
            title=group.title,
            subtitle=_customer_name(directory, group.customer) if person.is_staff else None,
        )
        for group in directory.groups
        if person.is_staff or (group.customer is not None and group.customer == person.customer)
        for place in group.all_places()
        if place.platform == LOCAL
    )
    free = directory.group_of(Place(LOCAL, LOBBY)) is None
    return (
        *sorted(groups, key=lambda each: each.kind is not Kind.ENGINEERS),
        Conversation(id=f"{DIRECT}{person.id}", kind=Kind.DIRECT),
        *((Conversation(id=LOBBY, kind=Kind.LOBBY),) if free else ()),
    )


def find_conversation(directory: Directory, person: Person, conversation: str) -> Conversation | None:
    """Find a conversation this person may open."""
    return next((each for each in conversations(directory, person) if each.id == conversation), None)


def _customer_name(directory: Directory, customer: CustomerId | None) -> Bilingual | None:
    found = directory.customer(customer) if customer else None
    return found.name if found else None
