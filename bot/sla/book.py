"""The book: every policy and calendar the desk knows, and what a contract's terms get from them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Self

from bot.core.errors import ConfigError, Fault
from bot.core.people import Language, Level
from bot.sla.agreed import BrokenRow, DatedRow, DutyRow, LevelWords, WindowsRow
from bot.sla.calendar import BusinessCalendar
from bot.sla.calendar_days import HolidayList
from bot.sla.calendar_files import CalendarData, read_calendars
from bot.sla.files import line_of, read_toml, toml_files
from bot.sla.policy import Milestone, Policy
from bot.sla.terms import Target, Terms, promised

DESK = "desk"
"""The policy that names the desk's own five levels, for cases whose contract has no name for one."""


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
            promised(name, milestone, row, row.levels[level], terms)
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


def _edition(policies: Mapping[str, Policy], calendars: Mapping[str, BusinessCalendar]) -> str:
    parts = [f"{name} {policy.model_dump_json()}" for name, policy in sorted(policies.items())]
    parts += [f"{name} {calendar.edition}" for name, calendar in sorted(calendars.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
