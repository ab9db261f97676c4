"""A desk between two platforms whose processes die, and what stands on both compared with its books."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.jobs.steps import Step
from tests.e2e.bridge.chats import Chat
from tests.e2e.bridge.conftest import Town
from tests.e2e.process.desk import Books, until
from tests.e2e.process.mortal import Mortal

ON_ITS_WAY = """
    SELECT lane FROM outbox WHERE lease_until IS NOT NULL
    UNION ALL
    SELECT json_extract(place, '$.platform') || ':' || json_extract(place, '$.conversation')
    FROM showing WHERE lease_until IS NOT NULL
"""
"""Where words or cards were being sent when the process died."""

SENT_ON_DINGTALK = """
    SELECT lane, count(*) FROM outbox WHERE state = 'sent' AND lane LIKE 'dingtalk:%' GROUP BY lane
"""


@dataclass
class Survivor:
    """Its processes live one after the other; `unsure` counts what was on its way when one of them died."""

    folder: Path
    config: Path
    town: Town
    customers: Chat
    staff: Chat
    process: Mortal | None = None
    unsure: Counter[str] = field(default_factory=Counter)

    @property
    def books(self) -> Books:
        return Books(self.folder / "demo.db")

    async def start(self, *steps: Step, spared: int = 0) -> None:
        """Start a process that dies as `Mortal` says, and wait until it is connected, or dead already."""
        settings = {**self.town.settings(), "CASEBELL_CONFIG": str(self.config)}
        process = self.process = await asyncio.to_thread(
            partial(Mortal.start, self.folder, *steps, spared=spared, settings=settings)
        )
        await asyncio.to_thread(until, lambda: self.town.linked or not process.lives)

    async def arm(self) -> None:
        """Bring it to rest, and let it be mortal from then on."""
        await self.at_rest()
        await asyncio.to_thread(self._living.arm)

    async def died(self) -> None:
        """Wait until the process has died where it was to."""
        assert await asyncio.to_thread(self._living.died)
        await self._bury()

    async def kill(self) -> None:
        """Kill the process, whatever it does."""
        await asyncio.to_thread(self._living.kill)
        await self._bury()

    async def advance(self, by: str) -> None:
        await asyncio.to_thread(self._living.advance, by)

    async def at_rest(self) -> None:
        """Wait until everything that came in is handled and everything to say is said."""
        await asyncio.to_thread(until, self.books.at_rest)

    async def lives_to_the_end(self) -> bool:
        """Wait until everything said is heard and answered; False if the process dies before."""
        process = self._living
        done = False

        def over() -> bool:
            nonlocal done
            done = self.customers.heard_all() and self.books.at_rest()
            return done or not process.lives

        await asyncio.to_thread(until, over)
        return done

    def nothing_is_lost_or_twice(self, *, cases: int = 1) -> None:
        """Compare what stands on the platforms with what the books say."""
        books = self.books
        assert books.count("case_") == cases
        assert books.states("inbox") == {"done"}
        assert books.states("outbox") <= {"sent", "dropped"}

        slack = self.town.slack.standing()
        assert [each for each, times in slack.items() if times > 1] == []
        for lane, key in books.rows(
            "SELECT lane, key FROM outbox WHERE state = 'sent' AND lane LIKE 'slack:%'"
        ):
            assert slack[str(lane), str(key), 0] == 1

        dingtalk = self.town.dingtalk.standing()
        lines = Counter(lane for lane, *_ in dingtalk.elements())
        different = Counter(lane for lane, *_ in dingtalk)
        for lane, sent in books.rows(SENT_ON_DINGTALK):
            assert lines[str(lane)] >= int(sent)
        assert lines - different <= self.unsure, "only what was on its way comes again"

    @property
    def _living(self) -> Mortal:
        assert self.process is not None, "no process lives"
        return self.process

    async def _bury(self) -> None:
        await self.town.left()
        self.process = None
        self.unsure.update(str(lane) for (lane,) in self.books.rows(ON_ITS_WAY))
