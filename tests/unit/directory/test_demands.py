"""What contracts demand of people, and units of the directory: checked before a desk starts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.configuration import Configuration, load_configuration
from bot.core.errors import ConfigError
from bot.core.people import ContractId, PersonId, Role, UnitId
from bot.directory.loader import parse_directory
from tests.unit.directory.files import SMALL

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
UNITS = """units:
  - id: branch
    name: {zh: 分公司, en: Branch}
    people: [bob, cy]
rota:
  - unit: branch
    people: [cy]
    hours: 12:00-13:00
"""
NEW = "    specialist: ann\n"


def configured(folder: Path, text: str) -> Configuration:
    (folder / "directory.yaml").write_text(text, encoding="utf-8")
    return load_configuration(folder)


def test_a_role_that_a_level_demands_and_nobody_fills_is_warned_of(tmp_path: Path) -> None:
    found = configured(
        tmp_path, SMALL.replace(NEW, "").replace("roles: [engineer, lead]", "roles: [engineer]")
    )

    [warning] = [each for each in found.warnings if each.field.endswith("schemes")]
    assert (warning.field, warning.expected) == (
        "contracts[1].schemes",
        "expected somebody in each role that its levels demand, found nobody as specialist, lead",
    )


def test_a_contracts_own_specialist_fills_the_role(tmp_path: Path) -> None:
    assert not [each for each in configured(tmp_path, SMALL).warnings if each.field.endswith("schemes")]


def test_units_of_a_path_that_are_not_there_are_warned_of(tmp_path: Path) -> None:
    found = configured(tmp_path, SMALL.replace(NEW, f"{NEW}    path: s1_path\n"))

    [warning] = [each for each in found.warnings if each.field.endswith("path")]
    assert warning.line == SMALL.splitlines().index("    specialist: ann") + 2
    assert "maintenance, software, implementation, chief_engineer, panel" in warning.expected


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("path: s9_path", "path", "there is no 's9_path'"),
        ("customer_hours: nights", "customer_hours", "there is no 'nights'"),
        ("branch: nowhere", "branch", "expected the id of a unit, found 'nowhere'"),
    ],
)
def test_what_a_contract_names_must_exist(tmp_path: Path, line: str, field: str, expected: str) -> None:
    with pytest.raises(ConfigError) as error:
        configured(tmp_path, SMALL.replace(NEW, f"{NEW}    {line}\n"))

    [fault] = error.value.faults
    assert (fault.field, fault.expected) == (f"contracts[1].{field}", expected)


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        (
            "  - {unit: branch, role: engineer, people: [bob]}",
            "unit",
            "expected either a role or a unit, found 'branch'",
        ),
        ("  - {people: [bob]}", "unit", "expected either a role or a unit"),
        ("  - {unit: other, people: [bob]}", "unit", "expected the id of a unit, found 'other'"),
        ("  - {unit: branch, people: [dora]}", "people[0]", "expected one of the staff, found 'dora'"),
    ],
)
def test_a_shift_is_of_a_role_or_of_a_unit_and_of_staff(row: str, field: str, expected: str) -> None:
    text = SMALL.replace("rota:\n", f"{UNITS}{row}\n")

    with pytest.raises(ConfigError) as error:
        parse_directory(text, file="directory.yaml")

    assert [(each.field, each.expected) for each in error.value.faults] == [(f"rota[1].{field}", expected)]


def test_who_has_a_units_duty_follows_its_rota_and_where_none_covers_the_hour_all_of_it() -> None:
    directory = parse_directory(SMALL.replace("rota:\n", UNITS), file="directory.yaml")
    branch = UnitId("branch")

    assert directory.on_duty(branch, NOON) == ("cy",)
    assert directory.on_duty(branch, NOON.replace(hour=6)) == ("bob", "cy")


def test_a_specialist_without_a_shift_is_called_from_among_those_on_duty() -> None:
    people = SMALL.replace("roles: [engineer, lead]", "roles: [engineer, specialist]").replace(
        "roles: [engineer]\n", "roles: [engineer, specialist]\n"
    )
    directory = parse_directory(people, file="directory.yaml")
    night = NOON.replace(hour=16)

    assert directory.on_call(Role.SPECIALIST, night) == directory.on_call(Role.ENGINEER, night) == ("bob",)
    assert directory.on_call(Role.SPECIALIST, NOON.replace(hour=11)) == ("ann", "bob")


def test_who_stands_in_is_the_next_above_and_a_named_specialist_is_one_for_the_contract() -> None:
    directory = parse_directory(SMALL, file="directory.yaml")
    contract = directory.contracts[ContractId("one-new")]

    assert directory.called(Role.SPECIALIST, NOON) == (Role.LEAD, "ann")
    assert directory.fills(PersonId("ann"), Role.SPECIALIST, contract)
    assert not directory.fills(PersonId("ann"), Role.SPECIALIST)
