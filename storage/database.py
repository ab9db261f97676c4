"""One database: its address, its engine, its turns.

SQLite has one writer: BEGIN IMMEDIATE takes the turn at once (a transaction that starts by reading cannot
become a writer later and fails whatever the busy timeout), and within the process a lock hands it on. Commits
are fsynced: what was acknowledged is on the disk. Readers see their own snapshot and never wait.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock

import filelock
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from bot.core.errors import StoreError
from bot.ports import HEAD_SUFFIX

BUSY_TIMEOUT_S = 10
CONNECTIONS = 10  # kept open, one for each thread of a process; opening one costs more than a transaction
SQLITE = "sqlite"
POSTGRESQL = "postgresql"
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)


class Database:
    """A database behind its address, able to open transactions that write and transactions that only read."""

    def __init__(self, url: str) -> None:
        self.url = parse(url)
        self.is_sqlite = self.url.get_backend_name() == SQLITE
        self.file = sqlite_file(self.url)
        self.in_memory = self.is_sqlite and self.file is None
        engine = _sqlite(self.url, in_memory=self.in_memory) if self.is_sqlite else _postgresql(self.url)
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._reader = (
            engine
            if self.is_sqlite
            else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )
        turn = RLock()  # a transaction inside another then fails, instead of waiting for itself
        self._writers_turn: AbstractContextManager[object] = (
            turn if self.is_sqlite else contextlib.nullcontext()
        )
        self._readers_turn: AbstractContextManager[object] = (
            turn if self.in_memory else contextlib.nullcontext()
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may write; it is committed at the end and rolled back on an error."""
        with self._writers_turn, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction on one snapshot; writing in it fails."""
        with self._readers_turn, self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def parse(url: str) -> URL:
    """Return a database address; `postgres://` and `postgresql://` both mean psycopg.

    Raises:
        StoreError: it is no address, or of a database we cannot use.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:
        # Never the address itself: it may hold a password.
        raise StoreError(
            "the database address cannot be read; write sqlite:///file or postgresql://…"
        ) from error
    backend = parsed.get_backend_name()
    if backend not in {SQLITE, POSTGRESQL}:
        raise StoreError(f"{backend} is no database Casebell can use; write sqlite:///file or postgresql://…")
    return parsed.set(drivername="postgresql+psycopg") if backend == POSTGRESQL else parsed


@contextmanager
def our_errors() -> Iterator[None]:
    """Turn what the database raises into a StoreError with the first line of what it says.

    Further lines may quote what was stored.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        said = str(cause).splitlines() or [type(cause).__name__]
        raise StoreError(f"the database failed: {said[0]}") from error


def sqlite_file(url: URL) -> Path | None:
    """Return the file an address names; None for SQLite in memory and for PostgreSQL."""
    if url.get_backend_name() != SQLITE or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def heads_beside(url: str) -> Path | None:
    """Return where the daily heads of a database are written to, if nothing else is said; None in memory."""
    parsed = parse(url)
    if parsed.get_backend_name() == POSTGRESQL:
        return Path("var/heads")
    file = sqlite_file(parsed)
    return None if file is None else _heads_of(file)


def remove(url: str) -> None:
    """Delete a SQLite database with everything in it, and the heads beside it.

    Raises:
        StoreError: it is no file, or a server holds it.
    """
    file = sqlite_file(parse(url))
    if file is None:
        raise StoreError("only a SQLite file can be begun anew; empty this database by its own means")
    with server_lock(url):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        for head in _heads_of(file).glob(f"*{HEAD_SUFFIX}"):
            head.unlink()


@contextmanager
def server_lock(url: str) -> Iterator[None]:
    """Be the only server on a SQLite file; PostgreSQL takes any number.

    Raises:
        StoreError: another server holds the file.
    """
    file = sqlite_file(parse(url))
    if file is None:
        yield
        return
    lock = filelock.FileLock(f"{file}.lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise StoreError(
            f"another Casebell already serves {file}; stop it first, or use PostgreSQL"
        ) from error
    except OSError as error:
        raise StoreError(f"{lock.lock_file} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _heads_of(file: Path) -> Path:
    return file.parent / "heads" / file.stem


def _postgresql(url: URL) -> Engine:
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=CONNECTIONS)


def _sqlite(url: URL, *, in_memory: bool) -> Engine:
    if in_memory:
        engine = create_engine(
            url, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
