"""What rows can contradict in each other: ids leading nowhere or used twice, people on the wrong side."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.errors import Fault
from bot.core.people import LADDER_ROLES, MAIL, MAIL_ADDRESS
from bot.directory.document import Document, Loc
from bot.directory.rows import (
    AlertRow,
    ContractRow,
    CustomerRow,
    DeskRow,
    GroupRow,
    PersonRow,
    ShiftRow,
    UnitRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows that are right by themselves, by their path in the file."""

    desk: DeskRow | None
    customers: Mapping[Loc, CustomerRow]
    contracts: Mapping[Loc, ContractRow]
    people: Mapping[Loc, PersonRow]
    groups: Mapping[Loc, GroupRow]
    units: Mapping[Loc, UnitRow]
    rota: Mapping[Loc, ShiftRow]


# section, field, the section whose ids it uses, what that is called
REFERENCES = (
    ("contracts", "customer", "customers", "customer"),
    ("contracts", "specialist", "people", "person"),
    ("people", "customer", "customers", "customer"),
    ("groups", "customer", "customers", "customer"),
    ("groups", "contract", "contracts", "contract"),
    ("contracts", "branch", "units", "unit"),
    ("units", "people", "people", "person"),
    ("rota", "people", "people", "person"),
    ("rota", "unit", "units", "unit"),
    ("desk", "operators", "people", "person"),
)

# section, field; two people may not be one user, nor two groups one conversation of a platform
UNIQUE = (
    ("customers", "id"),
    ("contracts", "id"),
    ("people", "id"),
    ("groups", "id"),
    ("units", "id"),
    ("people", "ids"),
    ("groups", "places"),
)


def faults(document: Document, rows: Rows) -> Iterator[Fault]:
    """Yield what is wrong between rows; ids count even where their row is wrong in something else."""
    yield from _unknown(document)
    yield from _repeated(document)
    for check in _CHECKS:
        for path, expected in check(rows):
            yield document.fault(path, expected)


def warnings(document: Document, rows: Rows) -> Iterator[Fault]:
    """Yield what can be lived with: ladders with rungs where nobody stands."""
    filled = {role for person in rows.people.values() for role in person.roles}
    empty = ", ".join(role for role in LADDER_ROLES if role not in filled)
    for path in rows.contracts if empty else ():
        yield document.fault((*path, "ladder"), f"expected somebody in each role, found nobody as {empty}")


def _unknown(document: Document) -> Iterator[Fault]:
    for section, field, target, name in REFERENCES:
        known = {text for _, text in document.texts(target, "id")}
        for path, text in document.texts(section, field):
            if text not in known:
                yield document.fault(path, f"expected the id of a {name}, found {text!r}")


def _repeated(document: Document) -> Iterator[Fault]:
    for section, field in UNIQUE:
        met: dict[tuple[Loc, str], Loc] = {}
        for path, text in document.texts(section, field):
            first = met.setdefault((path[3:], text), path)
            if first != path:
                line = document.line(first)
                yield document.fault(path, f"expected {text!r} only once, found it on line {line} too")


def _contracts_of_others(rows: Rows) -> Iterator[tuple[Loc, str]]:
    owners = {row.id: row.customer for row in rows.contracts.values()}
    for path, row in rows.groups.items():
        if row.contract in owners and owners[row.contract] != row.customer:
            yield (*path, "contract"), f"expected a contract of {row.customer}"


def _specialists_of_customers(rows: Rows) -> Iterator[tuple[Loc, str]]:
    outside = _outsiders(rows)
    for path, row in rows.contracts.items():
        if row.specialist in outside:
            yield (*path, "specialist"), "expected one of the staff"


def _special_duty_of_nobody(rows: Rows) -> Iterator[tuple[Loc, str]]:
    staff = {row.id for row in rows.people.values() if row.customer is None}
    for path, row in rows.contracts.items():
        for number, duty in enumerate(row.special_duty):
            for index, person in enumerate(duty.people):
                if person not in staff:
                    where = (*path, "special_duty", number, "people", index)
                    yield where, f"expected one of the staff, found {person!r}"


def _customers_on_call(rows: Rows) -> Iterator[tuple[Loc, str]]:
    outside = _outsiders(rows)
    called = [(path, row.people) for path, row in rows.rota.items()]
    called += [(path, row.people) for path, row in rows.units.items()]
    for path, people in called:
        for index, person in enumerate(people):
            if person in outside:
                yield (*path, "people", index), f"expected one of the staff, found {person!r}"


def _operators_of_customers(rows: Rows) -> Iterator[tuple[Loc, str]]:
    outside = _outsiders(rows)
    for index, person in enumerate(rows.desk.operators if rows.desk else ()):
        if person in outside:
            yield ("desk", "operators", index), f"expected one of the staff, found {person!r}"


def _alerts_without_address(rows: Rows) -> Iterator[tuple[Loc, str]]:
    for path, row in rows.people.items():
        for index, alert in enumerate(row.alerts):
            if not alert_address(row, alert):
                own = "e-mail address" if alert.by == MAIL else "phone number"
                yield (*path, "alerts", index), f"expected `to` or the person's {own}, found neither"
            elif alert.by == MAIL and not MAIL_ADDRESS.fullmatch(alert_address(row, alert)):
                yield (*path, "alerts", index, "to"), "expected an e-mail address"


def alert_address(row: PersonRow, alert: AlertRow) -> str:
    """Return where an alert to a person goes: its own address, else for mail theirs, else their phone."""
    return alert.to or (row.email if alert.by == MAIL else row.phone) or ""


def _outsiders(rows: Rows) -> frozenset[str]:
    return frozenset(row.id for row in rows.people.values() if row.customer is not None)


_CHECKS: tuple[Callable[[Rows], Iterator[tuple[Loc, str]]], ...] = (
    _contracts_of_others,
    _specialists_of_customers,
    _special_duty_of_nobody,
    _customers_on_call,
    _operators_of_customers,
    _alerts_without_address,
)
