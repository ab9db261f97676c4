"""Who is found, where, and when."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.people import (
    Audience,
    ContractId,
    CustomerId,
    Language,
    PersonId,
    Place,
    PlatformName,
    Role,
    Sender,
)
from bot.directory.loader import load_directory, parse_directory
from bot.directory.lookup import Directory
from bot.directory.model import AlertKind, Group, Hours, Person
from tests.unit.directory.files import DEMO, SMALL, STARTER

SLACK, DINGTALK, LOCAL = PlatformName("slack"), PlatformName("dingtalk"), PlatformName("local")
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = datetime(2026, 1, 5, 10, tzinfo=SHANGHAI)  # a Monday, two days before the rota of SMALL starts


@pytest.fixture(scope="module")
def small() -> Directory:
    return parse_directory(SMALL, file="directory.yaml")


def person(directory: Directory, name: str) -> Person:
    found = directory.person(PersonId(name))
    assert found is not None
    return found


def group(directory: Directory, conversation: str) -> Group:
    found = directory.group_of(Place(SLACK, conversation))
    assert found is not None
    return found


def test_the_demo_has_everybody_and_nothing_to_warn_of() -> None:
    demo = load_directory(DEMO)

    assert demo.warnings == ()
    assert demo.conflicts == ()
    assert {scheme for contract in demo.contracts.values() for scheme in contract.schemes} == {
        "s0_fault5",
        "s1_phone",
        "s1_onsite",
        "s1_p4",
        "s4_response5",
    }
    assert [role for role in Role if not demo.people_with(role)] == []
    assert all(
        demo.place_of(somebody) == Place(LOCAL, f"dm:{somebody.id}") for somebody in demo.people.values()
    )
    assert {each.customer for each in demo.groups} == {*demo.customers, None}
    assert demo.group_of(Place(LOCAL, "g:lobby")) is None


def test_the_starter_is_valid_as_it_stands() -> None:
    starter = load_directory(STARTER)

    assert (starter.groups, starter.people, starter.warnings) == ((), {}, ())


def test_the_starters_examples_are_valid_once_their_signs_are_taken_away() -> None:
    text = re.sub(r"^#(?=  (- |  )\w+: )", "", STARTER.read_text(encoding="utf-8"), flags=re.MULTILINE)

    starter = parse_directory(text, file="directory.yaml")

    assert len(starter.groups) == len(starter.people) == 2
    assert [warning.field for warning in starter.warnings] == ["contracts[0].ladder"]


def test_a_ladder_with_empty_rungs_is_a_warning_on_every_contract() -> None:
    directory = parse_directory(
        SMALL.replace(", director, vice_president, president", ""), file="directory.yaml"
    )

    assert [(warning.line, warning.field) for warning in directory.warnings] == [
        (14, "contracts[0].ladder"),
        (22, "contracts[1].ladder"),
        (30, "contracts[2].ladder"),
    ]
    assert directory.warnings[0].expected.endswith("nobody as director, vice_president, president")


def test_the_edition_changes_with_the_file_and_not_with_the_overlay(small: Directory) -> None:
    changed = parse_directory(SMALL.replace("Bob", "Rob"), file="directory.yaml")
    overlaid = small.with_overlay({"slack:C5": (CustomerId("one"), None)})

    assert changed.edition != small.edition
    assert overlaid.edition == small.edition
    assert parse_directory(SMALL, file="elsewhere.yaml").edition == small.edition


def test_ids_are_found_or_none(small: Directory) -> None:
    customer = small.customer(CustomerId("one"))

    assert customer is not None
    assert customer.contracts == ("one-old", "one-new")
    assert small.customer(CustomerId("gone")) is None
    assert small.contract(ContractId("gone")) is None
    assert small.person(PersonId("gone")) is None


def test_a_sender_is_known_by_the_platforms_id_and_not_by_name(small: Directory) -> None:
    assert small.person_of(Sender(SLACK, "U1", "somebody else")) == person(small, "ann")
    assert small.person_of(Sender(DINGTALK, "U1", "Ann")) is None


def test_staff_and_customers_people_are_told_apart(small: Directory) -> None:
    assert person(small, "ann").is_staff
    assert not person(small, "dora").is_staff
    assert person(small, "dora").roles == {Role.CUSTOMER}


def test_languages_default_to_the_customers_and_to_the_desks(small: Directory) -> None:
    assert person(small, "dora").language is Language.EN
    assert person(small, "ann").language is Language.ZH
    assert group(small, "C2").language is Language.EN
    assert group(small, "C9").language is small.desk.language is Language.ZH


def test_names_are_told_in_the_readers_language_where_there_is_one(small: Directory) -> None:
    assert person(small, "ann").name_to(Language.EN) == "Ann"
    assert person(small, "ann").name_to(Language.ZH) == "安"
    assert person(small, "bob").name_to(Language.ZH) == person(small, "bob").name_to(Language.EN) == "Bob"
    assert [small.desk.name.to(language) for language in Language] == ["台", "Desk"]


def test_a_group_is_found_on_each_platform_and_in_any_thread(small: Directory) -> None:
    assert small.group_of(Place(SLACK, "C1", "1700.1")) == small.group_of(Place(DINGTALK, "cid:1"))
    assert small.group_of(Place(DINGTALK, "C1")) is None


def test_the_engineers_groups_are_theirs_alone(small: Directory) -> None:
    assert [(each.id, each.audience) for each in small.engineers_groups()] == [
        ("engineers", Audience.ENGINEERS)
    ]


def test_people_with_a_role_come_in_the_files_order(small: Directory) -> None:
    assert [each.id for each in small.people_with(Role.ENGINEER)] == ["ann", "bob", "cy"]


@pytest.mark.parametrize(
    ("who", "platform", "place"),
    [
        ("ann", None, Place(SLACK, "dm:U1")),
        ("ann", SLACK, Place(SLACK, "dm:U1")),
        ("ann", LOCAL, Place(LOCAL, "dm:ann")),
        ("ann", DINGTALK, None),
        ("cy", None, None),
    ],
)
def test_a_direct_conversation_is_where_the_person_is(
    small: Directory, who: str, platform: PlatformName | None, place: Place | None
) -> None:
    assert small.place_of(person(small, who), platform) == place


@pytest.mark.parametrize(
    ("at", "called"),
    [
        (DAY, ["ann", "bob"]),
        (DAY + timedelta(days=6), ["ann", "bob"]),
        (DAY + timedelta(weeks=1), ["bob", "ann"]),
        (DAY - timedelta(minutes=1, weeks=1), ["bob", "ann"]),
        (DAY + timedelta(weeks=52), ["ann", "bob"]),
        (DAY.replace(hour=9), ["ann", "bob"]),
        (DAY.replace(hour=18), ["ann", "bob", "cy"]),
        (DAY.replace(hour=23), ["bob"]),
        (DAY.replace(hour=5, minute=59), ["bob"]),
        (DAY.replace(hour=6), ["ann", "bob", "cy"]),
    ],
)
def test_on_call_rotates_by_week_and_falls_back_on_everybody(
    small: Directory, at: datetime, called: list[str]
) -> None:
    assert list(small.on_call(Role.ENGINEER, at.astimezone(UTC))) == called


def test_overlapping_shifts_call_each_person_once() -> None:
    text = SMALL.replace("hours: 22:00-06:00", "hours: always")
    directory = parse_directory(text, file="directory.yaml")

    assert directory.on_call(Role.ENGINEER, DAY) == ("ann", "bob")


def test_a_role_without_a_rota_is_everybody_who_has_it(small: Directory) -> None:
    assert small.on_call(Role.MANAGER, DAY) == ("cy",)
    assert small.on_call(Role.ADMIN, DAY) == ()


def test_both_days_of_a_service_period_count_in_local_time(small: Directory) -> None:
    old = small.contracts[ContractId("one-old")]

    def served(moment: datetime) -> bool:
        return old.in_service(moment.astimezone(UTC))

    assert served(datetime(2024, 1, 1, tzinfo=SHANGHAI))
    assert served(datetime(2024, 12, 31, 23, 59, tzinfo=SHANGHAI))
    assert not served(datetime(2023, 12, 31, 23, 59, tzinfo=SHANGHAI))
    assert not served(datetime(2025, 1, 1, tzinfo=SHANGHAI))
    assert old.in_service(datetime(2025, 1, 1, tzinfo=SHANGHAI), ZoneInfo("America/New_York"))


def test_a_contract_keeps_its_own_zone_and_the_file_leaves_little_to_write(small: Directory) -> None:
    two, new = (small.contracts[ContractId(name)] for name in ("two-only", "one-new"))

    assert (two.zone, new.zone) == (ZoneInfo("America/New_York"), SHANGHAI)
    assert (new.ladder, new.engineer_clock) == ("s1_matrix", "s1_case_reminders")
    assert (new.site_allowance, new.ends_on, new.customer_wait_pauses_fix) == (timedelta(0), None, False)


def test_a_group_without_a_contract_falls_under_the_first_in_service(small: Directory) -> None:
    def contract(at: datetime) -> str | None:
        found = small.contract_of(group(small, "C1"), at)
        return None if found is None else found.id

    assert contract(datetime(2024, 6, 1, tzinfo=UTC)) == "one-old"
    assert contract(datetime(2026, 6, 1, tzinfo=UTC)) == "one-new"
    assert contract(datetime(2023, 6, 1, tzinfo=UTC)) is None


def test_a_groups_own_contract_holds_even_out_of_service(small: Directory) -> None:
    contract = small.contract_of(group(small, "C2"), datetime(2020, 1, 1, tzinfo=UTC))

    assert contract is not None
    assert contract.id == "two-only"


def test_nobody_is_promised_anything_where_no_customer_is_known(small: Directory) -> None:
    assert small.contract_of(group(small, "C9"), DAY) is None
    assert small.contract_for(CustomerId("gone"), DAY) is None


def test_somebody_is_alerted_by_mail_where_nothing_else_is_said_and_else_by_what_is() -> None:
    text = SMALL.replace(
        "name: Bob\n",
        "name: Bob\n    phone: '1'\n    quiet_hours: 22:00-07:00\n    alerts:\n"
        "      - sms\n      - {by: pager, to: bob-7, about: [escalation], levels: [1, 2]}\n",
    ).replace("zone: Asia/Shanghai", "zone: Asia/Shanghai\n  operators: [bob]")
    directory = parse_directory(text, file="small.yaml")
    ann, bob, cy = (directory.people[PersonId(each)] for each in ("ann", "bob", "cy"))

    assert [str(way.place) for way in ann.alerts] == ["mail:ann@example.com"]
    assert [str(way.place) for way in bob.alerts] == ["sms:1", "pager:bob-7"]
    assert (bob.alerts[0].about, len(bob.alerts[0].levels)) == (frozenset(AlertKind), 5)
    assert bob.alerts[1].about == {AlertKind.ESCALATION}
    assert bob.alerts[1].levels == {1, 2}
    assert bob.quiet_hours == Hours(time(22), time(7))
    assert (cy.alerts, cy.quiet_hours) == ((), None)
    assert directory.desk.operators == ("bob",)
