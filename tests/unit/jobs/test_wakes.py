from datetime import datetime, timedelta

from bot.core.people import CaseKey
from bot.jobs.wakes import BATCH, BREATH, Wakes
from bot.ports import Unit
from tests.contract.desk import execute
from tests.contract.values import a_case
from tests.unit.jobs.bench import START, Bench


class Sleepers:
    """Cases that wake once; those named in `broken` cannot."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.broken: set[CaseKey] = set()
        self.woken: list[str] = []
        self.batches: list[int] = []
        self.armed: list[timedelta] = []
        self.wakes = Wakes(bench.executor, self.fire, self.armed.append, bell=bench.bell)

    def sleep(self, number: int, *, until: datetime = START) -> CaseKey:
        case = a_case(number, at=START - timedelta(hours=1))
        self.bench.run(lambda unit: unit.cases.add(case, wake_at=until))
        return case.key

    def fire(self, unit: Unit, limit: int) -> int:
        self.batches.append(limit)
        due = unit.cases.claim_due(limit=limit)
        for case in due:
            if case.key in self.broken:
                raise LookupError(case.key)
            unit.cases.save(case, wake_at=None)
        self.woken.extend(case.key for case in due)
        return len(due)


async def test_everybody_due_is_woken_in_one_batch_and_the_rest_sleeps_on(bench: Bench) -> None:
    sleepers = Sleepers(bench)
    first, second = sleepers.sleep(1), sleepers.sleep(2)
    sleepers.sleep(3, until=START + timedelta(seconds=1))

    await sleepers.wakes.drain()

    assert sleepers.woken == [first, second]
    assert sleepers.batches == [BATCH, BATCH]


async def test_when_nobody_is_due_the_bell_is_set_for_the_next(bench: Bench) -> None:
    sleepers = Sleepers(bench)
    sleepers.sleep(1, until=START + timedelta(minutes=5))
    bench.run(lambda unit: unit.move_clock(START + timedelta(minutes=2)))

    assert not await sleepers.wakes.step()

    assert sleepers.armed == [timedelta(minutes=3)]


async def test_who_found_nobody_rests_until_the_next_is_due_at_most(bench: Bench) -> None:
    sleepers = Sleepers(bench)
    await sleepers.wakes.step()
    assert sleepers.wakes.breath() == BREATH
    sleepers.sleep(1, until=START + BREATH / 20)

    await sleepers.wakes.step()

    assert sleepers.wakes.breath() <= BREATH / 20


async def test_one_that_fails_is_put_off_longer_each_time_and_holds_up_nobody(bench: Bench) -> None:
    sleepers = Sleepers(bench)
    bad, good = sleepers.sleep(1), sleepers.sleep(2, until=START + timedelta(microseconds=1))
    bench.clock.advance(timedelta(seconds=1))
    sleepers.broken = {bad}
    pauses = []

    for _ in range(3):
        await sleepers.wakes.drain()
        wake = bench.run(lambda unit: unit.cases.next_wake())
        assert wake is not None
        pauses.append(wake - bench.clock.now())
        bench.clock.set(wake)

    assert sleepers.woken == [good]
    assert pauses == sorted(set(pauses))
    assert bench.alarms() == [f"{bad}: its clocks cannot be run (LookupError)"]


async def test_one_that_cannot_be_read_holds_up_nobody_and_the_operator_hears_of_it(bench: Bench) -> None:
    sleepers = Sleepers(bench)
    bad, good = sleepers.sleep(1), sleepers.sleep(2)
    execute(bench.store, f"UPDATE case_ SET body = '{{}}' WHERE key = '{bad}'")

    await sleepers.wakes.drain()

    assert sleepers.woken == [good]
    assert bench.alarms() == [f"{bad}: its clocks cannot be run (UnreadableError)"]


async def test_one_that_recovers_wakes_like_everybody(bench: Bench) -> None:
    sleepers = Sleepers(bench)
    bad = sleepers.sleep(1)
    sleepers.broken = {bad}
    await sleepers.wakes.drain()

    sleepers.broken = set()
    bench.clock.advance(timedelta(minutes=1))
    await sleepers.wakes.drain()

    assert sleepers.woken == [bad]
