"""Running something in a thread and an event loop of its own, so that nothing it does holds up the desk."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

Work = Callable[[], Coroutine[object, object, T]]


async def run_apart(name: str, work: Work[None], *, stops_within: timedelta) -> None:
    """Run `work` in a thread of its own until it ends or this is cancelled; a thread that hangs is left."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work())
    ended: Future[None] = Future()
    Thread(target=_run, args=(loop, task, ended), name=name, daemon=True).start()
    waiting = asyncio.ensure_future(asyncio.wrap_future(ended))
    try:
        await asyncio.shield(waiting)
    finally:
        with suppress(RuntimeError):  # its loop is closed: it has ended by itself
            loop.call_soon_threadsafe(task.cancel)
        await asyncio.wait({waiting}, timeout=stops_within.total_seconds())


async def call_there(loop: asyncio.AbstractEventLoop, work: Work[T]) -> T:
    """Run `work` in another thread's loop and return here what it returns."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None], ended: Future[None]) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_over(task))
    error = None if task.cancelled() else task.exception()
    if error is None:
        ended.set_result(None)
    else:
        ended.set_exception(error)


async def _over(task: asyncio.Task[None]) -> None:
    await asyncio.wait({task})
