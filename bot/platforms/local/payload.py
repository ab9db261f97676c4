"""What a person did on the local chat, as the inbox stores it; the stored form never changes under a `v`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.core.errors import StoreError
from bot.core.inbound import Action, Command, Incoming, IncomingMessage, Origin
from bot.core.people import DIRECT, LOCAL, CaseKey, Place, Sender

GROUP = "g:"


class Stored(BaseModel):
    """What a stored value of the local chat may hold: nothing but what is written here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Somebody(Stored):
    """A person of the local chat."""

    user: str
    name: str

    def sender(self) -> Sender:
        """Return the person as the inside names them."""
        return Sender(LOCAL, self.user, self.name)


class Happening(Stored):
    """Where, when and by whom something was done."""

    v: Literal[1] = 1
    event_id: str
    conversation: str
    thread: str | None = None
    by: Somebody
    said_at: datetime
    line: str | None = None

    @property
    def direct(self) -> bool:
        """Whether it happened between the person and the bot alone."""
        return self.conversation.startswith(DIRECT)

    def origin(self) -> Origin:
        """Return where it came from as the inside names it."""
        return Origin(
            event_id=self.event_id,
            place=Place(LOCAL, self.conversation, self.thread),
            sender=self.by.sender(),
            said_at=self.said_at,
            message=self.line,
            direct=self.direct,
        )


class Said(Happening):
    """Words in a conversation."""

    kind: Literal["message"] = "message"
    text: str
    to_bot: bool = False
    mentions: tuple[Somebody, ...] = ()


class Ordered(Happening):
    """A slash command; `text` is what follows the slash word."""

    kind: Literal["command"] = "command"
    text: str
    mentions: tuple[Somebody, ...] = ()


class Pressed(Happening):
    """A button pressed, with what its form asked."""

    kind: Literal["action"] = "action"
    verb: str
    case: str | None = None
    words: str = ""
    as_of: int | None = None


Payload = Said | Ordered | Pressed

_payload: TypeAdapter[Payload] = TypeAdapter(Annotated[Payload, Field(discriminator="kind")])


def to_inbound(payload: str) -> Incoming:
    """Translate a stored event.

    Raises:
        StoreError: this version cannot read it; somebody has to look, for it may be a newer one's.
    """
    try:
        happening = _payload.validate_json(payload)
    except ValidationError:
        raise StoreError("a stored event of the local chat cannot be read") from None  # never its words
    match happening:
        case Said():
            return IncomingMessage(
                origin=happening.origin(),
                text=happening.text,
                to_bot=happening.to_bot or happening.direct,
                mentions=tuple(each.sender() for each in happening.mentions),
            )
        case Ordered():
            return Command(
                origin=happening.origin(),
                text=happening.text,
                mentions=tuple(each.sender() for each in happening.mentions),
            )
        case Pressed():
            return Action(
                origin=happening.origin(),
                verb=happening.verb,
                case=CaseKey(happening.case) if happening.case else None,
                words=happening.words,
                as_of=happening.as_of,
            )
