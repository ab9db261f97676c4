"""What stands on the command line, as values; what cannot be is one clear line."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from rapidfuzz import process

from bot.core.errors import CasebellError
from bot.sla.calendar import DAY

T = TypeVar("T")

_DURATION = TypeAdapter(timedelta)
_WRITTEN = re.compile(r"P(?=.)(\d+W|(\d+D)?(T(?=.).+)?)")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")


def named(known: Mapping[str, T], name: str, *, what: str = "calendar") -> T:
    """Return what has this name.

    Raises:
        CasebellError: nothing has; the nearest name is told.
    """
    if name in known:
        return known[name]
    hints = [f"; did you mean {near}?" for near, *_ in process.extract(name, list(known), limit=1)]
    raise CasebellError(f"there is no {what} {name!r}{''.join(hints)}")


def instant(written: str, zone: ZoneInfo) -> datetime:
    """Return a date and time, which is local to `zone` when it names no zone itself.

    Raises:
        CasebellError: it is none.
    """
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise CasebellError(f"{written!r} is no date and time such as 2026-09-30T17:00 ({error})") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


def duration(written: str) -> timedelta:
    """Return an ISO 8601 duration; a day of it is 24 hours. Years and months have no length of their own.

    Raises:
        CasebellError: it is none.
    """
    if _WRITTEN.fullmatch(written):
        with suppress(ValidationError):
            return _DURATION.validate_python(written)
    raise CasebellError(f"{written!r} is no duration such as PT60M, PT1H30M or P2D (a day is 24 hours)")


def period(written: str) -> tuple[date, date]:
    """Return the first and the last day of a year or a month.

    Raises:
        CasebellError: it is neither.
    """
    if found := _PERIOD.fullmatch(written):
        year, month = int(found[1]), found[2]
        with suppress(ValueError):
            if month is None:
                return date(year, 1, 1), date(year, 12, 31)
            first = date(year, int(month), 1)
            return first, (first + 31 * DAY).replace(day=1) - DAY
    raise CasebellError(f"{written!r} is no year or month such as 2026 or 2026-10")
