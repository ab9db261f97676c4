"""The one loop every job runs in: look, work, and wait for the bell when there is nothing to do."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.jobs.bell import POLL, Bell

log = structlog.get_logger()

Turn = Callable[[], Awaitable[bool]]
"""One turn of a job; False when there was nothing to do."""


async def keep(name: str, turn: Turn, *, bell: Bell, stopping: asyncio.Event) -> None:
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
            await bell.heard(rings)
