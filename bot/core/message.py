"""What is said, in a form no platform owns; every platform renders it its own way.

`Block` and `Span` are closed unions: a renderer ends its match with `assert_never`, so a new block that
a platform cannot draw fails the type check. `kind` tags each alternative in the stored form.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, NewType

from bot.core.people import CaseKey, PlatformName, Sender

FileId = NewType("FileId", str)


@dataclass(frozen=True, slots=True)
class Bold:
    """Emphasised words."""

    text: str
    kind: Literal["bold"] = "bold"


@dataclass(frozen=True, slots=True)
class Code:
    """Words to be typed as they stand, such as a command or a case number."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person called by name; rings them where the platform can."""

    sender: Sender
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    text: str
    url: str
    kind: Literal["link"] = "link"


Span = str | Bold | Code | Mention | Link
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of words."""

    line: Line
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, shown as theirs and never formatted."""

    text: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value."""

    label: str
    value: Line


@dataclass(frozen=True, slots=True)
class Fields:
    """A card's table of labels and values."""

    fields: tuple[Field, ...]
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, one line each."""

    lines: tuple[Line, ...]
    kind: Literal["bullets"] = "bullets"


class Style(StrEnum):
    """How much a button asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A verb to press.

    `as_of` is the version of the case it was drawn for: a late press is told what happened meanwhile.
    `words` are arguments already filled in. Where the verb needs more, the platform opens its form.
    """

    label: str
    verb: str
    case: CaseKey | None = None
    words: str = ""
    as_of: int | None = None
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file somebody sent, kept in the store; a message that holds one holds nothing else."""

    file: FileId
    name: str
    kind: Literal["attachment"] = "attachment"


Block = Paragraph | Quote | Fields | Bullets | Buttons | Attachment


class Tone(StrEnum):
    """What a message is about, for its colour; never the only carrier of meaning."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a title line (may be empty) and blocks below it."""

    title: Line = ()
    blocks: tuple[Block, ...] = field(default=())
    tone: Tone = Tone.PLAIN

    @property
    def file(self) -> FileId | None:
        """The file it brings, if it brings one."""
        return next((block.file for block in self.blocks if isinstance(block, Attachment)), None)


def spoken_on(message: Message, platform: PlatformName) -> Message:
    """Return a message with the people of other platforms named instead of called: nobody rings there."""

    def line(spans: Line) -> Line:
        return tuple(
            f"@{span.sender.name}" if isinstance(span, Mention) and span.sender.platform != platform else span
            for span in spans
        )

    def block(each: Block) -> Block:
        match each:
            case Paragraph():
                return Paragraph(line(each.line))
            case Bullets():
                return Bullets(tuple(map(line, each.lines)))
            case Fields():
                return Fields(tuple(replace(field_, value=line(field_.value)) for field_ in each.fields))
            case Quote() | Buttons() | Attachment():
                return each

    return replace(message, title=line(message.title), blocks=tuple(map(block, message.blocks)))
