"""Whatever people do to cases and however time jumps, on every database: the desk and the model agree."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.core.clock import FixedClock
from bot.core.people import Level
from storage import SqlStore
from tests.contract.desk import NewDatabase
from tests.oracle.desk import CONTRACTS, DEEDS, Pair, keep_edition, opened, pass_time
from tests.oracle.hours import minute
from tests.scenario.memory import fresh_store

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
"""A Monday, 09:00 in Shanghai."""

END = datetime(2027, 6, 30, tzinfo=UTC)
JUMPS = st.sampled_from((1, 29, 30, 59, 60, 61, 119, 240, 241, 719, 1440, 2880, 4321, 10_080, 30_000))
NAMES, LEVELS = st.sampled_from(list(CONTRACTS)), st.sampled_from(Level)
AGO = st.sampled_from((0, 0, 0, 1, 10, 61, 600))

NewStore = Callable[[FixedClock], AbstractContextManager[SqlStore]]


class Desks(RuleBasedStateMachine):
    """Cases of several contracts that people work on while time passes."""

    new_store: NewStore

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(START)
        self.opening = self.new_store(self.clock)
        self.store = self.opening.__enter__()
        self.pairs: list[Pair] = []

    def teardown(self) -> None:
        self.opening.__exit__(None, None, None)

    @initialize(contract=NAMES, level=LEVELS, wait=st.integers(0, 40_000))
    def begin(self, contract: str, level: Level, wait: int) -> None:
        self.clock.advance(timedelta(minutes=wait))
        self._open(contract, level)

    @precondition(lambda self: len(self.pairs) < 3)
    @rule(contract=NAMES, level=LEVELS)
    def somebody_reports(self, contract: str, level: Level) -> None:
        self._open(contract, level)

    @rule(which=st.integers(0, 2), deed=st.sampled_from(list(DEEDS)))
    def somebody_does_something(self, which: int, deed: str) -> None:
        pair = self.pairs[which % len(self.pairs)]
        if pair.may(deed):
            pair.do(deed)

    @rule(which=st.integers(0, 2), deed=st.sampled_from(("speak", "call", "diagnose")), ago=AGO)
    def words_come_late(self, which: int, deed: str, ago: int) -> None:
        pair = self.pairs[which % len(self.pairs)]
        if pair.may(deed):
            pair.do(deed, said=minute(self.clock.now()) - ago)

    @rule(which=st.integers(0, 2), level=LEVELS)
    def somebody_grades_it_anew(self, which: int, level: Level) -> None:
        pair = self.pairs[which % len(self.pairs)]
        if pair.may("level") and int(level) != pair.model.level:
            pair.level(level)
            pass_time(self.store, self.clock, self.clock.now())

    @rule(jump=JUMPS)
    def time_passes(self, jump: int) -> None:
        until = min(self.clock.now() + timedelta(minutes=jump), END)
        for pair in self.pairs:
            pair.speak_up(until)
        pass_time(self.store, self.clock, until)
        for pair in self.pairs:
            pair.model.until(minute(until))

    @invariant()
    def desk_and_model_agree(self) -> None:
        pass_time(self.store, self.clock, self.clock.now())
        assert [each for pair in self.pairs for each in pair.differences()] == []

    def _open(self, contract: str, level: Level) -> None:
        self.pairs.append(opened(self.store, self.clock, contract, level))


def _machine(new_store: NewStore, *, examples: int, steps: int) -> None:
    class Here(Desks):
        pass

    Here.new_store = staticmethod(new_store)
    run_state_machine_as_test(
        Here, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    )


@contextmanager
def _in_memory(clock: FixedClock) -> Iterator[SqlStore]:
    store = fresh_store(clock)
    keep_edition(store)
    yield store
    store.close()


def test_on_sqlite_desk_and_model_agree_whatever_happens() -> None:
    _machine(_in_memory, examples=30, steps=25)


@pytest.mark.postgres
def test_on_postgresql_desk_and_model_agree_whatever_happens(postgres_database: NewDatabase) -> None:
    @contextmanager
    def on_postgres(clock: FixedClock) -> Iterator[SqlStore]:
        with postgres_database() as url:
            store = SqlStore.open(url, clock=clock, demo=False, own_clock=True)
            keep_edition(store)
            yield store
            store.close()

    _machine(on_postgres, examples=8, steps=20)
