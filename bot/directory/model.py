"""What the directory knows about the desk, its customers, their contracts, people, groups and shifts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.people import (
    STAFF_ROLES,
    Audience,
    ContractId,
    CustomerId,
    GroupId,
    Language,
    Level,
    PersonId,
    Place,
    PlatformName,
    Role,
    UnitId,
)


class Reads(StrEnum):
    """Which of the customer's messages in a group are read."""

    ALL = "all"
    MENTIONS = "mentions"


class Period(StrEnum):
    """Which kind of service period a contract has (S4 part 5 (3))."""

    FREE = "free"
    PAID = "paid"


class AlertKind(StrEnum):
    """What an alert is about: a case that comes or goes, an answer owed, a promise, the ladder."""

    CASE = "case"
    REMINDER = "reminder"
    DEADLINE = "deadline"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWay:
    """One way to reach a person beside chat: `by` which channel, `to` which address there.

    It takes alerts `about` these things, of cases at these `levels`.
    """

    by: PlatformName
    to: str
    about: frozenset[AlertKind]
    levels: frozenset[Level]

    @property
    def place(self) -> Place:
        """Where it leads."""
        return Place(self.by, self.to)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A name in both languages."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Return the name as readers of `language` know it."""
        return self.zh if language is Language.ZH else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The support desk itself.

    `languages` starts with the desk's own; `number_prefix` is the C of case C-20261120-0007; `operators` hear
    of what is wrong with Casebell itself.
    """

    name: Bilingual
    zone: ZoneInfo
    languages: tuple[Language, ...]
    reply_to: str
    number_prefix: str
    operators: tuple[PersonId, ...] = ()

    @property
    def language(self) -> Language:
        """The language spoken where nothing else says which."""
        return self.languages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """An organisation that has, or had, contracts with the desk; `contracts` in the file's order."""

    id: CustomerId
    name: Bilingual
    language: Language
    contracts: tuple[ContractId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDuty:
    """Days on which a customer asked for special duty, both included: who is on it, and whether on site.

    Source: S3 4.5.3 (1).
    """

    starts_on: date
    ends_on: date
    reason: Bilingual
    people: tuple[PersonId, ...]
    on_site: bool

    def covers(self, day: date) -> bool:
        """Say whether a day is one of them."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one customer has been promised, by the names of schemes, calendars and ladders.

    `dates` are days of the contract itself, by name, from which what is due once counts; `value` is what it
    is worth, in `currency`. `branch` has the duty outside of `calendar`: always for what is urgent, for the
    rest while the calendar `customer_hours` is open (S4 part 3 (2), (3)). `path` names the policy by which
    help is asked for.
    """

    id: ContractId
    customer: CustomerId
    title: str
    schemes: tuple[str, ...]
    calendar: str
    zone: ZoneInfo
    starts_on: date
    ends_on: date | None
    site_allowance_hours: float
    ladder: str
    ladder_in_service_hours: bool
    engineer_clock: str
    engineer_clock_in_service_hours: bool
    alerts_in_service_hours: bool
    customer_wait_pauses_fix: bool
    vendor_wait_pauses_fix: bool
    parts_wait_pauses_fix: bool
    fix_in_service_hours: bool
    urgent_any_time: bool
    hotline: str
    specialist: PersonId | None
    duties: tuple[str, ...]
    windows: str
    warranty: str | None
    period: Period | None
    dates: Mapping[str, date] = field(hash=False)
    value: float | None
    currency: str
    special_duty: tuple[SpecialDuty, ...]
    path: str = ""
    branch: UnitId | None = None
    customer_hours: str = ""
    products: tuple[str, ...] = ()

    @property
    def site_allowance(self) -> timedelta:
        """Time added to the promised fix for the customer's distance (bridge C08)."""
        return timedelta(hours=self.site_allowance_hours)

    @property
    def every_date(self) -> Mapping[str, date]:
        """The contract's dates with those of its service period."""
        period = {"starts_on": self.starts_on, "ends_on": self.ends_on}
        return {**self.dates, **{name: day for name, day in period.items() if day is not None}}

    def special_duty_at(self, at: datetime) -> SpecialDuty | None:
        """Find the special duty that an instant falls into, in the contract's zone."""
        day = at.astimezone(self.zone).date()
        return next((each for each in self.special_duty if each.covers(day)), None)

    def in_service(self, at: datetime, zone: ZoneInfo | None = None) -> bool:
        """Say whether `at` lies in the service period: both days included, in `zone`, else the contract's."""
        day = at.astimezone(zone or self.zone).date()
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a customer, or (without a customer) of the desk's own staff."""

    id: PersonId
    name: str
    name_en: str | None
    language: Language
    roles: frozenset[Role]
    customer: CustomerId | None
    phone: str | None
    email: str | None
    address: str | None
    ids: Mapping[PlatformName, str] = field(hash=False)
    skills: tuple[str, ...]
    alerts: tuple[AlertWay, ...] = ()
    quiet_hours: "Hours | None" = None

    @property
    def is_staff(self) -> bool:
        """Whether the person works for the desk."""
        return bool(self.roles & STAFF_ROLES)

    def name_to(self, language: Language) -> str:
        """Return the name as readers of `language` know it."""
        return self.name_en if language is Language.EN and self.name_en else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department or a branch: whom to call there, `about` which things it is asked."""

    id: UnitId
    name: Bilingual
    people: tuple[PersonId, ...]
    phone: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A chat group: a customer's, or the engineers' own; `places` has its conversation on each platform."""

    id: GroupId
    title: Bilingual
    audience: Audience
    customer: CustomerId | None
    contract: ContractId | None
    language: Language
    places: Mapping[PlatformName, str] = field(hash=False)
    reads: Reads

    def all_places(self) -> tuple[Place, ...]:
        """Return the group's conversations, in the file's order."""
        return tuple(Place(platform, conversation) for platform, conversation in self.places.items())


@dataclass(frozen=True, slots=True)
class Hours:
    """A daily span of local time; one that closes before it opens runs through the night."""

    opens: time
    closes: time

    def covers(self, clock: time) -> bool:
        """Say whether the span holds `clock`; the closing minute is outside."""
        if self.opens < self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def end(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when the span that holds `at` ends, on the clocks of `zone`; outside one, `at`."""
        local = at.astimezone(zone)
        if not self.covers(local.time()):
            return at
        days = 0 if local.time() < self.closes else 1
        ends = datetime.combine(local.date() + timedelta(days=days), self.closes, zone)
        return ends.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who is on call in a role, or for a unit: at `hours` of every day, or always.

    With `starts_on` the people rotate by ISO week: in the week of that day the first is called first, in
    the next week the second, and so on for ever. Without it the order never changes.
    """

    role: Role | None
    people: tuple[PersonId, ...]
    hours: Hours | None
    starts_on: date | None
    unit: UnitId | None = None

    def covers(self, clock: time) -> bool:
        """Say whether the shift is on at local time `clock`."""
        return self.hours is None or self.hours.covers(clock)

    def order(self, day: date) -> tuple[PersonId, ...]:
        """Return the people in the order in which they are called in the week of `day`."""
        if self.starts_on is None:
            return self.people
        turn = (_monday(day) - _monday(self.starts_on)) // timedelta(weeks=1) % len(self.people)
        return self.people[turn:] + self.people[:turn]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
