"""How far the demo clock is told to go."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.durations import later

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("PT30M", "2026-01-31T09:30+08:00"),
        ("PT1H", "2026-01-31T10:00+08:00"),
        ("P1D", "2026-02-01T09:00+08:00"),
        ("P1W", "2026-02-07T09:00+08:00"),
        ("P1M", "2026-02-28T09:00+08:00"),
        ("P1Y2M3DT4H5M6S", "2027-04-03T13:05:06+08:00"),
        (" pt90m ", "2026-01-31T10:30+08:00"),
    ],
)
def test_a_duration_leads_to_an_instant(duration: str, end: str) -> None:
    assert later(at("2026-01-31T09:00+08:00"), duration, SHANGHAI) == at(end)


def test_a_day_is_the_calendars_and_an_hour_the_clocks() -> None:
    before_summer_time = at("2026-03-28T12:00+01:00")

    assert later(before_summer_time, "P1D", BERLIN) == at("2026-03-29T12:00+02:00")
    assert later(before_summer_time, "PT24H", BERLIN) == at("2026-03-29T13:00+02:00")


@pytest.mark.parametrize(
    "duration", ["", "P", "PT", "P1DT", "1H", "PT1.5H", "-PT1H", "PT0S", "P99Y", "P1M1Y", "PT١H"]
)
def test_what_is_no_way_forward_is_refused(duration: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        later(at("2026-01-31T09:00+08:00"), duration, SHANGHAI)


@given(st.from_regex(r"P\d{0,3}[YMWD]?(T\d{0,6}[HMS])?", fullmatch=True))
def test_no_duration_leads_back_or_breaks(duration: str) -> None:
    start = at("2026-01-31T09:00+08:00")
    with suppress(ValueError):
        assert later(start, duration, SHANGHAI) > start
