"""Statements that are compiled once: for what every step of a case runs.

Core prepares each execution anew, which takes longer than the database's own work.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect

Row = Mapping[str, object]
Bind = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in one database's words; `order` is that of its values where they have no names."""

    text: str
    order: Sequence[str] | None
    fixed: Row
    binds: Mapping[str, Bind]

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect, columns: Sequence[str]) -> "_Compiled":
        compiled = dialect.statement_compiler(dialect, statement, column_keys=columns or None)
        params = {name: compiled.binds[name] for name in compiled.params}
        binds = {
            name: each.type.dialect_impl(dialect).bind_processor(dialect) for name, each in params.items()
        }
        return cls(
            text=str(compiled),
            order=compiled.positiontup,
            fixed={name: compiled.params[name] for name, each in params.items() if not each.required},
            binds={name: bind for name, bind in binds.items() if bind is not None},
        )

    def values(self, row: Row) -> tuple[object, ...] | dict[str, object]:
        values = {**self.fixed, **row}
        for name, bind in self.binds.items():
            values[name] = bind(values[name])
        return values if self.order is None else tuple([values[name] for name in self.order])


class Prepared:
    """A statement whose values go through the types of their columns, but not what comes back.

    `columns` are those an INSERT is given values for. `statement` may be one for each database.
    """

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement], *columns: str) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, row: Row) -> CursorResult[*tuple[Any, ...]]:
        """Run it with one row of values."""
        compiled = self._for(connection.dialect)
        return connection.exec_driver_sql(compiled.text, compiled.values(row))

    def run_each(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run it with every row of values; with none it is not run."""
        if rows:
            compiled = self._for(connection.dialect)
            connection.exec_driver_sql(compiled.text, [compiled.values(row) for row in rows])

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            each = self._statement
            statement = each[dialect.name] if isinstance(each, Mapping) else each
            known = self._compiled[dialect.name] = _Compiled.of(statement, dialect, self._columns)
        return known
