"""The doors to the outside: what the inside needs from a database, a chat platform and a second channel.

Implementations live in `storage` and `bot.platforms`; bot.main alone names them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.cases.model import Case, CaseType, Fact, Recorded, Status
from bot.core.inbound import Incoming
from bot.core.message import Message
from bot.core.people import CaseId, CaseKey, ContractId, CustomerId, PersonId, Place, PlatformName

MAIL = PlatformName("mail")
"""The second channel: a place on it is an address."""


# --- the inbox -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event of a platform, stored before it is acknowledged and not yet handled."""

    id: int
    platform: PlatformName
    event_id: str
    lane: str
    payload: str
    received_at: datetime
    attempts: int


class Inbox(Protocol):
    """Events in the order they came, one lane a conversation."""

    def put(self, *, platform: PlatformName, event_id: str, lane: str, payload: str) -> bool:
        """Store an event; False if this platform already delivered this id."""
        ...

    def claim(self) -> Received | None:
        """Lock and return the oldest open row that is head of its lane and not waiting for a retry."""
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

    def unpark(self, row: int) -> None:
        """Put a parked row back into its lane with no attempts counted."""
        ...


# --- the outbox ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The state of a case a saying was written for; if the case moved on, it is dropped instead of sent."""

    case: CaseKey
    round: int
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Immutable words for one place, sent once; `key` makes a second one with the same key vanish.

    `not_before` and `expires_at` are business time.
    """

    key: str
    place: Place
    message: Message
    case: CaseKey | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    guard: Guard | None = None


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
    """A saying leased to this process; `attempt` was counted before the lease was given."""

    id: int
    attempt: int
    saying: Saying
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedShowing:
    """A card leased to this process; `shown` is where and in which version it stands on the platform."""

    id: int
    attempt: int
    showing: Showing
    ref: SentRef | None
    lease_until: datetime


class Outbox(Protocol):
    """What must still be said or shown, lane by lane.

    Leases and retries are real time; `not_before` and `expires_at` are business time.
    """

    def say(self, saying: Saying) -> None:
        """Add words; a saying whose key is known already changes nothing."""
        ...

    def show(self, showing: Showing) -> None:
        """Want a card to show at least this version."""
        ...

    def unsay(self, key: str) -> bool:
        """Withdraw a saying nobody has begun to send; False if it is too late."""
        ...

    def claim_sayings(self, *, owner: str, limit: int) -> tuple[ClaimedSaying, ...]:
        """Lease the head of every lane that is due, counting the attempt."""
        ...

    def claim_showings(self, *, owner: str, limit: int) -> tuple[ClaimedShowing, ...]:
        """Lease cards whose wanted version is newer than the shown one, counting the attempt."""
        ...

    def sent(self, claimed: ClaimedSaying, ref: SentRef) -> None:
        """Mark words as said, unless the lease went to somebody else."""
        ...

    def shown(self, claimed: ClaimedShowing, *, ref: SentRef, version: int) -> None:
        """Mark a card as showing `version`, unless the lease went to somebody else."""
        ...

    def later(self, claimed: ClaimedSaying | ClaimedShowing, *, at: datetime, reason: str) -> None:
        """Give a lease back, to be tried again at real time `at`."""
        ...

    def dead(self, claimed: ClaimedSaying | ClaimedShowing, *, reason: str) -> None:
        """Give up on a row for good; the operator sees it with its reason."""
        ...

    def dropped(self, claimed: ClaimedSaying) -> None:
        """Mark words as no longer wanted (guard or expiry)."""
        ...

    def was_sent(self, key: str) -> bool:
        """Return whether a saying with this key has reached its platform."""
        ...

    def ref_of(self, case: CaseKey, slot: str, place: Place) -> SentRef | None:
        """Return where a card stands on its platform."""
        ...

    def case_shown_at(self, place: Place) -> CaseKey | None:
        """Return the case whose card is the message that `place.thread` names, if there is one."""
        ...

    def next_due(self) -> datetime | None:
        """Return the business instant at which the earliest waiting saying may leave; None if nothing waits."""
        ...

    def idle(self) -> bool:
        """Return whether nothing is waiting to be said or shown now."""
        ...


# --- cases and their history -----------------------------------------------------------------------------


class Order(StrEnum):
    """How a list of cases is sorted."""

    DEADLINE = "deadline"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """Which cases; an empty field does not restrict. `thread` matches the customer's conversation and thread."""

    statuses: tuple[Status, ...] = ()
    customer: CustomerId | None = None
    reporter: PersonId | None = None
    owner: PersonId | None = None
    unowned: bool = False
    lane: str | None = None
    thread: Place | None = None
    levels: tuple[int, ...] = ()
    type: CaseType | None = None
    vendor: str = ""
    words: tuple[str, ...] = ()
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    due_before: datetime | None = None
    closed_from: datetime | None = None
    order: Order = Order.DEADLINE
    limit: int = 20


class Cases(Protocol):
    """The cases; `get` and `claim_due` lock what they return until the transaction ends."""

    def number(self, day: date) -> int:
        """Count one more case on this day of the desk's zone and return its number."""
        ...

    def add(self, case: Case, *, wake_at: datetime | None) -> Case:
        """Store a new case and return it with its id."""
        ...

    def save(self, case: Case, *, wake_at: datetime | None) -> Case:
        """Store the next state of a case and return it with its new version.

        Raises:
            StaleCaseError: the stored version is not the one `case` was read with.
        """
        ...

    def get(self, key: CaseKey) -> Case:
        """Return a case, locked.

        Raises:
            UserError: no such case (`unknown_case`).
        """
        ...

    def find(self, number: str) -> tuple[Case, ...]:
        """Return the cases whose key is or ends in `number`, newest first, without locking."""
        ...

    def select(self, query: CaseQuery) -> tuple[Case, ...]:
        """Return cases without locking them."""
        ...

    def count(self, query: CaseQuery) -> int:
        """Return how many cases match."""
        ...

    def claim_due(self, *, limit: int) -> tuple[Case, ...]:
        """Lock and return cases whose wake has come, earliest first, leaving those that others hold."""
        ...

    def delay(self, case: CaseId, *, until: datetime) -> None:
        """Postpone a case whose wake failed, without a new version."""
        ...

    def next_wake(self) -> datetime | None:
        """Return the earliest wake of all cases (business time)."""
        ...


class Facts(Protocol):
    """What happened, append-only, one hash chain a case."""

    def append(self, case: CaseId, key: CaseKey, facts: tuple[Fact, ...]) -> tuple[Recorded, ...]:
        """Record facts after the last one of the case."""
        ...

    def of(self, case: CaseId) -> tuple[Recorded, ...]:
        """Return the case's whole history, in order."""
        ...


# --- what else is remembered -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A person's words that opened no case yet, or joined one: what a follow-up refers to.

    `outcome` says what was done: answered, offered, asked, joined, opened.
    """

    place: Place
    person: PersonId
    said_at: datetime
    text: str
    outcome: str
    case: CaseKey | None = None


class Exchanges(Protocol):
    """The last words between a person and the bot, per conversation."""

    def put(self, exchange: Exchange) -> None:
        """Remember an exchange as the latest of this person in this conversation."""
        ...

    def latest(self, place: Place, person: PersonId, *, since: datetime) -> tuple[Exchange, ...]:
        """Return this person's exchanges in this conversation since `since`, newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A conversation tied to a customer from chat; customer None means it was untied."""

    lane: str
    customer: CustomerId | None
    contract: ContractId | None


class Registry(Protocol):
    """Small things one deployment remembers."""

    def bindings(self) -> tuple[Binding, ...]:
        """Return every conversation tied or untied from chat."""
        ...

    def bind(self, binding: Binding, *, by: PersonId) -> None:
        """Tie (or untie) a conversation."""
        ...

    def put_edition(self, *, kind: str, edition: str, body: str) -> bool:
        """Keep the text of an edition under its content hash; False if it is known."""
        ...

    def edition(self, edition: str) -> str | None:
        """Return the text of an edition."""
        ...

    def claim_duty(self, duty: str, period: str) -> bool:
        """Take on a recurring duty for a period; False if it was done or taken before."""
        ...

    def alarm(self, key: str, *, text: str) -> None:
        """Tell the operator; the same key is told once."""
        ...

    def alarms(self) -> tuple[tuple[datetime, str], ...]:
        """Return what operators were told, newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """One line of the local chat; people's own words come as `text`, the bot's as `message`."""

    seq: int
    change: int
    conversation: str
    thread: str | None
    author: str
    said_at: datetime
    text: str = ""
    message: Message | None = None
    replies: int = 0


class ChatLog(Protocol):
    """The local chat's memory: conversations, threads, what each person has read."""

    def post(self, line: ChatLine, *, key: str | None = None) -> ChatLine:
        """Add a line (its `seq` and `change` are given here); a known key returns the line it made."""
        ...

    def edit(self, seq: int, message: Message) -> ChatLine:
        """Replace what a line says, giving it a new `change`."""
        ...

    def by_key(self, key: str) -> ChatLine | None:
        """Return the line a key made."""
        ...

    def lines(self, conversation: str, *, thread: str | None = None, limit: int = 200) -> tuple[ChatLine, ...]:
        """Return the newest top-level lines (or those of a thread), oldest first, with their reply counts."""
        ...

    def changes(self) -> int:
        """Return the highest `change` so far: the page redraws when it grows."""
        ...

    def unread(self, person: PersonId, conversations: tuple[str, ...]) -> Mapping[str, int]:
        """Return how many lines by others each conversation holds that this person has not read."""
        ...

    def mark_read(self, person: PersonId, conversation: str) -> None:
        """Remember that this person has read everything there."""
        ...


T = TypeVar("T")


# --- the store -------------------------------------------------------------------------------------------


class Unit(Protocol):
    """One transaction; everything read and written in it commits together or not at all.

    `now` is business time: the database's own clock (SQLite: the machine's) plus the offset that only the demo
    moves; it is the same all through the transaction. `real_now` is without the offset.
    """

    now: datetime
    real_now: datetime
    cases: Cases
    facts: Facts
    inbox: Inbox
    outbox: Outbox
    exchanges: Exchanges
    registry: Registry
    chat: ChatLog

    def move_clock(self, to: datetime) -> None:
        """Move business time forward to `to`; demo only."""
        ...


class Store(Protocol):
    """A database that runs pieces of work, each in one transaction."""

    def run(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction and commit it.

        `work` is run again from the start on deadlock, serialisation failure or `StaleCaseError`, so it must
        not do anything but through the unit.
        """
        ...

    def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on one consistent snapshot without taking the writer's turn."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


# --- platforms -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do, as data: differences are asked for, never guessed from a name."""

    edits: bool
    threads: bool
    buttons: bool
    forms: bool
    reads_back: bool
    reactions: bool
    max_text: int


Sink = Callable[[str, str, str], bool]
"""Stores (event id, lane, payload) in the inbox before the platform is acknowledged; False if known."""


class Platform(Protocol):
    """A place people chat in.

    Sending raises only `TemporaryDeliveryError` and `PermanentDeliveryError`.
    """

    name: PlatformName
    capabilities: Capabilities

    async def receive(self) -> None:
        """Take events in until cancelled, storing each before it is acknowledged."""
        ...

    async def send(self, where: Place, message: Message, *, key: str) -> SentRef:
        """Say a message in a place."""
        ...

    async def edit(self, ref: SentRef, message: Message) -> None:
        """Replace a message said before."""
        ...

    async def find(self, where: Place, key: str) -> SentRef | None:
        """Return where a message with this key stands, if the platform can be read back."""
        ...

    def to_inbound(self, payload: str) -> Incoming | None:
        """Translate a stored event; None for one that means nothing to us."""
        ...


class Alerter(Protocol):
    """The second channel beside chat: e-mail, and what else the operator configured."""

    async def alert(self, address: str, message: Message, *, key: str) -> None:
        """Send a message to an address; raises the delivery errors."""
        ...
