"""A process that dies at the worst moments: the next one goes on, nothing is lost and nothing comes twice."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.jobs.steps import Step
from tests.e2e.process.desk import Books, Served, until
from tests.e2e.process.mortal import Mortal

REPORT = "教务系统打不开了，全校学生都不能选课"
HALF_AN_HOUR = "PT30M"


def report(desk: Served) -> None:
    desk.say("qin-shuyao", "huayue", REPORT)


def pass_time(desk: Served) -> None:
    desk.advance(HALF_AN_HOUR)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str | int, ...]]:
    """The lines of a desk where nothing dies: a report, then half an hour without an answer."""
    folder = tmp_path_factory.mktemp("undisturbed")
    books = Books(folder / "demo.db")
    desk = Mortal.start(folder)
    report(desk)
    until(lambda: books.count("case_") == 1 and books.at_rest())
    pass_time(desk)
    until(books.at_rest)
    desk.kill()
    return books.lines()


@pytest.mark.parametrize("step", [each for each in Step if each not in {Step.FIRED, Step.FETCHED}])
def test_a_report_survives_the_death_of_its_process(
    step: Step, tmp_path: Path, undisturbed: Counter[tuple[str | int, ...]]
) -> None:
    books = Books(tmp_path / "demo.db")
    desk = Mortal.start(tmp_path, step)
    until(books.at_rest)
    desk.arm()
    with suppress(httpx.TransportError):  # it may die before it answers
        report(desk)
    assert desk.died()

    desk = Mortal.start(tmp_path)
    until(books.at_rest)
    pass_time(desk)
    until(books.at_rest)
    desk.kill()

    assert books.count("case_") == 1
    assert books.lines() == undisturbed
    assert books.states("outbox") <= {"sent", "dropped"}


def test_a_reminder_survives_the_death_of_its_process(
    tmp_path: Path, undisturbed: Counter[tuple[str | int, ...]]
) -> None:
    books = Books(tmp_path / "demo.db")
    desk = Mortal.start(tmp_path, Step.FIRED)
    report(desk)
    until(lambda: books.count("case_") == 1 and books.at_rest())
    desk.arm()
    with pytest.raises(httpx.TransportError):
        pass_time(desk)
    assert desk.died()

    desk = Mortal.start(tmp_path)
    until(books.at_rest)
    desk.kill()

    assert books.lines() == undisturbed


def test_whatever_was_acknowledged_survives_kills_at_any_time(tmp_path: Path) -> None:
    books = Books(tmp_path / "demo.db")
    acknowledged = 0
    for round_ in range(3):
        desk = Mortal.start(tmp_path)
        for person, group in (
            ("qin-shuyao", "huayue"),
            ("fang-min", "chengjiang"),
            ("oliver-grant", "bluebay"),
        ):
            desk.say(person, group, f"The portal is down again, number {round_}")
            acknowledged += 1
        desk.kill()

    desk = Mortal.start(tmp_path)
    until(books.at_rest)
    desk.kill()

    assert books.states("inbox") == {"done"}
    assert books.count("inbox") == acknowledged
    cards = books.rows("SELECT ref, count(*) FROM showing GROUP BY ref HAVING count(*) > 1")
    keyed = books.count("chat_key")
    assert cards == []
    assert keyed == books.rows("SELECT count(*) FROM chat_line WHERE author = 'casebell'")[0][0]
