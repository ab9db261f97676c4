"""Business time: when a desk is open, counted on a compiled table of open segments.

A calendar is compiled once into open segments in microseconds of UTC (`bot.sla.calendar_files`), so that
adding and measuring are a bisection each, whatever the span.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.core.errors import CalendarRangeError

ALWAYS = "always"
"""The calendar of elapsed time: open at every instant."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Open hours from `covers_from` to `covers_to` (local days, both included), and arithmetic on them.

    `before` holds, for each segment, the open time before it; all numbers are microseconds since 1970 UTC.
    Sums are done on the same table as durations: an instant becomes one, and comes from one, at least cost.
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
    _opens: tuple[timedelta, ...] = field(init=False, repr=False, compare=False)
    _closes: tuple[timedelta, ...] = field(init=False, repr=False, compare=False)
    _passed: tuple[timedelta, ...] = field(init=False, repr=False, compare=False)
    _known_from: timedelta = field(init=False, repr=False, compare=False)
    _known_to: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        derived = {
            "_opens": _durations(self.starts),
            "_closes": _durations(self.ends),
            "_passed": _durations(self.before),
            "_known_from": _midnight(self.covers_from, self.zone),
            "_known_to": _midnight(self.covers_to + DAY, self.zone),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def announced_to(self) -> date:
        """The last day before the first year whose holidays are not officially announced."""
        first = min(self.provisional_years, default=None)
        return self.covers_to if first is None else date(first, 1, 1) - DAY

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the instant (UTC) when `duration` of open time has passed since `start`.

        A duration that ends exactly at closing ends there, not at the next opening; none at all ends at the
        next open instant.

        Raises:
            CalendarRangeError: start or end lie beyond the calendar's data.
        """
        if duration <= NOTHING:
            return self.next_open(start)
        wanted = self._position(start) + duration
        segment = bisect_left(self._passed, wanted) - 1
        moment = self._opens[segment] + wanted - self._passed[segment]
        if moment > self._closes[segment]:
            raise self._out_of_range()
        return EPOCH + moment

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from `start` to `end`.

        Raises:
            CalendarRangeError: start or end lie beyond the calendar's data.
        """
        return self._position(end) - self._position(start)

    def is_open(self, at: datetime) -> bool:
        """Tell whether the desk is open; the closing instant is closed.

        Raises:
            CalendarRangeError: `at` lies beyond the calendar's data.
        """
        moment = self._known(at)
        segment = bisect_right(self._opens, moment) - 1
        return segment >= 0 and moment < self._closes[segment]

    def next_open(self, at: datetime) -> datetime:
        """Return `at` itself while open, else the next opening; in UTC.

        Raises:
            CalendarRangeError: there is no opening within the calendar's data.
        """
        if self.is_open(at):
            return at.astimezone(UTC)
        segment = bisect_right(self._opens, self._known(at))
        if segment == len(self._opens):
            raise self._out_of_range()
        return EPOCH + self._opens[segment]

    def provisional(self, start: datetime, end: datetime) -> bool:
        """Tell whether the span touches a year whose holidays are not officially announced."""
        years = range(start.astimezone(self.zone).year, end.astimezone(self.zone).year + 1)
        return not self.provisional_years.isdisjoint(years)

    def _position(self, at: datetime) -> timedelta:
        """Open time from the beginning of the data to `at`."""
        moment = self._known(at)
        segment = bisect_right(self._opens, moment) - 1
        if segment < 0:
            return NOTHING
        closes = self._closes[segment]
        within = moment if moment < closes else closes  # noqa: FURB136 - a call of `min` is a tenth of the sum
        return self._passed[segment] + within - self._opens[segment]

    def _known(self, at: datetime) -> timedelta:
        moment = at - EPOCH
        if not self._known_from <= moment < self._known_to:
            raise self._out_of_range()
        return moment

    def _out_of_range(self) -> CalendarRangeError:
        return CalendarRangeError(f"calendar {self.name} knows {self.covers_from} to {self.covers_to}")


def add_months(start: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Return the same local day and time `months` later, clamped to the end of that month; in UTC."""
    return (start.astimezone(zone) + relativedelta(months=months)).astimezone(UTC)


def _durations(moments: tuple[int, ...]) -> tuple[timedelta, ...]:
    return tuple(timedelta(microseconds=moment) for moment in moments)


def _midnight(day: date, zone: ZoneInfo) -> timedelta:
    """Local midnight as time since 1970 UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC) - EPOCH
