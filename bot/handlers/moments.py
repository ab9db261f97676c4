"""Clock times as people type them: 14:20, 明天 10:00, Friday 09:30, 2026-11-25 10点半."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.handlers.reading import one_of

MORNING = time(9)
"""What a day without a clock time means."""

JUST_PASSED = timedelta(hours=12)
"""A clock time that lies ahead today meant yesterday's if that is no longer ago."""

DAYS: Mapping[str, int] = {
    "前天": -2,
    "昨天": -1,
    "yesterday": -1,
    "今天": 0,
    "today": 0,
    "明天": 1,
    "tomorrow": 1,
    "后天": 2,
}
WEEKDAYS: Mapping[str, int] = {
    name: day
    for day, names in enumerate(
        (
            ("monday", "mon", "周一", "星期一"),
            ("tuesday", "tue", "周二", "星期二"),
            ("wednesday", "wed", "周三", "星期三"),
            ("thursday", "thu", "周四", "星期四"),
            ("friday", "fri", "周五", "星期五"),
            ("saturday", "sat", "周六", "星期六"),
            ("sunday", "sun", "周日", "周天", "星期日", "星期天"),
        )
    )
    for name in names
}

DAY = (
    r"(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<month_zh>\d{1,2})月(?P<day_zh>\d{1,2})[日号]"
    rf"|(?P<named>{one_of((*DAYS, *WEEKDAYS))})"
)
CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|点(?P<half>半)?)"
MOMENT = rf"(?:(?:{DAY})\s*{CLOCK}|{CLOCK.replace('P<', 'P<only_')}|(?:{DAY.replace('P<', 'P<bare_')}))"


@dataclass(frozen=True, slots=True)
class _Typed:
    """A moment as typed: a day, perhaps, and a clock time, perhaps."""

    parts: Mapping[str, str | None]

    def part(self, *names: str) -> str | None:
        """Return the first of these parts that was typed, under any of its prefixes."""
        keys = [prefix + name for name in names for prefix in ("", "only_", "bare_")]
        return next((value for key in keys if (value := self.parts.get(key))), None)

    def clock(self) -> time | None:
        hour = self.part("hour")
        if hour is None:
            return None
        return time(int(hour), 30 if self.part("half") else int(self.part("minute") or 0))

    def day(self, today: date, *, ahead: bool) -> date | None:
        """Return the day meant: in what is left open, the next one or the last one."""
        if named := self.part("named"):
            return _named_day(named.casefold(), today, ahead=ahead)
        month, day = self.part("month", "month_zh"), self.part("day", "day_zh")
        if month is None or day is None:
            return None
        if year := self.part("year"):
            return date(int(year), int(month), int(day))
        meant = date(today.year, int(month), int(day))
        if ahead and meant < today:
            return meant.replace(year=today.year + 1)
        return meant.replace(year=today.year - 1) if not ahead and meant > today else meant


def _named_day(name: str, today: date, *, ahead: bool) -> date:
    if name in DAYS:
        return today + timedelta(days=DAYS[name])
    away = (WEEKDAYS[name] - today.weekday()) % 7
    return today + timedelta(days=away if ahead or away == 0 else away - 7)


def past(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant a person says something happened at; None for one that is still to come."""
    return _safely(found, now.astimezone(zone), ahead=False)


def coming(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant a person says something lasts until; a clock time alone is the next one."""
    return _safely(found, now.astimezone(zone), ahead=True)


def day_of(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first instant of the day a person names, the last such day; None if there is none."""
    try:
        day = _Typed(found.groupdict()).day(now.astimezone(zone).date(), ahead=False)
    except ValueError:
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None


def _safely(found: re.Match[str], local: datetime, *, ahead: bool) -> datetime | None:
    """Read a moment; a 30th of February or 25 o'clock is none."""
    typed = _Typed(found.groupdict())
    try:
        day, clock = typed.day(local.date(), ahead=ahead), typed.clock()
        at = datetime.combine(day or local.date(), clock or MORNING, local.tzinfo)
        if day is None:
            at = _nearest(at, local, ahead=ahead)
    except (ValueError, OverflowError):
        return None
    return None if not ahead and at > local else at.astimezone(UTC)


def _nearest(at: datetime, local: datetime, *, ahead: bool) -> datetime:
    if ahead:
        return at if at > local else at + timedelta(days=1)
    before = at - timedelta(days=1)
    return before if at > local and local - before <= JUST_PASSED else at
