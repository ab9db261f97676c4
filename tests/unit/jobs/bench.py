"""A store in memory with a movable clock, and a platform and a mail channel that do as they are told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.core.clock import FixedClock
from bot.core.errors import GoneError
from bot.core.inbound import Incoming
from bot.core.message import Message
from bot.core.people import Place, PlatformName
from bot.jobs.bell import Bell
from bot.jobs.delivery import Channels, Clerk, Delivery
from bot.jobs.executor import Executor
from bot.jobs.fetching import Fetching
from bot.ports import MAIL, Capabilities, ClaimedSaying, Saying, SentRef, Showing, Unit
from storage import SqlStore

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
CHAT = PlatformName("chat")
ROOM = Place(CHAT, "room")
ALL = Capabilities(
    edits=True, threads=True, buttons=True, forms=True, reads_back=True, reactions=False, max_text=4000
)
HELLO = Message(title=("hello",))
LEASE_OVER = timedelta(seconds=31)

T = TypeVar("T")


def drawn(unit: Unit, showing: Showing) -> Message:
    """Draw a card that says which version was wanted."""
    return Message(title=(f"{showing.case} v{showing.version}",))


class FakePen:
    """A pen that says what was said."""

    def card(self, unit: Unit, showing: Showing, *, shown: int | None) -> Message | None:
        return drawn(unit, showing)

    def words(self, unit: Unit, saying: Saying) -> Message:
        return saying.message


class PlainLedger:
    """A ledger of words that belong to no case; `tried` are those that do not get through."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def sent(self, unit: Unit, claimed: ClaimedSaying, ref: SentRef) -> None:
        unit.outbox.sent(claimed, ref)

    def dead(self, unit: Unit, claimed: ClaimedSaying, *, reason: str) -> None:
        unit.outbox.dead(claimed, reason=reason)

    def dropped(self, unit: Unit, claimed: ClaimedSaying) -> None:
        unit.outbox.dropped(claimed)

    def late(self, unit: Unit, claimed: ClaimedSaying) -> None:
        self.tried.append(claimed.saying.key)


@dataclass
class FakePlatform:
    """A platform that keeps what it takes; `troubles` are raised first, one a call.

    Nobody gets through before a `crowd` waits at the same time.
    """

    name: PlatformName = CHAT
    capabilities: Capabilities = ALL
    troubles: list[Exception] = field(default_factory=list)
    sent: list[tuple[Place, str]] = field(default_factory=list)
    edited: list[tuple[str, Message]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    crowd: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    def cannot(self, **capabilities: bool) -> None:
        """Take capabilities away."""
        self.capabilities = replace(self.capabilities, **capabilities)

    async def receive(self) -> None:
        await asyncio.Event().wait()

    async def send(self, where: Place, message: Message, *, key: str, answers: str = "") -> SentRef:
        self.answered.append(answers)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.at_once >= self.crowd:
            self.full.set()
        await self.full.wait()
        self.at_once -= 1
        if self.troubles:
            raise self.troubles.pop(0)
        self.gone.discard(key)
        self.sent.append((where, key))
        self.said.append(message)
        return SentRef(place=where, ref=key)

    async def edit(self, ref: SentRef, message: Message) -> None:
        if ref.ref in self.gone:
            raise GoneError("message_not_found")
        self.edited.append((ref.ref, message))

    async def find(self, where: Place, key: str) -> SentRef | None:
        self.asked.append(key)
        return SentRef(place=where, ref=key) if (where, key) in self.sent else None

    async def fetch(self, ref: str) -> bytes:
        if self.troubles:
            raise self.troubles.pop(0)
        return self.files[ref]

    async def close(self) -> None:
        return None

    def to_inbound(self, payload: str) -> Incoming | None:
        return None


@dataclass
class FakeAlerter:
    """A mail channel that keeps the addresses; it hangs until it `answers`."""

    sent: list[str] = field(default_factory=list)
    answers: asyncio.Event | None = None

    async def alert(self, address: str, message: Message, *, key: str) -> None:
        if self.answers:
            await self.answers.wait()
        self.sent.append(address)


class Bench:
    """One executor, one clock, one platform."""

    def __init__(self) -> None:
        self.clock = FixedClock(START)
        self.store = SqlStore("sqlite://", clock=self.clock, demo=True)
        self.executor = Executor(self.store)
        self.bell = Bell()
        self.platform = FakePlatform()
        self.alerter = FakeAlerter()
        self.ledger = PlainLedger()
        self.delivery = Delivery(
            self.executor,
            Channels({CHAT: self.platform}, {MAIL: self.alerter}),
            Clerk(FakePen(), self.ledger),
            owner="me",
            bell=self.bell,
        )
        self.fetching = Fetching(self.executor, {CHAT: self.platform}, owner="me", bell=self.bell)

    def run(self, work: Callable[[Unit], T]) -> T:
        return self.store.run(work)

    def say(self, *keys: str, place: Place = ROOM) -> None:
        for key in keys:
            saying = Saying(key=key, place=place, message=HELLO)
            self.run(lambda unit, saying=saying: unit.outbox.say(saying))  # type: ignore[misc] # no type on a default

    def alarms(self) -> list[str]:
        return [text for _, text in self.run(lambda unit: unit.registry.alarms())]

    def idle(self) -> bool:
        return self.run(lambda unit: unit.outbox.idle())

    @property
    def keys(self) -> list[str]:
        """The keys the platform got, in order."""
        return [key for _, key in self.platform.sent]
