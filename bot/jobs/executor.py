"""Runs transactions off the event loop, on SQLite one after the other in the order they were asked for."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.ports import Store, Unit

log = structlog.get_logger()

MOST_SHARING = 100
"""How many brief pieces of work one transaction does at most: whoever comes then waits for the next."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Brief:
    """Work that shares a transaction; `settle` tells who asked how it ended, on the event loop."""

    run: Callable[[Unit], None]
    settle: Callable[[Exception | None], None]


class Executor:
    """The store, for everything async.

    SQLite has one writer, so `writers` is 1 there and the order of calls is the order of transactions.
    """

    def __init__(self, store: Store, *, writers: int = 1, readers: int = 1) -> None:
        self.writers = writers
        self._store = store
        self._writing = ThreadPoolExecutor(writers, thread_name_prefix="write")
        self._reading = ThreadPoolExecutor(readers, thread_name_prefix="read")
        self._sharing: deque[_Brief] = deque()
        self._hurrying = ThreadPoolExecutor(1, thread_name_prefix="hurry") if writers > 1 else self._writing

    async def call(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._writing, self._store.run, work)

    async def share(self, work: Callable[[Unit], T]) -> T:
        """Run brief `work` in one transaction with all that waits to share it.

        A commit costs a brief work more than the work. Where anything in it fails, each has a transaction of
        its own; so it has with several writers, who would wait for each other's locks.
        """
        if self.writers > 1:
            return await self.call(work)
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        result: list[T] = []

        def run(unit: Unit) -> None:
            result[:] = [work(unit)]

        def settle(error: Exception | None) -> None:
            if outcome.done():
                return
            if error is None:
                outcome.set_result(result[0])
            else:
                outcome.set_exception(error)

        self._sharing.append(_Brief(run, settle))
        self._writing.submit(self._share, loop)
        return await outcome

    async def hurry(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction that does not queue behind others where there are several writers."""
        return await asyncio.get_running_loop().run_in_executor(self._hurrying, self._store.run, work)

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on a snapshot, without waiting for writers."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._store.read, work)

    def close(self) -> None:
        """Wait for the transactions under way, drop those not begun, and let go of the database."""
        for pool in (self._reading, self._hurrying, self._writing):
            pool.shutdown(cancel_futures=True)
        self._store.close()

    def _share(self, loop: asyncio.AbstractEventLoop) -> None:
        """Do what waits to share a transaction; nothing, if an earlier one took it along."""
        together = [self._sharing.popleft() for _ in range(min(len(self._sharing), MOST_SHARING))]
        if together:
            loop.call_soon_threadsafe(_settle, together, self._tried(together))

    def _tried(self, together: Sequence[_Brief]) -> Sequence[Exception | None]:
        """Return how each ended: all well, or each as it went alone."""

        def everything(unit: Unit) -> None:
            for each in together:
                each.run(unit)

        error = self._error(everything)
        if error is None:
            return [None] * len(together)
        if len(together) == 1:
            return [error]
        log.warning("Work that shared a transaction failed and is done one by one.", action="shared_failed")
        return [self._error(each.run) for each in together]

    def _error(self, work: Callable[[Unit], object]) -> Exception | None:
        try:
            self._store.run(work)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            return error
        return None


def _settle(together: Sequence[_Brief], errors: Sequence[Exception | None]) -> None:
    for each, error in zip(together, errors, strict=True):
        each.settle(error)
