"""The outbox worker: words and cards leave through the platforms, each once.

A row is leased and its attempt counted before anything is sent. From the second attempt on the platform is
asked first whether it has the message already. Nothing is sent near the end of a lease, for then it may be
somebody else's turn.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.cases.model import WORKING, Case
from bot.core.clock import monotonic
from bot.core.errors import GoneError, PermanentDeliveryError, TemporaryDeliveryError
from bot.core.message import Message, spoken_on
from bot.core.people import Place, PlatformName
from bot.jobs.backoff import backoff
from bot.jobs.bell import Bell
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step, carry_on
from bot.ports import (
    Alerter,
    ClaimedSaying,
    ClaimedShowing,
    Platform,
    Saying,
    SentRef,
    Showing,
    Unit,
)

log = structlog.get_logger()

IN_FLIGHT = 16
"""How many messages are on their way at once on each channel: one that hangs holds up no other."""

SEND_LIMIT = timedelta(seconds=10)
FILE_SEND_LIMIT = timedelta(seconds=90)
MARGIN = timedelta(seconds=5)
"""Nothing is sent whose limit and this would not fit into what is left of its lease."""

PATIENCE = 5
"""After so many attempts the operator hears of a message that does not get through."""

Claimed = ClaimedSaying | ClaimedShowing


class Pen(Protocol):
    """Puts into words what is to leave."""

    def card(self, unit: Unit, showing: Showing, *, shown: int | None) -> Message | None:
        """Draw the current case as the card a place shows; None where it has nothing new to say.

        `shown` is the version that stands there, if one does.
        """
        ...

    def words(self, unit: Unit, saying: Saying) -> Message:
        """Return what is said; for a file that will not come the sentence that says so."""
        ...


class Ledger(Protocol):
    """Settles words, and notes in their case what became of an alert."""

    def sent(self, unit: Unit, claimed: ClaimedSaying, ref: SentRef) -> None:
        """Mark words as said."""
        ...

    def dead(self, unit: Unit, claimed: ClaimedSaying, *, reason: str) -> None:
        """Give up on words for good."""
        ...

    def dropped(self, unit: Unit, claimed: ClaimedSaying) -> None:
        """Mark words as no longer wanted."""
        ...

    def late(self, unit: Unit, claimed: ClaimedSaying) -> None:
        """Note that words do not get through, though they are tried on."""
        ...


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who writes what leaves, and who notes what became of it."""

    pen: Pen
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Channels:
    """Everything a message can leave through: chat, and the channels beside it."""

    platforms: Mapping[PlatformName, Platform]
    alerters: Mapping[PlatformName, Alerter]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one transaction leased, and for how long from its beginning."""

    claimed: tuple[tuple[Claimed, timedelta], ...]
    dropped: int


class Delivery:
    """Sends what the outbox holds, side by side over conversations and in order within each."""

    def __init__(
        self,
        executor: Executor,
        channels: Channels,
        clerk: Clerk,
        *,
        owner: str,
        bell: Bell,
        on_step: OnStep = carry_on,
    ) -> None:
        self.delivered = 0
        self._executor = executor
        self._channels = channels
        self._pen = clerk.pen
        self._ledger = clerk.ledger
        self._owner = owner
        self.bell = bell
        self._on_step = on_step
        self._launching = asyncio.Lock()
        self._flying: dict[asyncio.Task[None], PlatformName] = {}

    async def step(self) -> bool:
        """Launch what may leave now; False if nothing may."""
        async with self._launching:
            full, room = self._room()
            began = monotonic()
            batch = await self._executor.call(lambda unit: self._claim(unit, room, full))
            if batch.claimed:
                self._on_step(Step.CLAIMED)
            for each, leased_for in batch.claimed:
                fence = began + (leased_for - _limit(each) - MARGIN).total_seconds()
                task = asyncio.create_task(self._deliver(each, fence))
                self._flying[task] = _place(each).platform
                task.add_done_callback(self._landed)
        return bool(batch.claimed or batch.dropped)

    async def drain(self) -> bool:
        """Deliver everything that may leave now, and wait until it has arrived; False if nothing was."""
        busy = False
        while await self.step() or self._flying:
            busy = True
            await self.landed()
        return busy

    async def landed(self, *, within: timedelta | None = None) -> None:
        """Wait for what is on its way."""
        if self._flying:
            await asyncio.wait(self._flying, timeout=within.total_seconds() if within else None)

    def _room(self) -> tuple[tuple[PlatformName, ...], int]:
        """Return the channels that are full, and how many messages every other one has room for."""
        flying = Counter(self._flying.values())
        full = tuple(channel for channel, messages in flying.items() if messages >= IN_FLIGHT)
        most = max((messages for channel, messages in flying.items() if channel not in full), default=0)
        return full, IN_FLIGHT - most

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("An outcome could not be stored; the lease will run out.", exc_info=error)
        self.bell.ring()

    def _claim(self, unit: Unit, room: int, full: Collection[PlatformName]) -> _Batch:
        sayings = unit.outbox.claim_sayings(owner=self._owner, limit=room, but=full)
        fresh: list[Claimed] = []
        for each in sayings:
            if _stale(unit, each.saying):
                self._ledger.dropped(unit, each)
            else:
                fresh.append(self._worded(unit, each))
        dropped, left = len(sayings) - len(fresh), room - len(fresh)
        fresh += unit.outbox.claim_showings(owner=self._owner, limit=left, but=full) if left else ()
        return _Batch(tuple((each, each.lease_until - unit.real_now) for each in fresh), dropped)

    def _worded(self, unit: Unit, claimed: ClaimedSaying) -> ClaimedSaying:
        return replace(claimed, saying=replace(claimed.saying, message=self._pen.words(unit, claimed.saying)))

    async def _deliver(self, claimed: Claimed, fence: float) -> None:
        try:
            if isinstance(claimed, ClaimedSaying):
                await self._say(claimed, fence)
            else:
                await self._show(claimed, fence)
        except PermanentDeliveryError as error:
            await self._give_up(claimed, str(error))
        except TemporaryDeliveryError as error:
            await self._again(claimed, str(error), error.retry_after)
        except TimeoutError:
            await self._again(claimed, "no answer in time")
        except Exception as error:  # one message's fault must not stop the others
            log.exception("A message could not be sent.", action="send_failed", row=claimed.id)
            if claimed.attempt < PATIENCE:
                await self._again(claimed, type(error).__name__)
            else:
                await self._give_up(claimed, type(error).__name__)

    async def _say(self, claimed: ClaimedSaying, fence: float) -> None:
        saying = claimed.saying
        async with asyncio.timeout(_limit(claimed).total_seconds()):
            ref = await self._read_back(saying.place, saying.key, claimed.attempt)
            if ref is None:
                if monotonic() > fence:
                    return
                ref = await self._send(saying.place, saying.message, saying.key, claimed.answers)
        self._on_step(Step.SENT)
        await self._executor.share(lambda unit: self._ledger.sent(unit, claimed, ref))
        self.delivered += 1
        self._on_step(Step.MARKED)

    async def _show(self, claimed: ClaimedShowing, fence: float) -> None:
        showing = claimed.showing
        message = await self._executor.read(lambda unit: self._pen.card(unit, showing, shown=claimed.shown))
        ref = claimed.ref if message is None else await self._place(claimed, message, fence)
        if ref is None:
            return
        self._on_step(Step.SENT)
        await self._executor.share(lambda unit: unit.outbox.shown(claimed, ref=ref, version=showing.version))
        self.delivered += 1
        self._on_step(Step.MARKED)

    async def _place(self, claimed: ClaimedShowing, card: Message, fence: float) -> SentRef | None:
        """Edit the card where it stands, else send it unless it has arrived; None near the lease's end."""
        place = claimed.showing.place
        platform, card = self._platform(place), spoken_on(card, place.platform)
        edits = platform.capabilities.edits
        key = _card_key(claimed.showing, edits=edits)
        async with asyncio.timeout(SEND_LIMIT.total_seconds()):
            if monotonic() > fence:
                return None
            if edits and claimed.ref is not None and await _edited(platform, claimed.ref, card):
                return claimed.ref
            stands = await self._read_back(place, key, claimed.attempt)
            if monotonic() > fence:
                return None
            if stands is None:
                return await platform.send(place, card, key=key, answers=claimed.answers)
            if edits:
                await platform.edit(stands, card)
            return stands

    async def _send(self, place: Place, message: Message, key: str, answers: str) -> SentRef:
        if alerter := self._channels.alerters.get(place.platform):
            await alerter.alert(place.conversation, message, key=key)
            return SentRef(place=place, ref=key)
        native = spoken_on(message, place.platform)
        return await self._platform(place).send(place, native, key=key, answers=answers)

    async def _read_back(self, place: Place, key: str, attempt: int) -> SentRef | None:
        if attempt == 1 or place.platform in self._channels.alerters:
            return None
        platform = self._platform(place)
        return await platform.find(place, key) if platform.capabilities.reads_back else None

    def _platform(self, place: Place) -> Platform:
        platform = self._channels.platforms.get(place.platform)
        if platform is None:
            raise PermanentDeliveryError(f"the platform {place.platform} is not configured")
        return platform

    async def _again(self, claimed: Claimed, reason: str, pause: timedelta | None = None) -> None:
        def work(unit: Unit) -> None:
            at = unit.real_now + (pause or backoff(claimed.attempt))
            unit.outbox.later(claimed, at=at, reason=reason)
            if claimed.attempt >= PATIENCE and pause is None:  # being asked to wait is no failure
                if isinstance(claimed, ClaimedSaying):
                    self._ledger.late(unit, claimed)
                self._alarm(unit, claimed, f"not delivered after {PATIENCE} attempts: {reason}")

        await self._executor.share(work)
        log.warning(
            "A message will be sent later.", action="send_later", row=claimed.id, attempt=claimed.attempt
        )

    async def _give_up(self, claimed: Claimed, reason: str) -> None:
        def work(unit: Unit) -> None:
            if isinstance(claimed, ClaimedSaying):
                self._ledger.dead(unit, claimed, reason=reason)
            else:
                unit.outbox.dead(claimed, reason=reason)
            self._alarm(unit, claimed, reason)

        await self._executor.share(work)
        log.error("A message was refused for good.", action="send_refused", row=claimed.id)

    def _alarm(self, unit: Unit, claimed: Claimed, reason: str) -> None:
        """Tell the operator where, never what, and beside chat not even to whom; a reason there once."""
        place = _place(claimed)
        name = place.platform if place.platform in self._channels.alerters else place.lane
        unit.registry.alarm(f"undelivered:{name}:{reason}", text=f"{name}: {reason}")


def _limit(claimed: Claimed) -> timedelta:
    """Return how long sending may take; a file is heavier than words."""
    heavy = isinstance(claimed, ClaimedSaying) and claimed.saying.message.file is not None
    return FILE_SEND_LIMIT if heavy else SEND_LIMIT


def is_stale(saying: Saying, case: Case | None, now: datetime) -> bool:
    """Tell whether words are no longer wanted: they expired, or their case ended or changed hands."""
    if saying.expires_at is not None and now >= saying.expires_at:
        return True
    guard = saying.guard
    if guard is None:
        return False
    if case is None or case.status not in WORKING or case.round != guard.round:
        return True
    return case.turn != guard.turn and not guard.any_owner


def _stale(unit: Unit, saying: Saying) -> bool:
    guard = saying.guard
    found = unit.cases.find(guard.case) if guard else ()
    return is_stale(
        saying, next((case for case in found if guard and case.key == guard.case), None), unit.now
    )


async def _edited(platform: Platform, ref: SentRef, card: Message) -> bool:
    """Change a card where it stands; False if somebody took it away."""
    try:
        await platform.edit(ref, card)
    except GoneError:
        return False
    return True


def _card_key(showing: Showing, *, edits: bool) -> str:
    """One message a card where cards change in place, else one a version."""
    key = f"{showing.case}:{showing.slot}:{showing.place}"
    return key if edits else f"{key}:v{showing.version}"


def _place(claimed: Claimed) -> Place:
    return claimed.saying.place if isinstance(claimed, ClaimedSaying) else claimed.showing.place
