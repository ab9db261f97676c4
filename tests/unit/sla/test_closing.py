from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import ConfigError
from bot.sla.closing import closing, reopen_until
from bot.sla.policy import Book
from tests.unit.sla.desk import FLAT, OFFICE, local

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-20 10:00", "2026-12-20 23:59:59"),
        ("2026-11-20 23:59:59", "2026-12-20 23:59:59"),
        ("2026-01-29 10:00", "2026-02-28 23:59:59"),
        ("2026-01-31 10:00", "2026-02-28 23:59:59"),
        ("2024-01-31 10:00", "2024-02-29 23:59:59"),
        ("2026-03-01 01:00", "2026-04-01 23:59:59"),
    ],
)
def test_a_month_ends_with_the_same_local_day_of_the_next(book: Book, start: str, end: str) -> None:
    """C30."""
    assert closing(local(start), FLAT, book).closes_at == local(end)


def test_a_month_is_counted_where_the_contract_is(book: Book) -> None:
    there = replace(FLAT, zone=NEW_YORK)

    assert closing(local("2026-03-01 01:00"), there, book).closes_at == local("2026-03-28 23:59:59", NEW_YORK)


def test_notices_come_on_day_7_day_21_and_three_days_before_the_end(book: Book) -> None:
    plan = closing(local("2026-11-10 10:00"), OFFICE, book)

    assert plan.notices == (
        local("2026-11-17 10:00"),
        local("2026-12-01 10:00"),
        local("2026-12-07 10:00"),
    )
    assert plan.closes_at == local("2026-12-10 23:59:59")


def test_a_notice_waits_for_the_next_opening(book: Book) -> None:
    plan = closing(local("2026-09-24 20:00"), OFFICE, book)

    assert plan.notices == (
        local("2026-10-08 09:00"),
        local("2026-10-16 09:00"),
        local("2026-10-22 09:00"),
    )


def test_a_desk_that_never_closes_gives_notice_at_the_starts_time_of_day(book: Book) -> None:
    plan = closing(local("2026-09-24 20:00"), FLAT, book)

    assert plan.notices[0] == local("2026-10-01 20:00")


def test_a_notice_does_not_wait_for_an_opening_after_the_end(book: Book) -> None:
    plan = closing(local("2026-01-20 10:00"), OFFICE, book)

    assert plan.closes_at == local("2026-02-20 23:59:59")
    assert plan.notices[-1] == local("2026-02-17 10:00")


def test_notices_come_in_order_and_before_the_end_in_the_shortest_month(book: Book) -> None:
    plan = closing(local("2026-01-31 10:00"), replace(OFFICE, calendar="always"), book)

    assert [*plan.notices, plan.closes_at] == sorted({*plan.notices, plan.closes_at})
    assert plan.notices[1:] == (local("2026-02-21 10:00"), local("2026-02-25 10:00"))


def test_a_closed_case_may_be_reopened_for_a_month(book: Book) -> None:
    assert reopen_until(local("2026-12-20 23:59:59"), FLAT, book) == local("2027-01-20 23:59:59")


FORTNIGHT = """\
title = { zh = "两周", en = "A fortnight" }
source = "F-1"

[windows]
closes_after = "14 days"
notices_after = ["7 days"]
last_notice = "2 days"
reopens_within = "2 months"
clause = "F-1"
"""


def own(tmp_path: Path, text: str = FORTNIGHT) -> Book:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "fortnight.toml").write_text(text, encoding="utf-8")
    return Book.load(tmp_path)


def test_a_contract_may_have_its_own_time_to_close_and_to_reopen(tmp_path: Path) -> None:
    book, terms = own(tmp_path), replace(FLAT, windows="fortnight")

    plan = closing(local("2026-11-10 10:00"), terms, book)

    assert plan.notices == (local("2026-11-17 10:00"), local("2026-11-22 10:00"))
    assert plan.closes_at == local("2026-11-24 23:59:59")
    assert reopen_until(plan.closes_at, terms, book) == local("2027-01-24 23:59:59")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("7 days", "13 days", "notices in order, the last of them before the end"),
        ("14 days", "14 hours", 'periods such as "1 month" or "7 days"'),
        ("2 days", "0 days", 'periods such as "1 month" or "7 days"'),
    ],
)
def test_windows_that_make_no_sense_are_refused_on_their_line(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    with pytest.raises(ConfigError, match=rf"fortnight.toml:4: windows: .*{expected}"):
        own(tmp_path, FORTNIGHT.replace(old, new))


def test_terms_that_name_no_windows_are_told(book: Book) -> None:
    assert book.unknown_names(replace(FLAT, windows="s1_p4")) == ("windows: s1_p4",)
    with pytest.raises(ConfigError, match="a policy s1_p4 that has windows"):
        book.windows(replace(FLAT, windows="s1_p4"))
