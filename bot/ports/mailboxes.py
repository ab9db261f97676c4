"""The doors of an event: the inbox it is stored in, the outbox its consequences leave by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.message import Message
from bot.core.people import CaseId, CaseKey, PersonId, Place, PlatformName


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event of a platform, stored before it is acknowledged and not yet handled.

    `reason` is why it failed last.
    """

    id: int
    platform: PlatformName
    event_id: str
    lane: str
    payload: str
    received_at: datetime
    attempts: int
    reason: str = ""


class Inbox(Protocol):
    """Events in the order they came, one lane a conversation."""

    def put(self, *, platform: PlatformName, event_id: str, lane: str, payload: str, twin: str = "") -> bool:
        """Store an event; False if this platform already delivered one of this id or this `twin`."""
        ...

    def payload(self, platform: PlatformName, event_id: str) -> str:
        """Return what was stored with an event; empty if it is unknown or forgotten."""
        ...

    def claim(self) -> Received | None:
        """Lock and return the oldest open row that is head of its lane and not waiting for a retry."""
        ...

    def peek(self, *, limit: int) -> tuple[Received, ...]:
        """Return the oldest open rows without locking them."""
        ...

    def done(self, row: int) -> None:
        """Mark a row handled."""
        ...

    def failed(self, row: int, *, reason: str, retry_at: datetime) -> int:
        """Count a failed attempt (real time `retry_at` for the next) and return how many there were."""
        ...

    def park(self, row: int) -> None:
        """Take a row out of its lane for good; it stays readable for the operator."""
        ...

    def parked(self) -> tuple[Received, ...]:
        """Return the rows an operator must look at."""
        ...

    def unpark(self, row: int) -> bool:
        """Put a parked row back into its lane with no attempts counted; False if it is not parked."""
        ...

    def drop(self, row: int) -> bool:
        """Settle a parked row without handling it; False if it is not parked."""
        ...

    def waiting(self) -> int:
        """Return how many events are stored and not yet handled."""
        ...

    def heard(self, platform: PlatformName) -> Mapping[str, datetime]:
        """Return when each conversation of a platform was last heard, by lane."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The state of a case a saying was written for; if the case moved on, it is dropped instead of sent.

    Some matter as long as the case is worked on, by `any_owner`.
    """

    case: CaseKey
    round: int
    turn: int
    any_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What makes words an alert: what becomes of them on their channel is recorded in their case.

    `what` is their template, `cause` the clock or the version of the case they come from.
    """

    person: PersonId
    what: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Immutable words for one place, sent once; `key` makes a second one with the same key vanish.

    `not_before` and `expires_at` are business time. `below` names the slot of the case's card in this place
    in whose thread the words belong: they wait for it and nothing waits for them. Nor does anything wait for
    words that bring a file not fetched yet.
    """

    key: str
    place: Place
    message: Message
    case: CaseKey | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    guard: Guard | None = None
    below: str = ""
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A card in one place: delivery draws the current case there whenever `version` is newer than shown."""

    case: CaseKey
    place: Place
    slot: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRef:
    """Where a platform put a message, in its own terms: enough to edit it and to answer below it."""

    place: Place
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedSaying:
    """A saying leased to this process; `attempt` was counted before the lease was given.

    `answers` is the event of the same conversation whose handling wrote it; empty for what a clock says.
    """

    id: int
    attempt: int
    saying: Saying
    lease_until: datetime
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedShowing:
    """A card leased to this process; `answers` as of a saying.

    `ref` is where it stands on the platform, `shown` in which version; neither where it does not stand yet.
    """

    id: int
    attempt: int
    showing: Showing
    ref: SentRef | None
    lease_until: datetime
    shown: int | None = None
    answers: str = ""


class Box(StrEnum):
    """Which kind of outbox row."""

    SAYING = "saying"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """An outbox row that was refused for good.

    `message` is what it says, if that can be read; a card is drawn when it is sent.
    """

    box: Box
    id: int
    lane: str
    case: CaseKey | None
    attempts: int
    at: datetime
    reason: str
    message: Message | None

    @property
    def name(self) -> str:
        """How an operator names the row: `12`, or `card-12`."""
        return str(self.id) if self.box is Box.SAYING else f"{self.box}-{self.id}"


class Outbox(Protocol):
    """What must still be said or shown, lane by lane.

    Leases and retries are real time; `not_before` and `expires_at` are business time.
    """

    def say(self, *sayings: Saying) -> None:
        """Add words, in order; a saying whose key is known already changes nothing."""
        ...

    def show(self, *showings: Showing) -> None:
        """Want each card to show at least this version."""
        ...

    def redraw(self, cases: Sequence[CaseId]) -> None:
        """Want the cards of these cases, wherever they are shown, to show their newest version."""
        ...

    def claim_sayings(
        self, *, owner: str, limit: int, but: Collection[PlatformName] = ()
    ) -> tuple[ClaimedSaying, ...]:
        """Lease the head of every lane that is due, counting the attempt; what is unreadable is given up.

        What belongs `below` a card comes with the card's thread as its place; if the card never came, with
        its own. Channels named by `but` are left alone.
        """
        ...

    def claim_showings(
        self, *, owner: str, limit: int, but: Collection[PlatformName] = ()
    ) -> tuple[ClaimedShowing, ...]:
        """Lease cards whose wanted version is newer than the shown one, counting the attempt."""
        ...

    def sent(self, claimed: ClaimedSaying, ref: SentRef) -> bool:
        """Mark words as said; False if the lease went to somebody else."""
        ...

    def shown(self, claimed: ClaimedShowing, *, ref: SentRef, version: int) -> None:
        """Mark a card as showing `version`, unless the lease went to somebody else."""
        ...

    def later(self, claimed: ClaimedSaying | ClaimedShowing, *, at: datetime, reason: str) -> None:
        """Give a lease back, to be tried again at real time `at`."""
        ...

    def dead(self, claimed: ClaimedSaying | ClaimedShowing, *, reason: str) -> bool:
        """Give up on a row for good, as the operator sees; False if the lease went to somebody else."""
        ...

    def given_up(self) -> tuple[GivenUp, ...]:
        """Return the rows an operator must look at: words first, then cards."""
        ...

    def revive(self, row: GivenUp) -> bool:
        """Put a row given up back, its attempts still counted; False if it is not given up any more."""
        ...

    def bury(self, row: GivenUp) -> bool:
        """Settle a row given up without sending it; False if it is not given up any more."""
        ...

    def dropped(self, claimed: ClaimedSaying) -> bool:
        """Mark words as no longer wanted (guard or expiry); False if the lease went to somebody else."""
        ...

    def release(self) -> None:
        """End every lease: for the only server of a database, whose leases are those of a dead process."""
        ...

    def was_sent(self, key: str) -> bool:
        """Return whether a saying with this key has reached its platform."""
        ...

    def said_on(self, platform: PlatformName, *, limit: int) -> tuple[tuple[datetime, Saying], ...]:
        """Return the newest words sent on a platform, each with the business time it was due."""
        ...

    def case_shown_at(self, place: Place) -> CaseKey | None:
        """Return the case whose card is the message that `place.thread` names, if there is one."""
        ...

    def next_due(self) -> datetime | None:
        """Return the business instant at which the earliest waiting saying may leave, if any."""
        ...

    def idle(self) -> bool:
        """Return whether nothing is waiting to be said or shown now."""
        ...
