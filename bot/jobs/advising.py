"""Asks a language model about unclear messages before the transaction that handles them; never within it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial

import aiohttp
import structlog

from bot.core.clock import monotonic
from bot.handlers.advising import Unclear
from bot.jobs.executor import Executor
from bot.ports import Received, Unit
from bot.services.desk import Desk
from bot.services.privacy import redacted
from bot.triage.advice import Advice, answer, request

log = structlog.get_logger()

AT_ONCE = 32
"""How many of the oldest events are looked at: as many as may share a transaction."""

LONGEST_ANSWER = 64 << 10
"""Bytes of an answer that are read; a longer one is nonsense."""

PATIENCE = 3
"""After so many failures in a row nobody is asked for a while: a slow endpoint must not slow the desk."""

REST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An OpenAI-compatible endpoint: its address up to the version, the model, how long it may take."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    limit: timedelta = timedelta(seconds=2)


class Outcome(StrEnum):
    """What became of a question."""

    HEARD = "heard"
    SLOW = "slow"
    REFUSED = "refused"
    CUT = "cut"
    NONSENSE = "nonsense"


class Advisor:
    """Puts second opinions into the desk's memory; `outcomes` counts what became of the questions.

    `words` says what of an event is worth asking about.
    """

    def __init__(
        self,
        account: Account,
        executor: Executor,
        desk: Desk,
        *,
        words: Callable[[Unit, Received], Unclear | None],
    ) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self._account = account
        self._executor = executor
        self._desk = desk
        self._words = words
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._failures = 0
        self._resting_until = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def prepare(self) -> None:
        """Ask about what is to be handled next and is unclear; back within the time limit."""
        if monotonic() < self._resting_until:
            return
        wanted = await self._executor.read(self._unclear)
        unknown = {each.text: each for each in wanted if self._desk.advice.get(each.text) is None}
        for text, each in unknown.items():
            if text not in self._asking:
                task = asyncio.create_task(self._ask(each), name="advice")
                self._asking[text] = task
                task.add_done_callback(partial(self._answered, text))
        await asyncio.gather(*(self._asking[text] for text in unknown if text in self._asking))

    async def close(self) -> None:
        """Let go of the endpoint."""
        if self._session is not None:
            await self._session.close()

    def _answered(self, text: str, _task: asyncio.Task[None]) -> None:
        self._asking.pop(text, None)

    def _unclear(self, unit: Unit) -> tuple[Unclear, ...]:
        looked = (self._words(unit, row) for row in unit.inbox.peek(limit=AT_ONCE))
        return tuple(each for each in looked if each)

    async def _ask(self, unclear: Unclear) -> None:
        began = monotonic()
        advice, outcome = await self._asked(redacted(unclear.text, unclear.names))
        self.outcomes[outcome] += 1
        if advice is None:
            self._failed()
        else:
            self._failures = 0
            self._desk.advice.put(unclear.text, advice)
        took = round(1000 * (monotonic() - began))
        log.info("A language model was asked.", action="llm_asked", outcome=outcome, ms=took)

    async def _asked(self, text: str) -> tuple[Advice | None, Outcome]:
        account = self._account
        headers = {"Authorization": f"Bearer {account.key}"} if account.key else {}
        body = request(text, model=account.model)
        address = f"{account.url}/chat/completions"
        limit = aiohttp.ClientTimeout(total=account.limit.total_seconds())
        try:
            async with self._connection().post(
                address, json=body, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                if response.status != 200:
                    return None, Outcome.REFUSED
                read = await response.content.read(LONGEST_ANSWER)
                while read and not response.content.at_eof() and len(read) < LONGEST_ANSWER:
                    read += await response.content.read(LONGEST_ANSWER - len(read))
        except TimeoutError:
            return None, Outcome.SLOW
        except aiohttp.ClientError:
            return None, Outcome.CUT
        advice = answer(read, to=text)
        return advice, Outcome.HEARD if advice else Outcome.NONSENSE

    def _connection(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= PATIENCE:
            self._failures = 0
            self._resting_until = monotonic() + REST.total_seconds()
            log.warning(
                "The language model does not answer well; nobody asks it for a while.", action="llm_rests"
            )


def counted(advisor: Advisor | None) -> Mapping[str, Callable[[], float]]:
    """Return what became of questions so far, by outcome, for whoever watches."""
    if advisor is None:
        return {}
    outcomes = advisor.outcomes
    return {each.value: partial(outcomes.__getitem__, each) for each in Outcome}
