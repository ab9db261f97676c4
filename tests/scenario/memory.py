"""Stores in memory at the price of a copy: the schema is migrated once and copied into each new one."""

import sqlite3
from functools import cache

from sqlalchemy import StaticPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.core.clock import Clock
from storage import SqlStore
from storage.database import Database
from storage.schema import migrate_on


def fresh_store(clock: Clock) -> SqlStore:
    """Return an empty store that finds its schema in place."""
    image = _migrated()

    def fill(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _sqlite(connection).deserialize(image)

    event.listen(StaticPool, "connect", fill)
    try:
        return SqlStore("sqlite://", clock=clock, demo=False)
    finally:
        event.remove(StaticPool, "connect", fill)


@cache
def _migrated() -> bytes:
    database = Database("sqlite://")
    with database.writing() as connection:
        migrate_on(connection)
    with database.reading() as connection:
        image = _sqlite(connection.connection.dbapi_connection).serialize()
    database.close()
    return image


def _sqlite(connection: object) -> sqlite3.Connection:
    assert isinstance(connection, sqlite3.Connection)
    return connection
