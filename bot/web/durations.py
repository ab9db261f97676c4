"""ISO 8601 durations, months and years being the calendar's."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,2})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?",
    re.ASCII,
)
LONGEST = timedelta(days=3 * 366)
"""How far the demo clock moves at once."""


def later(start: datetime, duration: str, zone: ZoneInfo) -> datetime:
    """Return the instant an ISO 8601 duration after `start`: days and longer by the calendar of `zone`.

    Raises:
        ValueError: `duration` is none, is nothing, or is longer than `LONGEST`.
    """
    found = DURATION.fullmatch(duration.strip().upper())
    if not found:
        raise ValueError("an ISO 8601 duration is expected, such as PT30M, PT1H, P1D or P1M")
    parts = {name: int(digits) for name, digits in found.groupdict(default="0").items()}
    clock = timedelta(**{name: parts.pop(name) for name in ("hours", "minutes", "seconds")})
    days = relativedelta(
        years=parts["years"], months=parts["months"], weeks=parts["weeks"], days=parts["days"]
    )
    end = (start.astimezone(zone) + days).astimezone(UTC) + clock
    if not timedelta() < end - start <= LONGEST:
        raise ValueError("a duration of more than nothing and at most three years is expected")
    return end
