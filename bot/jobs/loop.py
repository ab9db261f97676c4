"""The one loop every job runs in: look, work, and wait for the bell when there is nothing to do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.core.clock import monotonic
from bot.jobs.bell import POLL, Bell

log = structlog.get_logger()

BREATH = timedelta(milliseconds=20)
"""How long a loop that found nothing to do rests at least."""

Turn = Callable[[], Awaitable[bool]]
"""One turn of a job; False when there was nothing to do."""

Breath = Callable[[], timedelta]
"""How long a loop that found nothing rests at least: where much goes on, the bell rings all the time."""


def no_rest() -> timedelta:
    """Take the next turn as soon as the bell rings."""
    return timedelta(0)


async def keep(
    name: str, turn: Turn, *, bell: Bell, stopping: asyncio.Event, breath: Breath = no_rest
) -> None:
    """Take turns until `stopping`; a turn that fails is logged and tried again a second later."""
    while not stopping.is_set():
        rings = bell.rings
        try:
            busy = await turn()
        except Exception:  # a loop must not die: the database may be away for a while
            log.exception("A job failed and will be tried again.", action="job_failed", job=name)
            await asyncio.sleep(POLL.total_seconds())
            continue
        if not busy:
            await asyncio.sleep(breath().total_seconds())
            await bell.heard(rings)


def held_back(turn: Turn, busy: Callable[[], bool], *, at_most: timedelta) -> Turn:
    """Return a turn that waits while others are `busy`; every `at_most` it comes all the same.

    It asks again and again, for nobody rings when they are done.
    """
    until = 0.0

    async def patient() -> bool:
        nonlocal until
        if busy() and monotonic() < until:
            await asyncio.sleep(BREATH.total_seconds())
            return True
        until = monotonic() + at_most.total_seconds()
        return await turn()

    return patient
