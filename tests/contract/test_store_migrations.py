from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

import storage
from bot.cases.model import LIVE
from bot.core.clock import FixedClock, SystemClock
from bot.core.errors import StoreError
from bot.ports import CaseQuery, Showing, Unit
from storage import SqlStore
from storage.database import Database
from storage.schema import _config
from storage.tables import Base
from tests.contract.desk import START, Desk, NewDatabase, execute, problems, statements
from tests.contract.values import GROUP, LI, LOCAL, a_case, a_fact, a_saying

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


FILLED = (
    "case_",
    "milestone",
    "fact",
    "fact_text",
    "pseudonym",
    "unlisted",
    "inbox",
    "outbox",
    "showing",
    "alarm",
)


def older(url: str, revision: str, source: SqlStore) -> None:
    """Make a database as an older program would have, with what `source` holds of its tables and columns."""
    database = Database(url)
    if database.file:
        database.file.parent.mkdir(parents=True)
    with database.writing() as connection, source._database.reading() as reading:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for name in FILLED:
            table = Base.metadata.tables[name]
            known = {column["name"] for column in inspect(connection).get_columns(name)}
            for row in reading.execute(select(table)).mappings():
                connection.execute(table.insert().values({key: row[key] for key in known}))
    database.close()


def test_what_the_first_release_stored_is_read_and_goes_on(empty: str) -> None:
    clock = FixedClock(START)
    with_data = SqlStore("sqlite://", clock=clock, demo=False)
    case = with_data.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=START))
    with_data.run(lambda unit: unit.facts.append(case.id, case.key, (a_fact("x", at=START),)))
    with_data.run(lambda unit: unit.inbox.put(platform=LOCAL, event_id="e", lane="l", payload="{}"))
    with_data.run(lambda unit: unit.outbox.say(a_saying("k")))
    with_data.run(lambda unit: unit.outbox.show(Showing(case=case.key, place=GROUP, slot="card", version=1)))
    with_data.run(lambda unit: unit.registry.alarm("k", text="told"))
    clock.advance(timedelta(days=2))
    with_data.run(lambda unit: unit.registry.alarm("l", text="maybe not told"))
    older(empty, "1", with_data)
    with pytest.raises(StoreError, match="older schema 1"):
        opened(empty)

    storage.migrate(empty)

    store = opened(empty)
    assert store.read(lambda unit: unit.cases.get(case.key)) == case
    assert problems(store) == []
    with pytest.raises(Exception, match="facts are append-only"):
        execute(store, "UPDATE fact SET kind = 'x'")
    assert [text for _, text in store.read(lambda unit: unit.registry.alarms())] == ["maybe not told", "told"]
    assert [each.text for each in store.run(lambda unit: unit.alarms.take())] == ["maybe not told"]
    row = store.run(lambda unit: unit.inbox.claim())
    assert row is not None
    assert row.event_id == "e"
    assert [
        each.answers for each in store.run(lambda unit: unit.outbox.claim_sayings(owner="m", limit=9))
    ] == [""]
    assert [
        each.answers for each in store.run(lambda unit: unit.outbox.claim_showings(owner="m", limit=9))
    ] == [""]
    store.close()


@SERVED
def test_the_program_before_goes_on_writing_beside_this_one(desk: Desk) -> None:
    store = desk.store()
    execute(
        store,
        "INSERT INTO inbox (platform, event_id, lane, payload, received_at, state, attempts, reason) "
        "VALUES ('local', 'e', 'l', '{}', 0, 'open', 0, '')",
        "INSERT INTO outbox (v, key, lane, body, due_at, state, attempt, owner, reason) "
        "VALUES (1, 'k', 'l', '', 0, 'open', 0, '', '')",
        "INSERT INTO showing (case_key, slot, place, wanted, shown, state, attempt, owner, reason) "
        "VALUES ('c', 's', 'p', 1, -1, 'open', 0, '', '')",
        "INSERT INTO alarm (key, text, at) VALUES ('k', 'the calendar ends', 0)",
    )

    assert [each.text for each in store.run(lambda unit: unit.alarms.take())] == ["the calendar ends"]
    row = store.run(lambda unit: unit.inbox.claim())

    assert row is not None
    assert row.event_id == "e"


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
        (lambda unit: unit.cases.workload([LI]), "ix_case__working"),
        (lambda unit: unit.alarms.waiting(), "ix_alarm_number"),
        (lambda unit: unit.alarms.latest(limit=9), "ix_alarm_at"),
        (lambda unit: unit.files.claim(owner="me", limit=9), "ix_file_wanted_at"),
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


@pytest.mark.parametrize("database", ["memory"], indirect=True)
def test_cases_that_other_holidays_may_concern_are_not_looked_for_one_by_one(store: SqlStore) -> None:
    query = CaseQuery(clocks_between=(START, START), statuses=LIVE)
    with statements(store) as asked:
        store.read(lambda unit: unit.cases.ids(query))
    [found] = [statement for statement in asked if statement.startswith("SELECT")]

    with store._database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {found}", (0,) * found.count("?")).all()

    details = " ".join(row.detail for row in plan)
    assert "CORRELATED" not in details
    assert "ix_case__wake_at" in details
    assert "ix_milestone_state_due_at" in details


@SERVED
def test_a_schema_from_before_the_first_release_is_refused_and_the_way_out_is_told(desk: Desk) -> None:
    execute(desk.store(), "UPDATE alembic_version SET version_num = '0001'")

    for use in (storage.migrate, opened):
        with pytest.raises(StoreError, match="casebell demo --fresh"):
            use(desk.url)
