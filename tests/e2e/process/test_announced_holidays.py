"""Holidays imported on the command line are in force within seconds in every process that runs."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.conftest import postgres_database
from tests.contract.desk import NewDatabase
from tests.e2e.process.desk import CASEBELL, ROOT, Desk, finish, until

__all__ = ["postgres_database"]
NOTICE = {"year": 2027, "days": [{"date": f"2027-01-0{day}", "isOffDay": True} for day in (1, 2, 3)]}
WEB = {"CASEBELL_HTTP_PORT": "0"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "demo", tmp_path / "config")
    (tmp_path / "2027.json").write_text(json.dumps(NOTICE), encoding="utf-8")
    return tmp_path


@pytest.fixture
def desks() -> Iterator[Callable[[Desk], Desk]]:
    with ExitStack() as stack:

        def kept(desk: Desk) -> Desk:
            stack.callback(desk.kill)
            return desk

        yield kept


def calendars(desk: Desk) -> str:
    """Return which holidays a process counts on."""
    with desk.client as client:
        return str(client.get("/ready").json()["checks"]["calendars"]["detail"]).rpartition(" ")[2]


def announced(folder: Path, *running: Desk, **settings: str) -> None:
    [before] = {calendars(each) for each in running}

    told = finish("calendar", "import", "2027.json", folder=folder, CASEBELL_CONFIG="config", **settings)
    assert told.returncode == 0, told.stderr
    until(lambda: before not in {calendars(each) for each in running})
    assert len({calendars(each) for each in running}) == 1


def test_a_desk_on_sqlite_takes_them(folder: Path, desks: Callable[[Desk], Desk]) -> None:
    settings = {"DATABASE_URL": "sqlite:///desk.db"}
    desk = desks(Desk.start(*CASEBELL, "run", folder=folder, CASEBELL_CONFIG="config", **WEB, **settings))

    announced(folder, desk, **settings)


@pytest.mark.postgres
def test_every_replica_takes_them_also_one_with_files_of_its_own(
    folder: Path, desks: Callable[[Desk], Desk], postgres_database: NewDatabase
) -> None:
    shutil.copytree(folder / "config", folder / "elsewhere")
    with postgres_database() as url:
        replicas = [
            desks(
                Desk.start(*CASEBELL, "web", folder=folder, CASEBELL_CONFIG=config, DATABASE_URL=url, **WEB)
            )
            for config in ("config", "elsewhere")
        ]

        announced(folder, *replicas, DATABASE_URL=url)

        for each in replicas:
            each.stop()
