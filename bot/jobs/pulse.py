"""Whether the loops of this process are alive."""

import asyncio


class Pulse:
    """The loops that were started here; one that has ended by itself is dead."""

    def __init__(self) -> None:
        self._loops: list[asyncio.Task[None]] = []

    def watch(self, *loops: asyncio.Task[None]) -> None:
        """Remember loops that are to run as long as the process."""
        self._loops += loops

    def alive(self) -> int:
        """Return how many loops run."""
        return sum(not loop.done() for loop in self._loops)

    def dead(self) -> tuple[str, ...]:
        """Return the names of the loops that have ended."""
        return tuple(loop.get_name() for loop in self._loops if loop.done())
