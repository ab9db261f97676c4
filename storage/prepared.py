"""Statements that are compiled once: for what every step of a case runs.

Core prepares each execution anew, which takes longer than the database's own work.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect

from storage.database import POSTGRESQL

Row = Mapping[str, object]
Bind = Callable[[object], object]

_VALUE = re.compile(r"%\((\w+)\)s(?:::[A-Z]+)?")
_VALUES = re.compile(r"VALUES \((.+?)\)(?= ON CONFLICT|$)")


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in one database's words; `order` is that of its values where they have no names.

    `together` is the same for many rows at once, whose values come as arrays.
    """

    text: str
    order: Sequence[str] | None
    fixed: Row
    binds: Mapping[str, Bind]
    together: str | None

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
            together=_together(
                str(compiled), {name: each.type.compile(dialect) for name, each in params.items()}
            )
            if dialect.name == POSTGRESQL
            else None,
        )

    def values(self, row: Row) -> tuple[object, ...] | dict[str, object]:
        values = {**self.fixed, **row}
        for name, bind in self.binds.items():
            values[name] = bind(values[name])
        return values if self.order is None else tuple([values[name] for name in self.order])

    def arrays(self, rows: Sequence[Row]) -> dict[str, list[object]]:
        """Return the values of many rows, name by name."""
        arrays = {name: [row[name] for row in rows] for name in rows[0]}
        for name in self.binds.keys() & arrays.keys():
            arrays[name] = [self.binds[name](value) for value in arrays[name]]
        return arrays | {name: [value] * len(rows) for name, value in self.fixed.items()}


def _together(text: str, types: Mapping[str, str]) -> str:
    """Return an INSERT or UPDATE of one row as one of many: PostgreSQL makes rows of arrays."""
    arrays = ", ".join(f"%({name})b::{kind}[]" for name, kind in types.items())
    rows = f"FROM unnest({arrays}) AS each({', '.join(types)})"
    words = _VALUE.sub(r"each.\1", text)
    if words.startswith("INSERT"):
        return _VALUES.sub(rf"SELECT \1 {rows}", words)
    return words.replace(" WHERE ", f" {rows} WHERE ", 1)


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

    def run_together(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run it with all rows of values and return how many rows of the table that concerned.

        PostgreSQL gets them as one statement, so no two of them may concern the same row.
        """
        if not rows:
            return 0
        compiled = self._for(connection.dialect)
        if compiled.together is None:
            one_by_one = [compiled.values(row) for row in rows]
            return connection.exec_driver_sql(compiled.text, one_by_one).rowcount
        return connection.exec_driver_sql(compiled.together, compiled.arrays(rows)).rowcount

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            each = self._statement
            statement = each[dialect.name] if isinstance(each, Mapping) else each
            known = self._compiled[dialect.name] = _Compiled.of(statement, dialect, self._columns)
        return known
