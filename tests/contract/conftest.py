"""The databases every store test runs on: SQLite in memory, SQLite in a file, PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage
from storage import SqlStore
from tests.contract.desk import Desk, PostgresServer


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    try:
        server = PostgresServer(tmp_path_factory.mktemp("postgres") / "data")
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server
    server.stop()


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Name the kind of database; a test may be parametrised with fewer of them."""
    return str(request.param)


@pytest.fixture
def desk(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    match database:
        case "memory":
            url = "sqlite://"
        case "file":
            url = f"sqlite:///{tmp_path / 'casebell.db'}"
            storage.migrate(url)
        case _:
            server: PostgresServer = request.getfixturevalue("postgres")
            url = server.new_database()
    desk = Desk(url)
    yield desk
    desk.close()


@pytest.fixture
def store(desk: Desk) -> SqlStore:
    return desk.store()
