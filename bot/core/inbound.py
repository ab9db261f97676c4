"""What comes in, translated by a platform and not yet understood."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.people import CaseKey, Place, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where, when and by whom something was said, as the platform tells it.

    `message` is the platform's reference of the message itself: an answer to it may open a thread there.
    """

    event_id: str
    place: Place
    sender: Sender
    said_at: datetime
    message: str | None = None
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """Words in a conversation."""

    origin: Origin
    text: str
    to_bot: bool = False
    mentions: tuple[Sender, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command: everything after the slash word."""

    origin: Origin
    text: str
    mentions: tuple[Sender, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button pressed, or the form it opened sent."""

    origin: Origin
    verb: str
    case: CaseKey | None
    words: str = ""
    as_of: int | None = None


Incoming = IncomingMessage | Command | Action
