"""What runs apart has a thread of its own, ends when it is told to, and says what went wrong."""

import asyncio
import threading
from datetime import timedelta

import pytest

from bot.platforms.dingtalk.apart import call_there, run_apart

SOON = timedelta(seconds=2)


async def test_it_runs_in_another_thread_and_can_ask_here() -> None:
    here, threads = asyncio.get_running_loop(), list[str]()

    async def ask() -> int:
        threads.append(threading.current_thread().name)
        return 42

    async def work() -> None:
        threads.append(threading.current_thread().name)
        assert await call_there(here, ask) == 42

    await run_apart("worker", work, stops_within=SOON)

    assert threads == ["worker", threading.main_thread().name]


async def test_it_ends_when_it_is_cancelled() -> None:
    here, started = asyncio.get_running_loop(), asyncio.Event()
    cleaned = asyncio.Event()

    async def work() -> None:
        here.call_soon_threadsafe(started.set)
        try:
            await asyncio.Event().wait()
        finally:
            here.call_soon_threadsafe(cleaned.set)

    running = asyncio.create_task(run_apart("worker", work, stops_within=SOON))
    await started.wait()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    await cleaned.wait()


async def test_it_waits_for_nothing_that_hangs() -> None:
    here, started, release = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    async def work() -> None:
        here.call_soon_threadsafe(started.set)
        release.wait()

    running = asyncio.create_task(run_apart("hangs", work, stops_within=timedelta(milliseconds=50)))
    await started.wait()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    release.set()
    for thread in threading.enumerate():
        if thread.name == "hangs":
            thread.join()


async def test_what_goes_wrong_there_is_heard_here() -> None:
    async def work() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await run_apart("worker", work, stops_within=SOON)
