"""Runs transactions off the event loop, on SQLite one after the other in the order they were asked for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.ports import Store, Unit

T = TypeVar("T")


class Executor:
    """The store, for everything async.

    SQLite has one writer, so `writers` is 1 there and the order of calls is the order of transactions.
    """

    def __init__(self, store: Store, *, writers: int = 1, readers: int = 1) -> None:
        self.writers = writers
        self._store = store
        self._writing = ThreadPoolExecutor(writers, thread_name_prefix="write")
        self._reading = ThreadPoolExecutor(readers, thread_name_prefix="read")
        self._hurrying = ThreadPoolExecutor(1, thread_name_prefix="hurry") if writers > 1 else self._writing

    async def call(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._writing, self._store.run, work)

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
