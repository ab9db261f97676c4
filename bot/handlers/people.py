"""Who speaks, and in whose conversation: a platform's ids looked up in the directory."""

from datetime import datetime

from bot.access import Actor, Where
from bot.core.inbound import Origin
from bot.core.people import Audience, ContractId, CustomerId, Language, PersonId, Role, Sender
from bot.directory.lookup import Directory
from bot.directory.model import Person, Reads


def actor_of(directory: Directory, sender: Sender, where: Where) -> Actor:
    """Return who speaks; one the directory does not know belongs to the customer whose group it is."""
    known = directory.person_of(sender)
    if known is None:
        return Actor(
            person=PersonId(f"{sender.platform}:{sender.user}"),
            name=sender.name,
            sender=sender,
            roles=frozenset({Role.CUSTOMER}),
            customer=where.customer,
            language=where.language,
        )
    return Actor(
        person=known.id,
        name=known.name_to(known.language),
        sender=sender,
        roles=known.roles,
        customer=known.customer,
        language=known.language,
    )


def where_of(directory: Directory, origin: Origin, now: datetime) -> Where:
    """Return whose conversation something is said in."""
    if origin.direct:
        return _direct(directory, origin, directory.person_of(origin.sender), now)
    group = directory.group_of(origin.place)
    if group is None:
        return _where(origin, Audience.UNBOUND, directory.desk.language, customer=None, contract=None)
    contract = directory.contract_of(group, now)
    return Where(
        place=origin.place,
        audience=group.audience,
        customer=group.customer,
        contract=contract.id if contract else None,
        language=group.language,
        reads_all=group.reads is Reads.ALL,
    )


def _direct(directory: Directory, origin: Origin, person: Person | None, now: datetime) -> Where:
    """A direct conversation is its person's: a customer's people speak for their customer there."""
    customer = person.customer if person else None
    contract = directory.contract_for(customer, now) if customer else None
    return _where(
        origin,
        Audience.DIRECT,
        person.language if person else directory.desk.language,
        customer=customer,
        contract=contract.id if contract else None,
    )


def _where(
    origin: Origin,
    audience: Audience,
    language: Language,
    *,
    customer: CustomerId | None,
    contract: ContractId | None,
) -> Where:
    return Where(
        place=origin.place,
        audience=audience,
        customer=customer,
        contract=contract,
        language=language,
        reads_all=True,
    )


def named(directory: Directory, name: str) -> tuple[Person, ...]:
    """Return the staff a name may mean: who is called exactly so, else whose name begins so."""
    wanted = name.casefold().strip()
    staff = [person for person in directory.people.values() if person.is_staff]
    exact = tuple(person for person in staff if wanted in _names(person))
    if exact or not wanted:
        return exact
    return tuple(person for person in staff if any(each.startswith(wanted) for each in _names(person)))


def _names(person: Person) -> tuple[str, ...]:
    """Return every name of a person, in small letters."""
    written = (person.id, person.name, person.name_en or "", *person.ids.values())
    return tuple(name.casefold() for name in written if name)
