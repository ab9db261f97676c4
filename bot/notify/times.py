"""Instants and durations in words, in the reader's zone."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from bot.core.people import Language
from bot.notify.scene import Scene
from bot.sla.allowance import Allowance, Unit

_MINUTE = timedelta(minutes=1)
_NEAR = {-1: "time.yesterday", 0: "time.today", 1: "time.tomorrow"}
_UNITS = (("day", 24 * 60), ("hour", 60), ("minute", 1))


def clock(scene: Scene, at: datetime) -> str:
    """Return day and time of day: “今天(周五) 14:32”, “Thu 26 Nov 17:30”."""
    return f"{day(scene, at)} {hour(scene, at)}"


def day(scene: Scene, at: datetime) -> str:
    """Return the day with its weekday; another year than the present one is named."""
    there = at.astimezone(scene.zone).date()
    today = scene.now.astimezone(scene.zone).date()
    near = _NEAR.get((there - today).days)
    if near is not None:
        return scene.say(near, weekday=_formatted(scene, there, "EEE"))
    pattern = "time.pattern.day" if there.year == today.year else "time.pattern.day_of_year"
    return _formatted(scene, there, scene.say(pattern))


def date_words(scene: Scene, there: date) -> str:
    """Return a date that is not felt as near: “2026年3月2日”, “2 Mar 2026”."""
    return _formatted(scene, there, scene.say("time.pattern.date"))


def stamp(scene: Scene, at: datetime) -> str:
    """Return date with weekday and time of day for words that are read on another day, such as a letter."""
    there = at.astimezone(scene.zone).date()
    return f"{_formatted(scene, there, scene.say('time.pattern.day_of_year'))} {hour(scene, at)}"


def hour(scene: Scene, at: datetime) -> str:
    """Return the time of day, such as 14:32."""
    there = at.astimezone(scene.zone)
    return _hour(there.hour, there.minute, scene.lang)


def duration(scene: Scene, length: timedelta) -> str:
    """Return a duration by its two largest units, rounded down: “2 小时 30 分钟”, “2 h 30 min”."""
    left = length // _MINUTE
    parts = []
    for unit, minutes in _UNITS:
        count, left = divmod(left, minutes)
        if count:
            parts.append(scene.say(f"duration.{unit}", n=count))
    return " ".join(parts[:2]) or scene.say("duration.moment")


def allowance(scene: Scene, promised: Allowance) -> str:
    """Return a promised duration in the unit the document writes it in; under an hour in minutes."""
    if promised.unit is Unit.HOURS and promised.amount < 1:
        return duration(scene, promised.length)
    amount = format_decimal(promised.amount, locale=scene.lang)
    number = "one" if promised.amount == 1 else "many"
    return scene.say(f"allowance.{promised.unit}.{number}", n=amount)


def _formatted(scene: Scene, there: date, pattern: str) -> str:
    return _day(there, pattern, scene.lang)


@lru_cache(maxsize=1024)
def _day(there: date, pattern: str, lang: Language) -> str:
    return format_date(there, pattern, locale=lang)


@lru_cache(maxsize=2 * 24 * 60)
def _hour(hour: int, minute: int, lang: Language) -> str:
    return format_time(time(hour, minute), "HH:mm", locale=lang)
