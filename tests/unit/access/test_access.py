"""Who may do what where, and whose case exists for whom."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.access import RIGHTS, Actor, Allowed, Customers, Refused, View, Where, may, may_at_all, sees, view
from bot.cases.model import Case, CaseType, Reporter, Status
from bot.core.people import (
    STAFF_ROLES,
    Audience,
    CaseId,
    CaseKey,
    CustomerId,
    Language,
    Level,
    PersonId,
    Place,
    PlatformName,
    Role,
    Sender,
)
from bot.core.verbs import Verb
from bot.sla.terms import Terms

LOCAL = PlatformName("local")
ACME, BLUE = CustomerId("acme"), CustomerId("blue")


def person(name: str, *roles: Role, customer: CustomerId | None = None) -> Actor:
    return Actor(
        person=PersonId(name),
        name=name,
        sender=Sender(LOCAL, name, name),
        roles=frozenset(roles),
        customer=customer,
        language=Language.ZH,
    )


def place(audience: Audience, customer: CustomerId | None = None, conversation: str = "g:here") -> Where:
    return Where(
        place=Place(LOCAL, conversation),
        audience=audience,
        customer=customer,
        contract=None,
        language=Language.ZH,
        reads_all=True,
    )


REPORTER = person("reporter", customer=ACME)
COLLEAGUE = person("colleague", customer=ACME)
OTHER = person("other", customer=BLUE)
STRANGER = person("local:u9", Role.CUSTOMER)
ENGINEER = person("engineer", Role.ENGINEER)
LEAD = person("lead", Role.LEAD)
MANAGER = person("manager", Role.MANAGER)
ADMIN = person("admin", Role.ADMIN)
EVERY_ROLE = [person(role, role) for role in sorted(STAFF_ROLES)]

ACMES = place(Audience.CUSTOMER, ACME)
BLUES = place(Audience.CUSTOMER, BLUE, "g:blue")
ENGINEERS = place(Audience.ENGINEERS, conversation="g:engineers")
DIRECT = place(Audience.DIRECT, conversation="dm:engineer")
LOBBY = place(Audience.UNBOUND, conversation="g:lobby")

CASE = Case(
    id=CaseId(1),
    key=CaseKey("C-20261120-0001"),
    version=1,
    status=Status.OPEN,
    type=CaseType.FAULT,
    customer=ACME,
    contract=None,
    terms=Terms(
        schemes=(),
        calendar="always",
        zone=ZoneInfo("Asia/Shanghai"),
        ladder="",
        ladder_in_service_hours=False,
        engineer_clock="",
        engineer_clock_in_service_hours=False,
    ),
    edition="e",
    reporter=Reporter(person=PersonId("reporter"), name="Reporter"),
    place=Place(LOCAL, "g:here", "1"),
    language=Language.ZH,
    brief="printer",
    opened_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
    level=Level.MINOR,
)

STAFF_ONLY = {
    **dict.fromkeys(("ack", "take", "assign", "level", "reply", "takeback", "call", "diag"), "engineer"),
    **dict.fromkeys(("wait", "resume", "escalate", "solve", "onsite", "kb"), "engineer"),
    **dict.fromkeys(("noted",), "lead"),
    **dict.fromkeys(("bind", "unbind"), "admin"),
    **dict.fromkeys(("note", "set", "oncall"), "any"),
}
FOR_ALL = ("new", "list", "show", "add", "why", "log", "find", "ask", "help")
MAY = {
    "engineer": (ENGINEER, LEAD, MANAGER),
    "lead": (LEAD, MANAGER),
    "admin": (ADMIN,),
    "any": (ENGINEER, LEAD, MANAGER, ADMIN),
}


def test_every_verb_has_a_row() -> None:
    assert {verb for verb, choice in RIGHTS if not choice} == set(Verb)


@pytest.mark.parametrize(("verb", "who"), STAFF_ONLY.items())
def test_staff_verbs_are_for_those_roles_and_for_no_customer(verb: str, who: str) -> None:
    where = ACMES if who == "admin" else ENGINEERS
    staff = (ENGINEER, LEAD, MANAGER, ADMIN)

    assert {each.name for each in staff if may(each, Verb(verb), CASE, where) == Allowed()} == {
        each.name for each in MAY[who]
    }
    assert may(REPORTER, Verb(verb), CASE, ACMES) == Refused("forbidden")


@pytest.mark.parametrize("verb", FOR_ALL)
def test_what_everybody_may(verb: str) -> None:
    for actor in (REPORTER, COLLEAGUE, STRANGER, *EVERY_ROLE):
        assert may(actor, Verb(verb), CASE, ACMES) == Allowed()


@pytest.mark.parametrize("verb", [Verb.HUMAN, Verb.REOPEN, Verb.RATE])
def test_what_only_customers_may(verb: Verb) -> None:
    assert may(COLLEAGUE, verb, CASE, ACMES) == Allowed()
    assert {may(each, verb, CASE, ENGINEERS) for each in EVERY_ROLE} == {Refused("forbidden")}


@pytest.mark.parametrize("verb", [Verb.CANCEL, Verb.MERGE])
def test_what_of_the_customers_people_only_the_reporter_may(verb: Verb) -> None:
    assert may(REPORTER, verb, CASE, ACMES) == Allowed()
    assert may(COLLEAGUE, verb, CASE, ACMES) == Refused("forbidden")
    assert may(ENGINEER, verb, CASE, ACMES) == Allowed()


def test_whoever_hears_a_customer_press_chases_for_them() -> None:
    assert may(COLLEAGUE, Verb.CHASE, CASE, ACMES) == Allowed()
    assert may(ENGINEER, Verb.CHASE, CASE, ENGINEERS) == Allowed()
    assert may(ADMIN, Verb.CHASE, CASE, ENGINEERS) == Refused("forbidden")


def test_both_sides_confirm_and_an_administrator_does_not() -> None:
    assert may(COLLEAGUE, Verb.CONFIRM, CASE, ACMES) == Allowed()
    assert may(ENGINEER, Verb.CONFIRM, CASE, ENGINEERS) == Allowed()
    assert may(ADMIN, Verb.CONFIRM, CASE, ENGINEERS) == Refused("forbidden")


@pytest.mark.parametrize(
    ("actor", "verb", "choice", "allowed"),
    [
        (REPORTER, Verb.SET, "phone", True),
        (COLLEAGUE, Verb.SET, "phone", False),
        (REPORTER, Verb.SET, "vendor", False),
        (ENGINEER, Verb.SET, "vendor", True),
        (COLLEAGUE, Verb.ONSITE, "need", True),
        (COLLEAGUE, Verb.ONSITE, "arrive", False),
        (ENGINEER, Verb.ONSITE, "arrive", True),
        (COLLEAGUE, Verb.LIST, "mine", True),
        (COLLEAGUE, Verb.LIST, "overdue", False),
        (ENGINEER, Verb.LIST, "overdue", True),
        (COLLEAGUE, Verb.NEW, "for", False),
        (ADMIN, Verb.NEW, "for", True),
        (COLLEAGUE, Verb.KB, "helped", True),
        (COLLEAGUE, Verb.KB, "add", False),
        (ENGINEER, Verb.ONCALL, "swap", False),
        (LEAD, Verb.ONCALL, "swap", True),
        (COLLEAGUE, Verb.REPORT, "", True),
        (ENGINEER, Verb.REPORT, "", False),
        (LEAD, Verb.REPORT, "", True),
    ],
)
def test_the_first_word_may_decide(actor: Actor, verb: Verb, choice: str, allowed: bool) -> None:
    assert (may(actor, verb, CASE, ACMES, choice=choice) == Allowed()) is allowed


@pytest.mark.parametrize("where", [ACMES, LOBBY])
def test_an_internal_note_is_refused_where_a_customer_reads_along(where: Where) -> None:
    assert may(ENGINEER, Verb.NOTE, CASE, where) == Refused("note_is_internal")
    assert may(REPORTER, Verb.NOTE, CASE, where) == Refused("forbidden")


@pytest.mark.parametrize("where", [ENGINEERS, DIRECT])
def test_a_group_is_bound_in_the_group_itself(where: Where) -> None:
    assert may(ADMIN, Verb.BIND, None, where) == Refused("bind_in_group")
    assert may(ADMIN, Verb.BIND, None, LOBBY) == Allowed()


def test_a_verb_with_one_form_for_customers_is_theirs_at_all() -> None:
    assert may_at_all(COLLEAGUE, Verb.ONSITE, ACMES)
    assert not may_at_all(COLLEAGUE, Verb.ACK, ACMES)


def test_no_row_is_for_nobody() -> None:
    assert [
        key for key, right in RIGHTS.items() if not right.staff and right.customers is Customers.NOBODY
    ] == []


@pytest.mark.parametrize(
    ("where", "actor", "seen"),
    [
        (ACMES, REPORTER, View.CUSTOMER),
        (ACMES, MANAGER, View.CUSTOMER),
        (LOBBY, ADMIN, View.CUSTOMER),
        (ENGINEERS, ENGINEER, View.STAFF),
        (ENGINEERS, COLLEAGUE, View.CUSTOMER),
        (DIRECT, ENGINEER, View.STAFF),
        (DIRECT, COLLEAGUE, View.CUSTOMER),
    ],
)
def test_where_it_is_answered_decides_what_is_shown(where: Where, actor: Actor, seen: View) -> None:
    assert view(where, actor) is seen


@pytest.mark.parametrize(
    ("actor", "where", "seen"),
    [
        (REPORTER, ACMES, True),
        (COLLEAGUE, ACMES, True),
        (COLLEAGUE, DIRECT, True),
        (OTHER, BLUES, False),
        (OTHER, ACMES, False),
        (OTHER, DIRECT, False),
        (replace(STRANGER, customer=ACME), ACMES, True),
        (STRANGER, DIRECT, False),
        (ENGINEER, ACMES, True),
        (ENGINEER, BLUES, False),
        (ENGINEER, ENGINEERS, True),
        (ENGINEER, DIRECT, True),
        (ENGINEER, LOBBY, False),
    ],
)
def test_a_case_exists_only_for_its_own_people_and_in_their_conversation(
    actor: Actor, where: Where, seen: bool
) -> None:
    assert sees(actor, CASE, where) is seen


def test_a_case_of_nobody_exists_where_it_was_opened_and_for_its_reporter() -> None:
    orphan = replace(CASE, customer=None, place=Place(LOCAL, "g:lobby", "1"))

    assert sees(REPORTER, orphan, LOBBY)
    assert sees(ADMIN, orphan, LOBBY)
    assert not sees(OTHER, orphan, LOBBY)
    assert not sees(ENGINEER, orphan, ACMES)
