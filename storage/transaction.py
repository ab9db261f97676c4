"""What every repository works with: one open transaction and its instants."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import CounterRow, table

COUNTER = table(CounterRow)


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
        return self.connection.dialect.name == "postgresql"

    def insert(self, into: Table) -> sqlite.Insert | postgresql.Insert:
        """Start an INSERT that may say what happens on a conflict."""
        return postgresql.insert(into) if self.on_postgresql else sqlite.insert(into)

    def count_up(self, name: str) -> int:
        """Count a number up and return it; whoever else wants the next one waits for this transaction."""
        insert = self.insert(COUNTER).values(name=name, last=1)
        count = insert.on_conflict_do_update(
            index_elements=[COUNTER.c.name], set_={"last": COUNTER.c.last + 1}
        )
        last: int = self.connection.execute(count.returning(COUNTER.c.last)).scalar_one()
        return last
