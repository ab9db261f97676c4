"""Loads the directory: a YAML file in, a Directory out, or every fault of the file with its line."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.errors import ConfigError, Fault
from bot.core.people import (
    MAIL,
    Audience,
    ContractId,
    CustomerId,
    GroupId,
    Language,
    PersonId,
    PlatformName,
    UnitId,
)
from bot.directory.checks import Rows, alert_address, faults, warnings
from bot.directory.document import Document, Loc, Value, read_document
from bot.directory.lookup import Directory
from bot.directory.model import (
    AlertWay,
    Bilingual,
    Contract,
    Customer,
    Desk,
    Group,
    Person,
    Shift,
    SpecialDuty,
    Unit,
)
from bot.directory.rows import (
    AlertRow,
    ContractRow,
    CustomerRow,
    DeskRow,
    FileForm,
    GroupRow,
    NamesRow,
    PersonRow,
    Row,
    ShiftRow,
    SpecialDutyRow,
    UnitRow,
)

_RowT = TypeVar("_RowT", bound=Row)

# pydantic's kind of fault: our words for it; other kinds keep pydantic's, turned into "expected …"
_EXPECTED = {
    "missing": "expected a value, found none",
    "extra_forbidden": "expected no such field",
    "string_type": "expected text",
    "string_too_short": "expected text, found nothing",
    "model_type": "expected fields",
    "dict_type": "expected fields",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "too_short": "expected at least one",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "finite_number": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
}


def load_directory(path: Path) -> Directory:
    """Load the directory file at `path`.

    Raises:
        ConfigError: with every fault found.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        expected = f"expected a file that can be read, found: {error.strerror}"
        raise ConfigError(Fault(str(path), 1, "file", expected)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(Fault(str(path), 1, "file", "expected text in UTF-8")) from error
    return parse_directory(text, file=str(path))


def parse_directory(text: str, *, file: str) -> Directory:
    """Make a directory of the text of its file; `file` is the name that faults carry.

    Raises:
        ConfigError: with every fault found.
    """
    document = read_document(text, file)
    reader = _Reader(document)
    rows = Rows(
        desk=reader.form(),
        customers=reader.rows("customers", CustomerRow),
        contracts=reader.rows("contracts", ContractRow),
        people=reader.rows("people", PersonRow),
        groups=reader.rows("groups", GroupRow),
        units=reader.rows("units", UnitRow),
        rota=reader.rows("rota", ShiftRow),
    )
    found = [*document.faults, *reader.faults, *faults(document, rows)]
    if rows.desk is None or found:
        one_each = {(fault.line, fault.field): fault for fault in reversed(found)}
        raise ConfigError(*(one_each[place] for place in sorted(one_each)))
    return Directory(
        edition=hashlib.sha256(text.encode()).hexdigest(),
        desk=_desk(rows.desk),
        customers=_customers(rows),
        contracts=_contracts(rows, rows.desk),
        people=_people(rows, rows.desk),
        filed_groups=_groups(rows, rows.desk),
        rota=tuple(_shift(row) for row in rows.rota.values()),
        units={UnitId(row.id): _unit(row) for row in rows.units.values()},
        warnings=tuple(warnings(document, rows)),
    )


class _Reader:
    """Validates row by row and collects what is wrong."""

    def __init__(self, document: Document) -> None:
        self.faults: list[Fault] = []
        self._document = document

    def form(self) -> DeskRow | None:
        form = self._validated(FileForm, (), self._document.value)
        return None if form is None else form.desk

    def rows(self, section: str, kind: type[_RowT]) -> Mapping[Loc, _RowT]:
        validated = ((path, self._validated(kind, path, row)) for path, row in self._document.rows(section))
        return {path: row for path, row in validated if row is not None}

    def _validated(self, kind: type[_RowT], path: Loc, value: Value) -> _RowT | None:
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.faults += [
                self._document.fault((*path, *_steps(each)), _expected(each))
                for each in error.errors(include_url=False)
            ]
            return None


def _steps(error: ErrorDetails) -> Loc:
    """Where the fault is; pydantic marks a wrong name of a mapping by a last step of its own."""
    return tuple(step for step in error["loc"] if step != "[key]")


def _expected(error: ErrorDetails) -> str:
    expected = _EXPECTED.get(error["type"]) or error["msg"].replace("Input should be", "expected")
    found: object = error["input"]
    return f"{expected}, found {found!r}" if isinstance(found, str) and "found" not in expected else expected


def _names(row: NamesRow) -> Bilingual:
    return Bilingual(row.zh, row.en)


def _desk(row: DeskRow) -> Desk:
    return Desk(
        name=_names(row.name),
        zone=row.zone,
        languages=row.languages,
        reply_to=row.reply_to,
        number_prefix=row.number_prefix,
        operators=tuple(PersonId(person) for person in row.operators),
    )


def _customers(rows: Rows) -> Mapping[CustomerId, Customer]:
    return {
        CustomerId(row.id): Customer(
            id=CustomerId(row.id),
            name=_names(row.name),
            language=row.language,
            contracts=tuple(
                ContractId(contract.id) for contract in rows.contracts.values() if contract.customer == row.id
            ),
        )
        for row in rows.customers.values()
    }


def _contracts(rows: Rows, desk: DeskRow) -> Mapping[ContractId, Contract]:
    return {
        ContractId(row.id): Contract(
            id=ContractId(row.id),
            customer=CustomerId(row.customer),
            title=row.title,
            schemes=row.schemes,
            calendar=row.calendar,
            zone=row.zone or desk.zone,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            site_allowance_hours=row.site_allowance_hours,
            ladder=row.ladder,
            ladder_in_service_hours=row.ladder_in_service_hours,
            engineer_clock=row.engineer_clock,
            engineer_clock_in_service_hours=row.engineer_clock_in_service_hours,
            alerts_in_service_hours=row.alerts_in_service_hours,
            customer_wait_pauses_fix=row.customer_wait_pauses_fix,
            vendor_wait_pauses_fix=row.vendor_wait_pauses_fix,
            parts_wait_pauses_fix=row.parts_wait_pauses_fix,
            fix_in_service_hours=row.fix_in_service_hours,
            urgent_any_time=row.urgent_any_time,
            hotline=row.hotline,
            specialist=None if row.specialist is None else PersonId(row.specialist),
            duties=row.duties,
            products=row.products,
            windows=row.windows,
            warranty=row.warranty,
            period=row.period,
            dates=row.dates,
            value=row.value,
            currency=row.currency,
            special_duty=tuple(_special_duty(each) for each in row.special_duty),
            path=row.path,
            branch=None if row.branch is None else UnitId(row.branch),
            customer_hours=row.customer_hours,
        )
        for row in rows.contracts.values()
    }


def _special_duty(row: SpecialDutyRow) -> SpecialDuty:
    return SpecialDuty(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=_names(row.reason),
        people=tuple(PersonId(person) for person in row.people),
        on_site=row.on_site,
    )


def _people(rows: Rows, desk: DeskRow) -> Mapping[PersonId, Person]:
    spoken = _spoken(rows, desk)
    return {
        PersonId(row.id): Person(
            id=PersonId(row.id),
            name=row.name,
            name_en=row.name_en,
            language=row.language or spoken[row.customer],
            roles=frozenset(row.roles),
            customer=None if row.customer is None else CustomerId(row.customer),
            phone=row.phone,
            email=row.email,
            address=row.address,
            ids={PlatformName(platform): user for platform, user in row.ids.items()},
            skills=row.skills,
            alerts=_alerts(row),
            quiet_hours=row.quiet_hours,
        )
        for row in rows.people.values()
    }


def _alerts(row: PersonRow) -> tuple[AlertWay, ...]:
    """Where nothing is said, mail takes everything."""
    ways = row.alerts or ((AlertRow(by=MAIL),) if row.email else ())
    return tuple(
        AlertWay(
            by=PlatformName(way.by),
            to=alert_address(row, way),
            about=frozenset(way.about),
            levels=frozenset(way.levels),
        )
        for way in ways
    )


def _groups(rows: Rows, desk: DeskRow) -> tuple[Group, ...]:
    spoken = _spoken(rows, desk)
    return tuple(
        Group(
            id=GroupId(row.id),
            title=_names(row.title),
            audience=Audience(row.audience),
            customer=None if row.customer is None else CustomerId(row.customer),
            contract=None if row.contract is None else ContractId(row.contract),
            language=row.language or spoken[row.customer],
            places={PlatformName(platform): conversation for platform, conversation in row.places.items()},
            reads=row.reads,
        )
        for row in rows.groups.values()
    )


def _unit(row: UnitRow) -> Unit:
    return Unit(
        id=UnitId(row.id),
        name=_names(row.name),
        people=tuple(PersonId(person) for person in row.people),
        phone=row.phone,
        about=row.about,
    )


def _shift(row: ShiftRow) -> Shift:
    return Shift(
        role=row.role,
        unit=None if row.unit is None else UnitId(row.unit),
        people=tuple(PersonId(person) for person in row.people),
        hours=row.hours,
        starts_on=row.starts_on,
    )


def _spoken(rows: Rows, desk: DeskRow) -> Mapping[str | None, Language]:
    """By customer; None is the desk itself."""
    return {None: desk.languages[0]} | {row.id: row.language for row in rows.customers.values()}
