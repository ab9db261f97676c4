"""Which public holidays every process of a desk counts on: those put into force last, by any of them.

Each process has files of its own, and may not have the newest; the database knows which those are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.ports import Unit
from bot.sla.book import Book
from bot.sla.calendar_days import HolidayList, days_edition

IN_FORCE = "holidays"
"""The kind of edition that says which public holidays are in force: one row each time somebody says so."""

HEARD = timedelta(seconds=3)
"""By then every process has noticed other holidays, and what it was doing on the former ones is stored."""

Holidays = Mapping[str, HolidayList]


@dataclass(frozen=True, slots=True)
class _Declared:
    """Public holidays, and the names of all that were in force before them."""

    holidays: Holidays
    instead_of: tuple[str, ...]


_DECLARED: TypeAdapter[_Declared] = TypeAdapter(_Declared)


def declare(unit: Unit, holidays: Holidays) -> bool:
    """Put public holidays into force for every process; False if they are in force."""
    known = _declared(unit)
    days = days_edition(holidays)
    if known is not None and days_edition(known.holidays) == days:
        return False
    before = () if known is None else (*known.instead_of, days_edition(known.holidays))
    declared = _Declared(holidays, tuple(each for each in dict.fromkeys(before) if each != days))
    unit.registry.put_edition(
        kind=IN_FORCE,
        edition=f"{IN_FORCE}:{days}@{unit.now.isoformat()}",
        body=_DECLARED.dump_json(declared).decode(),
    )
    return True


def agreed(unit: Unit, book: Book) -> Book:
    """Return policies and hours on the holidays in force; those nobody has seen yet come into force."""
    known = _declared(unit)
    days = book.data.days
    if known is None or days not in (days_edition(known.holidays), *known.instead_of):
        declare(unit, book.data.holidays)
        return book
    return on_those_in_force(unit, book)


def on_those_in_force(unit: Unit, book: Book) -> Book:
    """Return policies and hours on the holidays in force, the same ones if they are on them already."""
    known = _declared(unit)
    if known is None or book.data.on(known.holidays).days == book.data.days:
        return book
    return book.counted_on(known.holidays)


def everybody_knows(unit: Unit) -> bool:
    """Tell whether holidays came into force long enough ago that no process counts on others any more."""
    newest = unit.registry.newest(IN_FORCE)
    return newest is None or unit.now - datetime.fromisoformat(newest.rpartition("@")[2]) >= HEARD


def _declared(unit: Unit) -> _Declared | None:
    body = unit.registry.latest(IN_FORCE)
    return None if body is None else _DECLARED.validate_json(body)
