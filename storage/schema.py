"""Bringing a database to the schema this program knows, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.core.errors import StoreError
from storage.database import POSTGRESQL, Database, our_errors

SCRIPTS = "storage:migrations"
BEFORE_RELEASE = frozenset({"0001"})
"""Schemas that were never released: nothing leads from them to ours."""

MIGRATION_LOCK = (
    0x43617365  # any number that is ours: replicas that start together migrate one after the other
)


def migrate(url: str) -> None:
    """Bring a database to the newest schema, all or nothing; makes a SQLite file and its folder.

    Raises:
        StoreError: the database could not do it.
    """
    database = Database(url)
    if database.file is not None:
        _make_folder(database.file)
    try:
        with our_errors(), database.writing() as connection:
            migrate_on(connection)
    finally:
        database.close()


def migrate_on(connection: Connection) -> None:
    """Bring a database to the newest schema within an open transaction."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    found = _revision(connection)
    if found in BEFORE_RELEASE:
        raise StoreError(_refusal(found))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refusal(found: str | None) -> str | None:
    """Return why a schema is not the one this program works with; None if it is."""
    scripts = ScriptDirectory.from_config(_config())
    if found == scripts.get_current_head():
        return None
    if found is None:
        return "the database is empty; run `casebell migrate`"
    if found in BEFORE_RELEASE:
        return (
            "the database was made before the first release and cannot be read any more; delete it, "
            "or begin the demo anew with `casebell demo --fresh`"
        )
    if found in {script.revision for script in scripts.walk_revisions()}:
        return f"the database has the older schema {found}; run `casebell migrate`"
    return f"the database has schema {found} of a newer Casebell; start that one"


def require_current(database: Database) -> None:
    """Refuse a database whose schema is not the one this program knows.

    Raises:
        StoreError: the schema is missing, older or newer.
    """
    if database.file is not None and not database.file.exists():
        raise StoreError(f"there is no database {database.file} yet; run `casebell migrate`")
    with our_errors(), database.reading() as connection:
        refusal = _refusal(_revision(connection))
    if refusal is not None:
        raise StoreError(refusal)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the database {file} cannot be made: {error.strerror}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config
