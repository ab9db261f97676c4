"""What is due once by contract: on which day, and on which days it is spoken of."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.sla.book import Book
from bot.sla.dated import Stage, due_on, notice

DAY = timedelta(days=1)


def dates(written: str) -> Mapping[str, date]:
    """Return "signed 2022-09-16, delivered 2022-10-10" as dates by name."""
    return {
        name: date.fromisoformat(day)
        for each in filter(None, written.split(", "))
        for name, day in (each.split(),)
    }


@pytest.mark.parametrize(
    ("requirement", "name", "known", "due"),
    [
        ("S1-1.3-1", "s1_delivery", "signed 2022-09-16", "2022-10-16"),
        ("S1-1.3-1", "s1_delivery", "", None),
        ("S1-8.2-1", "s1_delay_termination", "signed 2022-09-16", "2022-10-31"),
        ("S1-7-1", "s1_payment", "accepted 2026-09-24, invoiced 2026-09-29", "2026-10-12"),
        ("S1-7-1", "s1_payment", "accepted 2026-09-24", None),
        ("S1-10-1", "s1_force_majeure_notice", "force_majeure_ended 2026-11-19", "2026-11-20"),
    ],
)
def test_what_is_due_by_a_date_of_the_contract(
    book: Book, requirement: str, name: str, known: str, due: str | None
) -> None:
    found = due_on(name, book.dated, dates(known), working_days=book.calendars["s0_office"])

    assert found == (date.fromisoformat(due) if due else None), requirement


@pytest.mark.parametrize(
    ("days", "stage", "since"),
    [
        (-8, None, 0),
        (-7, Stage.AHEAD, -7),
        (-2, Stage.AHEAD, -7),
        (-1, Stage.AHEAD, -1),
        (0, Stage.TODAY, 0),
        (1, Stage.OVERDUE, 1),
        (7, Stage.OVERDUE, 1),
        (8, Stage.OVERDUE, 8),
        (100, Stage.OVERDUE, 99),
    ],
)
def test_it_is_spoken_of_ahead_on_its_day_and_every_week_after(
    book: Book, days: int, stage: Stage | None, since: int
) -> None:
    due = date(2022, 10, 16)

    found = notice(book.dated["s1_delivery"], due, due + days * DAY)

    assert (found and (found.stage, found.day)) == (stage and (stage, due + since * DAY))


def test_rows_that_wait_for_each_other_are_never_due(tmp_path: Path) -> None:
    row = '[dated.{}]\nname = {{ zh = "一", en = "One" }}\nfrom = ["{}"]\nafter = "1 day"\n'
    rest = 'done = "done"\nby = "manager"\nclause = "§1"\n'
    head = 'title = { zh = "圈", en = "Ring" }\nsource = "R-1"\n'
    book = own(tmp_path, head + row.format("one", "two") + rest + row.format("two", "one") + rest)

    assert due_on("one", book.dated, {}, working_days=book.calendars["s0_office"]) is None


def test_what_is_due_by_the_hour_is_refused_on_its_line(tmp_path: Path) -> None:
    shipped = (Path("bot/sla/policies") / "s1_contract.toml").read_text(encoding="utf-8")

    with pytest.raises(ConfigError, match=r"own.toml:\d+: dated.s1_delivery: .*days, working days or months"):
        own(tmp_path, shipped.replace('"30 days"', '"30 hours"'))


def own(tmp_path: Path, text: str) -> Book:
    """Return the book with one file more."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "own.toml").write_text(text, encoding="utf-8")
    return Book.load(tmp_path)
