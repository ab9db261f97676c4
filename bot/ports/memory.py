"""The doors to what else a deployment remembers: exchanges, bindings, duties, the local chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.inbound import Sent
from bot.core.message import Message
from bot.core.people import CaseKey, ContractId, CustomerId, PersonId, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A person's words that opened no case yet, or joined one: what a follow-up refers to.

    `outcome` says what was done: answered, offered, unknown, read, helped, unhelped, along, asked, joined,
    opened. `message` is the platform's name of the words; `files` came without words and wait for what they
    are about; `articles` were shown, offered or judged.
    """

    place: Place
    person: PersonId
    said_at: datetime
    text: str
    outcome: str
    case: CaseKey | None = None
    message: str = ""
    files: tuple[Sent, ...] = ()
    articles: tuple[str, ...] = ()


class Exchanges(Protocol):
    """The last words between a person and the bot, per conversation."""

    def put(self, exchange: Exchange) -> None:
        """Remember an exchange as the latest of this person in this conversation."""
        ...

    def latest(self, place: Place, person: PersonId | None, *, since: datetime) -> tuple[Exchange, ...]:
        """Return a person's exchanges, or everybody's, in this conversation since `since`, newest first."""
        ...

    def between(self, first: datetime, last: datetime) -> tuple[Exchange, ...]:
        """Return everybody's exchanges everywhere from an instant to before another, oldest first."""
        ...

    def loose(self, place: Place, person: PersonId, *, since: datetime) -> tuple[Exchange, ...]:
        """Return a person's exchanges in this conversation since the last one that went into a case.

        None is older than `since`; the newest comes first.
        """
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

    def latest(self, kind: str) -> str | None:
        """Return the text of the edition of this kind that was put last."""
        ...

    def newest(self, kind: str) -> str | None:
        """Return the name of the edition of this kind that was put last."""
        ...

    def claim_duty(self, duty: str, period: str) -> bool:
        """Take on a recurring duty for a period; False if it was done or taken before."""
        ...

    def release_duty(self, duty: str, period: str) -> None:
        """Give a duty back that is not finished for its period."""
        ...

    def last_duty(self, duty: str) -> datetime | None:
        """Return when a duty was taken on last; None if never."""
        ...

    def alarm(self, key: str, *, text: str) -> None:
        """Tell the operator; the same key is told once."""
        ...

    def alarms(self, *, since: datetime | None = None) -> tuple[tuple[datetime, str], ...]:
        """Return what operators were told, from an instant on, newest first."""
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

    def line(self, seq: int) -> ChatLine | None:
        """Find a line."""
        ...

    def by_key(self, key: str) -> ChatLine | None:
        """Return the line a key made."""
        ...

    def lines(
        self, conversation: str, *, thread: str | None = None, limit: int = 200
    ) -> tuple[ChatLine, ...]:
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
