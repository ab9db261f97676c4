"""Waiting for what a fake saw, without asking it again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 10.0


class Bell:
    """Rung whenever something happened; whoever waits looks again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def ring(self) -> None:
        """Let everybody who waits look again."""
        for each in self._waiting:
            each.set()

    async def until(self, condition: Callable[[], T], *, within_s: float = PATIENCE_S) -> T:
        """Wait until something is the case and return it.

        Raises:
            AssertionError: it did not happen in time.
        """
        rung = asyncio.Event()
        self._waiting.add(rung)
        try:
            async with asyncio.timeout(within_s):
                while not (found := condition()):
                    await rung.wait()
                    rung.clear()
        except TimeoutError:
            raise AssertionError(f"it did not happen within {within_s} s") from None
        finally:
            self._waiting.discard(rung)
        return found
