"""Calendars as their files state them, and how they become tables of open segments.

A calendar gives hours to kinds of day (working, weekend, holiday) and to single dates; a list of holidays
with its make-up working days says which day is of which kind.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from importlib.resources.abc import Traversable
from itertools import accumulate, groupby, pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, model_validator

from bot.core.errors import ConfigError, Fault
from bot.sla.calendar import DAY, EPOCH, MICROSECOND, BusinessCalendar
from bot.sla.calendar_days import HolidayList, HolidayYear, days_between, days_edition
from bot.sla.files import FileModel, line_of, read_toml, toml_files

CALENDARS = "calendars.toml"
_MINUTES_A_DAY = 24 * 60
_MINUTE = timedelta(minutes=1)


class Weekday(StrEnum):
    """A day of the week, in the order of `date.weekday`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_WEEK = tuple(Weekday)


class DayKind(StrEnum):
    """What a day is to a calendar; a date with hours of its own comes before all else."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SHIFTED = "shifted"


def _minutes(written: str) -> int:
    hours, minutes = written.split(":")
    return int(hours) * 60 + int(minutes)


def _span(written: object) -> object:
    """Turn "09:00-17:30" into minutes of the day."""
    try:
        start, end = (_minutes(part) for part in str(written).split("-"))
    except ValueError:
        raise ValueError('hours such as "09:00-17:30"') from None
    if not 0 <= start < end <= _MINUTES_A_DAY:
        raise ValueError("hours inside one day, the end after the start, 24:00 at most")
    return start, end


def _in_order(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    if any(earlier[1] > later[0] for earlier, later in pairwise(spans)):
        raise ValueError("hours in order, none overlapping")
    return spans


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (ValueError, LookupError, OSError):
        raise ValueError('a time zone such as "Asia/Shanghai"') from None
    return written


Span = Annotated[tuple[int, int], BeforeValidator(_span)]
Hours = Annotated[tuple[Span, ...], AfterValidator(_in_order)]
_ROUND_THE_CLOCK = ((0, _MINUTES_A_DAY),)
_NO_DATES: Mapping[date, Hours] = {}


class CalendarSpec(FileModel):
    """A calendar as its file states it; `years` bounds one that has no list of holidays.

    `dates` are days with hours of their own, whatever kind of day they are; without hours they are closed.
    """

    zone: Annotated[str, AfterValidator(_zone)]
    weekend: tuple[Weekday, ...] = (Weekday.SAT, Weekday.SUN)
    working_hours: Hours = ()
    weekend_hours: Hours = ()
    holiday_hours: Hours = ()
    holidays: str | None = None
    years: tuple[int, int] = (2020, 2040)
    dates: Mapping[date, Hours] = _NO_DATES

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not (self.working_hours or self.weekend_hours or self.holiday_hours):
            raise ValueError("hours on some kind of day")
        return self

    @property
    def never_closes(self) -> bool:
        """Whether every instant is open, so that no list of days is needed."""
        always = self.working_hours == self.weekend_hours == _ROUND_THE_CLOCK
        return always and self.holidays is None and not self.dates

    def hours(self, day: date, kind: DayKind) -> Hours:
        """Return the hours of a day of this kind."""
        match kind:
            case DayKind.SHIFTED:
                return self.dates[day]
            case DayKind.HOLIDAY:
                return self.holiday_hours
            case DayKind.WEEKEND:
                return self.weekend_hours
            case DayKind.WORKING | DayKind.MAKE_UP:
                return self.working_hours


class CalendarFile(FileModel):
    """The file that defines calendars by name."""

    calendars: Mapping[str, CalendarSpec]


@dataclass(frozen=True, slots=True)
class CalendarData:
    """What the files say: calendars by name, and lists of holidays by name.

    `days` is the edition of the public holidays.
    """

    specs: Mapping[str, CalendarSpec]
    holidays: Mapping[str, HolidayList]
    days: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", days_edition(self.holidays))

    def on(self, holidays: Mapping[str, HolidayList]) -> "CalendarData":
        """Return the same hours on other public holidays; a list not named there stays."""
        return replace(self, holidays={**self.holidays, **holidays})

    def years(self, name: str) -> tuple[HolidayYear, ...]:
        """Return the years of holidays a calendar goes by; none if it has no list."""
        listed = self.specs[name].holidays
        return self.holidays[listed].every_year() if listed else ()

    def kinds(self, name: str) -> Mapping[date, DayKind]:
        """Return every day a calendar with bounds covers, with its kind."""
        return dict(_kinds(self.specs[name], self.years(name)))

    def compiled(self) -> Mapping[str, BusinessCalendar]:
        """Return every calendar as a table of open segments."""
        return {name: compile_calendar(name, spec, self.years(name)) for name, spec in self.specs.items()}


def read_calendars(*folders: Traversable) -> CalendarData:
    """Return what the files of `folders` say; a later folder replaces calendars by name and holidays by year.

    A folder defines calendars in calendars.toml; every other TOML file there is a list of holidays.

    Raises:
        ConfigError: a file is wrong, or a calendar names holidays that no file lists.
    """
    holidays: dict[str, HolidayList] = {}
    found: dict[str, tuple[Traversable, CalendarSpec]] = {}
    for folder in folders:
        for file in toml_files(folder):
            if file.name == CALENDARS:
                specs = read_toml(file, CalendarFile).calendars
                found |= {name: (file, spec) for name, spec in specs.items()}
            else:
                name, listed = file.name.removesuffix(".toml"), read_toml(file, HolidayList)
                holidays[name] = holidays[name].overlaid(listed) if name in holidays else listed
    faults = [
        _unknown_holidays(file, name)
        for name, (file, spec) in found.items()
        if spec.holidays is not None and spec.holidays not in holidays
    ]
    if faults:
        raise ConfigError(*faults)
    return CalendarData({name: spec for name, (_, spec) in found.items()}, holidays)


def compile_calendar(name: str, spec: CalendarSpec, years: tuple[HolidayYear, ...] = ()) -> BusinessCalendar:
    """Return the calendar as a table of open segments."""
    zone = ZoneInfo(spec.zone)
    if spec.never_closes:
        first, last = date.min + DAY, date.max - DAY
        segments = [(_midnight(first, zone), _midnight(last + DAY, zone))]
    else:
        first, last = _bounds(spec, years)
        midnights = [_midnight(day, zone) for day in days_between(first, last + DAY)]
        segments = [
            segment
            for bounds, (day, kind) in zip(pairwise(midnights), _kinds(spec, years), strict=True)
            for segment in _segments(*bounds, spec.hours(day, kind), zone)
        ]
    return BusinessCalendar(
        name=name,
        zone=zone,
        edition=_edition(spec, years),
        covers_from=first,
        covers_to=last,
        provisional_years=frozenset(year.year for year in years if year.provisional),
        starts=tuple(start for start, _ in segments),
        ends=tuple(end for _, end in segments),
        before=tuple(accumulate((end - start for start, end in segments), initial=0))[:-1],
    )


def _edition(spec: CalendarSpec, years: tuple[HolidayYear, ...]) -> str:
    """Hash what is counted on; what a calendar does not use is no part of it, so old editions keep theirs."""
    parts = [spec.model_dump_json(exclude=None if spec.dates else {"dates"})]
    parts += [year.model_dump_json() for year in years]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def _bounds(spec: CalendarSpec, years: tuple[HolidayYear, ...]) -> tuple[date, date]:
    first, last = (years[0].year, years[-1].year) if years else spec.years
    return date(first, 1, 1), date(last, 12, 31)


def _kinds(spec: CalendarSpec, years: tuple[HolidayYear, ...]) -> Iterator[tuple[date, DayKind]]:
    off = {day for year in years for day in year.days_off()}
    worked = {day for year in years for day in year.work}
    for day in days_between(*_bounds(spec, years)):
        if day in spec.dates:
            yield day, DayKind.SHIFTED
        elif day in off:
            yield day, DayKind.HOLIDAY
        elif day in worked:
            yield day, DayKind.MAKE_UP
        else:
            yield day, DayKind.WEEKEND if _WEEK[day.weekday()] in spec.weekend else DayKind.WORKING


def _segments(start: int, end: int, hours: Hours, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield when a day is open; one on which clocks change is walked, for the clock on the wall counts."""
    minute = _MINUTE // MICROSECOND
    if end - start == _MINUTES_A_DAY * minute:
        yield from ((start + opens * minute, start + closes * minute) for opens, closes in hours)
        return
    for opened, instants in groupby(range(start, end, minute), lambda at: _shows(at, hours, zone)):
        if opened:
            several = list(instants)
            yield several[0], several[-1] + minute


def _shows(moment: int, hours: Hours, zone: ZoneInfo) -> bool:
    there = (EPOCH + moment * MICROSECOND).astimezone(zone)
    minute = there.hour * 60 + there.minute
    return any(opens <= minute < closes for opens, closes in hours)


def _midnight(day: date, zone: ZoneInfo) -> int:
    """When a local day begins, as microseconds of UTC."""
    return (datetime.combine(day, time(), zone).astimezone(UTC) - EPOCH) // MICROSECOND


def _unknown_holidays(file: Traversable, name: str) -> Fault:
    location = ("calendars", name, "holidays")
    line = line_of(file.read_text(encoding="utf-8"), location)
    return Fault(str(file), line, ".".join(location), "the name of a list of holidays beside this file")
