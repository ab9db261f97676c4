"""The databases every store test runs on: SQLite in memory, SQLite in a file, PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage
from storage import SqlStore
from tests.contract.desk import Desk, NewDatabase


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[NewDatabase]:
    """Makes PostgreSQL databases on a server of the tests' own."""
    try:
        # Only here: the import warns until pytest_configure has set XDG_RUNTIME_DIR.
        from tests.contract.postgres import PostgresServer  # noqa: PLC0415 (see above)

        server = PostgresServer()
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server.database
    server.stop()


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Name the kind of database; a test may be parametrised with fewer of them."""
    return str(request.param)


@pytest.fixture
def url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database."""
    match database:
        case "memory":
            yield "sqlite://"
        case "file":
            url = f"sqlite:///{tmp_path / 'casebell.db'}"
            storage.migrate(url)
            yield url
        case _:
            new_database: NewDatabase = request.getfixturevalue("postgres_database")
            with new_database() as url:
                yield url


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    desk = Desk(url)
    yield desk
    desk.close()


@pytest.fixture
def store(desk: Desk) -> SqlStore:
    return desk.store()
