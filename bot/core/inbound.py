"""What comes in, translated by a platform and not yet understood."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.core.message import Attachment, FileId
from bot.core.people import CaseKey, Place, PlatformName, Sender

FILE_ID_LENGTH = 32


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
class Sent:
    """A picture or file that came with words; `ref` is what its platform fetches it by, `size` in bytes."""

    ref: str
    name: str
    mime: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What came with somebody's words on a platform; not noted yet."""

    platform: PlatformName
    sent: Sent

    @property
    def file(self) -> Attachment:
        """What it is called once it is noted: after where it is to be had, so the same one is the same."""
        named = sha256(f"{self.platform}\0{self.sent.ref}".encode()).hexdigest()
        return Attachment(FileId(named[:FILE_ID_LENGTH]), self.sent.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """Words in a conversation, files, or both."""

    origin: Origin
    text: str
    to_bot: bool = False
    mentions: tuple[Sender, ...] = field(default=())
    files: tuple[Sent, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Words changed after they were said; `origin.message` is the message, `said_at` when it was changed."""

    origin: Origin
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Words taken away after they were said; `origin` as for `Edited`."""

    origin: Origin


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


class Sign(StrEnum):
    """What staff put on a message to have something done about it."""

    TICKET = "🎫"
    EYES = "👀"
    CHECK = "✅"
    SIREN = "🚨"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A sign put on a message: `origin.message` is the message, `said_at` when the sign was put there.

    `author` wrote the message at `written_at`, nobody if it was a bot; `text` is empty where the platform
    does not tell it.
    """

    origin: Origin
    sign: Sign
    author: Sender | None
    written_at: datetime
    text: str = ""


Incoming = IncomingMessage | Edited | Deleted | Command | Action | Reaction
