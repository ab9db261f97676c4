"""The doors to the outside: chat platforms and the second channel."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.core.inbound import Incoming
from bot.core.message import FileId, Message
from bot.core.people import Place, PlatformName
from bot.directory.lookup import Directory
from bot.ports.files import Content
from bot.ports.mailboxes import SentRef

FILE_LIMIT = 20 * 1024 * 1024
"""Bytes: the largest picture or file that is carried from one side of a case to the other."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a platform was told, as it is stored before it is acknowledged.

    `twin` is a second name of the same happening: an event known under either is a duplicate.
    """

    platform: PlatformName
    event_id: str
    lane: str
    payload: str
    twin: str = ""


class Reception(Protocol):
    """What a platform needs from the desk behind it."""

    async def store(self, event: Event) -> bool:
        """Commit an event to the inbox and wake who handles it; False if it is a duplicate.

        Raises:
            StoreError: it is not stored, and must not be acknowledged.
        """
        ...

    async def payload(self, platform: PlatformName, event_id: str) -> str:
        """Return what was stored with an event; empty if it is unknown or forgotten."""
        ...

    async def content(self, file: FileId) -> Content:
        """Return a fetched file.

        Raises:
            StoreError: it is not there.
        """
        ...

    async def alarm(self, key: str, text: str) -> None:
        """Tell the operator; the same key is told once."""
        ...

    def directory(self) -> Directory:
        """Return who is who, as this process last saw it."""
        ...


class Platform(Protocol):
    """A place people chat in.

    Sending, finding and fetching raise only `TemporaryDeliveryError` and `PermanentDeliveryError`.
    """

    name: PlatformName
    capabilities: Capabilities

    async def receive(self) -> None:
        """Take events in until cancelled, storing each before it is acknowledged."""
        ...

    async def send(self, where: Place, message: Message, *, key: str, answers: str = "") -> SentRef:
        """Say a message in a place; `answers` is the event of this conversation that it answers, if any."""
        ...

    async def edit(self, ref: SentRef, message: Message) -> None:
        """Replace a message said before."""
        ...

    async def find(self, where: Place, key: str) -> SentRef | None:
        """Return where a message with this key stands, if the platform can be read back."""
        ...

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file somebody sent; one above `FILE_LIMIT` is refused for good."""
        ...

    async def close(self) -> None:
        """Let go of connections; nothing is asked of it afterwards."""
        ...

    def to_inbound(self, payload: str) -> Incoming | None:
        """Translate a stored event; None for one that means nothing to us.

        Raises:
            StoreError: this version cannot read it; it is parked and the operator told.
        """
        ...


class Verdict(StrEnum):
    """How one thing that was examined stands."""

    WELL = "well"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an examination found about one thing, and what to do next; nothing to do where all is well."""

    subject: str
    verdict: Verdict
    detail: str
    next_step: str = ""


class Alerter(Protocol):
    """The second channel beside chat: e-mail, and what else the operator configured."""

    async def alert(self, address: str, message: Message, *, key: str) -> None:
        """Send a message to an address; raises the delivery errors."""
        ...
