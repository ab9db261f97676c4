from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import storage
from bot.core.clock import SystemClock
from bot.core.errors import StoreError
from bot.ports import Unit
from storage import SqlStore
from storage.tables import Base
from tests.contract.desk import START, Desk, NewDatabase, execute, problems, statements
from tests.contract.values import a_case, a_fact

SERVED = pytest.mark.parametrize(
    "database", ["file", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a schema."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path / 'new' / 'casebell.db'}"
        return
    new_database: NewDatabase = request.getfixturevalue("postgres_database")
    with new_database(template="template0") as url:
        yield url


def opened(url: str) -> SqlStore:
    return SqlStore.open(url, clock=SystemClock(), demo=False)


def test_an_empty_database_is_refused_until_it_is_migrated(empty: str) -> None:
    with pytest.raises(StoreError, match="run `casebell migrate`"):
        opened(empty)

    storage.migrate(empty)

    opened(empty).close()


def test_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no database .*a\.db"):
        opened(f"sqlite:///{tmp_path}/a.db")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"a\.db cannot be made"):
        storage.migrate(f"sqlite:///{tmp_path}/file/below/a.db")


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but quite some words about it\n" * 100)

    for use in (storage.migrate, opened):
        with pytest.raises(StoreError, match="not a database"):
            use(f"sqlite:///{tmp_path}/notes.db")


def test_the_migrations_make_the_tables_the_code_knows(store: SqlStore) -> None:
    with store._database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@SERVED
def test_migrating_again_keeps_the_data_and_the_triggers(desk: Desk) -> None:
    store = desk.store()
    case = store.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=None))
    store.run(lambda unit: unit.facts.append(case.id, case.key, (a_fact("x", at=START),)))

    storage.migrate(desk.url)

    assert store.read(lambda unit: unit.cases.get(case.key)) == case
    assert problems(store) == []
    with pytest.raises(Exception, match="facts are append-only"):
        execute(store, "DELETE FROM fact")


@SERVED
def test_a_schema_of_a_newer_program_is_refused(desk: Desk) -> None:
    execute(desk.store(), "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match="schema 9999 of a newer Casebell"):
        opened(desk.url)


def test_a_migration_that_fails_leaves_nothing(empty: str, tmp_path: Path) -> None:
    storage.migrate(empty)
    store = opened(empty)
    execute(store, "DROP TABLE alembic_version")  # the next one finds tables it wants to make

    with pytest.raises(StoreError, match="already exists"):
        storage.migrate(empty)

    with store._database.reading() as connection, pytest.raises(Exception, match="alembic_version"):
        connection.execute(text("SELECT * FROM alembic_version"))
    store.close()


def test_a_server_that_does_not_answer_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="the database failed"):
        opened("postgresql://casebell@127.0.0.1:1/casebell")


@pytest.mark.parametrize("database", ["memory"], indirect=True)
@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda unit: unit.inbox.claim(), "ix_inbox_id"),
        (lambda unit: unit.inbox.parked(), "ix_inbox_parked"),
        (lambda unit: unit.outbox.claim_sayings(owner="me", limit=9), "ix_outbox_id"),
        (lambda unit: unit.outbox.claim_showings(owner="me", limit=9), "ix_showing_id"),
        (lambda unit: unit.outbox.next_due(), "ix_outbox_due_at"),
        (lambda unit: unit.outbox.given_up(), "ix_outbox_dead"),
        (lambda unit: unit.inbox.waiting(), "ix_inbox"),
        (lambda unit: unit.cases.claim_due(limit=9), "ix_case__wake_at"),
        (lambda unit: unit.cases.next_wake(), "ix_case__wake_at"),
        (lambda unit: unit.cases.find("0007"), "ix_case__tail"),
    ],
)
def test_what_is_done_again_and_again_reads_an_index_and_not_all_history(
    store: SqlStore, work: Callable[[Unit], object], index: str
) -> None:
    with statements(store) as asked:
        store.run(work)
    query = next(statement for statement in asked if statement.startswith("SELECT"))

    with store._database.reading() as connection:
        values = (0,) * query.count("?")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()

    assert f"INDEX {index}" in plan[0].detail


@SERVED
def test_a_schema_from_before_the_first_release_is_refused_and_the_way_out_is_told(desk: Desk) -> None:
    execute(desk.store(), "UPDATE alembic_version SET version_num = '0001'")

    for use in (storage.migrate, opened):
        with pytest.raises(StoreError, match="casebell demo --fresh"):
            use(desk.url)
