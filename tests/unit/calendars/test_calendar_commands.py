"""`casebell calendar`: what an operator types, reads, and finds in the configuration afterwards."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cases.model import Case
from bot.configuration import Configuration, load_configuration
from bot.core.clock import FixedClock
from bot.services.recompute import Change, come_into_force, pending_change
from bot.sla.allowance import Allowance, Unit
from bot.sla.milestones import Running, due
from bot.sla.policy import Basis, Book, Milestone, Starts, Target
from storage import SqlStore
from tests.contract.desk import START
from tests.contract.values import a_case
from tests.unit.directory.files import DEMO

Run = Callable[..., str]
NOTICE = {
    "year": 2027,
    "papers": [],
    "days": [
        *({"name": "元旦", "date": f"2027-01-0{day}", "isOffDay": True} for day in (1, 2, 3)),
        {"name": "春节", "date": "2027-02-20", "isOffDay": False},
        *({"name": "劳动节", "date": f"2027-05-0{day}", "isOffDay": True} for day in (1, 2)),
        *({"name": "国庆节", "date": f"2027-10-0{day}", "isOffDay": True} for day in range(1, 8)),
    ],
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(DEMO.parent, folder)
    return folder


@pytest.fixture
def run(config: Path, tmp_path: Path) -> Run:
    env = {
        "CASEBELL_CONFIG": str(config),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}",
        "COLUMNS": "80",
    }

    def ran(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, arguments, env=env)
        assert done.exit_code == code, done.output
        return done.output.strip()

    return ran


@pytest.fixture
def notice(tmp_path: Path) -> str:
    file = tmp_path / "2027.json"
    file.write_text(json.dumps(NOTICE, ensure_ascii=False), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("add s0_office 2026-09-30T17:00 PT60M", "2026-10-08T09:30+08:00"),
        ("add s0_office 2026-09-30T09:00Z PT1H", "2026-10-08T09:30+08:00"),
        ("add s0_office 2026-09-30T17:00:30 PT60M", "2026-10-08T09:30:30+08:00"),
        ("add s4_standard 2026-11-20T11:30 PT1H30M", "2026-11-20T14:00+08:00"),
        ("add always 2026-09-30T17:00 P2D", "2026-10-02T17:00+08:00"),
        ("between s0_office 2026-09-28T09:00 2026-10-12T09:00", "3060"),
        ("between s0_office 2026-10-12T09:00 2026-09-28T09:00", "-3060"),
        ("between s0_office 2026-10-01 2026-10-08", "0"),
    ],
)
def test_arithmetic_prints_one_value(run: Run, words: str, printed: str) -> None:
    assert run("calendar", *words.split()) == printed


def test_a_provisional_result_says_so_beside_it(run: Run) -> None:
    assert run("calendar", "add", "s0_office", "2026-12-31T17:00", "PT1H").splitlines() == [
        "2027-01-04T09:30+08:00",
        "provisional: s0_office knows announced holidays to 2026-12-31",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("add s0_ofice 2026-09-30T17:00 PT1H", "there is no calendar 's0_ofice'; did you mean s0_office?"),
        ("add s0_office 2026-02-30T17:00 PT1H", "'2026-02-30T17:00' is no date and time such as"),
        ("add s0_office soon PT1H", "'soon' is no date and time such as 2026-09-30T17:00"),
        ("add s0_office 2026-09-30T17:00 60", "'60' is no duration such as PT60M"),
        ("add s0_office 2026-09-30T17:00 P1M", "'P1M' is no duration"),
        ("add s0_office 2026-09-30T17:00 P", "'P' is no duration"),
        ("add s0_office 2040-09-30T17:00 PT1H", "calendar s0_office knows 2024-01-01 to 2032-12-31"),
        ("between s0_office 2020-01-01 2026-01-01", "calendar s0_office knows 2024-01-01"),
        ("show s0_office 2026-13", "'2026-13' is no year or month such as 2026 or 2026-10"),
        ("show s0_office 2040", "calendar s0_office knows 2024-01-01 to 2032-12-31"),
        ("import notes.txt", "notes.txt"),
    ],
)
def test_what_cannot_be_is_one_clear_line(run: Run, words: str, told: str) -> None:
    printed = run("calendar", *words.split(), code=2)

    assert told in printed
    assert len(printed.splitlines()) == 1


def test_a_month_is_drawn_with_marks_that_need_no_colour(run: Run) -> None:
    drawn = run("calendar", "show", "s0_office", "2026-10")

    assert [line.rstrip() for line in drawn.splitlines()[:7]] == [
        "October 2026",
        "Mo  Tu  We  Th  Fr  Sa  Su",
        "             *1  *2  *3  *4",
        " *5  *6  *7   8   9 +10 ·11",
        " 12  13  14  15  16 ·17 ·18",
        " 19  20  21  22  23 ·24 ·25",
        " 26  27  28  29  30 ·31",
    ]
    assert "+12 worked instead of another day" in drawn
    assert "2026: State Council notice of 2025-11-04" in drawn


def test_a_year_not_announced_is_drawn_as_provisional(run: Run) -> None:
    drawn = run("calendar", "show", "s0_office", "2027")

    assert drawn.count("2027 (provisional)") == 12
    assert "not announced yet" in drawn


def test_all_calendars_fit_a_narrow_terminal(run: Run) -> None:
    listed = run("calendar", "show")

    assert all(name in listed for name in Book.load().calendars)
    assert max(len(line) for line in listed.splitlines()) <= 80
    assert run("calendar", "show", "always") == "always is open at every instant."


def test_an_import_shows_what_changes_and_becomes_part_of_the_configuration(
    run: Run, config: Path, notice: str
) -> None:
    printed = run("calendar", "import", notice, "--source", "made up")

    assert "2027-01-02 to 2027-01-03: weekend → holiday" in printed
    assert "2027-02-08: holiday → working day" in printed
    assert "2027-02-20: weekend → worked instead of another day" in printed
    assert "is it whole?" not in printed
    book = Book.load(config)
    assert f"edition {book.data.days}" in printed
    assert book.calendars["s0_office"].announced_to == date(2027, 12, 31)
    assert book.data.holidays["cn_statutory"].years[-1].source == "made up"
    assert "known already" in run("calendar", "import", notice, "--source", "made up")
    assert "2027 (provisional)" not in run("calendar", "show", "s0_office", "2027")


def test_a_dry_run_writes_nothing(run: Run, config: Path, notice: str) -> None:
    assert "Nothing was written." in run("calendar", "import", notice, "--dry-run")
    assert not (config / "data").exists()


def test_a_file_without_a_day_that_is_always_off_is_doubted(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    file.write_text("date,kind\n2027-01-01,off\n", encoding="utf-8")

    printed = run("calendar", "import", str(file))

    assert "2027-10-01 is off in every year and the file does not say so: is it whole?" in printed


def test_an_unknown_list_and_a_wrong_file_change_nothing(run: Run, config: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("date,kind\n2027-01-04,work\n2027-02-30,off\n", encoding="utf-8")

    assert "wrong.csv:3: date: a day such as" in run("calendar", "import", str(file), code=2)
    assert "did you mean cn_statutory?" in run("calendar", "import", str(file), "--list", "cn", code=2)
    assert not (config / "data").exists()


def test_a_second_import_keeps_what_the_first_one_wrote(run: Run, config: Path, notice: str) -> None:
    run("calendar", "import", notice)
    file = config.parent / "2028.csv"
    file.write_text("日期,类型\n2028-01-01,休\n2028-01-08,班\n", encoding="utf-8")

    run("calendar", "import", str(file))

    years = {each.year: each for each in Book.load(config).data.holidays["cn_statutory"].years}
    assert [year for year in years if not years[year].provisional] == list(range(2024, 2029))
    assert years[2028].work == (date(2028, 1, 8),)


def test_an_import_says_which_deadlines_would_move_and_apply_moves_them(
    run: Run, notice: str, tmp_path: Path, config: Path
) -> None:
    run("migrate")
    configuration = load_configuration(config)
    case = _waiting_until_february(configuration)
    store = SqlStore.open(f"sqlite:///{tmp_path / 'desk.db'}", clock=FixedClock(START), demo=False)
    holidays = configuration.book.data.holidays
    store.run(configuration.keep)
    store.run(lambda unit: come_into_force(unit, Change(None, holidays, ())))
    store.run(lambda unit: unit.cases.add(case, wake_at=case.promises[0].due_at))  # type: ignore[union-attr] # it runs

    doubted = run("calendar", "check", code=1)
    assert "Open cases with provisional deadlines: 1" in doubted
    assert all(each in doubted for each in ("C-20261120-0001", "s0_rma", "2027-02-", "2026-12-31"))
    told = run("calendar", "import", notice)
    assert "C-20261120-0001" in told
    assert "1 open cases would get other deadlines." in told
    assert "counted on other holidays than those configured" in run("calendar", "check")
    assert "1 open cases would get other deadlines." in run("calendar", "apply", "--dry-run")
    assert "1 of 1 cases that these days concern moved." in run("calendar", "apply")

    moved = store.read(lambda unit: unit.cases.find(case.key))[0]
    assert moved.promises != case.promises
    assert moved.days == Book.load(config).data.days
    assert "Open cases with provisional deadlines: 0" in run("calendar", "check")
    store.close()


def _waiting_until_february(configuration: Configuration) -> Case:
    book, case = configuration.book, a_case(at=START)
    target = Target(
        scheme="s0_rma",
        milestone=Milestone.FIX,
        limit=Allowance(500.0, Unit.HOURS),
        basis=Basis.BUSINESS,
        calendar="s0_office",
        starts=Starts.RECEIPT,
        clause="ours",
    )
    due_at = due(target, START, book=book, terms=case.terms)
    promise = Running(target=target, start_at=START, due_at=due_at)
    return replace(case, edition=book.edition, promises=(promise,))


def test_holidays_are_applied_to_the_database_once(
    run: Run, notice: str, tmp_path: Path, config: Path
) -> None:
    run("migrate")
    run("calendar", "import", notice)

    assert "0 of 0 cases that these days concern moved." in run("calendar", "apply")
    assert "already" in run("calendar", "apply")
    store = SqlStore.open(f"sqlite:///{tmp_path / 'desk.db'}", clock=FixedClock(START), demo=False)
    holidays = Book.load(config).data.holidays
    assert store.read(lambda unit: pending_change(unit, holidays)) is None
    store.close()


def test_a_broken_file_is_one_line_and_an_import_without_a_database_says_when_it_counts(
    run: Run, tmp_path: Path, notice: str
) -> None:
    broken = tmp_path / "2027.ics"
    broken.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:garbage\nSUMMARY:休\nEND:VEVENT\n", encoding="utf-8"
    )

    assert len(run("calendar", "import", str(broken), code=2).splitlines()) == 1
    told = run("calendar", "import", notice)
    assert "They come into force when the desk starts." in " ".join(told.split())


def test_an_import_builds_on_what_is_in_force_and_not_on_files_that_are_late(
    run: Run, tmp_path: Path, config: Path, notice: str
) -> None:
    run("migrate")
    run("calendar", "import", notice)
    (config / "data" / "cn_statutory.toml").unlink()
    later = tmp_path / "2028.csv"
    later.write_text("date,kind\n2028-01-01,off\n", encoding="utf-8")

    run("calendar", "import", str(later))

    assert "2027-12-31" not in run("calendar", "show")
    assert "2028-12-31" in run("calendar", "show")
    assert "2027: imported from 2027.json" in run("calendar", "show", "s0_office", "2027")
