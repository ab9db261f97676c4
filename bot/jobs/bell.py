"""A hint within the process that something changed; whoever waits looks again, and once a second anyway."""

import asyncio
from datetime import timedelta

POLL = timedelta(seconds=1)
"""How late a loop is at most when a hint was missed."""


class Bell:
    """Rung after something was stored; loops remember `rings` before they look and wait for the next one."""

    def __init__(self) -> None:
        self.rings = 0
        self._rung = asyncio.Event()
        self._branches: list[Bell] = []

    def branch(self) -> "Bell":
        """Return a bell that rings with this one and can be rung alone, for what concerns few."""
        bell = Bell()
        self._branches.append(bell)
        return bell

    def ring(self) -> None:
        """Wake everybody who waits."""
        self.rings += 1
        self._rung.set()
        self._rung = asyncio.Event()
        for each in self._branches:
            each.ring()

    async def heard(self, since: int, *, within: timedelta = POLL) -> None:
        """Return when the bell has been rung after ring `since`, after `within` at the latest."""
        if self.rings != since:
            return
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._rung.wait()
        except TimeoutError:
            return
