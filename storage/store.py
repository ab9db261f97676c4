"""The store: pieces of work, each in one transaction."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self, TypeVar

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot.core.clock import Clock
from bot.core.errors import StaleCaseError, StoreError
from bot.ports import (
    Articles,
    Cases,
    ChatLog,
    Exchanges,
    Facts,
    Files,
    Heads,
    Inbox,
    Keeping,
    Outbox,
    Registry,
    Unit,
)
from storage.articles import SqlArticles
from storage.cases import SqlCases
from storage.chat import SqlChat
from storage.database import Database, our_errors
from storage.facts import SqlFacts
from storage.files import SqlFiles
from storage.heads import SqlHeads
from storage.inbox import SqlInbox
from storage.keeping import SqlKeeping
from storage.outbox import SqlOutbox
from storage.registry import SqlExchanges, SqlRegistry
from storage.schema import migrate_on, require_current
from storage.tables import ClockOffsetRow, table
from storage.transaction import Transaction

T = TypeVar("T")

OFFSET = table(ClockOffsetRow)
THE_OFFSET = 1  # the id of the only row
TRIES = 5
LONGEST_WAIT_S = 0.5
AGAIN_ON_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
AGAIN_ON_POSTGRESQL = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
    }
)


@dataclass(slots=True, kw_only=True)
class SqlUnit:
    """Implements bot.ports.Unit."""

    now: datetime
    real_now: datetime
    cases: Cases
    facts: Facts
    inbox: Inbox
    outbox: Outbox
    exchanges: Exchanges
    registry: Registry
    articles: Articles
    chat: ChatLog
    files: Files
    heads: Heads
    keeping: Keeping
    move_clock: Callable[[datetime], None]


class SqlStore:
    """Implements bot.ports.Store on SQLite and PostgreSQL; `run` and `read` may be called from any thread.

    Business time is `clock`'s on SQLite and the database's on PostgreSQL (so that replicas agree), plus in a
    `demo` the offset that `move_clock` sets. With `own_clock` it is `clock`'s on PostgreSQL too. Daily heads
    are signed with `head_key`, if there is one.
    """

    def __init__(
        self, url: str, *, clock: Clock, demo: bool, own_clock: bool = False, head_key: str = ""
    ) -> None:
        self._database = Database(url)
        self._clock = clock if own_clock or self._database.is_sqlite else None
        self._demo = demo
        self._head_key = head_key
        self._again = Retrying(
            retry=retry_if_exception(_is_worth_another_try),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.01, max=LONGEST_WAIT_S),
            reraise=True,
        )
        if self._database.in_memory:
            with self._database.writing() as connection:
                migrate_on(connection)

    @classmethod
    def open(cls, url: str, *, clock: Clock, demo: bool, own_clock: bool = False, head_key: str = "") -> Self:
        """Return the store of a database that has the schema this program knows.

        Raises:
            StoreError: it is not there, or has another schema.
        """
        store = cls(url, clock=clock, demo=demo, own_clock=own_clock, head_key=head_key)
        try:
            require_current(store._database)
        except StoreError:
            store.close()
            raise
        return store

    def run(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction and commit it.

        `work` is run again from the start on deadlock, serialisation failure or `StaleCaseError`, so it must
        not do anything but through the unit.

        Raises:
            StoreError: the database could not do it, several times where trying again helps.
        """
        with our_errors():
            result: T = self._again(self._write, work)
        return result

    def rehearse(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction and take back everything it did.

        Raises:
            StoreError: the database could not do it.
        """
        with our_errors(), self._database.writing() as connection:
            result = work(self._unit(connection, writes=True))
            connection.rollback()
        return result

    def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on one consistent snapshot without taking the writer's turn.

        Raises:
            StoreError: the database could not do it; writing is one such thing.
        """
        with our_errors(), self._database.reading() as connection:
            return work(self._unit(connection, writes=False))

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _write(self, work: Callable[[Unit], T]) -> T:
        with self._database.writing() as connection:
            return work(self._unit(connection, writes=True))

    def _unit(self, connection: Connection, *, writes: bool) -> SqlUnit:
        real_now = self._real_now(connection)
        now = real_now + self._offset(connection) if self._demo else real_now
        transaction = Transaction(connection=connection, now=now, real_now=real_now, writes=writes)
        inbox = SqlInbox(transaction)
        return SqlUnit(
            now=now,
            real_now=real_now,
            cases=SqlCases(transaction),
            facts=SqlFacts(transaction),
            inbox=inbox,
            outbox=SqlOutbox(transaction, inbox),
            exchanges=SqlExchanges(transaction),
            registry=SqlRegistry(transaction),
            articles=SqlArticles(transaction),
            chat=SqlChat(transaction),
            files=SqlFiles(transaction),
            heads=SqlHeads(transaction, key=self._head_key),
            keeping=SqlKeeping(transaction),
            move_clock=partial(self._move_clock, transaction),
        )

    def _real_now(self, connection: Connection) -> datetime:
        if self._clock is not None:
            return self._clock.now()
        now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)

    @staticmethod
    def _offset(connection: Connection) -> timedelta:
        return connection.execute(select(OFFSET.c.offset)).scalar() or timedelta(0)

    def _move_clock(self, transaction: Transaction, to: datetime) -> None:
        if not self._demo:
            raise StoreError("only the demo moves its clock")
        if to < transaction.now:
            raise StoreError("the clock only moves forward")
        offset = to - transaction.real_now
        insert = transaction.insert(OFFSET).values(id=THE_OFFSET, offset=offset)
        transaction.connection.execute(
            insert.on_conflict_do_update(index_elements=[OFFSET.c.id], set_={"offset": offset})
        )


def _is_worth_another_try(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return isinstance(error, StaleCaseError)
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in AGAIN_ON_SQLITE
    return getattr(error.orig, "sqlstate", None) in AGAIN_ON_POSTGRESQL
