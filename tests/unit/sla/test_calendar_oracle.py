"""Any hours in any zone, counted by somebody who looks at the clock on the wall every minute."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sla.calendar import BusinessCalendar
from bot.sla.calendar_days import HolidayYear, ranges
from bot.sla.calendar_files import CalendarSpec, compile_calendar

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SPAN = 5 * 24 * 60
CHANGES = [date(2026, 3, 7), date(2026, 10, 31), date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4)]

Windows = tuple[tuple[int, int], ...]


@st.composite
def windows(draw: st.DrawFn, least: int = 0) -> Windows:
    """Up to three windows of a day, at whole five minutes."""
    count = draw(st.integers(least, 3))
    points = sorted(draw(st.sets(st.integers(0, 288), min_size=2 * count, max_size=2 * count)))
    return tuple((start * 5, end * 5) for start, end in zip(points[::2], points[1::2], strict=True))


def written(hours: Windows) -> list[str]:
    return ["-".join(f"{at // 60:02}:{at % 60:02}" for at in pair) for pair in hours]


class Wall:
    """A desk's door, looked at every minute."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.zone = ZoneInfo(
            draw(
                st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"])
            )
        )
        self.first = draw(st.sampled_from(CHANGES) | st.dates(date(2026, 1, 2), date(2026, 12, 20)))
        near = st.integers(0, 6).map(lambda count: self.first + count * DAY)
        self.working, self.weekend, self.holiday = draw(windows(1)), draw(windows()), draw(windows())
        self.off = draw(st.sets(near, max_size=3))
        self.worked = draw(st.sets(near, max_size=2)) - self.off
        self.dates = draw(st.dictionaries(near, windows(), max_size=2))
        self.start = datetime(self.first.year, self.first.month, self.first.day, tzinfo=self.zone).astimezone(
            UTC
        )
        self.open = [self._open(self.start + number * MINUTE) for number in range(SPAN)]

    def _open(self, at: datetime) -> bool:
        there = at.astimezone(self.zone)
        return any(start <= there.hour * 60 + there.minute < end for start, end in self._hours(there.date()))

    def _hours(self, day: date) -> Windows:
        if day in self.dates:
            return self.dates[day]
        if day in self.off:
            return self.holiday
        return self.working if day in self.worked or day.weekday() < 5 else self.weekend

    def compiled(self) -> BusinessCalendar:
        spec = CalendarSpec.model_validate(
            {
                "zone": self.zone.key,
                "working_hours": written(self.working),
                "weekend_hours": written(self.weekend),
                "holiday_hours": written(self.holiday),
                "dates": {day: written(hours) for day, hours in self.dates.items()},
            }
        )
        year = HolidayYear(year=2026, source="", off=ranges(self.off), work=tuple(sorted(self.worked)))
        return compile_calendar("desk", spec, (year,))


@st.composite
def walls(draw: st.DrawFn) -> Wall:
    return Wall(draw)


@settings(max_examples=60, deadline=None)
@given(walls(), st.data())
def test_whoever_looks_every_minute_counts_the_same(wall: Wall, data: st.DataObject) -> None:
    calendar = wall.compiled()
    start, end = sorted(data.draw(st.integers(0, SPAN - 1)) for _ in range(2))
    start_at, end_at = wall.start + start * MINUTE, wall.start + end * MINUTE

    assert calendar.between(start_at, end_at) == sum(wall.open[start:end]) * MINUTE
    assert calendar.is_open(start_at) == wall.open[start]
    following = [number for number in range(start, SPAN) if wall.open[number]]
    if following:
        assert calendar.next_open(start_at) == wall.start + following[0] * MINUTE
        minutes = data.draw(st.integers(1, len(following)))
        assert calendar.add(start_at, minutes * MINUTE) == wall.start + (following[minutes - 1] + 1) * MINUTE


@settings(max_examples=60, deadline=None)
@given(walls())
def test_open_hours_are_in_order_and_never_overlap(wall: Wall) -> None:
    calendar = wall.compiled()

    assert all(start < end for start, end in zip(calendar.starts, calendar.ends, strict=True))
    assert all(end <= start for end, start in zip(calendar.ends, calendar.starts[1:], strict=False))
    assert all(earlier < later for earlier, later in pairwise(calendar.before))
