"""What the fake DingTalk noticed: rules that were broken, calls that came, and a bell for whoever waits."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

PATIENCE = timedelta(seconds=20)
"""How long something may take on a machine that does other things besides."""


@dataclass
class Ledger:
    """One fake's memory, shared by its parts."""

    violations: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def violated(self, sentence: str) -> None:
        """Note that a rule of the protocol was broken."""
        self.violations.append(sentence)
        self.changed()

    def called(self, path: str) -> None:
        """Note a call, whatever becomes of it."""
        self.calls[path] += 1
        self.changed()

    def changed(self) -> None:
        """Let everybody who waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, true: Callable[[], bool], *, within: timedelta = PATIENCE) -> None:
        """Wait until something is true, looking again whenever anything happens here.

        Raises:
            TimeoutError: it did not come true in time.
        """
        async with asyncio.timeout(within.total_seconds()):
            while not true():
                await self._changed.wait()
