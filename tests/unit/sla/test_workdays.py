"""Working days, whole and in part: a fix promised in days may count in service hours (C06)."""

from dataclasses import replace

import pytest

from bot.core.people import Level
from bot.sla.allowance import Allowance, Unit
from bot.sla.book import Book
from bot.sla.milestones import due
from bot.sla.policy import Milestone
from bot.sla.workdays import add_working_days
from tests.unit.sla.desk import OFFICE, local


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load()


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        (1, "2026-11-23 17:30"),
        (0.5, "2026-11-23 13:15"),
        (1.5, "2026-11-24 13:15"),
        (2, "2026-11-24 17:30"),
        (0.25, "2026-11-23 11:07:30"),
    ],
)
def test_c06_a_part_of_a_working_day_ends_when_as_much_of_its_hours_has_passed(
    book: Book, days: float, ends: str
) -> None:
    friday = local("2026-11-20 10:00")

    assert add_working_days(friday, days, calendar=book.calendars["s0_office"]) == local(ends)


def test_c06_a_fix_of_one_and_a_half_days_in_service_hours_is_not_a_day(book: Book) -> None:
    row = book.policies["s0_fault5"].targets[Milestone.FIX]
    figures = row.levels[Level.USAGE].model_copy(update={"min": None, "max": Allowance(1.5, Unit.DAYS)})
    policy = book.policies["s0_fault5"].model_copy(
        update={"targets": {Milestone.FIX: row.model_copy(update={"levels": {Level.USAGE: figures}})}}
    )
    with_it = replace(book, policies={**book.policies, "s0_fault5": policy})
    terms = replace(OFFICE, fix_in_service_hours=True)

    (fix,) = with_it.targets(terms, Level.USAGE)

    assert due(fix, local("2026-11-20 10:00"), book=with_it, terms=terms) == local("2026-11-24 13:15")
