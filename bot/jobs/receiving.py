"""Listens to the platforms for as long as the process runs."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import structlog

from bot.core.errors import CasebellError
from bot.jobs.pulse import Pulse
from bot.ports import Platform

log = structlog.get_logger()

LISTEN_AGAIN = 5
"""Seconds after which a platform whose connection failed altogether is listened to again."""


async def _receive(platform: Platform) -> None:
    """Take events in for as long as the process runs; what ends it is told, and it begins anew."""
    while True:
        try:
            await platform.receive()
        except CasebellError as error:
            log.warning("A platform cannot be listened to.", platform=platform.name, reason=str(error))
        except Exception:  # one platform's fault must not stop the desk
            log.exception("A platform's connection failed.", platform=platform.name)
        await asyncio.sleep(LISTEN_AGAIN)


@asynccontextmanager
async def receiving(platforms: Collection[Platform], pulse: Pulse) -> AsyncIterator[None]:
    """Take in what every platform brings, until this is left."""
    tasks = [asyncio.create_task(_receive(each), name=each.name) for each in platforms]
    pulse.watch(*tasks)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
