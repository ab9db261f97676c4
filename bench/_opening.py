"""How many cases a desk opens in a second."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.managers import SyncManager
from pathlib import Path
from threading import Barrier
from time import monotonic

from bench._databases import WORKERS
from bench._desk import Desk, desk

WARM_UP = 5  # cases a worker opens before it is counted


async def fill(url: str, configuration: Path, *, messages: int) -> None:
    """Store messages, each of which will open a case."""
    async with desk(url, configuration) as filled:
        for _ in range(messages):
            filled.hear(filled.trouble())


async def measure_opening(url: str, configuration: Path, *, cases: int) -> tuple[float, float]:
    """Return cases opened per second by one hand, and by as many as the process has."""
    await fill(url, configuration, messages=2 * (WARM_UP + cases))
    async with desk(url, configuration) as opening:
        await _open(opening, WARM_UP, hands=1)
        alone = await _timed(opening, cases, hands=1)
        await _open(opening, WARM_UP, hands=opening.app.crew.hands)
        return cases / alone, cases / await _timed(opening, cases, hands=opening.app.crew.hands)


def measure_processes(url: str, configuration: Path, *, cases: int) -> float:
    """Return cases opened per second by several processes on one database."""
    asyncio.run(fill(url, configuration, messages=WORKERS * WARM_UP + cases))
    context = get_context("spawn")
    with SyncManager(ctx=context) as manager, ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        ready = manager.Barrier(WORKERS)
        spans = list(pool.map(_work, *zip(*[(url, configuration, ready)] * WORKERS, strict=True)))
    return cases / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def _work(url: str, configuration: Path, ready: Barrier) -> tuple[float, float]:
    """Open cases until none is left; return when that began and ended."""
    return asyncio.run(_work_on(url, configuration, ready))


async def _work_on(url: str, configuration: Path, ready: Barrier) -> tuple[float, float]:
    async with desk(url, configuration) as opening:
        await _open(opening, WARM_UP, hands=1)
        ready.wait()
        began = monotonic()
        while await opening.app.crew.lanes.step():
            pass
        return began, monotonic()


async def _timed(opening: Desk, cases: int, *, hands: int) -> float:
    began = monotonic()
    await _open(opening, cases, hands=hands)
    return monotonic() - began


async def _open(opening: Desk, cases: int, *, hands: int) -> None:
    left = iter(range(cases))

    async def work() -> None:
        for _ in left:
            await opening.app.crew.lanes.step()

    await asyncio.gather(*(work() for _ in range(hands)))
