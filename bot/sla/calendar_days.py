"""Which days are free and which are worked instead: lists of public holidays, year by year.

Years beyond the last one listed follow a rule (days that fall on the same date every year) and are
provisional, so that what is promised today can always be counted.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bot.sla.calendar import DAY
from bot.sla.files import FileModel

BY_RULE = "by rule: only the days that fall on the same date every year"
_LEAP_YEAR = 2024


def _month_day(written: str) -> str:
    try:
        date.fromisoformat(f"{_LEAP_YEAR}-{written}")
    except ValueError:
        raise ValueError('a day of every year such as "05-01"') from None
    return written


MonthDay = Annotated[str, AfterValidator(_month_day)]


class HolidayYear(FileModel):
    """One year of an official notice: ranges off (first and last day) and weekend days that are worked."""

    year: int
    source: str
    provisional: bool = False
    off: tuple[tuple[date, date], ...]
    work: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        days = [*self.work, *(day for pair in self.off for day in pair)]
        if any(day.year != self.year for day in days):
            raise ValueError(f"days of {self.year} only")
        if any(first > last for first, last in self.off):
            raise ValueError("ranges whose last day is not before the first")
        if both := sorted(set(self.days_off()) & set(self.work)):
            raise ValueError(f"days that are either off or worked, and {both[0]} is both")
        return self

    def days_off(self) -> Iterator[date]:
        """Yield every day off of the year."""
        for first, last in self.off:
            yield from days_between(first, last)


class HolidayList(FileModel):
    """Holidays of one country, year by year without a gap, and the rule for `ahead` further years.

    `fixed` are the days off that every year has, as month and day.
    """

    years: tuple[HolidayYear, ...]
    fixed: tuple[MonthDay, ...] = ()
    ahead: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _without_a_gap(self) -> Self:
        if not self.years or any(later.year != earlier.year + 1 for earlier, later in pairwise(self.years)):
            raise ValueError("at least one year, in order, none missing")
        return self

    def overlaid(self, later: "HolidayList") -> "HolidayList":
        """Return the list with a later one's years in place of its own; years between follow the rule."""
        rule = later if later.fixed else self
        years = {each.year: each for each in (*self.years, *later.years)}
        return HolidayList(
            years=tuple(years.get(year) or rule.by_rule(year) for year in range(min(years), max(years) + 1)),
            fixed=rule.fixed,
            ahead=rule.ahead,
        )

    def every_year(self) -> tuple[HolidayYear, ...]:
        """Return the years listed and those that follow the rule."""
        last = self.years[-1].year
        return (*self.years, *(self.by_rule(last + number) for number in range(1, self.ahead + 1)))

    def by_rule(self, year: int) -> HolidayYear:
        """Return a year nobody announced yet."""
        off = tuple(date.fromisoformat(f"{year}-{each}") for each in self.fixed)
        return HolidayYear(year=year, source=BY_RULE, provisional=True, off=tuple((day, day) for day in off))


def days_edition(holidays: Mapping[str, HolidayList]) -> str:
    """Return the name of the public holidays in force: a hash of every list."""
    content = "\n".join(f"{name} {each.model_dump_json()}" for name, each in sorted(holidays.items()))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from the first to the last, both included."""
    return (first + DAY * number for number in range((last - first).days + 1))


def ranges(days: Iterator[date] | set[date]) -> tuple[tuple[date, date], ...]:
    """Return days as ranges of first and last day, in order."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day == found[-1][1] + DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def differing(
    before: Mapping[str, HolidayList], after: Mapping[str, HolidayList]
) -> tuple[date, date] | None:
    """Return the first and the last day on which lists of one name differ; None if they do not.

    A year that is announced now differs as a whole: what was provisional is certain.
    """
    days = [day for name in before.keys() & after.keys() for day in _differing(before[name], after[name])]
    return (min(days), max(days)) if days else None


def _differing(before: HolidayList, after: HolidayList) -> Iterator[date]:
    old, new = ({each.year: each for each in listed.every_year()} for listed in (before, after))
    for year in old.keys() & new.keys():
        if old[year].provisional != new[year].provisional:
            yield from (date(year, 1, 1), date(year, 12, 31))
        yield from set(old[year].days_off()) ^ set(new[year].days_off())
        yield from set(old[year].work) ^ set(new[year].work)
