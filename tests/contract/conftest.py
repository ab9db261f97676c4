"""The databases every store test runs on: SQLite in memory, SQLite in a file, PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import storage
from storage import SqlStore
from tests.contract.desk import Desk


@pytest.fixture(scope="session")
def new_postgres_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Makes a PostgreSQL database on a server of the tests' own and returns its address."""
    try:
        # Only here: the import warns until pytest_configure has set XDG_RUNTIME_DIR.
        from tests.contract.postgres import PostgresServer  # noqa: PLC0415 (see above)

        server = PostgresServer(tmp_path_factory.mktemp("postgres") / "data")
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server.new_database
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
            url = request.getfixturevalue("new_postgres_database")()
    desk = Desk(url)
    yield desk
    desk.close()


@pytest.fixture
def store(desk: Desk) -> SqlStore:
    return desk.store()
