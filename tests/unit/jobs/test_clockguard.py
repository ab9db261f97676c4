"""What happens when somebody sets the machine's clock (SQLite: it is the desk's)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.cases.model import Case
from bot.core.people import CaseKey
from bot.jobs.clockguard import HOLD, STEP, ClockGuard, note_confirmation
from bot.jobs.wakes import Wakes
from bot.ports import Unit
from tests.contract.values import a_case
from tests.unit.jobs.bench import START, Bench

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@dataclass
class Machine:
    """A machine whose clock and whose time since it started can part."""

    bench: Bench
    up: float = 1000.0

    def __post_init__(self) -> None:
        self.guard = ClockGuard(self.bench.executor, self.bench.clock, elapsed=lambda: self.up)
        self.woken: list[CaseKey] = []
        self.wakes = Wakes(
            self.bench.executor, self.fire, lambda at: None, bell=self.bench.bell, holds=self.guard.holds
        )

    def passes(self, time: timedelta) -> None:
        self.up += time.total_seconds()
        self.bench.clock.advance(time)

    def is_set(self, by: timedelta) -> None:
        self.bench.clock.advance(by)

    def fire(self, unit: Unit, limit: int) -> int:
        due: tuple[Case, ...] = unit.cases.claim_due(limit=limit)
        for case in due:
            unit.cases.save(case, wake_at=None)
        self.woken += [case.key for case in due]
        return len(due)

    def sleeper(self, *, wakes_in: timedelta) -> CaseKey:
        case = a_case(at=START)
        self.bench.run(lambda unit: unit.cases.add(case, wake_at=START + wakes_in))
        return case.key


@pytest.fixture
def machine(bench: Bench) -> Machine:
    return Machine(bench)


async def test_time_that_passes_holds_nothing(machine: Machine) -> None:
    machine.passes(24 * HOUR)

    assert not await machine.guard.holds()
    assert machine.bench.alarms() == []


async def test_a_clock_that_is_kept_right_holds_nothing(machine: Machine) -> None:
    for _ in range(20):
        machine.passes(SECOND)
        machine.is_set(STEP / 2)
        assert not await machine.guard.holds()


async def test_after_a_leap_forward_nobody_is_woken_until_the_time_is_confirmed(machine: Machine) -> None:
    sleeper = machine.sleeper(wakes_in=HOUR)
    machine.is_set(3 * HOUR)

    assert not await machine.wakes.step()
    assert machine.woken == []
    assert "the machine's clock leapt 10800 s forward" in machine.bench.alarms()[0]

    machine.bench.run(note_confirmation)
    assert await machine.wakes.step()
    assert machine.woken == [sleeper]


async def test_after_a_leap_forward_clocks_go_on_by_themselves_after_a_while(machine: Machine) -> None:
    sleeper = machine.sleeper(wakes_in=HOUR)
    machine.is_set(3 * HOUR)
    await machine.wakes.drain()

    machine.passes(HOLD - SECOND)
    await machine.wakes.drain()
    assert machine.woken == []

    machine.passes(SECOND)
    await machine.wakes.drain()
    assert machine.woken == [sleeper]
    assert not machine.guard.held


async def test_a_clock_that_is_set_right_again_was_never_believed(machine: Machine) -> None:
    machine.sleeper(wakes_in=HOUR)
    machine.is_set(3 * HOUR)
    await machine.wakes.drain()
    machine.passes(SECOND)

    machine.is_set(-3 * HOUR)
    await machine.wakes.drain()

    assert (machine.guard.held, machine.woken) == (False, [])


async def test_an_older_confirmation_is_none(machine: Machine) -> None:
    machine.bench.run(note_confirmation)
    machine.passes(HOUR)
    machine.is_set(HOUR)

    assert await machine.guard.holds()


async def test_a_clock_that_is_set_back_is_told_and_nothing_fires_twice(machine: Machine) -> None:
    sleeper = machine.sleeper(wakes_in=timedelta(minutes=1))
    machine.passes(2 * HOUR)
    await machine.wakes.drain()

    machine.is_set(-2 * HOUR)
    await machine.wakes.drain()
    machine.passes(2 * HOUR)
    await machine.wakes.drain()

    assert machine.woken == [sleeper]
    assert "was set back 7200 s" in machine.bench.alarms()[0]


async def test_a_leap_that_is_taken_back_releases_clocks_though_they_had_been_set_back_before(
    machine: Machine,
) -> None:
    machine.is_set(-HOUR)
    assert not await machine.guard.holds()
    machine.is_set(HOUR)
    assert await machine.guard.holds()

    machine.is_set(-HOUR)

    assert not await machine.guard.holds()
