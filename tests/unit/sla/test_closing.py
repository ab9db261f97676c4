from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.sla.closing import closing, month, reopen_until
from bot.sla.policy import Book
from tests.unit.sla.desk import FLAT, OFFICE, SHANGHAI, local

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
def test_a_month_ends_with_the_same_local_day_of_the_next(start: str, end: str) -> None:
    assert month(local(start), SHANGHAI) == local(end)


def test_a_month_is_counted_where_the_contract_is() -> None:
    start = local("2026-03-01 01:00")

    assert month(start, NEW_YORK) == local("2026-03-28 23:59:59", NEW_YORK)


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


def test_a_closed_case_may_be_reopened_for_a_month() -> None:
    assert reopen_until(local("2026-12-20 23:59:59"), SHANGHAI) == local("2027-01-20 23:59:59")
