"""What is promised: schemes as data, a contract's terms, and the book that puts the two together."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import model_validator

from bot.core.errors import ConfigError, Fault
from bot.core.matters import Complaint
from bot.core.people import Language, Level, Role
from bot.sla.agreed import (
    BrokenRow,
    DatedRow,
    DutyRow,
    Holds,
    LevelWords,
    NoteRow,
    WarrantyRow,
    WindowsRow,
    Words,
)
from bot.sla.allowance import Allowance, Duration, Unit
from bot.sla.calendar import ALWAYS, BusinessCalendar
from bot.sla.calendar_days import HolidayList
from bot.sla.calendar_files import CalendarData, read_calendars
from bot.sla.files import FileModel, line_of, read_toml, toml_files
from bot.sla.staffing import Matter, PathRow, RungRow, StepRow, ToldRow, UnseenRow

DESK = "desk"
"""The policy that names the desk's own five levels, for cases whose contract has no name for one."""

WINDOWS = "s4_windows"
"""The policy by which cases close and reopen, unless the contract names another."""

URGENT = frozenset({Level.CRITICAL, Level.SEVERE})
"""Levels for which help is urgent and may be due at any time of day (C37)."""


class Milestone(StrEnum):
    """A point in the life of a case that a scheme may promise a time for."""

    RESPONSE = "response"
    SUPPORT_STARTED = "support_started"
    ENGINEER_NAMED = "engineer_named"
    UPDATE = "update"
    DIAGNOSIS = "diagnosis"
    ARRIVAL = "arrival"
    REPLACEMENT = "replacement"
    FIX = "fix"
    VENDOR_ANSWER = "vendor_answer"
    UNIT_RETURN = "unit_return"
    OBJECTION_REPLY = "objection_reply"


class Starts(StrEnum):
    """What starts the clock of a target."""

    RECEIPT = "receipt"
    VISIT_DECIDED_FROM_RECEIPT = "visit_decided_from_receipt"
    VISIT_DECIDED_FROM_NOW = "visit_decided_from_now"
    DIAGNOSIS_OR_ARRIVAL = "diagnosis_or_arrival"
    DISASTER_FROM_RECEIPT = "disaster_from_receipt"
    WRITTEN_NOTICE = "written_notice"
    VENDOR_ASKED = "vendor_asked"
    UNIT_RECEIVED = "unit_received"
    OBJECTION = "objection"


class Basis(StrEnum):
    """Which time counts: every hour, or the contract's service hours."""

    ELAPSED = "elapsed"
    BUSINESS = "business"


class Figures(FileModel):
    """The figures of one level: the promise `max`, the best case `min` (shown, never enforced, C07).

    Where the document gives no number, `shown` is false: `max` is the desk's own limit, and it alarms itself
    after `alarm` (C03). The owner is reminded after `soon`; if that is left out, with a quarter of it left.
    """

    max: Duration
    min: Duration | None = None
    alarm: Duration | None = None
    soon: Duration | None = None
    shown: bool = True


_COUNTABLE = {
    Basis.ELAPSED: frozenset({Unit.HOURS, Unit.DAYS, Unit.MONTHS}),
    Basis.BUSINESS: frozenset({Unit.HOURS, Unit.WORKING_DAYS}),
}


class TargetRow(FileModel):
    """What a scheme promises for one milestone, level by level.

    Not kept, what is `broken` follows, and those that `breach_tells` names hear of it too. `calendar` is the
    document's own for its working time; as a rule the contract's counts.
    """

    starts: Starts
    basis: Basis
    calendar: str = ""
    clause: str
    broken: tuple[BrokenRow, ...] = ()
    breach_tells: tuple[Role, ...] = ()
    levels: Mapping[Level, Figures]

    @model_validator(mode="after")
    def _is_written_in_units_that_its_basis_can_count(self) -> Self:
        countable = _COUNTABLE[self.basis]
        written = {
            each.unit
            for row in self.levels.values()
            for each in (row.max, row.min, row.alarm, row.soon)
            if each
        }
        if not written <= countable:
            raise ValueError(f"{self.basis} time is counted in {' or '.join(sorted(countable))}")
        return self


class Policy(FileModel):
    """One file: a scheme's levels and targets, a ladder's rungs, an engineer's steps, or what else is agreed.

    A scheme that `holds` only in or after the warranty holds always where no warranty is agreed.
    """

    title: Words
    source: str
    levels: Mapping[Level, LevelWords] = {}
    targets: Mapping[Milestone, TargetRow] = {}
    rungs: tuple[RungRow, ...] = ()
    unseen: tuple[UnseenRow, ...] = ()
    paths: Mapping[Matter, PathRow] = {}
    steps: tuple[StepRow, ...] = ()
    duties: Mapping[str, DutyRow] = {}
    dated: Mapping[str, DatedRow] = {}
    windows: WindowsRow | None = None
    warranty: WarrantyRow | None = None
    holds: Holds | None = None
    notes: tuple[NoteRow, ...] = ()
    emergency: ToldRow | None = None
    complaints: Mapping[Complaint, ToldRow] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One promise of one scheme at one level, with everything needed to count it.

    `limit` is after how long it is late; only if `shown` is it a number of the document. `calendar` is the
    one its time is counted on; `always` for elapsed time.
    """

    scheme: str
    milestone: Milestone
    limit: Allowance
    shown: bool = True
    min: Allowance | None = None
    alarm: Allowance | None = None
    soon: Allowance | None = None
    basis: Basis
    calendar: str
    starts: Starts
    clause: str

    @property
    def key(self) -> str:
        """What tells it from the other promises of a case, as facts write it: “scheme:milestone”."""
        return f"{self.scheme}:{self.milestone}"

    @property
    def max(self) -> Allowance | None:
        """The number that the document promises; None where it only says "at once"."""
        return self.limit if self.shown else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a contract promises: its schemes, and the settings that the documents leave to the contract.

    `calendar` holds its service hours, on which working time is counted; `site_allowance` is added to every
    fix (C08). With `fix_in_service_hours`, a fix promised without saying in which time counts in service
    hours, its days as working days (C06). `ladder`, `engineer_clock` and `path` name policies; empty: none.
    With `urgent_any_time`, the first two run around the clock at levels 1 and 2 (C37). `windows` names the
    policy by which its cases close and reopen. `warranty` names one too, its last day is `warranty_until`;
    `in_warranty` is None where none is agreed.
    """

    schemes: tuple[str, ...]
    calendar: str
    zone: ZoneInfo
    site_allowance: timedelta = timedelta(0)
    customer_wait_pauses_fix: bool = False
    vendor_wait_pauses_fix: bool = False
    parts_wait_pauses_fix: bool = False
    fix_in_service_hours: bool = False
    ladder: str
    ladder_in_service_hours: bool
    engineer_clock: str
    engineer_clock_in_service_hours: bool
    urgent_any_time: bool = True
    windows: str = WINDOWS
    warranty: str = ""
    warranty_until: date | None = None
    in_warranty: bool | None = None
    path: str = ""

    def under(self, holds: Holds | None) -> bool:
        """Say whether a scheme holds for a case under these terms."""
        if holds is None or self.in_warranty is None:
            return True
        return self.in_warranty is (holds is Holds.IN_WARRANTY)


@dataclass(frozen=True, slots=True)
class Book:
    """Every policy and calendar the desk knows, as one edition."""

    policies: Mapping[str, Policy]
    calendars: Mapping[str, BusinessCalendar]
    edition: str
    data: CalendarData = field(default_factory=lambda: CalendarData({}, {}))

    @classmethod
    def load(cls, *folders: Traversable) -> Self:
        """Return the shipped policies and calendars, and those of `folders`: a later one replaces by name.

        Such a folder has subfolders `policies` and `data` like the package's own; either may be missing.

        Raises:
            ConfigError: a file is wrong.
        """
        return cls.read(files("bot.sla"), *folders)

    @classmethod
    def read(cls, *folders: Traversable) -> Self:
        """Return the policies and calendars of `folders` alone: how an old edition comes back."""
        found = {
            file.name.removesuffix(".toml"): file
            for folder in folders
            for file in toml_files(folder / "policies")
        }
        policies = {name: read_toml(file, Policy) for name, file in found.items()}
        data = read_calendars(*(folder / "data" for folder in folders))
        if faults := [
            _unknown_calendar(file, row)
            for name, file in found.items()
            for row in _lost(policies[name], data)
        ]:
            raise ConfigError(*faults)
        calendars = data.compiled()
        return cls(policies, calendars, _edition(policies, calendars), data)

    def counted_on(self, holidays: Mapping[str, HolidayList]) -> Self:
        """Return the same edition on other public holidays: hours are promised, days are as they are."""
        data = self.data.on(holidays)
        return replace(self, calendars=data.compiled(), data=data)

    def beside(self, other: "Book") -> Self:
        """Return the same edition with calendars that only another has: branches go by today's hours."""
        calendars = {**other.calendars, **self.calendars}
        return replace(self, calendars=calendars) if len(calendars) > len(self.calendars) else self

    def unknown_names(self, terms: Terms) -> tuple[str, ...]:
        """Return what the terms name and the book does not have, as "field: name"."""
        policies = self.policies.items()
        schemes = {name for name, policy in policies if policy.targets}
        ladders = {"", *(name for name, policy in policies if policy.rungs)}
        engineer_clocks = {"", *(name for name, policy in policies if policy.steps)}
        named = [
            *(("schemes", name, schemes) for name in terms.schemes),
            ("calendar", terms.calendar, set(self.calendars)),
            ("ladder", terms.ladder, ladders),
            ("engineer_clock", terms.engineer_clock, engineer_clocks),
            ("windows", terms.windows, {name for name, policy in policies if policy.windows}),
            ("warranty", terms.warranty, {"", *(name for name, policy in policies if policy.warranty)}),
            ("path", terms.path, {"", *(name for name, policy in policies if policy.paths)}),
        ]
        return tuple(f"{where}: {name}" for where, name, known in named if name not in known)

    @property
    def duties(self) -> Mapping[str, DutyRow]:
        """What may recur by contract, by name; a later file replaces by name."""
        return {name: row for policy in self.policies.values() for name, row in policy.duties.items()}

    @property
    def dated(self) -> Mapping[str, DatedRow]:
        """What may be due once by contract, by name; a later file replaces by name."""
        return {name: row for policy in self.policies.values() for name, row in policy.dated.items()}

    def broken(self, scheme: str, milestone: Milestone) -> tuple[BrokenRow, ...]:
        """Return what follows if a scheme's promise is not kept; nothing once the book has it no more."""
        policy = self.policies.get(scheme)
        row = policy.targets.get(milestone) if policy else None
        return row.broken if row else ()

    def windows(self, terms: Terms) -> WindowsRow:
        """Return how the contract's cases close and reopen.

        Raises:
            ConfigError: no policy of that name says so any more.
        """
        policy = self.policies.get(terms.windows)
        if policy is None or policy.windows is None:
            raise ConfigError(Fault("policies", 1, "windows", f"a policy {terms.windows} that has windows"))
        return policy.windows

    def targets(self, terms: Terms, level: Level) -> tuple[Target, ...]:
        """Return everything the contract promises at a level; all of it is tracked (C02)."""
        return tuple(
            _target(name, milestone, row, row.levels[level], terms)
            for name in terms.schemes
            if terms.under(self.policies[name].holds)
            for milestone, row in self.policies[name].targets.items()
            if level in row.levels
        )

    def level_name(self, terms: Terms | None, level: Level, lang: Language) -> str:
        """Return the level as the contract calls it, else as the desk does."""
        return self._words(terms, level).name.get(lang)

    def level_definition(self, terms: Terms | None, level: Level, lang: Language) -> str:
        """Return what falls under the level by the contract, else by the desk's own scale."""
        return self._words(terms, level).definition.get(lang)

    def level_handling(self, terms: Terms | None, level: Level, lang: Language) -> tuple[str, ...]:
        """Return how the contract has such cases handled."""
        return tuple(each.get(lang) for each in self._words(terms, level).handling)

    def _words(self, terms: Terms | None, level: Level) -> LevelWords:
        named = (policy.levels[level] for policy in self._schemes(terms) if level in policy.levels)
        return next(named, self.policies[DESK].levels[level])

    def _schemes(self, terms: Terms | None) -> Iterator[Policy]:
        return (self.policies[name] for name in (terms.schemes if terms else ()))


def _lost(policy: Policy, data: CalendarData) -> Iterator[Milestone]:
    """Yield whose targets count on a calendar that no file has."""
    for milestone, row in policy.targets.items():
        if row.calendar and row.calendar not in data.specs:
            yield milestone


def _unknown_calendar(file: Traversable, milestone: Milestone) -> Fault:
    location = ("targets", milestone, "calendar")
    line = line_of(file.read_text(encoding="utf-8"), location)
    return Fault(str(file), line, ".".join(location), "the name of a calendar")


def _target(scheme: str, milestone: Milestone, row: TargetRow, figures: Figures, terms: Terms) -> Target:
    own_hours = terms.fix_in_service_hours and milestone is Milestone.FIX
    basis = Basis.BUSINESS if own_hours else row.basis
    figures = _in_working_days(figures) if own_hours else figures
    return Target(
        scheme=scheme,
        milestone=milestone,
        limit=figures.max,
        shown=figures.shown,
        min=figures.min,
        alarm=figures.alarm,
        soon=figures.soon,
        basis=basis,
        calendar=(row.calendar or terms.calendar) if basis is Basis.BUSINESS else ALWAYS,
        starts=row.starts,
        clause=row.clause,
    )


def _in_working_days(figures: Figures) -> Figures:
    """Return a level's figures with their days as working days."""
    days = {
        name: replace(each, unit=Unit.WORKING_DAYS)
        for name, each in figures
        if isinstance(each, Allowance) and each.unit is Unit.DAYS
    }
    return figures.model_copy(update=days)


def _edition(policies: Mapping[str, Policy], calendars: Mapping[str, BusinessCalendar]) -> str:
    parts = [f"{name} {policy.model_dump_json()}" for name, policy in sorted(policies.items())]
    parts += [f"{name} {calendar.edition}" for name, calendar in sorted(calendars.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
