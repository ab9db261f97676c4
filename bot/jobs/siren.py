"""The operators' alarm, so made that it cannot be the thing that failed.

Alarms that are stored leave through the outbox like everything else. Whether the database answers, loops live
and nothing lags is looked at here too, and told straight through the channels beside chat: it needs neither
database nor outbox nor platform. What was told so is on record as soon as there is a database again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bot.core.clock import monotonic
from bot.core.errors import CasebellError, DeliveryError
from bot.core.message import Message
from bot.core.people import PersonId, PlatformName
from bot.jobs.executor import Executor
from bot.ports import Alerter
from bot.services.desk import Desk
from bot.services.operators import Straight, alarm, note_told, pass_on

log = structlog.get_logger()

LOOK = timedelta(seconds=15)
PATIENCE = timedelta(minutes=1)
"""How long something may be wrong before it is told; a restart is shorter."""

AGAIN = timedelta(hours=1)
ANSWER = timedelta(seconds=10)
"""How long looking, or one channel, may take."""


class Look(Protocol):
    """Whether one thing is well."""

    @property
    def name(self) -> str:
        """What was looked at."""
        ...

    @property
    def ok(self) -> bool:
        """Whether it is well."""
        ...

    @property
    def detail(self) -> str:
        """What an operator should know about it."""
        ...


class Siren:
    """Tells operators what is wrong, once a fault and again every hour, and when it is over."""

    def __init__(
        self,
        executor: Executor,
        desk: Desk,
        alerters: Mapping[PlatformName, Alerter],
        looks: Callable[[], Awaitable[Sequence[Look]]],
    ) -> None:
        self._executor = executor
        self._desk = desk
        self._alerters = alerters
        self._looks = looks
        self._told: list[_Told] = []
        self._refused = ""
        self._recording: asyncio.Task[None] | None = None
        self._next = 0.0
        self._wrong_since: float | None = None
        self._told_at: float | None = None

    async def step(self) -> bool:
        """Pass on new alarms, and look whether all is well if it is time; always False, to be asked again.

        A database that does not answer is waited for beside the looks: it must not keep them from telling so.
        """
        if monotonic() >= self._next:
            self._next = monotonic() + LOOK.total_seconds()
            await self.look(monotonic())
        recording = self._recording = self._recording or asyncio.create_task(self._record())
        try:
            await asyncio.wait({recording}, timeout=ANSWER.total_seconds())
        except asyncio.CancelledError:
            recording.cancel()
            raise
        if recording.done():
            self._recording = None
            recording.result()
        return False

    async def look(self, now: float) -> None:
        """Look whether all is well at a monotonic instant, and tell what is not, or is again."""
        wrong = await self._wrong()
        if not wrong:
            if self._told_at is not None:
                await self._tell("operator.well", "all is well again")
            self._wrong_since = self._told_at = None
            return
        self._wrong_since = now if self._wrong_since is None else self._wrong_since
        due = self._wrong_since + PATIENCE.total_seconds()
        if self._told_at is not None:
            due = self._told_at + AGAIN.total_seconds()
        if now >= due and await self._tell("operator.failing", "; ".join(wrong)):
            self._told_at = now

    async def _wrong(self) -> list[str]:
        try:
            async with asyncio.timeout(ANSWER.total_seconds()):
                return [f"{each.name}: {each.detail}" for each in await self._looks() if not each.ok]
        except TimeoutError:
            return ["the database does not answer"]
        except CasebellError as error:
            return [str(error)]

    async def _tell(self, title: str, text: str) -> bool:
        """Tell every operator by every channel beside chat; True if one of them took it."""
        directory = self._desk.directory
        known = (directory.person(each) for each in directory.desk.operators)
        outcomes = [
            (
                person.id,
                way.by,
                await self._send(way.by, way.to, alarm(self._desk, person.language, title, text)),
            )
            for person in known
            if person
            for way in person.alerts
        ]
        sent = [taken for _, _, taken in outcomes]
        if any(sent) or text != self._refused:  # what no channel takes is tried again and again
            self._told.append(_Told(monotonic(), text, tuple(outcomes)))
        self._refused = "" if any(sent) else text
        log.error("Something is wrong, or well again.", action="siren", channels=sum(sent), what=text)
        return any(sent) or not sent

    async def _send(self, channel: PlatformName, address: str, message: Message) -> bool:
        alerter = self._alerters.get(channel)
        if alerter is None:
            return False
        try:
            async with asyncio.timeout(ANSWER.total_seconds()):
                await alerter.alert(address, message, key="")
        except (DeliveryError, TimeoutError) as error:
            log.warning(
                "A channel did not take an alarm.", action="siren_refused", channel=channel, why=str(error)
            )
            return False
        return True

    async def _record(self) -> None:
        """Put on record what was told straight, and pass on what is stored; without a database it waits."""
        await self._note_told()
        if await self._executor.read(lambda unit: unit.alarms.waiting()):
            await self._executor.call(lambda unit: pass_on(unit, self._desk))

    async def _note_told(self) -> None:
        if not self._told:
            return
        told = tuple(self._told)
        await self._executor.call(lambda unit: note_told(unit, [each.now(monotonic()) for each in told]))
        del self._told[: len(told)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told straight, at a monotonic instant, and is not on record yet."""

    at: float
    text: str
    outcomes: tuple[tuple[PersonId, PlatformName, bool], ...]

    def now(self, now: float) -> Straight:
        return Straight(self.text, timedelta(seconds=now - self.at), self.outcomes)
