"""Holidays of a year from somebody else's file: which days are off, which weekend days are worked instead.

Read are JSON as holiday data commonly have it, CSV, and iCalendar whose summaries are marked 休 and 班.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from icalendar import Calendar
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.sla.calendar import DAY
from bot.sla.calendar_days import HolidayList, HolidayYear, days_between, ranges

MOST_OFF = 60
"""More days off than any year has: then a file lists ordinary weekends too."""

_WORK = re.compile(r"班|\bwork|make-?up", re.IGNORECASE)
_OFF = re.compile(r"休|放假|\boff\b|holiday", re.IGNORECASE)
_WORDS: Mapping[str, bool] = {
    **dict.fromkeys(("off", "true", "1", "yes", "休", "休息", "放假", "holiday"), True),
    **dict.fromkeys(("work", "false", "0", "no", "班", "上班", "补班", "workday"), False),
}
"""How a CSV says whether a day is off."""

_DATE_COLUMNS = ("date", "day", "日期")
_MARK_COLUMNS = ("isoffday", "is_off_day", "off", "kind", "type", "类型", "休班")


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a file: a day, and whether it is off; else it is worked."""

    line: int
    day: date
    off: bool


class _JsonDay(BaseModel):
    model_config = ConfigDict(extra="ignore")

    date: date
    isOffDay: bool  # noqa: N815 - as the data have it


class _JsonYear(BaseModel):
    model_config = ConfigDict(extra="ignore")

    days: tuple[_JsonDay, ...]


def read_marks(name: str, text: str) -> tuple[Mark, ...]:
    """Return what a file says of single days; its kind goes by the ending of its name.

    Raises:
        ConfigError: it cannot be read, or what it says cannot be.
    """
    ending = name.rpartition(".")[2].lower()
    reader = _READERS.get(ending)
    if reader is None:
        raise _fault(name, 1, "file", "a name that ends in .json, .csv or .ics")
    marks = tuple(reader(name, text))
    if not marks:
        raise _fault(name, 1, "days", "at least one day that is off or worked")
    if faults := tuple(_impossible(name, marks)):
        raise ConfigError(*faults)
    return marks


def imported(listed: HolidayList, marks: tuple[Mark, ...], *, source: str) -> tuple[HolidayYear, ...]:
    """Return the years that a file changes in a list.

    The year most of its days belong to is replaced whole; days of its neighbours are added to what is known
    of them, for the days around New Year may be announced with either.
    """
    by_year: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_year[mark.day.year].append(mark)
    main = max(by_year, key=lambda year: (len(by_year[year]), year))
    return tuple(
        _year(year, by_year[year], None if year == main else _known(listed, year), source)
        for year in sorted(by_year)
    )


def as_toml(years: Iterator[HolidayYear] | tuple[HolidayYear, ...]) -> str:
    """Return years as a file that `casebell` reads."""
    return "\n".join(_toml(year) for year in years)


def _known(listed: HolidayList, year: int) -> HolidayYear:
    return next((each for each in listed.years if each.year == year), None) or listed.by_rule(year)


def _year(year: int, marks: list[Mark], known: HolidayYear | None, source: str) -> HolidayYear:
    off = {mark.day for mark in marks if mark.off}
    work = {mark.day for mark in marks if not mark.off}
    if known is not None:
        off, work = off | (set(known.days_off()) - work), work | (set(known.work) - off)
        source = f"{known.source}; {source}"
    return HolidayYear(
        year=year,
        source=source,
        provisional=known is not None and known.provisional,
        off=ranges(off),
        work=tuple(sorted(work)),
    )


def _json(name: str, text: str) -> Iterator[Mark]:
    try:
        read = _JsonYear.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise _fault(name, error.lineno, "file", f"JSON: {error.msg}") from error
    except ValidationError as error:
        raise ConfigError(
            *(
                Fault(name, 1, ".".join(map(str, wrong["loc"])) or "file", wrong["msg"])
                for wrong in error.errors()
            )
        ) from error
    lines = text.splitlines()
    for each in read.days:
        line = next((number for number, line in enumerate(lines, 1) if each.date.isoformat() in line), 1)
        yield Mark(line, each.date, each.isOffDay)


def _csv(name: str, text: str) -> Iterator[Mark]:
    rows = csv.DictReader(io.StringIO(text))
    columns = {column.strip().lower(): column for column in rows.fieldnames or ()}
    date_column = next((columns[each] for each in _DATE_COLUMNS if each in columns), None)
    mark_column = next((columns[each] for each in _MARK_COLUMNS if each in columns), None)
    if date_column is None or mark_column is None:
        raise _fault(name, 1, "columns", 'a head line with the columns "date" and "kind"')
    for row in rows:
        yield Mark(
            rows.line_num,
            _day(name, rows.line_num, row[date_column]),
            _is_off(name, rows.line_num, row[mark_column]),
        )


def _day(name: str, line: int, written: str | None) -> date:
    try:
        return date.fromisoformat((written or "").strip().replace("/", "-"))
    except ValueError:
        raise _fault(name, line, "date", f'a day such as "2027-10-01", not {written!r}') from None


def _is_off(name: str, line: int, written: str | None) -> bool:
    off = _WORDS.get((written or "").strip().lower())
    if off is None:
        raise _fault(name, line, "kind", f'"off" (休) or "work" (班), not {written!r}')
    return off


def _ics(name: str, text: str) -> Iterator[Mark]:
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except ValueError as error:
        raise _fault(name, 1, "file", f"iCalendar: {str(error).splitlines()[0]}") from error
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "BEGIN:VEVENT"]
    for line, event in zip(lines, events, strict=True):
        summary = str(event.get("SUMMARY", ""))
        work, off = _WORK.search(summary), _OFF.search(summary)
        if not (work or off):
            continue
        if "DTSTART" not in event:
            raise _fault(name, line, "DTSTART", "the day of the event")
        first = _date(event.decoded("DTSTART"))
        after = _date(event.decoded("DTEND")) if "DTEND" in event else first + DAY
        for day in days_between(first, max(first, after - DAY)):
            yield Mark(line, day, off=not work)


def _date(written: date | datetime) -> date:
    return written.date() if isinstance(written, datetime) else written


_READERS: Mapping[str, Callable[[str, str], Iterator[Mark]]] = {"json": _json, "csv": _csv, "ics": _ics}


def _impossible(name: str, marks: tuple[Mark, ...]) -> Iterator[Fault]:
    seen: dict[date, Mark] = {}
    for mark in marks:
        before = seen.setdefault(mark.day, mark)
        if before.off != mark.off:
            yield Fault(name, mark.line, str(mark.day), f"off or worked, not both (line {before.line})")
        if not mark.off and mark.day.weekday() < 5:
            yield Fault(name, mark.line, str(mark.day), f"a weekend day that is worked, not a {mark.day:%A}")
    for year in sorted({day.year for day in seen}):
        off = sum(mark.off for day, mark in seen.items() if day.year == year)
        if off > MOST_OFF:
            yield Fault(
                name, 1, str(year), f"public holidays only; {off} days off hold ordinary weekends too"
            )


def _toml(year: HolidayYear) -> str:
    off = "".join(f"    [{first}, {last}],\n" for first, last in year.off)
    return (
        f"[[years]]\nyear = {year.year}\nsource = {json.dumps(year.source, ensure_ascii=False)}\n"
        f"{'provisional = true' + chr(10) if year.provisional else ''}"
        f"off = [\n{off}]\nwork = [{', '.join(map(str, year.work))}]\n"
    )


def _fault(name: str, line: int, field: str, expected: str) -> ConfigError:
    return ConfigError(Fault(name, line, field, expected))
