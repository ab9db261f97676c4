"""What every repository works with: one open transaction and its instants."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import POSTGRESQL, SQLITE
from storage.prepared import Prepared
from storage.tables import CounterRow, table

T = TypeVar("T")
Insert = sqlite.Insert | postgresql.Insert

MOST_VALUES = 1000  # databases bound how many a statement may carry

COUNTER = table(CounterRow)


def batched(values: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Yield values in order, so many at a time."""
    return (values[start : start + most] for start in range(0, len(values), most))


def on_each(build: Callable[[Callable[[Table], Insert]], T]) -> Mapping[str, T]:
    """Build a statement once for each database: building one costs more than running it."""
    return {SQLITE: build(sqlite.insert), POSTGRESQL: build(postgresql.insert)}


_COUNT_UP = Prepared(
    on_each(
        lambda insert: (
            insert(COUNTER)
            .on_conflict_do_update(index_elements=[COUNTER.c.name], set_={"last": COUNTER.c.last + 1})
            .returning(COUNTER.c.last)
        )
    ),
    "name",
    "last",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """An open transaction; `now` is business time, `real_now` is without the demo's offset."""

    connection: Connection
    now: datetime
    real_now: datetime
    writes: bool

    @property
    def on_postgresql(self) -> bool:
        """Whether several processes may write at once."""
        return self.connection.dialect.name == POSTGRESQL

    def own(self, statements: Mapping[str, T]) -> T:
        """Return the one of `on_each`'s statements that this database understands."""
        return statements[self.connection.dialect.name]

    def insert(self, into: Table) -> Insert:
        """Start an INSERT that may say what happens on a conflict."""
        return postgresql.insert(into) if self.on_postgresql else sqlite.insert(into)

    def count_up(self, name: str) -> int:
        """Count a number up and return it; whoever else wants the next one waits for this transaction."""
        last: int = _COUNT_UP.run(self.connection, {"name": name, "last": 1}).scalar_one()
        return last
