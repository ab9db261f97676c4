"""The file's form: one pydantic model per kind of row, unknown fields refused.

What one row can contradict by itself is refused here, on the line of the field; see checks.py for the rest.
"""

import re
from datetime import date, time
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.core.people import MAIL_ADDRESS, STAFF_ROLES, Language, Level, Role
from bot.directory.model import AlertKind, Hours, Period, Reads

_Item = TypeVar("_Item")


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _expected("a time zone such as Asia/Shanghai") from error


def _day(written: object) -> date:
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise _expected("a day such as 2026-11-20") from error


def _hours(written: object) -> Hours | None:
    if written == "always":
        return None
    try:
        opens, closes = (time.fromisoformat(part) for part in str(written).split("-"))
    except ValueError as error:
        raise _expected("always, or hours such as 09:00-17:30") from error
    if opens == closes or opens.tzinfo or closes.tzinfo:
        raise _expected("always, or two different times such as 09:00-17:30")
    return Hours(opens, closes)


def _quiet(written: object) -> Hours | None:
    if written == "always":
        raise _expected("hours such as 22:00-07:00")
    return _hours(written)


def _id(written: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", written):
        raise _expected("small letters a-z, digits, - _ . only")
    return written


def _id_or_none(written: str) -> str:
    return _id(written) if written else written


def _prefix(written: str) -> str:
    if not re.fullmatch(r"[A-Z]{1,4}", written):
        raise _expected("one to four capital letters A-Z")
    return written


def _email(written: str) -> str:
    if not MAIL_ADDRESS.fullmatch(written):
        raise _expected("an e-mail address")
    return written


def _once(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    if len(set(items)) < len(items):
        raise _expected("each one once")
    return items


def _expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "expected {what}", {"what": what})


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, AfterValidator(_id)]
IdOrNone = Annotated[str, AfterValidator(_id_or_none)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Prefix = Annotated[str, AfterValidator(_prefix)]
Email = Annotated[Text, AfterValidator(_email)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Day = Annotated[date, BeforeValidator(_day)]
PlatformKey = Literal["dingtalk", "local", "slack"]


class Row(BaseModel):
    """Any row of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NamesRow(Row):
    """A name in both languages."""

    zh: Text
    en: Text


class DeskRow(Row):
    """`desk:` the support desk itself."""

    name: NamesRow
    zone: Zone
    languages: Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(_once)]
    reply_to: Email
    number_prefix: Prefix = "C"
    operators: Annotated[tuple[Id, ...], AfterValidator(_once)] = ()


class CustomerRow(Row):
    """`customers:` an organisation."""

    id: Id
    name: NamesRow
    language: Language


class SpecialDutyRow(Row):
    """`special_duty:` of a contract, days on which its customer asked for it, both included."""

    starts_on: Day
    ends_on: Day
    reason: NamesRow
    people: Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(_once)]
    on_site: bool = False

    @field_validator("ends_on")
    @classmethod
    def _ends_after_its_start(cls, ends_on: date, info: ValidationInfo) -> date:
        if "starts_on" in info.data and ends_on < info.data["starts_on"]:
            raise _expected("a day not before starts_on")
        return ends_on


class ContractRow(Row):
    """`contracts:` what one customer was promised; without a zone, the desk's."""

    id: Id
    customer: Id
    title: Text
    schemes: Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(_once)]
    calendar: Id
    zone: Zone | None = None
    starts_on: Day
    ends_on: Day | None = None
    site_allowance_hours: Annotated[float, Field(ge=0, le=720, allow_inf_nan=False)] = 0
    ladder: IdOrNone = "s1_matrix"
    ladder_in_service_hours: bool = True
    engineer_clock: IdOrNone = "s1_case_reminders"
    engineer_clock_in_service_hours: bool = True
    alerts_in_service_hours: bool = True
    customer_wait_pauses_fix: bool = False
    vendor_wait_pauses_fix: bool = False
    parts_wait_pauses_fix: bool = False
    fix_in_service_hours: bool = False
    urgent_any_time: bool = True
    hotline: Text
    specialist: Id | None = None
    duties: Annotated[tuple[Id, ...], AfterValidator(_once)] = ()
    products: Annotated[tuple[Text, ...], AfterValidator(_once)] = ()
    windows: Id = "s4_windows"
    warranty: Id | None = None
    period: Period | None = None
    dates: dict[Id, Day] = Field(default_factory=dict)
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    currency: Currency = "CNY"
    special_duty: tuple[SpecialDutyRow, ...] = ()
    path: IdOrNone = ""
    branch: Id | None = None
    customer_hours: IdOrNone = ""

    @field_validator("ends_on")
    @classmethod
    def _ends_after_its_start(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        starts_on = info.data.get("starts_on")
        if ends_on and starts_on and ends_on < starts_on:
            raise _expected("a day not before starts_on")
        return ends_on


class AlertRow(Row):
    """`alerts:` of a person, a way to reach them beside chat; its name alone will do."""

    by: Id
    to: Text | None = None
    about: Annotated[tuple[AlertKind, ...], Field(min_length=1), AfterValidator(_once)] = tuple(AlertKind)
    levels: Annotated[tuple[Level, ...], Field(min_length=1), AfterValidator(_once)] = tuple(Level)

    @model_validator(mode="before")
    @classmethod
    def _may_be_a_name_alone(cls, row: object) -> object:
        return {"by": row} if isinstance(row, str) else row

    @field_validator("levels", mode="before")
    @classmethod
    def _are_numbers(cls, levels: object) -> object:
        return (
            [int(each) if str(each).isdecimal() else each for each in levels]
            if isinstance(levels, list)
            else levels
        )


class PersonRow(Row):
    """`people:` somebody of a customer, or of the staff; without a language, the customer's or the desk's."""

    id: Id
    name: Text
    name_en: Text | None = None
    language: Language | None = None
    customer: Id | None = None
    roles: Annotated[tuple[Role, ...], Field(validate_default=True), AfterValidator(_once)] = ()
    phone: Text | None = None
    email: Email | None = None
    address: Text | None = None
    ids: dict[PlatformKey, Text] = Field(default_factory=dict)
    skills: Annotated[tuple[Text, ...], AfterValidator(_once)] = ()
    alerts: tuple[AlertRow, ...] = ()
    quiet_hours: Annotated[Hours | None, BeforeValidator(_quiet)] = None

    @field_validator("roles")
    @classmethod
    def _are_of_one_side(cls, roles: tuple[Role, ...], info: ValidationInfo) -> tuple[Role, ...]:
        """A customer's person is nothing else: staff see more than any customer may."""
        if "customer" not in info.data:
            return roles
        if info.data["customer"] is not None:
            if set(roles) - {Role.CUSTOMER}:
                raise _expected("no role of the staff for a customer's person")
            return (Role.CUSTOMER,)
        if not roles or set(roles) - STAFF_ROLES:
            raise _expected("roles of the staff, or the customer the person belongs to")
        return roles


class GroupRow(Row):
    """`groups:` a chat group; without a language, the customer's or the desk's."""

    id: Id
    title: NamesRow
    audience: Literal["customer", "engineers"]
    customer: Annotated[Id | None, Field(validate_default=True)] = None
    contract: Id | None = None
    language: Language | None = None
    places: Annotated[dict[PlatformKey, Text], Field(min_length=1)]
    reads: Reads = Reads.ALL

    @field_validator("customer")
    @classmethod
    def _is_whose_group_it_is(cls, customer: str | None, info: ValidationInfo) -> str | None:
        audience = info.data.get("audience")
        if audience == "customer" and customer is None:
            raise _expected("the customer whose group it is")
        if audience == "engineers" and customer is not None:
            raise _expected("no customer for an engineers' group")
        return customer

    @field_validator("contract")
    @classmethod
    def _is_a_customers(cls, contract: str | None, info: ValidationInfo) -> str | None:
        if contract is not None and info.data.get("audience") == "engineers":
            raise _expected("no contract for an engineers' group")
        return contract


class UnitRow(Row):
    """`units:` a department or a branch."""

    id: Id
    name: NamesRow
    people: Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(_once)]
    phone: Text | None = None
    about: Annotated[tuple[Text, ...], AfterValidator(_once)] = ()


class ShiftRow(Row):
    """`rota:` who is on call in a role, or for a unit."""

    role: Role | None = None
    unit: Annotated[Id | None, Field(validate_default=True)] = None
    people: Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(_once)]
    hours: Annotated[Hours | None, BeforeValidator(_hours)] = None
    starts_on: Day | None = None

    @field_validator("role")
    @classmethod
    def _is_the_staffs(cls, role: Role | None) -> Role | None:
        if role is not None and role not in STAFF_ROLES:
            raise _expected("a role of the staff")
        return role

    @field_validator("unit")
    @classmethod
    def _is_of_a_role_or_a_unit(cls, unit: str | None, info: ValidationInfo) -> str | None:
        if "role" in info.data and (unit is None) is (info.data["role"] is None):
            raise _expected("either a role or a unit")
        return unit


class FileForm(Row):
    """The whole file; its lists are judged row by row, so that one wrong row hides no other."""

    desk: DeskRow
    customers: list[object] | None = None
    contracts: list[object] | None = None
    people: list[object] | None = None
    groups: list[object] | None = None
    units: list[object] | None = None
    rota: list[object] | None = None
