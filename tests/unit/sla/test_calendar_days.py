"""Lists of public holidays: years laid over years, and years nobody announced yet."""

import re
import textwrap
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays as statutory
import pytest
from pydantic import ValidationError

from bot.sla.book import Book
from bot.sla.calendar_days import BY_RULE, HolidayList, HolidayYear, ranges
from bot.sla.calendar_import import as_toml
from tests.unit.sla.desk import local

BOOK = Book.load()
OFFICE = BOOK.calendars["s0_office"]
SHIPPED = BOOK.data.holidays["cn_statutory"]


def year(number: int, **fields: object) -> dict[str, object]:
    return {"year": number, "source": "a notice", "off": [], **fields}


def listed(*years: dict[str, object], **fields: object) -> HolidayList:
    return HolidayList.model_validate({"years": years, **fields})


def test_five_years_that_nobody_announced_can_be_counted_and_are_provisional() -> None:
    assert [each.year for each in SHIPPED.every_year()] == list(range(2024, 2033))
    assert OFFICE.provisional_years == set(range(2027, 2033))
    assert OFFICE.announced_to == date(2026, 12, 31)
    assert SHIPPED.every_year()[-1].source == BY_RULE


def test_a_promise_into_a_year_by_rule_skips_what_is_free_every_year() -> None:
    assert OFFICE.add(local("2029-09-28 17:00"), timedelta(hours=1)) == local("2029-10-04 09:30")
    assert OFFICE.provisional(local("2029-09-28 17:00"), local("2029-10-04 09:30"))


@pytest.mark.parametrize("number", range(2028, 2033))
def test_what_the_rule_says_is_free_is_statutory(number: int) -> None:
    china = statutory.country_holidays("CN", years=number)

    assert [day for day in SHIPPED.by_rule(number).days_off() if day not in china] == []


def test_the_provisional_year_has_the_statutory_days_and_no_others() -> None:
    china = statutory.country_holidays("CN", years=2027, observed=False)
    (provisional,) = (each for each in SHIPPED.years if each.provisional)

    assert set(provisional.days_off()) == set(china)
    assert provisional.work == ()


def test_a_later_folder_replaces_one_year_and_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cn_statutory.toml").write_text(
        '[[years]]\nyear = 2027\nsource = "made up"\noff = [[2027-01-01, 2027-01-03]]\nwork = [2027-01-09]\n'
    )

    book = Book.load(tmp_path)

    assert book.calendars["s0_office"].announced_to == date(2027, 12, 31)
    assert book.calendars["s0_office"].is_open(local("2027-01-09 10:00"))
    assert book.calendars["s0_office"].covers_to == date(2032, 12, 31)
    assert not book.calendars["s0_office"].is_open(local("2026-10-01 10:00"))
    assert len({book.edition, BOOK.edition}) == len({book.data.days, BOOK.data.days}) == 2


def test_years_between_two_lists_follow_the_rule() -> None:
    earlier = listed(year(2026), fixed=["01-01"], ahead=1)

    overlaid = earlier.overlaid(listed(year(2029)))

    assert [(each.year, each.provisional) for each in overlaid.every_year()] == [
        (2026, False),
        (2027, True),
        (2028, True),
        (2029, False),
        (2030, True),
    ]


def test_an_old_edition_on_the_days_in_force_is_the_same_edition() -> None:
    now = {"cn_statutory": SHIPPED.overlaid(listed(year(2027, off=[["2027-11-22", "2027-11-22"]])))}

    moved = BOOK.counted_on(now)

    assert moved.edition == BOOK.edition
    assert moved.policies is BOOK.policies
    start, hour = local("2027-11-19 17:00"), timedelta(hours=1)
    assert BOOK.calendars["s0_office"].add(start, hour) == local("2027-11-22 09:30")
    assert moved.calendars["s0_office"].add(start, hour) == local("2027-11-23 09:30")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"years": [year(2027, off=[["2027-01-01", "2027-01-03"]], work=["2027-01-02"])]},
            "2027-01-02 is both",
        ),
        ({"years": [year(2027)], "fixed": ["02-30"]}, "a day of every year"),
        ({"years": [year(2027)], "ahead": -1}, "greater than or equal to 0"),
        ({"years": []}, "at least one year"),
        ({"years": [year(2026), year(2028)]}, "none missing"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        HolidayList.model_validate(wrong)


def test_days_become_ranges() -> None:
    days = {date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)}

    assert ranges(days) == (
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 1, 3), date(2027, 1, 3)),
    )
    assert HolidayYear(year=2027, source="", off=ranges(set())).off == ()


@pytest.mark.parametrize("guide", ["calendars.md", "calendars.zh-CN.md"])
def test_the_example_of_the_guide_is_a_calendar(tmp_path: Path, guide: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "how-to" / guide).read_text(encoding="utf-8")
    block = re.search(r"(?: {4}.*\n|\n)*? {4}\[calendars\.acme\]\n(?: {4}.*\n|\n)+", text)
    assert block is not None
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "calendars.toml").write_text(textwrap.dedent(block[0]), encoding="utf-8")
    (tmp_path / "data" / "acme.toml").write_text(as_toml(SHIPPED.years), encoding="utf-8")
    london = ZoneInfo("Europe/London")

    acme = Book.load(tmp_path).calendars["acme"]

    assert acme.add(local("2026-12-24 11:00", london), timedelta(hours=1)) == local(
        "2026-12-24 12:00", london
    )
    assert acme.next_open(local("2026-12-24 12:00", london)) == local("2026-12-25 09:00", london)
    assert acme.next_open(local("2026-12-27 12:00", london)) == local("2026-12-29 09:00", london)
