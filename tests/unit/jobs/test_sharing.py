import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

import pytest

from bot.core.errors import StoreError
from bot.jobs.executor import Executor
from bot.ports import Unit
from storage import SqlStore
from tests.unit.jobs.bench import Bench

T = TypeVar("T")


class Counting(SqlStore):
    """A store that counts its transactions."""

    transactions = 0

    def run(self, work: Callable[[Unit], T]) -> T:
        self.transactions += 1
        return super().run(work)


@pytest.fixture
def store(bench: Bench) -> Counting:
    return Counting("sqlite://", clock=bench.clock, demo=False)


def noting(text: str) -> Callable[[Unit], str]:
    def work(unit: Unit) -> str:
        unit.registry.alarm(text, text=text)
        if text == "bad":
            raise StoreError(text)
        return text

    return work


async def shared(executor: Executor, *texts: str) -> list[str | BaseException]:
    """Share these while the writer is busy, so that they wait together."""
    free = Event()
    busy = asyncio.create_task(executor.call(lambda _unit: free.wait()))
    waiting = [asyncio.create_task(executor.share(noting(text))) for text in texts]
    await asyncio.sleep(0)
    free.set()
    await busy
    return await asyncio.gather(*waiting, return_exceptions=True)


def noted(store: SqlStore) -> set[str]:
    return {text for _, text in store.read(lambda unit: unit.registry.alarms())}


async def test_brief_work_that_waits_together_is_committed_together(store: Counting) -> None:
    assert await shared(Executor(store), "1", "2", "3") == ["1", "2", "3"]

    assert noted(store) == {"1", "2", "3"}
    assert store.transactions == 2  # the one that kept the writer busy, and one for all three


async def test_one_that_fails_fails_alone(store: Counting) -> None:
    first, bad, last = await shared(Executor(store), "1", "bad", "3")

    assert (first, last) == ("1", "3")
    assert isinstance(bad, StoreError)
    assert noted(store) == {"1", "3"}


async def test_with_several_writers_nobody_shares(store: Counting) -> None:
    executor = Executor(store, writers=2)

    assert await asyncio.gather(*(executor.share(noting(text)) for text in "123")) == ["1", "2", "3"]
    assert store.transactions == 3


async def test_who_does_not_wait_for_the_outcome_any_more_holds_up_nobody(store: Counting) -> None:
    executor = Executor(store)
    free = Event()
    busy = asyncio.create_task(executor.call(lambda _unit: free.wait()))
    gone, stays = (asyncio.create_task(executor.share(noting(text))) for text in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    free.set()
    await busy

    assert await stays == "stays"
