import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest

import storage
from bot.cases.model import Case
from bot.core.clock import FixedClock, SystemClock
from bot.core.errors import StaleCaseError, StoreError
from bot.ports import CaseQuery, Unit
from storage import SqlStore
from tests.contract.desk import START, Desk, execute, statements
from tests.contract.values import a_case, a_fact, a_saying

TODAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
FILE = pytest.mark.parametrize("database", ["file"], indirect=True)
SERVED = pytest.mark.parametrize(
    "database", ["file", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
POSTGRES = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def everything(unit: Unit) -> Case:
    """Write a little of everything."""
    unit.inbox.put(platform=a_case(at=START).place.platform, event_id="1", lane="a", payload="{}")
    case = unit.cases.add(a_case(at=START), wake_at=START)
    unit.facts.append(case.id, case.key, (a_fact("x", at=START),))
    unit.outbox.say(a_saying("k"))
    unit.cases.number(TODAY)
    return case


def count(store: SqlStore) -> int:
    return store.read(lambda unit: unit.cases.count(CaseQuery()))


def test_work_that_raises_leaves_nothing(store: SqlStore) -> None:
    def fail(unit: Unit) -> None:
        everything(unit)
        raise KeyError

    with pytest.raises(KeyError):
        store.run(fail)

    assert count(store) == 0
    assert store.run(lambda unit: unit.inbox.claim()) is None
    assert store.read(lambda unit: unit.outbox.idle())
    assert store.run(lambda unit: unit.cases.number(TODAY)) == 1


@SERVED
def test_a_process_that_dies_in_the_middle_leaves_nothing(desk: Desk) -> None:
    script = """
        import os, sys
        from bot.core.clock import SystemClock
        from storage import SqlStore
        from tests.contract.test_store_transactions import everything

        def die(unit):
            everything(unit)
            os._exit(9)

        SqlStore.open(sys.argv[1], clock=SystemClock(), demo=False).run(die)
    """
    root = Path(__file__).parents[2]

    died = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), desk.url], cwd=root, check=False, timeout=60
    )

    assert died.returncode == 9
    store = desk.store()
    assert count(store) == 0
    store.run(everything)
    assert count(store) == 1


def test_stale_work_is_done_again_from_the_start(store: SqlStore) -> None:
    tries: list[int] = []

    def work(unit: Unit) -> int:
        tries.append(unit.cases.number(TODAY))
        if len(tries) < 3:
            raise StaleCaseError
        return tries[-1]

    assert store.run(work) == 1
    assert tries == [1, 1, 1]


def test_work_that_stays_stale_is_given_up_after_five_tries(store: SqlStore) -> None:
    tries: list[int] = []

    def work(unit: Unit) -> None:
        tries.append(1)
        raise StaleCaseError

    with pytest.raises(StaleCaseError):
        store.run(work)

    assert len(tries) == 5


def test_what_the_database_refuses_is_a_store_error_that_quotes_nothing_stored(store: SqlStore) -> None:
    store.run(everything)

    with pytest.raises(StoreError) as refused:
        store.run(lambda unit: unit.cases.add(replace(a_case(at=START), brief="secret"), wake_at=None))

    assert "unique" in str(refused.value).lower()
    assert "secret" not in str(refused.value)
    assert "secret" not in str(refused.value.__cause__)


def test_a_body_this_program_cannot_read_is_a_store_error(store: SqlStore) -> None:
    case = store.run(everything)
    execute(store, "UPDATE case_ SET body = '{\"brief\": 5}'")

    with pytest.raises(StoreError, match=r"a stored Case cannot be read: brief, "):
        store.read(lambda unit: unit.cases.get(case.key))


def test_reading_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreError):
        store.read(everything)

    assert count(store) == 0


@SERVED
def test_a_reader_sees_one_snapshot_and_waits_for_nobody(store: SqlStore) -> None:
    def work(unit: Unit) -> tuple[int, int]:
        before = unit.cases.count(CaseQuery())
        store.run(everything)
        return before, unit.cases.count(CaseQuery())

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(store.read, work).result(timeout=20) == (0, 0)
    assert count(store) == 1


@SERVED
def test_a_reader_does_not_wait_for_a_writer(store: SqlStore) -> None:
    written, go_on = Event(), Event()

    def slowly(unit: Unit) -> None:
        everything(unit)
        written.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(store.run, slowly)
        assert written.wait(20)
        assert count(store) == 0
        go_on.set()
        writing.result()

    assert count(store) == 1


@SERVED
def test_writers_of_two_processes_take_turns(desk: Desk) -> None:
    stores = [desk.store(), desk.store()]

    def some(store: SqlStore) -> list[int]:
        return [store.run(lambda unit: unit.cases.number(TODAY)) for _ in range(20)]

    with ThreadPoolExecutor(2) as threads:
        numbers = [number for mine in threads.map(some, stores) for number in mine]

    assert sorted(numbers) == list(range(1, 41))


@POSTGRES
def test_a_deadlock_is_resolved_by_doing_one_again(store: SqlStore) -> None:
    keys = [
        store.run(lambda unit, n=n: unit.cases.add(a_case(n, at=START), wake_at=None)).key  # type: ignore[misc] # no type on a default
        for n in (1, 2)
    ]
    both_hold_one = [Event(), Event()]
    tries: list[int] = []

    def lock_both(mine: int) -> None:
        def work(unit: Unit) -> None:
            tries.append(mine)
            unit.cases.get(keys[mine])
            both_hold_one[mine].set()
            assert both_hold_one[1 - mine].wait(20)
            unit.cases.get(keys[1 - mine])

        store.run(work)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lock_both, range(2)))

    assert len(tries) > 2, "one of the two was done again, perhaps more than once"


def test_now_is_the_clocks_and_stays_the_same(desk: Desk) -> None:
    def work(unit: Unit) -> None:
        desk.clock.advance(HOUR)
        assert (unit.now, unit.real_now) == (START, START)

    desk.store().run(work)


@POSTGRES
def test_on_postgresql_now_is_the_databases(desk: Desk) -> None:
    store = SqlStore.open(desk.url, clock=FixedClock(START - 999 * HOUR), demo=False)

    now = store.run(lambda unit: unit.now)

    assert abs(now - SystemClock().now()) < HOUR
    assert now.utcoffset() == timedelta(0)
    store.close()


def test_the_demo_moves_business_time_and_real_time_stays(desk: Desk) -> None:
    store = desk.store(demo=True)
    store.run(lambda unit: unit.move_clock(START + 5 * HOUR))
    desk.clock.advance(HOUR)

    for run in (store.run, store.read):
        assert run(lambda unit: (unit.now, unit.real_now)) == (START + 6 * HOUR, START + HOUR)

    store.run(lambda unit: unit.move_clock(START + 7 * HOUR))
    assert store.read(lambda unit: unit.now) == START + 7 * HOUR


def test_the_demos_clock_does_not_run_backwards(desk: Desk) -> None:
    store = desk.store(demo=True)

    with pytest.raises(StoreError, match="forward"):
        store.run(lambda unit: unit.move_clock(START - HOUR))


def test_without_demo_the_clock_cannot_be_moved(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="demo"):
        store.run(lambda unit: unit.move_clock(START + HOUR))

    assert store.read(lambda unit: unit.now) == START


@SERVED
def test_without_demo_an_offset_left_by_one_does_not_count(desk: Desk) -> None:
    desk.store(demo=True).run(lambda unit: unit.move_clock(START + HOUR))

    assert desk.store().read(lambda unit: unit.now) == START


@FILE
def test_a_second_server_on_a_file_is_refused_and_named(desk: Desk) -> None:
    with storage.server_lock(desk.url):
        with pytest.raises(StoreError, match=r"already serves .*casebell\.db"), storage.server_lock(desk.url):
            pass
        assert desk.store().run(lambda unit: unit.cases.number(TODAY)) == 1

    with storage.server_lock(desk.url):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://nobody@nowhere/x"])
def test_only_a_file_has_one_server(url: str) -> None:
    with storage.server_lock(url), storage.server_lock(url):
        pass


def test_a_lock_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(StoreError, match=r"a\.db\.lock cannot be written"),
        storage.server_lock(f"sqlite:///{tmp_path}/file/a.db"),
    ):
        pass


@pytest.mark.parametrize("url", ["nonsense", "mysql://user:secret@host/base", "postgresql:/secret@x"])
def test_an_address_we_cannot_use_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///file") as refused:
        SqlStore(url, clock=SystemClock(), demo=False)

    assert "secret" not in str(refused.value)


def test_a_small_case_takes_few_statements(store: SqlStore) -> None:
    with statements(store) as asked:
        store.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=None))

    assert len([statement for statement in asked if statement.startswith("INSERT")]) == 2
