"""What happened on Slack, as the inbox stores it; the stored form never changes under a `v`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.core.errors import StoreError
from bot.core.inbound import (
    Action,
    Command,
    Deleted,
    Edited,
    Incoming,
    IncomingMessage,
    Origin,
    Reaction,
    Sent,
    Sign,
)
from bot.core.people import DIRECT, CaseKey, Place, PlatformName, Sender
from bot.platforms.slack.text import Read, read

SLACK = PlatformName("slack")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Stored(BaseModel):
    """What a stored value may hold: nothing but what is written here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Somebody(Stored):
    """A person and the name Slack, or our directory, shows."""

    user: str
    name: str


class StoredFile(Stored):
    """A file that came along; `url` is empty where Slack wants to be asked for it."""

    id: str
    name: str
    mime: str = ""
    size: int | None = None
    url: str = ""


class FileRef(Stored):
    """What a file is fetched by."""

    id: str
    url: str = ""


class Happening(Stored):
    """Where, when and by whom something was done.

    `bot` is our own user, `message` and `thread` are Slack's `ts`; `people` are those who did it or are
    mentioned.
    """

    v: Literal[1] = 1
    event_id: str
    bot: str = ""
    channel: str
    direct: bool = False
    user: str
    at: datetime
    message: str | None = None
    thread: str | None = None
    people: tuple[Somebody, ...] = ()

    @property
    def place(self) -> Place:
        """The conversation, with its thread; a direct one is named after the person."""
        return Place(SLACK, f"{DIRECT}{self.user}" if self.direct else self.channel, self.thread)

    @property
    def names(self) -> Mapping[str, str]:
        """The names of the people, by their ids."""
        return {each.user: each.name for each in self.people}

    def origin(self) -> Origin:
        """Return where it came from as the inside names it."""
        return Origin(
            event_id=self.event_id,
            place=self.place,
            sender=self.sender(self.user),
            said_at=self.at,
            message=self.message,
            direct=self.direct,
        )

    def sender(self, user: str) -> Sender:
        """Return a person as the inside names them."""
        return Sender(SLACK, user, self.names.get(user, user))

    def read(self, text: str) -> Read:
        """Translate Slack's written form."""
        return read(text, bot=self.bot, names=self.names)


class Said(Happening):
    """Words in a conversation, in Slack's written form, or files, or both."""

    kind: Literal["message"] = "message"
    text: str
    files: tuple[StoredFile, ...] = ()


class Changed(Happening):
    """Words changed after they were said; `message` is theirs."""

    kind: Literal["edited"] = "edited"
    text: str


class Removed(Happening):
    """Words taken away after they were said; `message` was theirs."""

    kind: Literal["deleted"] = "deleted"


class Ordered(Happening):
    """A slash command: what follows the slash word, in Slack's written form, an alias written out."""

    kind: Literal["command"] = "command"
    text: str


class Pressed(Happening):
    """A button pressed, or its form sent; `words` are plain."""

    kind: Literal["action"] = "action"
    verb: str
    case: str | None = None
    words: str = ""
    as_of: int | None = None


class Reacted(Happening):
    """A sign put on `message`, which `author` wrote: nobody if it was we.

    Its `text` and the thread are there only if Slack told them in time.
    """

    kind: Literal["reaction"] = "reaction"
    message: str
    sign: Sign
    author: str
    text: str = ""


class Unread(Stored):
    """Something of a kind we know in a shape we do not: kept for somebody to look at."""

    v: Literal[1] = 1
    kind: Literal["unread"] = "unread"
    body: dict[str, object]


Payload = Said | Changed | Removed | Ordered | Pressed | Reacted

_payload: TypeAdapter[Payload | Unread] = TypeAdapter(
    Annotated[Payload | Unread, Field(discriminator="kind")]
)


def to_inbound(payload: str) -> Incoming:
    """Translate a stored event.

    Raises:
        StoreError: this version cannot read it; somebody has to look, for it may be a newer one's.
    """
    try:
        happening = _payload.validate_json(payload)
    except ValidationError:
        raise StoreError("a stored event of Slack cannot be read") from None  # never its words
    if isinstance(happening, Unread):
        raise StoreError("Slack sent something in a shape this version does not know")
    return _incoming(happening)


def moment(ts: str) -> datetime:
    """Return the instant of Slack's `ts`: seconds and microseconds since 1970.

    Raises:
        ValueError: it is none.
    """
    seconds, _, fraction = ts.partition(".")
    try:
        return EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction.ljust(6, "0")[:6]))
    except (OverflowError, ValueError) as error:
        raise ValueError("this is no time of Slack") from error


def _incoming(happening: Payload) -> Incoming:
    match happening:
        case Said():
            return _message(happening)
        case Changed():
            return Edited(origin=happening.origin(), text=happening.read(happening.text).text)
        case Removed():
            return Deleted(origin=happening.origin())
        case Ordered():
            words = happening.read(happening.text)
            return Command(
                origin=happening.origin(), text=words.text, mentions=tuple(map(happening.sender, words.users))
            )
        case Pressed():
            return Action(
                origin=happening.origin(),
                verb=happening.verb,
                case=CaseKey(happening.case) if happening.case else None,
                words=happening.words,
                as_of=happening.as_of,
            )
        case Reacted():
            return Reaction(
                origin=happening.origin(),
                sign=happening.sign,
                author=happening.sender(happening.author) if happening.author else None,
                written_at=moment(happening.message),
                text=happening.read(happening.text).text,
            )


def _message(said: Said) -> IncomingMessage:
    words = said.read(said.text)
    return IncomingMessage(
        origin=said.origin(),
        text=words.text,
        to_bot=words.to_bot or said.direct,
        mentions=tuple(map(said.sender, words.users)),
        files=tuple(map(_file, said.files)),
    )


def _file(file: StoredFile) -> Sent:
    ref = FileRef(id=file.id, url=file.url).model_dump_json()
    return Sent(ref=ref, name=file.name, mime=file.mime, size=file.size)
