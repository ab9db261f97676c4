from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import CalendarRangeError
from bot.sla.calendar import BusinessCalendar, add_months
from bot.sla.calendar_files import CalendarSpec, compile_calendar
from bot.sla.policy import Book
from tests.unit.sla.desk import SHANGHAI, local

CALENDARS = Book.load().calendars
OFFICE = CALENDARS["s0_office"]
LUNCH = CALENDARS["s4_standard"]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")

# Start, minutes of 09:00-17:30, due; expected by walking minute by minute.
ADDED = [
    ("2026-09-30 17:00", 60, "2026-10-08 09:30"),
    ("2026-09-30 16:30", 60, "2026-09-30 17:30"),
    ("2026-09-30 17:30", 1, "2026-10-08 09:01"),
    ("2026-10-01 10:00", 240, "2026-10-08 13:00"),
    ("2026-10-09 16:30", 480, "2026-10-10 16:00"),
    ("2026-10-10 17:29", 2, "2026-10-12 09:01"),
    ("2026-09-18 16:30", 120, "2026-09-20 10:00"),
    ("2026-09-19 12:00", 30, "2026-09-20 09:30"),
    ("2026-09-20 12:00", 480, "2026-09-21 11:30"),
    ("2026-09-24 17:00", 480, "2026-09-28 16:30"),
    ("2026-02-13 17:00", 60, "2026-02-14 09:30"),
    ("2026-02-14 17:00", 60, "2026-02-24 09:30"),
    ("2026-02-27 17:00", 60, "2026-02-28 09:30"),
    ("2026-05-08 17:00", 60, "2026-05-09 09:30"),
    ("2025-12-31 17:00", 60, "2026-01-04 09:30"),
    ("2025-09-26 17:00", 60, "2025-09-28 09:30"),
    ("2025-09-30 17:00", 60, "2025-10-09 09:30"),
    ("2025-10-10 17:00", 60, "2025-10-11 09:30"),
    ("2024-02-09 17:00", 60, "2024-02-18 09:30"),
    ("2024-09-13 17:00", 60, "2024-09-14 09:30"),
    ("2024-10-11 17:00", 60, "2024-10-12 09:30"),
    ("2024-04-28 09:00", 60, "2024-04-28 10:00"),
    ("2024-09-29 09:00", 60, "2024-09-29 10:00"),
    ("2026-11-20 08:59", 1, "2026-11-20 09:01"),
    ("2026-11-21 03:00", 2040, "2026-11-26 17:30"),
]
MEASURED = [
    ("2026-09-28 09:00", "2026-10-12 09:00", 3060),
    ("2026-09-20 00:00", "2026-09-21 00:00", 510),
    ("2026-10-01 00:00", "2026-10-08 00:00", 0),
    ("2026-02-14 00:00", "2026-02-28 00:00", 2550),
    ("2025-09-27 00:00", "2025-10-12 00:00", 3060),
]

instants = st.datetimes(datetime(2024, 1, 1, 9), datetime(2027, 6, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001 - the bounds of a strategy are naive
durations = st.timedeltas(MINUTE / 60_000_000, timedelta(hours=300))
calendars = st.sampled_from([OFFICE, LUNCH, CALENDARS["s0_offhours"], CALENDARS["always"]])


@pytest.mark.parametrize(("start", "minutes", "due"), ADDED)
def test_working_minutes_are_added_over_nights_holidays_and_worked_weekends(
    start: str, minutes: int, due: str
) -> None:
    assert OFFICE.add(local(start), minutes * MINUTE) == local(due)


@pytest.mark.parametrize(("start", "end", "minutes"), MEASURED)
def test_working_minutes_between_two_instants_are_measured(start: str, end: str, minutes: int) -> None:
    assert OFFICE.between(local(start), local(end)) == minutes * MINUTE


def test_no_time_at_all_ends_at_the_next_open_instant() -> None:
    assert OFFICE.add(local("2026-09-30 17:30"), timedelta(0)) == local("2026-10-08 09:00")
    assert OFFICE.add(local("2026-09-30 12:00"), timedelta(0)) == local("2026-09-30 12:00")


def test_the_opening_instant_is_open_and_the_closing_instant_is_not() -> None:
    assert OFFICE.is_open(local("2026-11-20 09:00"))
    assert OFFICE.is_open(local("2026-11-20 17:29"))
    assert not OFFICE.is_open(local("2026-11-20 17:30"))
    assert not OFFICE.is_open(local("2024-01-01 00:00"))
    assert not LUNCH.is_open(local("2026-11-20 12:00"))


def test_the_next_opening_is_after_the_holiday() -> None:
    assert OFFICE.next_open(local("2026-09-30 17:30")) == local("2026-10-08 09:00")
    assert OFFICE.next_open(local("2026-11-20 10:00")) == local("2026-11-20 10:00")


def test_a_lunch_break_does_not_count() -> None:
    assert LUNCH.add(local("2026-11-20 11:30"), 60 * MINUTE) == local("2026-11-20 13:30")


def test_results_are_in_utc() -> None:
    start = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)

    assert OFFICE.add(start, MINUTE).tzinfo is UTC
    assert OFFICE.next_open(start).tzinfo is UTC


@given(calendars, instants, durations, durations)
def test_adding_twice_is_adding_the_sum(
    calendar: BusinessCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@given(calendars, instants, durations)
def test_what_was_added_is_what_lies_between(
    calendar: BusinessCalendar, start: datetime, duration: timedelta
) -> None:
    assert calendar.between(start, calendar.add(start, duration)) == duration


@given(calendars, instants, instants, durations)
def test_who_starts_later_is_never_due_earlier(
    calendar: BusinessCalendar, one: datetime, other: datetime, duration: timedelta
) -> None:
    earlier, later = sorted([one, other])

    assert calendar.add(earlier, duration) <= calendar.add(later, duration)


@given(instants, durations)
def test_open_at_every_instant_is_elapsed_time(start: datetime, duration: timedelta) -> None:
    start = start.astimezone(UTC)

    assert CALENDARS["always"].add(start, duration) == start + duration
    assert CALENDARS["always"].is_open(start)


WINDOW = datetime(2026, 9, 14, tzinfo=SHANGHAI).astimezone(UTC)
WINDOW_MINUTES = 35 * 24 * 60


def _open_by_the_oracle(at: datetime) -> bool:
    there = at.astimezone(SHANGHAI)
    minute = there.hour * 60 + there.minute
    return chinese_calendar.is_workday(there.date()) and (540 <= minute < 720 or 780 <= minute < 1080)


OPEN_MINUTES = [n for n in range(WINDOW_MINUTES) if _open_by_the_oracle(WINDOW + n * MINUTE)]


@given(st.integers(0, 10 * 24 * 60), st.integers(1, 7 * 480))
def test_an_oracle_that_walks_minute_by_minute_agrees(start: int, minutes: int) -> None:
    following = [n for n in OPEN_MINUTES if n >= start]
    due = WINDOW + (following[minutes - 1] + 1) * MINUTE

    assert LUNCH.add(WINDOW + start * MINUTE, minutes * MINUTE) == due


def test_every_day_of_three_years_agrees_with_two_other_sources() -> None:
    china = holidays.country_holidays("CN", years=range(2024, 2027))
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    for number in range((last - first).days + 1):
        day = first + number * DAY
        works = OFFICE.is_open(local(f"{day} 10:00"))

        assert works == chinese_calendar.is_workday(day), day
        assert works == china.is_working_day(day), day


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_official_number_of_working_days(year: int, days: int) -> None:
    """S0-4.2.2.3-1."""
    worked = OFFICE.between(local(f"{year}-01-01 00:00"), local(f"{year}-12-31 23:59"))

    assert worked == days * timedelta(hours=8, minutes=30)


def test_office_nights_and_holidays_share_out_every_minute() -> None:
    """S0-4.2.2.2-1, S0-4.2.2.3-1."""
    start, end = local("2024-01-01 00:00"), local("2027-12-31 23:59")
    parts = [CALENDARS[name].between(start, end) for name in ("s0_office", "s0_offhours", "s0_holiday")]

    assert sum(parts, timedelta(0)) == end - start


def test_a_span_into_a_year_not_announced_is_provisional() -> None:
    assert OFFICE.provisional(local("2026-12-31 10:00"), local("2027-01-04 10:00"))
    assert not OFFICE.provisional(local("2024-06-01 10:00"), local("2026-12-31 23:59"))
    assert not CALENDARS["always"].provisional(local("2026-12-31 10:00"), local("2027-01-04 10:00"))


def test_days_beyond_the_data_are_an_error_not_a_guess() -> None:
    assert OFFICE.covers_to == date(2032, 12, 31)
    with pytest.raises(CalendarRangeError, match="s0_office knows 2024-01-01 to 2032-12-31"):
        OFFICE.add(local("2032-12-31 17:00"), timedelta(hours=1))
    with pytest.raises(CalendarRangeError):
        OFFICE.next_open(local("2032-12-31 17:30"))
    with pytest.raises(CalendarRangeError):
        OFFICE.between(local("2023-12-31 23:59"), local("2024-01-02 10:00"))
    with pytest.raises(CalendarRangeError):
        OFFICE.is_open(local("2033-01-01 00:00"))


def _new_york(**hours: list[str]) -> BusinessCalendar:
    spec = CalendarSpec.model_validate({"zone": "America/New_York", **hours})
    return compile_calendar("new_york", spec)


def test_summer_time_shifts_working_hours_on_the_world_clock() -> None:
    desk = _new_york(working_hours=["09:00-17:00"])

    assert desk.next_open(local("2026-03-06 20:00", NEW_YORK)) == datetime(2026, 3, 9, 13, tzinfo=UTC)
    assert desk.next_open(local("2026-10-30 20:00", NEW_YORK)) == datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert desk.add(local("2026-03-06 16:00", NEW_YORK), timedelta(hours=2)) == local(
        "2026-03-09 10:00", NEW_YORK
    )


def test_the_day_clocks_change_has_23_or_25_hours() -> None:
    weekend = _new_york(weekend_hours=["00:00-24:00"])

    assert weekend.between(local("2026-03-08 00:00", NEW_YORK), local("2026-03-09 00:00", NEW_YORK)) == 23 * (
        60 * MINUTE
    )
    assert weekend.between(local("2026-11-01 00:00", NEW_YORK), local("2026-11-02 00:00", NEW_YORK)) == 25 * (
        60 * MINUTE
    )


def test_hours_across_a_clock_change_are_real_hours_whatever_zone_the_start_is_written_in() -> None:
    start = datetime(2026, 3, 7, 20, tzinfo=NEW_YORK)

    due = CALENDARS["always"].add(start, timedelta(hours=24))

    assert due.astimezone(NEW_YORK) == datetime(2026, 3, 8, 21, tzinfo=NEW_YORK)


def test_both_hours_of_a_repeated_hour_are_told_apart() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    second = first.replace(fold=1)

    assert CALENDARS["always"].between(first, second) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-29 10:00", 1, "2026-02-28 10:00"),
        ("2026-01-30 10:00", 1, "2026-02-28 10:00"),
        ("2026-01-31 10:00", 1, "2026-02-28 10:00"),
        ("2024-01-31 10:00", 1, "2024-02-29 10:00"),
        ("2025-12-31 10:00", 2, "2026-02-28 10:00"),
        ("2026-01-31 10:00", 2, "2026-03-31 10:00"),
        ("2026-03-01 01:00", 1, "2026-04-01 01:00"),
    ],
)
def test_months_are_counted_in_local_time_and_clamped(start: str, months: int, end: str) -> None:
    assert add_months(local(start), months, SHANGHAI) == local(end)


def test_a_month_clamped_step_by_step_would_differ_so_it_is_counted_from_the_anchor() -> None:
    anchor = local("2026-01-31 10:00")

    assert add_months(add_months(anchor, 1, SHANGHAI), 1, SHANGHAI) == local("2026-03-28 10:00")
    assert add_months(anchor, 2, SHANGHAI) == local("2026-03-31 10:00")


@pytest.mark.parametrize("calendar", CALENDARS.values(), ids=lambda calendar: calendar.name)
def test_a_compiled_calendar_is_in_order(calendar: BusinessCalendar) -> None:
    assert all(
        end <= start for end, (_, start) in zip(calendar.ends, pairwise(calendar.starts), strict=False)
    )
    assert all(start < end for start, end in zip(calendar.starts, calendar.ends, strict=True))
    assert calendar.before[0] == 0


def test_the_same_content_is_the_same_edition_and_another_is_another() -> None:
    assert (
        _new_york(working_hours=["09:00-17:00"]).edition == _new_york(working_hours=["09:00-17:00"]).edition
    )
    assert (
        _new_york(working_hours=["09:00-17:00"]).edition != _new_york(working_hours=["09:00-18:00"]).edition
    )


def _by_the_wall(at: datetime, zone: ZoneInfo, opens: int, closes: int) -> bool:
    there = at.astimezone(zone)
    return opens <= there.hour * 60 + there.minute < closes


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/New_York", "2026-03-07"),
        ("America/New_York", "2026-10-31"),
        ("Europe/London", "2026-03-28"),
        ("Europe/London", "2026-10-24"),
        ("Asia/Shanghai", "1988-04-16"),
        ("Asia/Shanghai", "1988-09-10"),
        ("Australia/Lord_Howe", "2026-04-04"),
        ("America/Sao_Paulo", "2018-11-03"),
    ],
)
@pytest.mark.parametrize("hours", ["00:30-02:15", "01:30-02:00", "02:30-03:30", "02:00-03:00", "09:00-17:00"])
def test_where_clocks_change_hours_are_what_the_clock_on_the_wall_shows(
    zone: str, start: str, hours: str
) -> None:
    years = (int(start[:4]), int(start[:4]))
    every = {kind: [hours] for kind in ("working_hours", "weekend_hours")}
    desk = compile_calendar("desk", CalendarSpec.model_validate({"zone": zone, "years": years, **every}))
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in hours.split("-"))
    first = local(f"{start} 00:00", ZoneInfo(zone)).astimezone(UTC)
    open_minutes = 0

    for number in range(3 * 24 * 60):
        at = first + number * MINUTE
        assert desk.is_open(at) == _by_the_wall(at, ZoneInfo(zone), opens, closes), at
        assert desk.between(first, at) == open_minutes * MINUTE
        open_minutes += desk.is_open(at)


def test_china_had_summer_time_in_1988() -> None:
    spec = CalendarSpec.model_validate(
        {"zone": "Asia/Shanghai", "years": (1988, 1988), "working_hours": ["09:00-17:30"]}
    )

    due = compile_calendar("then", spec).add(local("1988-07-01 17:00"), timedelta(hours=1))

    assert due == datetime(1988, 7, 4, 0, 30, tzinfo=UTC)


def test_a_date_may_have_hours_of_its_own_or_none() -> None:
    desk = _shifted(
        working_hours=["09:00-12:00", "13:00-18:00"],
        dates={"2026-12-24": ["09:00-12:00"], "2026-12-25": [], "2026-12-26": ["10:00-11:00"]},
    )

    assert desk.add(local("2026-12-24 11:00"), 90 * MINUTE) == local("2026-12-26 10:30")


def test_dates_of_its_own_make_another_edition_and_none_the_one_before() -> None:
    hours = ["09:00-17:00"]

    assert _shifted(working_hours=hours).edition == _shifted(working_hours=hours, dates={}).edition
    assert (
        _shifted(working_hours=hours).edition
        != _shifted(working_hours=hours, dates={"2026-12-24": []}).edition
    )


def _shifted(**fields: object) -> BusinessCalendar:
    spec = CalendarSpec.model_validate({"zone": "Asia/Shanghai", "years": (2026, 2027), **fields})
    return compile_calendar("desk", spec)
