"""A copy of a SQLite database, taken while it is served, and found to be whole."""

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.core.errors import StoreError
from storage.database import POSTGRESQL, SQLITE, parse, sqlite_file
from storage.verify import Verdict, verify

PAGES = 1000
"""How many pages are copied before writers have their turn again."""


def backup(url: str, to: Path, *, key: str = "") -> Verdict:
    """Copy a SQLite database into a new file and return what verifying the copy says.

    Raises:
        StoreError: it is no SQLite file, it is not there, or `to` is there already.
    """
    file = sqlite_file(parse(url))
    if file is None:
        raise StoreError("only a SQLite file is copied like this")
    if not file.exists():
        raise StoreError(f"there is no database {file}")
    if to.exists():
        raise StoreError(f"{to} is there already; name a new file")
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy, pages=PAGES)
    except sqlite3.Error as error:
        raise StoreError(f"{to} cannot be written: {error}") from error
    part.rename(to)
    return verify(f"sqlite:///{to}", key=key)


def backup_command(url: str, to: Path) -> str | None:
    """Return the command that copies a PostgreSQL database, without its password; None for SQLite."""
    address = parse(url)
    if address.get_backend_name() == SQLITE:
        return None
    shown = address._replace(drivername=POSTGRESQL, password=None)
    return shlex.join(["pg_dump", "--format=custom", f"--file={to}", str(shown)])
