"""Lanes and chains under whatever happens, in whatever order: properties on the database in memory."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.core.people import PlatformName
from bot.ports import Received, Unit
from storage import SqlStore
from storage.verify import verify_on
from tests.contract.desk import START, Desk
from tests.contract.values import a_case, a_fact

LOCAL = PlatformName("local")
RETRY = timedelta(minutes=1)
LANES = ("a", "b", "c")


@contextmanager
def fresh() -> Iterator[tuple[Desk, SqlStore]]:
    desk = Desk("sqlite://")
    try:
        yield desk, desk.store()
    finally:
        desk.close()


# --- lanes -----------------------------------------------------------------------------------------------


@dataclass
class Model:
    """What the inbox must hold: each lane a queue whose head alone may be taken, once it has rested."""

    lanes: dict[str, deque[str]] = field(default_factory=lambda: {lane: deque() for lane in LANES})
    resting: set[str] = field(default_factory=set)
    handled: list[str] = field(default_factory=list)

    def takeable(self) -> set[str]:
        return {lane[0] for name, lane in self.lanes.items() if lane and name not in self.resting}


def claim(unit: Unit) -> Received | None:
    return unit.inbox.claim()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(LANES)),
        st.tuples(st.sampled_from(["done", "fail", "park", "crash", "wait", "twice"]), st.just("")),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_every_event_is_handled_once_and_each_lane_keeps_its_order(steps: list[tuple[str, str]]) -> None:
    model = Model()
    with fresh() as (desk, store):
        for number, (what, lane) in enumerate(steps):
            if what == "put":
                event = f"{lane}{number:03d}"
                assert put(store, event)
                model.lanes[lane].append(event)
            elif what == "twice" and (known := next((q[0] for q in model.lanes.values() if q), None)):
                assert not put(store, known)
            elif what == "wait":
                desk.clock.advance(RETRY)
                model.resting.clear()
            else:
                take(store, model, what)
        desk.clock.advance(RETRY)
        model.resting.clear()
        while model.takeable():
            take(store, model, "done")
        assert store.run(claim) is None
    for lane in LANES:
        order = [event for event in model.handled if event.startswith(lane)]
        assert order == sorted(order)


def put(store: SqlStore, event: str) -> bool:
    return store.run(
        lambda unit: unit.inbox.put(platform=LOCAL, event_id=event, lane=event[0], payload=event)
    )


def take(store: SqlStore, model: Model, what: str) -> None:
    """Claim a row and let it end in one of the ways in which it can; a crash leaves it as it was."""
    row = store.run(lambda unit: ended(unit, what))
    if row is None:
        assert not model.takeable()
        return
    assert row.event_id in model.takeable()
    if what == "fail":
        model.resting.add(row.lane)
    if what in ("done", "park"):
        model.lanes[row.lane].popleft()
    if what == "done":
        model.handled.append(row.event_id)


def ended(unit: Unit, what: str) -> Received | None:
    row = unit.inbox.claim()
    if row is None:
        return None
    match what:
        case "done":
            unit.inbox.done(row.id)
        case "fail":
            unit.inbox.failed(row.id, reason="broken", retry_at=unit.real_now + RETRY)
        case "park":
            unit.inbox.park(row.id)
        case _:
            pass
    return row


# --- the chain -------------------------------------------------------------------------------------------

TAMPERINGS = (
    "UPDATE fact SET data = '[]' WHERE seq = :seq",
    "UPDATE fact SET at = at + 1 WHERE seq = :seq",
    "UPDATE fact SET said_at = said_at - 1 WHERE seq = :seq",
    "UPDATE fact SET kind = 'solved' WHERE seq = :seq",
    "UPDATE fact SET actor = 'somebody' WHERE seq = :seq",
    "UPDATE fact_text SET text = text || '.' WHERE seq = :seq",
    "UPDATE fact SET seq = seq + 100 WHERE seq = :seq",
)


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 6), st.data())
def test_whatever_is_changed_in_a_chain_is_found(length: int, data: st.DataObject) -> None:
    changed = data.draw(st.integers(1, length - 1))
    tampering = data.draw(st.sampled_from(TAMPERINGS))
    with fresh() as (_, store):
        record(store, length)
        with store._database.writing() as connection:
            assert not list(verify_on(connection))
            for (trigger,) in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ):
                connection.execute(text(f"DROP TRIGGER {trigger}"))
            connection.execute(text(tampering), {"seq": changed})
            assert list(verify_on(connection))


def record(store: SqlStore, length: int) -> None:
    def work(unit: Unit) -> None:
        case = unit.cases.add(a_case(at=START), wake_at=None)
        facts = tuple(a_fact(f"word {number}", at=START) for number in range(length))
        unit.facts.append(case.id, case.key, facts)

    store.run(work)
