"""Holidays from other people's files: every form, every fault, and twenty years against another source."""

import json
import tomllib
from datetime import date, timedelta

import chinese_calendar
import pytest

from bot.core.errors import ConfigError
from bot.sla.book import Book
from bot.sla.calendar_days import HolidayList, HolidayYear
from bot.sla.calendar_files import CalendarSpec, DayKind, compile_calendar
from bot.sla.calendar_import import as_toml, imported, read_marks
from tests.unit.sla.desk import local

SHIPPED = Book.load().data.holidays["cn_statutory"]
OFFICE = CalendarSpec.model_validate({"zone": "Asia/Shanghai", "working_hours": ["09:00-17:30"]})
DAY = timedelta(days=1)

CSV = "date,kind,name\n2027-01-01,off,元旦\n2027-01-02,off,\n2027-01-09,work,\n"
JSON = json.dumps(
    {
        "year": 2027,
        "days": [
            {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
            {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
            {"name": "元旦", "date": "2027-01-09", "isOffDay": False},
        ],
    }
)
ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270101
DTEND;VALUE=DATE:20270103
SUMMARY:元旦（休）
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270109
SUMMARY:元旦 补班
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270105
SUMMARY:小寒
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(("name", "text"), [("a.csv", CSV), ("a.json", JSON), ("A.ICS", ICS)])
def test_every_form_says_the_same(name: str, text: str) -> None:
    (year,) = imported(SHIPPED, read_marks(name, text), source="a notice")

    assert year == HolidayYear(
        year=2027,
        source="a notice",
        off=((date(2027, 1, 1), date(2027, 1, 2)),),
        work=(date(2027, 1, 9),),
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.txt", "", "a.txt:1: file: a name that ends in .json, .csv or .ics"),
        ("a.csv", "", "a.csv:1: columns: a head line"),
        ("a.csv", "date,kind\n", "a.csv:1: days: at least one day"),
        ("a.csv", "date,kind\n2027-13-01,off\n", "a.csv:2: date: a day such as"),
        ("a.csv", "date,kind\n2027-01-01,maybe\n", 'a.csv:2: kind: "off" (休) or "work" (班), not \'maybe\''),
        ("a.csv", "date,kind\n2027-01-01\n", "a.csv:2: kind"),
        (
            "a.csv",
            "date,kind\n2027-01-04,work\n",
            "a.csv:2: 2027-01-04: a weekend day that is worked, not a Monday",
        ),
        (
            "a.csv",
            "date,kind\n2027-01-02,off\n2027-01-02,work\n",
            "a.csv:3: 2027-01-02: off or worked, not both",
        ),
        ("a.json", "{", "a.json:1: file: JSON"),
        ("a.json", "[]", "a.json:1: file"),
        ("a.json", '{"days": [{"date": "2027-02-30", "isOffDay": true}]}', "a.json:1: days.0.date"),
        ("a.json", '{"days": []}', "at least one day"),
        ("a.ics", "BEGIN:VEVENT", "a.ics:1: file: iCalendar"),
        ("a.ics", ICS.replace("（休）", "").replace(" 补班", ""), "at least one day"),
    ],
)
def test_a_file_that_cannot_be_is_told_with_its_line(name: str, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        read_marks(name, text)

    assert told in str(wrong.value)


def test_a_file_with_ordinary_weekends_is_refused() -> None:
    weekends = [date(2027, 1, 2) + number * DAY for number in range(364)]
    rows = "".join(f"{day},off\n" for day in weekends if day.weekday() > 4)

    with pytest.raises(ConfigError, match="public holidays only; 104 days off"):
        read_marks("a.csv", f"date,kind\n{rows}")


def test_days_around_new_year_are_added_to_the_year_they_belong_to() -> None:
    text = "date,kind\n2026-12-27,work\n2026-12-31,off\n2027-01-01,off\n2027-01-02,off\n2027-01-03,off\n"

    last, this = imported(SHIPPED, read_marks("a.csv", text), source="a notice")

    assert (last.year, last.provisional) == (2026, False)
    assert last.work == (*(day for day in _year(2026).work), date(2026, 12, 27))
    assert last.off[:-1] == _year(2026).off
    assert last.off[-1] == (date(2026, 12, 31), date(2026, 12, 31))
    assert this.off == ((date(2027, 1, 1), date(2027, 1, 3)),)


def test_what_is_written_reads_as_it_was() -> None:
    years = SHIPPED.years
    text = as_toml(years)

    assert text.count("[[years]]") == len(years)
    assert _read(text).years == years


@pytest.mark.parametrize("number", range(2007, 2027))
def test_twenty_years_of_another_source_come_in_day_by_day(number: int) -> None:
    first, last = date(number, 1, 1), date(number, 12, 31)
    every = [first + count * DAY for count in range((last - first).days + 1)]
    weekend = {day for day in every if day.weekday() > 4}
    days = [
        {"name": "", "date": str(day), "isOffDay": chinese_calendar.is_holiday(day)}
        for day in every
        if chinese_calendar.is_holiday(day) != (day in weekend)
    ]
    text = json.dumps({"year": number, "days": days})

    (year,) = imported(SHIPPED, read_marks("a.json", text), source="another source")

    office = compile_calendar("office", OFFICE, (year,))
    for day in every:
        assert office.is_open(local(f"{day} 10:00")) == chinese_calendar.is_workday(day), day


def test_a_day_is_of_one_kind() -> None:
    data = Book.load().data
    kinds = data.kinds("s0_office")

    assert {day: kinds[date.fromisoformat(day)] for day in ("2026-10-01", "2026-10-10", "2026-10-11")} == {
        "2026-10-01": DayKind.HOLIDAY,
        "2026-10-10": DayKind.MAKE_UP,
        "2026-10-11": DayKind.WEEKEND,
    }


def _year(number: int) -> HolidayYear:
    return next(each for each in SHIPPED.years if each.year == number)


def _read(text: str) -> HolidayList:
    return HolidayList.model_validate(tomllib.loads(text))
