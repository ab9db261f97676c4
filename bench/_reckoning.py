"""Adding and measuring working time, beside what else there is for it, each checked minute by minute.

Every tool takes and gives instants in UTC, as a desk has them; turning them into its own is its own cost.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pandas as pd
import pytz
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule

from bot.sla.book import Book
from bot.sla.calendar import BusinessCalendar

SEED = 20261120
ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(9), time(17, 30)
MINUTE = timedelta(minutes=1)
FIRST, LAST, END = date(2024, 1, 1), date(2026, 6, 30), date(2026, 12, 31)
"""The days on which something begins, and the end of the last year that every tool knows."""

DAYS = [FIRST + timedelta(days=number) for number in range((END - FIRST).days + 1)]
OFF = [day for day in DAYS if not chinese_calendar.is_workday(day)]
WEEKDAYS_OFF = [day for day in OFF if day.weekday() < 5]
ROUNDS = 5

CASEBELL, DAY_WALK = "Casebell", "day walk with `holidays`"
PANDAS, BUSINESSTIMEDELTA = "pandas CustomBusinessHour", "businesstimedelta"

Add = Callable[[datetime], datetime]
Between = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True, slots=True)
class Tool:
    """One way to reckon; not every one can measure."""

    name: str
    add: Callable[[timedelta], Add]
    between: Between | None = None


def tools() -> tuple[Tool, ...]:
    """Return ours and the others; those that can be told of make-up days, and those used as documented."""
    return (
        _ours(),
        _day_walk(),
        _pandas(PANDAS, mask="1111111", off=OFF),
        _pandas(f"{PANDAS}, as documented", mask="1111100", off=WEEKDAYS_OFF),
        _businesstimedelta(BUSINESSTIMEDELTA, week=range(7), off=dict.fromkeys(OFF, "off")),
        _businesstimedelta(
            f"{BUSINESSTIMEDELTA}, as documented", week=range(5), off=holidays.country_holidays("CN")
        ),
    )


def _ours() -> Tool:
    calendar: BusinessCalendar = Book.load().calendars["s0_office"]
    return Tool(CASEBELL, lambda length: lambda at: calendar.add(at, length), calendar.between)


class _Walk:
    """Day after day, each asked whether it is worked."""

    def __init__(self) -> None:
        self._known = holidays.country_holidays("CN", years=range(FIRST.year, END.year + 1))

    def add(self, start: datetime, length: timedelta) -> datetime:
        at = start.astimezone(ZONE).replace(tzinfo=None)
        for opens_at, closes_at in self._windows(at.date()):
            begins_at = max(at, opens_at)
            if begins_at < closes_at:
                if length <= closes_at - begins_at:
                    return (begins_at + length).replace(tzinfo=ZONE).astimezone(UTC)
                length -= closes_at - begins_at
        raise RuntimeError("days never end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        since, until = (at.astimezone(ZONE).replace(tzinfo=None) for at in (start, end))
        total = timedelta(0)
        for opens_at, closes_at in self._windows(since.date()):
            if opens_at >= until:
                return total
            total += max(min(until, closes_at) - max(since, opens_at), timedelta(0))
        raise RuntimeError("days never end")

    def _windows(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        while True:
            if self._known.is_working_day(day):
                yield datetime.combine(day, OPENS), datetime.combine(day, CLOSES)
            day += timedelta(days=1)


def _day_walk() -> Tool:
    walk = _Walk()
    return Tool(DAY_WALK, lambda length: lambda at: walk.add(at, length), walk.between)


def _pandas(name: str, *, mask: str, off: Sequence[date]) -> Tool:
    one = pd.offsets.CustomBusinessHour(start=OPENS, end=CLOSES, weekmask=mask, holidays=list(off))

    def adding(length: timedelta) -> Add:
        offset = one * (length // timedelta(hours=1))

        def add(at: datetime) -> datetime:
            added: datetime = (pd.Timestamp(at).tz_convert(ZONE) + offset).tz_convert(UTC)
            return added

        return add

    return Tool(name, adding)


def _businesstimedelta(name: str, *, week: Sequence[int], off: Mapping[date, str]) -> Tool:
    zone = pytz.timezone(ZONE.key)
    hours = WorkDayRule(start_time=OPENS, end_time=CLOSES, working_days=list(week), tz=zone)
    rules = Rules([hours, HolidayRule(off, tz=zone)])

    def adding(length: timedelta) -> Add:
        delta = BusinessTimeDelta(rules, timedelta=length)
        return lambda at: at + delta

    def between(start: datetime, end: datetime) -> timedelta:
        measured: timedelta = rules.difference(start, end).timedelta
        return measured

    return Tool(name, adding, between)


class Oracle:
    """Counts minutes, one after the other; slow, and too simple to be wrong."""

    def __init__(self) -> None:
        self._open = frozenset(DAYS) - frozenset(OFF)

    def add(self, at: datetime, length: timedelta) -> datetime:
        """Return the end of the last of so many open minutes."""
        local, left = at.astimezone(ZONE).replace(tzinfo=None), length // MINUTE
        while left:
            left -= self._counts(local)
            local += MINUTE
        return local.replace(tzinfo=ZONE).astimezone(UTC)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open minutes."""
        local = start.astimezone(ZONE).replace(tzinfo=None)
        return (
            sum(self._counts(local + number * MINUTE) for number in range((end - start) // MINUTE)) * MINUTE
        )

    def _counts(self, local: datetime) -> bool:
        return local.date() in self._open and OPENS <= local.time() < CLOSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What a tool takes for one sum, in microseconds, and how many of those looked at are wrong."""

    us: float
    wrong: int


def reckon_adding(length: timedelta, *, sums: int, checked: int) -> Mapping[str, Reckoned]:
    """Return how the tools add a working time to instants at any time of any day."""
    starts, oracle = _instants(sums), Oracle()
    right = [oracle.add(start, length) for start in starts[:checked]]
    found = {}
    for tool in tools():
        add = tool.add(length)
        ends = [add(start) for start in starts[:checked]]
        us = _timed(add, [(start,) for start in starts])
        found[tool.name] = Reckoned(us=us, wrong=_differing(ends, right))
    return found


def reckon_between(span: timedelta, *, sums: int, checked: int) -> Mapping[str, Reckoned]:
    """Return how the tools measure the working time in spans that begin at any time of any day."""
    spans, oracle = [(start, start + span) for start in _instants(sums)], Oracle()
    right = [oracle.between(*each) for each in spans[:checked]]
    found = {}
    for tool in tools():
        if tool.between:
            lengths = [tool.between(*each) for each in spans[:checked]]
            found[tool.name] = Reckoned(us=_timed(tool.between, spans), wrong=_differing(lengths, right))
    return found


def _instants(count: int) -> list[datetime]:
    chosen, minutes = random.Random(SEED), ((LAST - FIRST).days + 1) * 24 * 60
    midnight = datetime.combine(FIRST, time(), ZONE).astimezone(UTC)
    return [midnight + chosen.randrange(minutes) * MINUTE for _ in range(count)]


def _timed(work: Callable[..., object], given: Sequence[tuple[datetime, ...]]) -> float:
    """Return microseconds of CPU for one sum: the median of several rounds over all of them."""
    rounds = []
    for _ in range(ROUNDS):
        began = process_time()
        for each in given:
            work(*each)
        rounds.append((process_time() - began) / len(given))
    return 1e6 * median(rounds)


def _differing(found: Sequence[object], right: Sequence[object]) -> int:
    return sum(one != other for one, other in zip(found, right, strict=True))
