"""Instants and durations as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.people import Language
from bot.directory.lookup import Directory
from bot.notify.scene import Scene
from bot.notify.texts import Texts
from bot.notify.times import allowance, clock, day, duration, stamp
from bot.sla.allowance import Allowance, Unit
from bot.sla.book import Book

NOW = datetime(2026, 11, 20, 6, 32, tzinfo=UTC)  # Friday, 14:32 in Shanghai


@pytest.fixture(params=Language)
def scene(request: pytest.FixtureRequest, directory: Directory, book: Book, texts: Texts) -> Scene:
    return Scene(
        lang=request.param,
        zone=ZoneInfo("Asia/Shanghai"),
        now=NOW,
        directory=directory,
        book=book,
        texts=texts,
        staff=False,
    )


def reads(scene: Scene, words: str, zh: str, en: str) -> None:
    assert words == (zh if scene.lang is Language.ZH else en)


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (datetime(2026, 11, 20, 6, 32, tzinfo=UTC), "今天(周五) 14:32", "today (Fri) 14:32"),
        (datetime(2026, 11, 20, 16, 5, tzinfo=UTC), "明天(周六) 00:05", "tomorrow (Sat) 00:05"),
        (datetime(2026, 11, 19, 15, 59, tzinfo=UTC), "昨天(周四) 23:59", "yesterday (Thu) 23:59"),
        (datetime(2026, 11, 26, 9, 30, tzinfo=UTC), "11月26日 周四 17:30", "Thu 26 Nov 17:30"),
        (datetime(2027, 1, 4, 1, 0, tzinfo=UTC), "2027年1月4日 周一 09:00", "Mon 4 Jan 2027 09:00"),
    ],
)
def test_a_clock_time_has_its_weekday(scene: Scene, at: datetime, zh: str, en: str) -> None:
    reads(scene, clock(scene, at), zh, en)


def test_the_last_second_of_a_day_belongs_to_it(scene: Scene) -> None:
    reads(scene, day(scene, datetime(2026, 12, 20, 15, 59, 59, tzinfo=UTC)), "12月20日 周日", "Sun 20 Dec")


def test_a_letter_says_the_date_with_its_weekday(scene: Scene) -> None:
    reads(scene, stamp(scene, NOW), "2026年11月20日 周五 14:32", "Fri 20 Nov 2026 14:32")


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(seconds=59), "不到 1 分钟", "less than 1 min"),
        (timedelta(minutes=150), "2 小时 30 分钟", "2 h 30 min"),
        (timedelta(hours=2), "2 小时", "2 h"),
        (timedelta(days=3, hours=4, minutes=5), "3 天 4 小时", "3 d 4 h"),
        (timedelta(days=1, minutes=5), "1 天 5 分钟", "1 d 5 min"),
    ],
)
def test_a_duration_has_two_units_at_most(scene: Scene, length: timedelta, zh: str, en: str) -> None:
    reads(scene, duration(scene, length), zh, en)


@pytest.mark.parametrize(
    ("promised", "zh", "en"),
    [
        (Allowance(24, Unit.HOURS), "24 小时", "24 hours"),
        (Allowance(1.5, Unit.HOURS), "1.5 小时", "1.5 hours"),
        (Allowance(1, Unit.HOURS), "1 小时", "1 hour"),
        (Allowance(0.5, Unit.HOURS), "30 分钟", "30 min"),
        (Allowance(7, Unit.DAYS), "7 天", "7 days"),
        (Allowance(3, Unit.MONTHS), "3 个月", "3 months"),
    ],
)
def test_a_promise_keeps_its_own_unit(scene: Scene, promised: Allowance, zh: str, en: str) -> None:
    reads(scene, allowance(scene, promised), zh, en)
