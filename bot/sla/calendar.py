"""Business time: when a desk is open, counted on a compiled table of open segments.

A calendar is compiled once into open segments in microseconds of UTC (`bot.sla.calendar_files`), so that
adding and measuring are a bisection each, whatever the span.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.core.errors import CalendarRangeError

ALWAYS = "always"
"""The calendar of elapsed time: open at every instant."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


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
        if duration <= timedelta(0):
            return self.next_open(start)
        wanted = self._position(start) + duration // MICROSECOND
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
        return (self._position(end) - self._position(start)) * MICROSECOND

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
        return (at - EPOCH) // MICROSECOND

    def _out_of_range(self) -> CalendarRangeError:
        return CalendarRangeError(f"calendar {self.name} knows {self.covers_from} to {self.covers_to}")


def add_months(start: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Return the same local day and time `months` later, clamped to the end of that month; in UTC."""
    return (start.astimezone(zone) + relativedelta(months=months)).astimezone(UTC)


def _instant(moment: int) -> datetime:
    return EPOCH + moment * MICROSECOND
