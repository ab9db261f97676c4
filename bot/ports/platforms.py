"""The doors to the outside: chat platforms and the second channel."""

from dataclasses import dataclass
from typing import Protocol

from bot.core.inbound import Incoming
from bot.core.message import Message
from bot.core.people import Place, PlatformName
from bot.ports.mailboxes import SentRef


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
        """Translate a stored event; None for one that means nothing to us.

        Raises:
            StoreError: this version cannot read it; it is parked and the operator told.
        """
        ...


class Alerter(Protocol):
    """The second channel beside chat: e-mail, and what else the operator configured."""

    async def alert(self, address: str, message: Message, *, key: str) -> None:
        """Send a message to an address; raises the delivery errors."""
        ...
