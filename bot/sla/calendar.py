"""Business time: when a desk is open, counted on a compiled table of open segments.

A calendar gives hours to three kinds of day (working, weekend, holiday); a list of holidays with its make-up
working days says which day is which. All of it is compiled once into open segments in microseconds of UTC,
so that adding and measuring are a bisection each, whatever the span.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from importlib.resources.abc import Traversable
from itertools import accumulate, pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic import AfterValidator, BeforeValidator, model_validator

from bot.core.errors import CalendarRangeError, ConfigError, Fault
from bot.sla.files import FileModel, line_of, read_toml, toml_files

ALWAYS = "always"
"""The calendar of elapsed time: open at every instant."""

_CALENDARS = "calendars.toml"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_MINUTES_A_DAY = 24 * 60


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


class HolidayYear(FileModel):
    """One year of an official notice: ranges off (first and last day) and weekend days that are worked."""

    year: int
    source: str
    provisional: bool = False
    off: tuple[tuple[date, date], ...]
    work: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _inside_the_year(self) -> Self:
        days = [*self.work, *(day for pair in self.off for day in pair)]
        if any(day.year != self.year for day in days):
            raise ValueError(f"days of {self.year} only")
        if any(first > last for first, last in self.off):
            raise ValueError("ranges whose last day is not before the first")
        return self

    def days_off(self) -> Iterator[date]:
        """Yield every day off of the year."""
        for first, last in self.off:
            yield from _days(first, last)


class HolidayList(FileModel):
    """Holidays of one country, year by year without a gap."""

    years: tuple[HolidayYear, ...]

    @model_validator(mode="after")
    def _without_a_gap(self) -> Self:
        if not self.years or any(later.year != earlier.year + 1 for earlier, later in pairwise(self.years)):
            raise ValueError("at least one year, in order, none missing")
        return self


class CalendarSpec(FileModel):
    """A calendar as its file states it; `years` bounds one that has no list of holidays."""

    zone: Annotated[str, AfterValidator(_zone)]
    weekend: tuple[Weekday, ...] = (Weekday.SAT, Weekday.SUN)
    working_hours: Hours = ()
    weekend_hours: Hours = ()
    holiday_hours: Hours = ()
    holidays: str | None = None
    years: tuple[int, int] = (2020, 2040)

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not (self.working_hours or self.weekend_hours or self.holiday_hours):
            raise ValueError("hours on some kind of day")
        return self

    @property
    def never_closes(self) -> bool:
        """Whether every instant is open, so that no list of days is needed."""
        return self.holidays is None and self.working_hours == self.weekend_hours == _ROUND_THE_CLOCK


class CalendarFile(FileModel):
    """The file that defines calendars by name."""

    calendars: Mapping[str, CalendarSpec]


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Open hours from `covers_from` to `covers_to` (local days, both included), and arithmetic on them.

    `before` holds, for each segment, the open time before it; all numbers are microseconds since 1970 UTC.
    """

    name: str
    zone: ZoneInfo
    edition: str
    covers_from: date
    covers_to: date
    provisional_years: frozenset[int] = frozenset()
    starts: tuple[int, ...] = field(default=(), repr=False)
    ends: tuple[int, ...] = field(default=(), repr=False)
    before: tuple[int, ...] = field(default=(), repr=False)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the instant (UTC) when `duration` of open time has passed since `start`.

        A duration that ends exactly at closing ends there, not at the next opening; none at all ends at the
        next open instant.

        Raises:
            CalendarRangeError: start or end lie beyond the calendar's data.
        """
        if duration <= timedelta(0):
            return self.next_open(start)
        wanted = self._position(start) + duration // _MICROSECOND
        segment = bisect_left(self.before, wanted) - 1
        moment = self.starts[segment] + wanted - self.before[segment]
        if moment > self.ends[segment]:
            raise self._out_of_range()
        return _instant(moment)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from `start` to `end`.

        Raises:
            CalendarRangeError: start or end lie beyond the calendar's data.
        """
        return (self._position(end) - self._position(start)) * _MICROSECOND

    def is_open(self, at: datetime) -> bool:
        """Tell whether the desk is open; the closing instant is closed.

        Raises:
            CalendarRangeError: `at` lies beyond the calendar's data.
        """
        moment = self._known(at)
        segment = bisect_right(self.starts, moment) - 1
        return segment >= 0 and moment < self.ends[segment]

    def next_open(self, at: datetime) -> datetime:
        """Return `at` itself while open, else the next opening; in UTC.

        Raises:
            CalendarRangeError: there is no opening within the calendar's data.
        """
        if self.is_open(at):
            return at.astimezone(UTC)
        segment = bisect_right(self.starts, self._known(at))
        if segment == len(self.starts):
            raise self._out_of_range()
        return _instant(self.starts[segment])

    def provisional(self, start: datetime, end: datetime) -> bool:
        """Tell whether the span touches a year whose holidays are not officially announced."""
        years = range(start.astimezone(self.zone).year, end.astimezone(self.zone).year + 1)
        return not self.provisional_years.isdisjoint(years)

    def _position(self, at: datetime) -> int:
        """Open time from the beginning of the data to `at`."""
        moment = self._known(at)
        segment = bisect_right(self.starts, moment) - 1
        if segment < 0:
            return 0
        return self.before[segment] + min(moment, self.ends[segment]) - self.starts[segment]

    def _known(self, at: datetime) -> int:
        if not self.covers_from <= at.astimezone(self.zone).date() <= self.covers_to:
            raise self._out_of_range()
        return (at - _EPOCH) // _MICROSECOND

    def _out_of_range(self) -> CalendarRangeError:
        return CalendarRangeError(f"calendar {self.name} knows {self.covers_from} to {self.covers_to}")


def read_calendars(*folders: Traversable) -> Mapping[str, BusinessCalendar]:
    """Return the calendars of `folders` by name; a later folder replaces by name.

    A folder defines calendars in calendars.toml; every other TOML file there is a list of holidays.

    Raises:
        ConfigError: a file is wrong, or a calendar names holidays that no file lists.
    """
    holidays: dict[str, HolidayList] = {}
    found: dict[str, tuple[Traversable, CalendarSpec]] = {}
    for folder in folders:
        for file in toml_files(folder):
            if file.name == _CALENDARS:
                specs = read_toml(file, CalendarFile).calendars
                found |= {name: (file, spec) for name, spec in specs.items()}
            else:
                holidays[file.name.removesuffix(".toml")] = read_toml(file, HolidayList)
    faults = [
        _unknown_holidays(file, name)
        for name, (file, spec) in found.items()
        if spec.holidays is not None and spec.holidays not in holidays
    ]
    if faults:
        raise ConfigError(*faults)
    return {
        name: compile_calendar(name, spec, holidays[spec.holidays] if spec.holidays else None)
        for name, (_, spec) in found.items()
    }


def compile_calendar(name: str, spec: CalendarSpec, holidays: HolidayList | None) -> BusinessCalendar:
    """Return the calendar as a table of open segments."""
    zone = ZoneInfo(spec.zone)
    years = holidays.years if holidays else ()
    if spec.never_closes:
        first, last = date.min + _DAY, date.max - _DAY
        segments = [(_wall(first, 0, zone), _wall(last, _MINUTES_A_DAY, zone))]
    else:
        first = date(years[0].year if years else spec.years[0], 1, 1)
        last = date(years[-1].year if years else spec.years[1], 12, 31)
        segments = list(_segments(spec, years, _days(first, last)))
    content = "".join(part.model_dump_json() for part in (spec, *years))
    return BusinessCalendar(
        name=name,
        zone=zone,
        edition=hashlib.sha256(content.encode()).hexdigest()[:16],
        covers_from=first,
        covers_to=last,
        provisional_years=frozenset(year.year for year in years if year.provisional),
        starts=tuple(start for start, _ in segments),
        ends=tuple(end for _, end in segments),
        before=tuple(accumulate((end - start for start, end in segments), initial=0))[:-1],
    )


def add_months(start: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Return the same local day and time `months` later, clamped to the end of that month; in UTC."""
    return (start.astimezone(zone) + relativedelta(months=months)).astimezone(UTC)


def _segments(
    spec: CalendarSpec, years: tuple[HolidayYear, ...], days: Iterable[date]
) -> Iterator[tuple[int, int]]:
    zone = ZoneInfo(spec.zone)
    off = {day for year in years for day in year.days_off()}
    worked = {day for year in years for day in year.work}
    for day in days:
        if day in off:
            hours = spec.holiday_hours
        elif day in worked or _WEEK[day.weekday()] not in spec.weekend:
            hours = spec.working_hours
        else:
            hours = spec.weekend_hours
        for start, end in hours:
            yield _wall(day, start, zone), _wall(day, end, zone)


def _wall(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Wall-clock minutes after local midnight, as microseconds of UTC."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    return (wall.astimezone(UTC) - _EPOCH) // _MICROSECOND


def _instant(moment: int) -> datetime:
    return _EPOCH + moment * _MICROSECOND


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


def _unknown_holidays(file: Traversable, name: str) -> Fault:
    location = ("calendars", name, "holidays")
    line = line_of(file.read_text(encoding="utf-8"), location)
    return Fault(str(file), line, ".".join(location), "the name of a list of holidays beside this file")
