"""Who may do what: who asks decides what is allowed, where it is answered decides what is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.cases.model import Case
from bot.core.people import (
    ENGINEER_ROLES,
    STAFF_ROLES,
    SUPERVISOR_ROLES,
    Audience,
    ContractId,
    CustomerId,
    Language,
    PersonId,
    Place,
    Role,
    Sender,
)
from bot.core.verbs import Verb


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


class Customers(StrEnum):
    """Which of a customer's people may: nobody, whoever reported the case, or everybody of that customer."""

    NOBODY = "nobody"
    REPORTER = "reporter"
    EVERYBODY = "everybody"


ANY_STAFF = STAFF_ROLES
ENGINEERS = ENGINEER_ROLES | SUPERVISOR_ROLES
SUPERVISORS = SUPERVISOR_ROLES
EXPERTS = SUPERVISOR_ROLES | {Role.EXPERT}
ADMINS = frozenset({Role.ADMIN})
NO_STAFF: frozenset[Role] = frozenset()

CUSTOMERS_EYES = (Audience.CUSTOMER, Audience.UNBOUND)
"""Conversations in which a customer, or somebody unknown, reads along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Who may use a verb; in `refused_in` conversations nobody may, and `hint` names the sentence why."""

    staff: frozenset[Role]
    customers: Customers = Customers.NOBODY
    refused_in: tuple[Audience, ...] = ()
    hint: str = "forbidden"
    clause: str = "ours"


EVERYBODY = Right(staff=ANY_STAFF, customers=Customers.EVERYBODY)
ENGINEER = Right(staff=ENGINEERS)
SUPERVISOR = Right(staff=SUPERVISORS)
EXPERT = Right(staff=EXPERTS)
STAFF = Right(staff=ANY_STAFF)

RIGHTS: Mapping[tuple[Verb, str], Right] = {
    (Verb.NEW, ""): replace(EVERYBODY, clause="S1 A2 8.1"),
    (Verb.NEW, "for"): replace(STAFF, clause="S1 A2 8.2 座席"),
    (Verb.HUMAN, ""): Right(staff=NO_STAFF, customers=Customers.EVERYBODY),
    (Verb.LIST, ""): replace(EVERYBODY, clause="S1 A2 8.1 客户可追踪问题解决状态"),
    (Verb.LIST, "mine"): EVERYBODY,
    (Verb.LIST, "risk"): STAFF,
    (Verb.LIST, "overdue"): STAFF,
    (Verb.LIST, "all"): STAFF,
    (Verb.SHOW, ""): replace(EVERYBODY, clause="S1 A2 8.1 客户可追踪问题解决状态"),
    (Verb.ADD, ""): replace(EVERYBODY, clause="S1 A2 8.2 任何用户均可增加Case的注示"),
    (Verb.NOTE, ""): replace(STAFF, refused_in=CUSTOMERS_EYES, hint="note_is_internal"),
    (Verb.SET, ""): replace(STAFF, clause="S1 A2 8.2"),
    (Verb.SET, "phone"): Right(staff=ANY_STAFF, customers=Customers.REPORTER),
    (Verb.SET, "email"): Right(staff=ANY_STAFF, customers=Customers.REPORTER),
    (Verb.SET, "address"): Right(staff=ANY_STAFF, customers=Customers.REPORTER),
    (Verb.ACK, ""): ENGINEER,
    (Verb.TAKE, ""): replace(ENGINEER, clause="S1 A2 8.2 任何工程师均可以接管Case"),
    (Verb.ASSIGN, ""): ENGINEER,
    (Verb.LEVEL, ""): replace(ENGINEER, clause="S1 A2 8.2 改变Case优先级"),
    (Verb.REPLY, ""): ENGINEER,
    (Verb.TAKEBACK, ""): ENGINEER,
    (Verb.CALL, ""): ENGINEER,
    (Verb.DIAG, ""): replace(ENGINEER, clause="S1 A2 7.1"),
    (Verb.ONSITE, ""): ENGINEER,
    (Verb.ONSITE, "need"): Right(
        staff=ENGINEERS,
        customers=Customers.EVERYBODY,
        clause="S1 A2 4.2.3 直接向支持中心负责人要求现场服务支持",
    ),
    (Verb.MARK, ""): replace(ENGINEER, clause="S1 A2 4.2.4, 8.2, 10.5; S3 4.5.1, 4.5.2; S0 3.2.2"),
    (Verb.WAIT, ""): ENGINEER,
    (Verb.RESUME, ""): ENGINEER,
    (Verb.ESCALATE, ""): replace(ENGINEER, clause="S1 A2 6.2, 8.2"),
    (Verb.APPROVE, ""): replace(EXPERT, clause="S1 A2 8.2 需要提交这方面专家的确认"),
    (Verb.DECLINE, ""): replace(EXPERT, clause="S1 A2 8.2 需要提交这方面专家的确认"),
    (Verb.CHASE, ""): Right(
        staff=ENGINEERS, customers=Customers.EVERYBODY, clause="S1 A2 8.1 客户可追踪问题解决状态"
    ),
    (Verb.NOTED, ""): replace(SUPERVISOR, clause="S1 A2 7.2"),
    (Verb.SOLVE, ""): replace(ENGINEER, clause="S4 四 给出解决方法或建议"),
    (Verb.CONFIRM, ""): replace(EVERYBODY, staff=ENGINEERS, clause="S4 四 问题解决后经客户确认关闭"),
    (Verb.REOPEN, ""): Right(
        staff=NO_STAFF, customers=Customers.EVERYBODY, clause="S4 四 客户可以申请重新开放"
    ),
    (Verb.RATE, ""): Right(
        staff=NO_STAFF, customers=Customers.EVERYBODY, clause="S1 A2 8.2 发客户调查表给客户"
    ),
    (Verb.MERGE, ""): Right(staff=ENGINEERS, customers=Customers.REPORTER),
    (Verb.CANCEL, ""): Right(staff=ENGINEERS, customers=Customers.REPORTER),
    (Verb.WHY, ""): EVERYBODY,
    (Verb.LOG, ""): EVERYBODY,
    (Verb.FIND, ""): EVERYBODY,
    (Verb.ASK, ""): EVERYBODY,
    (Verb.KB, ""): replace(ENGINEER, refused_in=CUSTOMERS_EYES, hint="kb_is_internal"),
    (Verb.KB, "helped"): EVERYBODY,
    (Verb.KB, "unhelped"): EVERYBODY,
    (Verb.KB, "read"): EVERYBODY,
    (Verb.ONCALL, ""): STAFF,
    (Verb.ONCALL, "swap"): SUPERVISOR,
    (Verb.ONCALL, "override"): SUPERVISOR,
    (Verb.ALARM, ""): Right(staff=ANY_STAFF, refused_in=CUSTOMERS_EYES, hint="alarm_is_internal"),
    (Verb.REPORT, ""): Right(staff=SUPERVISORS, customers=Customers.EVERYBODY),
    (Verb.BIND, ""): Right(
        staff=ADMINS, refused_in=(Audience.ENGINEERS, Audience.DIRECT), hint="bind_in_group"
    ),
    (Verb.UNBIND, ""): Right(
        staff=ADMINS, refused_in=(Audience.ENGINEERS, Audience.DIRECT), hint="bind_in_group"
    ),
    (Verb.HELP, ""): EVERYBODY,
}
"""Who may use which verb, and with which first word where that differs; other words have the verb's row."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The person may."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The person may not; `key` names the sentence that says why."""

    key: str


Answer = Allowed | Refused


def right_of(verb: Verb, choice: str = "") -> Right:
    """Return the row that decides about a verb with this first word."""
    return RIGHTS.get((verb, choice)) or RIGHTS[verb, ""]


def may(actor: Actor, verb: Verb, case: Case | None, where: Where, *, choice: str = "") -> Answer:
    """Say whether somebody may use a verb here, on this case if there is one.

    Only a case that the person `sees` may be asked about.
    """
    right = right_of(verb, choice)
    if not _entitled(actor, right, case):
        return Refused("forbidden")
    if where.audience in right.refused_in:
        return Refused(right.hint)
    return Allowed()


def may_at_all(actor: Actor, verb: Verb, where: Where) -> bool:
    """Say whether somebody may use a verb here in any of its forms."""
    choices = (choice for each, choice in RIGHTS if each is verb)
    return any(may(actor, verb, None, where, choice=choice) == Allowed() for choice in choices)


def _entitled(actor: Actor, right: Right, case: Case | None) -> bool:
    if actor.staff:
        return bool(actor.roles & right.staff)
    match right.customers:
        case Customers.NOBODY:
            return False
        case Customers.REPORTER:
            return case is None or case.reporter.person == actor.person
        case Customers.EVERYBODY:
            return True


def view(where: Where, actor: Actor) -> View:
    """Return how much of a case is shown here: staff's view only where nobody but staff reads."""
    private = where.audience in (Audience.ENGINEERS, Audience.DIRECT)
    return View.STAFF if private and actor.staff else View.CUSTOMER


def sees(actor: Actor, case: Case, where: Where) -> bool:
    """Say whether a case exists for this person in this conversation.

    A case that is not seen is answered like a number that was never given.
    """
    if where.audience in CUSTOMERS_EYES and not _belongs(case, where):
        return False
    if actor.staff:
        return True
    if actor.customer is not None and case.customer is not None:
        return case.customer == actor.customer
    return case.reporter.person == actor.person


def _belongs(case: Case, where: Where) -> bool:
    """A conversation shows its customer's cases; those of nobody only where they were opened."""
    if case.customer is None:
        return case.place.lane == where.place.lane
    return case.customer == where.customer
