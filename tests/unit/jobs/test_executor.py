import asyncio
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import TypeVar

from bot.core.clock import FixedClock
from bot.jobs.executor import Executor
from bot.ports import Unit
from storage import SqlStore
from tests.unit.jobs.bench import START

T = TypeVar("T")

WRITERS = 2


def urgent(unit: Unit) -> datetime:
    return unit.now


def patient(unit: Unit) -> datetime:
    return unit.now


class Crowded(SqlStore):
    """A store in which only what is urgent is done before it may `go_on`."""

    go_on = Event()

    def run(self, work: Callable[[Unit], T]) -> T:
        if work is not urgent:
            self.go_on.wait()
        return super().run(work)


async def test_with_several_writers_what_is_urgent_does_not_queue() -> None:
    store = Crowded("sqlite://", clock=FixedClock(START), demo=False)
    executor = Executor(store, writers=WRITERS)
    queue = [asyncio.create_task(executor.call(patient)) for _ in range(WRITERS + 1)]

    assert await executor.hurry(urgent) == START

    store.go_on.set()
    assert await asyncio.gather(*queue) == [START] * len(queue)
    executor.close()
