"""The door to what a deployment must keep, forget and prove."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.core.people import CaseKey, PersonId, PlatformName

HEAD_SUFFIX = ".jsonl"
"""How the file of a head is called, after its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every history that had grown since the head before ended in.

    `body` is JSON lines: a header, then case, number and hash of a last fact each. Each head names the hash
    of the one before. Without a key there is no signature.
    """

    day: str
    previous: str
    count: int
    body: str
    hash: str
    signature: str

    @property
    def text(self) -> str:
        """The head as a file: its lines, and one that seals them."""
        seal = json.dumps({"hash": self.hash, "signature": self.signature}, separators=(",", ":"))
        return f"{self.body}{seal}\n"


class Heads(Protocol):
    """Daily heads: kept outside too, they show when facts were cut off at the end of a history."""

    def take(self, day: date) -> Head:
        """List what has grown since the last head, sign it, chain it to that one and store it."""
        ...

    def days(self) -> tuple[str, ...]:
        """Return the days that have a head, in order."""
        ...

    def of(self, day: str) -> Head:
        """Return the head of a day.

        Raises:
            StoreError: that day has none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Everything one person is called: ids in cases and facts, users and addresses on platforms, names.

    `lanes` are those of the channels they are alerted by.
    """

    persons: frozenset[PersonId]
    users: frozenset[tuple[PlatformName, str]] = frozenset()
    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    lanes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """How much of a person was deleted.

    Args:
        texts: words of facts, theirs or in the report and contact of their cases.
        cases: cases whose reporter was taken out.
        live: those of them that are still being worked on.
        pseudonyms: salts that led from a person to a pseudonym.
        events: handled events, blanked.
        messages: messages to them or about their cases, blanked.
        lines: lines of the local chat, blanked.
        exchanges: remembered exchanges with the bot.
        files: files they sent, or of their cases, deleted.
        left: events and messages that are still open, parked or given up, and were left alone.
    """

    texts: int
    cases: int
    live: tuple[CaseKey, ...]
    pseudonyms: int
    events: int
    messages: int
    lines: int
    exchanges: int
    files: int
    left: int


class Keeping(Protocol):
    """Forgetting what may be forgotten; the facts' chains hold all the same."""

    def forget(self, *, before: datetime, limit: int) -> bool:
        """Blank what was settled before an instant, at most `limit` rows of a kind; True if there is more.

        Handled events and messages sent or dropped lose their content and keep ids, keys and times, so that
        duplicates still stop; files and exchanges with the bot go altogether. What is open or given up stays.
        """
        ...

    def erase(self, who: Somebody) -> Traces:
        """Delete a person: words, names, contact, pseudonyms; an alarm records it without saying who."""
        ...
