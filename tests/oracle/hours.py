"""Time as a child counts it: every open minute is written down, and minutes are counted one by one.

Nothing of `bot` is used. Minutes are numbered from 2026-01-01 00:00 in Shanghai, which is UTC+8 all year.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import chinese_calendar

FIRST, LAST = date(2026, 1, 1), date(2028, 6, 30)
EPOCH = datetime(2025, 12, 31, 16, tzinfo=UTC)
A_DAY = 24 * 60
MINUTE = timedelta(minutes=1)

STATUTORY_2027 = {
    *((1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2), (6, 9), (9, 15)),
    *((10, 1), (10, 2), (10, 3)),
}
"""Nobody has announced more yet."""


def minute(at: datetime) -> int:
    """Number an instant that is a whole minute."""
    number, rest = divmod(at - EPOCH, MINUTE)
    assert not rest, f"{at} is no whole minute"
    return number


def instant(number: int) -> datetime:
    """Return the instant of a minute."""
    return EPOCH + number * MINUTE


def works(day: date) -> bool:
    """Tell whether a day is worked."""
    if day.year == FIRST.year:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.month, day.day) not in STATUTORY_2027


@dataclass(frozen=True)
class Always:
    """Every minute counts."""

    def add(self, start: int, minutes: int) -> int:
        """Return when so many minutes have passed."""
        return start + minutes

    def between(self, start: int, end: int) -> int:
        """Return how many minutes lie between."""
        return end - start


@dataclass(frozen=True)
class Open:
    """The minutes of a service day that are open, each of them listed."""

    minutes: Sequence[int]

    def add(self, start: int, minutes: int) -> int:
        """Return when so many open minutes have passed; none at all end at the next open one."""
        first = bisect_left(self.minutes, start)
        return self.minutes[first + minutes - 1] + 1 if minutes else self.minutes[first]

    def between(self, start: int, end: int) -> int:
        """Return how many open minutes lie between."""
        return bisect_left(self.minutes, end) - bisect_left(self.minutes, start)

    def add_days(self, start: int, days: int) -> int:
        """Return when the last of so many working days closes; the first day does not count."""
        day = start // A_DAY
        while days:
            day += 1
            days -= self.between(day * A_DAY, (day + 1) * A_DAY) > 0
        return self.minutes[bisect_left(self.minutes, (day + 1) * A_DAY) - 1] + 1


Hours = Always | Open


@cache
def hours(name: str) -> Hours:
    """Return the hours of a calendar by its name."""
    windows = {"s0_office": ((540, 1050),), "s4_standard": ((540, 720), (780, 1080))}.get(name)
    if windows is None:
        return Always()
    days = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days))
    return Open(
        [
            number * A_DAY + each
            for number, day in enumerate(days)
            if works(day)
            for start, end in windows
            for each in range(start, end)
        ]
    )


def add_months(start: int, months: int) -> int:
    """Return the same local day and time so many months later, clamped to the end of that month."""
    local = instant(start) + timedelta(hours=8)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = local.day
    while True:
        try:
            return minute(local.replace(year=year, month=month + 1, day=day) - timedelta(hours=8))
        except ValueError:
            day -= 1
