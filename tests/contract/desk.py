"""A migrated database under test, and ways to look behind the store."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import event, text

from bot.core.clock import FixedClock
from storage import SqlStore
from storage.verify import verify_on

NewDatabase = Callable[..., AbstractContextManager[str]]

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


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


def execute(store: SqlStore, *statements: str) -> None:
    """Do with the database what the store would never do."""
    with store._database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def ask(store: SqlStore, query: str) -> object:
    """Return a single value from the database."""
    with store._database.reading() as connection:
        answer: object = connection.execute(text(query)).scalar()
    return answer


def problems(store: SqlStore) -> list[str]:
    """What verify finds; in memory there is no address to give to it."""
    with store._database.reading() as connection:
        return [str(problem) for problem in verify_on(connection)]


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Note every statement the database gets."""
    noted: list[str] = []

    def note(*arguments: object) -> None:
        noted.append(str(arguments[2]))

    event.listen(store._database._engine, "before_cursor_execute", note)
    yield noted
    event.remove(store._database._engine, "before_cursor_execute", note)
