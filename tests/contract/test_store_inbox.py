from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.core.people import PlatformName
from bot.ports import Received, Unit
from storage import SqlStore
from tests.contract.desk import START, Desk

LOCAL = PlatformName("local")


def put(store: SqlStore, *events: str, platform: PlatformName = LOCAL) -> list[bool]:
    """Store events named `lane:id`."""
    return [
        store.run(
            lambda unit, event=event: unit.inbox.put(  # type: ignore[misc] # a lambda's default has no type
                platform=platform, event_id=event, lane=event[0], payload=f'{{"e":"{event}"}}'
            )
        )
        for event in events
    ]


def claim(unit: Unit) -> Received:
    row = unit.inbox.claim()
    assert row is not None
    return row


def handle(store: SqlStore) -> str | None:
    """Handle one row and return its event."""

    def work(unit: Unit) -> str | None:
        row = unit.inbox.claim()
        if row is None:
            return None
        unit.inbox.done(row.id)
        return row.event_id

    return store.run(work)


def test_an_event_is_claimed_as_it_was_put(store: SqlStore) -> None:
    put(store, "a:1")

    row = store.run(claim)

    assert (row.platform, row.event_id, row.lane, row.payload) == (LOCAL, "a:1", "a", '{"e":"a:1"}')
    assert (row.received_at, row.attempts) == (START, 0)


def test_when_a_conversation_was_last_heard_is_known(desk: Desk, store: SqlStore) -> None:
    put(store, "a:1", "b:1")
    put(store, "c:1", platform=PlatformName("slack"))
    desk.clock.advance(timedelta(hours=1))
    put(store, "a:2")

    heard = store.read(lambda unit: unit.inbox.heard(LOCAL))

    assert heard == {"a": START + timedelta(hours=1), "b": START}


def test_an_event_delivered_twice_is_stored_once(store: SqlStore) -> None:
    assert put(store, "a:1", "a:1") == [True, False]
    assert handle(store) == "a:1"
    assert put(store, "a:1") == [False]
    assert handle(store) is None


def test_the_same_id_on_another_platform_is_another_event(store: SqlStore) -> None:
    assert put(store, "a:1") + put(store, "a:1", platform=PlatformName("slack")) == [True, True]


def test_events_are_handled_in_the_order_they_came(store: SqlStore) -> None:
    put(store, "a:1", "b:1", "a:2", "b:2")

    assert [handle(store) for _ in range(5)] == ["a:1", "b:1", "a:2", "b:2", None]


def test_work_that_fails_leaves_the_row_open(store: SqlStore) -> None:
    put(store, "a:1")

    def fail(unit: Unit) -> None:
        unit.inbox.done(claim(unit).id)
        raise KeyError

    with pytest.raises(KeyError):
        store.run(fail)

    assert handle(store) == "a:1"


def test_a_failed_row_holds_up_its_lane_until_its_retry_and_no_other(desk: Desk) -> None:
    store = desk.store()
    put(store, "a:1", "a:2", "b:1")
    row = store.run(claim)

    retry_at = START + timedelta(seconds=5)
    for attempts in (1, 2):
        assert store.run(lambda unit: unit.inbox.failed(row.id, reason="x", retry_at=retry_at)) == attempts

    assert [handle(store) for _ in range(2)] == ["b:1", None]
    desk.clock.set(retry_at)
    assert store.run(claim).attempts == 2
    assert [handle(store) for _ in range(2)] == ["a:1", "a:2"]


def test_a_parked_row_leaves_its_lane_and_waits_for_the_operator(store: SqlStore) -> None:
    put(store, "a:1", "a:2", "a:3")
    row = store.run(claim)
    store.run(lambda unit: unit.inbox.failed(row.id, reason="x", retry_at=START))
    store.run(lambda unit: unit.inbox.park(row.id))

    assert handle(store) == "a:2"
    assert [parked.event_id for parked in store.read(lambda unit: unit.inbox.parked())] == ["a:1"]

    store.run(lambda unit: unit.inbox.unpark(row.id))
    assert store.run(claim).attempts == 0
    assert [handle(store) for _ in range(2)] == ["a:1", "a:3"]
    assert store.read(lambda unit: unit.inbox.parked()) == ()


def test_only_a_parked_row_is_unparked(store: SqlStore) -> None:
    put(store, "a:1")
    row = store.run(claim)
    handle(store)

    store.run(lambda unit: unit.inbox.unpark(row.id))

    assert handle(store) is None


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_workers_take_different_lanes_and_keep_the_order_within_one(store: SqlStore) -> None:
    put(store, "a:1", "a:2", "b:1")
    both_claimed = Barrier(3, timeout=10)

    def slowly(unit: Unit) -> str | None:
        row = unit.inbox.claim()
        both_claimed.wait()
        if row is None:
            return None
        unit.inbox.done(row.id)
        return row.event_id

    with ThreadPoolExecutor(3) as threads:
        handled = list(threads.map(lambda _: store.run(slowly), range(3)))

    assert sorted(map(str, handled)) == ["None", "a:1", "b:1"]
    assert handle(store) == "a:2"


@pytest.mark.parametrize(
    "database", ["file", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_threads_that_hand_in_the_same_event_store_it_once(store: SqlStore) -> None:
    with ThreadPoolExecutor(2) as threads:
        stored = list(threads.map(lambda n: put(store, f"a:{n // 2}"), range(40)))

    assert stored.count([True]) == 20


def put_twin(store: SqlStore, event_id: str, twin: str, *, platform: PlatformName = LOCAL) -> bool:
    return store.run(
        lambda unit: unit.inbox.put(platform=platform, event_id=event_id, lane="a", payload="{}", twin=twin)
    )


def test_an_event_known_under_either_of_its_names_is_a_duplicate(store: SqlStore) -> None:
    assert put_twin(store, "1", "same")

    assert not put_twin(store, "2", "same")
    assert not put_twin(store, "1", "other")
    assert put_twin(store, "3", "other")
    assert put_twin(store, "2", "same", platform=PlatformName("slack"))
    assert store.read(lambda unit: unit.inbox.waiting()) == 3


def test_events_without_a_second_name_are_no_twins(store: SqlStore) -> None:
    assert [put_twin(store, "1", ""), put_twin(store, "2", "")] == [True, True]


def test_what_was_stored_with_an_event_is_read_again(store: SqlStore) -> None:
    put(store, "a:1")

    assert store.read(lambda unit: unit.inbox.payload(LOCAL, "a:1")) == '{"e":"a:1"}'
    assert store.read(lambda unit: unit.inbox.payload(LOCAL, "a:2")) == ""
    assert store.read(lambda unit: unit.inbox.payload(PlatformName("slack"), "a:1")) == ""


def test_what_is_open_is_looked_at_in_order_and_left_for_whoever_handles_it(store: SqlStore) -> None:
    put(store, "a:1", "b:1", "a:2", "c:1")
    handle(store)

    def looked(limit: int) -> list[str]:
        return [row.event_id for row in store.read(lambda unit: unit.inbox.peek(limit=limit))]

    assert (looked(2), looked(9)) == (["b:1", "a:2"], ["b:1", "a:2", "c:1"])
    assert [handle(store) for _ in range(4)] == ["b:1", "a:2", "c:1", None]
