import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.process.desk import CASEBELL, ROOT, Books, Desk, finish, until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Desk]:
    desk = Desk.start(*CASEBELL, "demo", "--port", "0", folder=folder)
    yield desk
    if desk.process.poll() is None:
        desk.kill()


def one_line(said: str) -> str:
    [line] = said.splitlines()
    assert line.startswith("casebell: ")
    return line


def test_the_demo_says_where_it_is_and_is_ready(desk: Desk) -> None:
    with desk.client as client:
        assert client.get("/ready").json()["status"] == "ok"


def test_a_report_becomes_a_card_in_the_engineers_group(desk: Desk, folder: Path) -> None:
    books = Books(folder / "var" / "demo.db")

    desk.say("qin-shuyao", "huayue", "教务系统打不开了，全校学生都不能选课")
    until(lambda: books.count("case_") == 1 and books.at_rest())

    assert books.lines()["g:engineers", "casebell"] == 2  # the welcome and the card


def test_a_month_passes_in_seconds_and_the_history_still_holds(desk: Desk, folder: Path) -> None:
    desk.advance("P1M")

    checked = finish("verify", folder=folder, DATABASE_URL="sqlite:///var/demo.db")
    assert checked.returncode == 0, checked.stderr


def test_a_second_server_on_the_same_file_is_refused_in_one_line(desk: Desk, folder: Path) -> None:
    second = finish("demo", "--port", "0", folder=folder)

    assert second.returncode == 2
    assert "var/demo.db" in one_line(second.stderr)


def test_a_desk_at_work_is_not_begun_anew(desk: Desk, folder: Path) -> None:
    fresh = finish("demo", "--fresh", "--port", "0", folder=folder)

    assert fresh.returncode == 2
    assert "var/demo.db" in one_line(fresh.stderr)


def test_a_used_port_is_one_line(desk: Desk, tmp_path: Path) -> None:
    port = desk.address.rstrip("/").rsplit(":", 1)[1]

    second = finish("demo", "--port", port, folder=tmp_path)

    assert second.returncode == 2
    assert port in one_line(second.stderr)


@pytest.mark.parametrize("place", ["/proc/nowhere/demo.db", f"{ROOT}/LICENSE/demo.db"])
def test_a_folder_that_cannot_be_written_is_one_line(place: str, tmp_path: Path) -> None:
    refused = finish("demo", "--port", "0", folder=tmp_path, DATABASE_URL=f"sqlite:///{place}")

    assert refused.returncode == 2
    assert place in one_line(refused.stderr)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but quite some words about it\n" * 100)

    refused = finish("demo", "--port", "0", folder=tmp_path, DATABASE_URL="sqlite:///notes.db")

    assert refused.returncode == 2
    assert "not a database" in one_line(refused.stderr)


def test_a_broken_configuration_names_its_line_and_ends_the_start(tmp_path: Path) -> None:
    good = (ROOT / "demo" / "directory.yaml").read_text(encoding="utf-8")
    (tmp_path / "directory.yaml").write_text(good.replace("calendar: always", "calender: always", 1))

    refused = finish("demo", "--port", "0", folder=tmp_path, CASEBELL_CONFIG=".")
    checked = finish("check", folder=tmp_path, CASEBELL_CONFIG=".")

    line = 1 + good.splitlines().index("    calendar: always")
    assert refused.returncode == 2
    assert f"directory.yaml:{line}: " in refused.stderr
    assert checked.returncode == 1
    assert f"directory.yaml:{line}: " in checked.stderr


def test_a_contract_that_names_an_unknown_scheme_is_found_where_it_names_it(tmp_path: Path) -> None:
    good = (ROOT / "demo" / "directory.yaml").read_text(encoding="utf-8")
    (tmp_path / "directory.yaml").write_text(good.replace("s0_fault5", "s0_fault6"))

    checked = finish("check", str(tmp_path), folder=tmp_path)

    line = 1 + next(number for number, text in enumerate(good.splitlines()) if "s0_fault5" in text)
    assert checked.returncode == 1
    assert re.search(
        rf"directory\.yaml:{line}: contracts\[\d\]\.schemes: there is no 's0_fault6'", checked.stderr
    )


@pytest.mark.parametrize("folder_name", ["demo", "config"])
def test_the_configurations_we_ship_are_well(folder_name: str, tmp_path: Path) -> None:
    checked = finish("check", str(ROOT / folder_name), folder=tmp_path)

    assert checked.returncode == 0, checked.stderr
    assert "is well" in checked.stdout


def test_roles_apart_need_postgresql(tmp_path: Path) -> None:
    refused = finish("worker", folder=tmp_path)

    assert refused.returncode == 2
    assert "PostgreSQL" in one_line(refused.stderr)
