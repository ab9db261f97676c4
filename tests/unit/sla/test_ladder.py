from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.people import Level, Role
from bot.sla.ladder import Rung, engineer_steps, rungs
from bot.sla.policy import Book
from bot.sla.staffing import StepKind
from tests.unit.sla.desk import FLAT, OFFICE, WORKING_HOURS, local

FRIDAY_EVENING = local("2026-11-20 17:00")


def test_an_urgent_case_climbs_five_rungs_in_a_day(book: Book) -> None:
    assert rungs(book, FLAT, Level.CRITICAL, local("2026-11-20 10:00")) == (
        Rung(1, Role.ENGINEER, local("2026-11-20 10:30")),
        Rung(2, Role.MANAGER, local("2026-11-20 11:00")),
        Rung(3, Role.DIRECTOR, local("2026-11-20 14:00")),
        Rung(4, Role.VICE_PRESIDENT, local("2026-11-20 22:00")),
        Rung(5, Role.PRESIDENT, local("2026-11-21 10:00")),
    )


def test_a_general_case_climbs_three_and_a_request_none(book: Book) -> None:
    general = rungs(book, FLAT, Level.USAGE, local("2026-11-20 10:00"))

    assert [(rung.number, rung.role) for rung in general] == [
        (1, Role.ENGINEER),
        (2, Role.MANAGER),
        (3, Role.DIRECTOR),
    ]
    assert rungs(book, FLAT, Level.REQUEST, local("2026-11-20 10:00")) == ()


def test_in_service_hours_the_ladder_waits_for_the_next_opening(book: Book) -> None:
    first = rungs(book, OFFICE, Level.MINOR, FRIDAY_EVENING)[0]

    assert first.at == local("2026-11-23 12:30")


def test_urgent_levels_climb_at_any_time_unless_the_contract_says_otherwise(book: Book) -> None:
    patient = replace(OFFICE, urgent_any_time=False)

    assert rungs(book, OFFICE, Level.CRITICAL, FRIDAY_EVENING)[1].at == local("2026-11-20 18:00")
    assert rungs(book, patient, Level.CRITICAL, FRIDAY_EVENING)[1].at == local("2026-11-23 09:30")


def test_the_engineer_has_0_30_45_and_60_minutes(book: Book) -> None:
    steps = engineer_steps(book, FLAT, Level.MINOR, FRIDAY_EVENING)

    assert [(step.kind, step.minutes, step.at) for step in steps] == [
        (StepKind.NOTIFY, 0, local("2026-11-20 17:00")),
        (StepKind.REMIND, 30, local("2026-11-20 17:30")),
        (StepKind.REMIND, 45, local("2026-11-20 17:45")),
        (StepKind.REASSIGN, 45, local("2026-11-20 17:45")),
        (StepKind.OVERDUE, 60, local("2026-11-20 18:00")),
    ]


@pytest.mark.parametrize(
    ("level", "last"), [(Level.MINOR, "2026-11-23 09:30"), (Level.SEVERE, "2026-11-20 18:00")]
)
def test_in_service_hours_the_engineers_hour_goes_on_next_morning(
    book: Book, level: Level, last: str
) -> None:
    assert engineer_steps(book, OFFICE, level, FRIDAY_EVENING)[-1].at == local(last)


def test_a_contract_without_ladder_and_engineer_clock_has_neither(book: Book) -> None:
    assert rungs(book, WORKING_HOURS, Level.CRITICAL, FRIDAY_EVENING) == ()
    assert engineer_steps(book, WORKING_HOURS, Level.CRITICAL, FRIDAY_EVENING) == ()


SLOW = """\
title = { zh = "慢", en = "Slow" }
source = "G"

[[rungs]]
after = "2 working days"
tell = { 3 = "manager" }
clause = "G"

[[rungs]]
after = "1 month"
tell = { 3 = "director" }
clause = "G"
"""


def test_a_ladder_may_count_in_working_days_and_months(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "slow.toml").write_text(SLOW, encoding="utf-8")

    climbed = rungs(Book.load(tmp_path), replace(OFFICE, ladder="slow"), Level.MINOR, FRIDAY_EVENING)

    assert climbed == (
        Rung(1, Role.MANAGER, local("2026-11-24 17:30")),
        Rung(2, Role.DIRECTOR, local("2026-12-21 09:00")),
    )
