from datetime import datetime, timedelta

import pytest

from bot.jobs.demo import DemoClock, Reached
from bot.ports import Saying, Unit
from tests.contract.values import a_case
from tests.unit.jobs.bench import HELLO, ROOM, START, Bench

MINUTE = timedelta(minutes=1)
FAR = timedelta(days=1000)


class Hours:
    """The demo's clock on a desk whose cases wake once and do nothing."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.stops: list[datetime] = []
        self.seen: list[Reached | None] = []
        self.clock = DemoClock(
            bench.executor,
            self.settle,
            next_duty=lambda now: now + FAR,
            delivered=lambda: bench.delivery.delivered,
        )

    async def settle(self) -> None:
        self.seen.append(self.clock.progress())
        self.bench.run(self._wake)
        await self.bench.delivery.drain()
        self.stops.append(self.now())

    def now(self) -> datetime:
        return self.bench.run(lambda unit: unit.now)

    def wake(self, number: int, *, after: timedelta) -> None:
        case = a_case(number, at=START)
        self.bench.run(lambda unit: unit.cases.add(case, wake_at=START + after))

    def say(self, key: str, *, after: timedelta) -> None:
        saying = Saying(key=key, place=ROOM, message=HELLO, not_before=START + after)
        self.bench.run(lambda unit: unit.outbox.say(saying))

    def _wake(self, unit: Unit) -> None:
        for case in unit.cases.claim_due(limit=100):
            unit.cases.save(case, wake_at=None)


@pytest.fixture
def hours(bench: Bench) -> Hours:
    return Hours(bench)


async def test_it_stops_wherever_something_is_due_and_then_at_the_end(hours: Hours) -> None:
    hours.wake(1, after=5 * MINUTE)
    hours.say("k", after=7 * MINUTE)
    hours.wake(2, after=31 * MINUTE)

    reached = await hours.clock.advance(30 * MINUTE)

    assert hours.stops == [START, START + 5 * MINUTE, START + 7 * MINUTE, START + 30 * MINUTE]
    assert reached == Reached(at=START + 30 * MINUTE, messages=1)
    assert hours.clock.progress() is None


async def test_on_the_way_it_tells_how_far_it_has_come(hours: Hours) -> None:
    hours.say("k", after=5 * MINUTE)

    await hours.clock.advance(10 * MINUTE)

    assert hours.seen == [None, None, Reached(at=START + 5 * MINUTE, messages=1)]


async def test_the_next_event_is_where_it_stops(hours: Hours) -> None:
    hours.wake(1, after=5 * MINUTE)

    assert (await hours.clock.to_next_event()).at == START + 5 * MINUTE
    assert (await hours.clock.to_next_event()).at == START + 5 * MINUTE


async def test_it_never_runs_backwards(hours: Hours) -> None:
    await hours.clock.advance(MINUTE)
    reached = await hours.clock.advance(-10 * MINUTE)

    assert hours.now() == START + MINUTE
    assert reached.at == START + MINUTE
