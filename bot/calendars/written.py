"""Imported holidays as a file of the operator's configuration."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.core.errors import CasebellError
from bot.sla.calendar_days import HolidayList, HolidayYear
from bot.sla.calendar_import import as_toml, imported, read_marks
from bot.sla.files import read_toml

HEAD = """\
# Written by `casebell calendar import`. These years take the place of those of the list Casebell comes with.

"""


def imported_list(file: Path, listed: HolidayList, *, source: str) -> HolidayList:
    """Return a list of holidays with what a file says of a year.

    Raises:
        ConfigError: the file is wrong.
        CasebellError: it is no text.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CasebellError(f"{file} is no text in UTF-8") from error
    years = imported(listed, read_marks(str(file), text), source=source or f"imported from {file.name}")
    for year in years:
        listed = listed.overlaid(HolidayList(years=(year,)))
    return listed


def missing(listed: HolidayList, *, before: HolidayList) -> Iterator[date]:
    """Yield days that are off every year, by the list's rule, and are not in the years that changed."""
    for year in changed_years(listed, before=before):
        off = set(year.days_off())
        yield from (day for day in listed.by_rule(year.year).days_off() if day not in off)


def changed_years(listed: HolidayList, *, before: HolidayList) -> Iterator[HolidayYear]:
    """Yield the years that are other ones than before."""
    known = {each.year: each for each in before.years}
    return (each for each in listed.years if known.get(each.year) != each)


def written(file: Path, listed: HolidayList, *, before: HolidayList) -> Path:
    """Write the years that differ from before, and those the file holds already; return the file."""
    own = {each.year for each in read_toml(file, HolidayList).years} if file.exists() else set()
    wanted = own | {each.year for each in changed_years(listed, before=before)}
    years = [each for each in listed.years if min(wanted) <= each.year <= max(wanted)]
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(HEAD + as_toml(tuple(years)), encoding="utf-8")
    draft.replace(file)
    return file
