"""Slack's limits kept: whoever asks too soon waits for their turn."""

import asyncio
from datetime import timedelta

from bot.core.clock import monotonic
from bot.core.errors import TemporaryDeliveryError

PATIENCE_S = 5.0
"""Who would have to wait longer is told when to come again."""


class Turns:
    """When each thing may be done next; what is done under other names does not matter to it."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}

    async def take(self, name: str, *, pace_s: float = 0.0) -> None:
        """Wait for the next turn and take it; the one after it comes `pace_s` later.

        Raises:
            TemporaryDeliveryError: it is too far away.
        """
        wait = self.reserve(name, now=monotonic(), pace_s=pace_s)
        if wait > PATIENCE_S:
            raise TemporaryDeliveryError(f"{name}: it is not our turn yet", timedelta(seconds=wait))
        if wait > 0:
            await asyncio.sleep(wait)

    def reserve(self, name: str, *, now: float, pace_s: float) -> float:
        """Return how many seconds to wait for a turn; one within patience is taken."""
        at = max(now, self._free_at.get(name, now))
        if at - now <= PATIENCE_S and pace_s > 0:
            self._free_at[name] = at + pace_s
        return at - now

    def rest(self, name: str, pause: timedelta, *, now: float) -> None:
        """Let nobody have a turn for a while."""
        self._free_at[name] = max(now + pause.total_seconds(), self._free_at.get(name, now))
