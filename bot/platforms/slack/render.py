"""Our messages as Slack's blocks, split where Slack has limits.

Everything anybody wrote goes into text elements of rich text, where nothing can mention, link or format.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import assert_never

from bot.core.message import (
    Attachment,
    Block,
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Field,
    Fields,
    Line,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
    Span,
    Style,
    Tone,
)
from bot.core.text import cut
from bot.platforms.slack.payload import SLACK
from bot.platforms.slack.text import escape

Element = Mapping[str, object]

TEXT_LIMIT = 3000
PART_LIMIT = 10_000
"""Characters of all blocks of a message; Slack refuses somewhat above 13,000."""

ROWS_LIMIT = 20
"""Rows of buttons in a message: with what stands between them they stay below Slack's 50 blocks."""

FALLBACK_LIMIT = 3500
LABEL_LIMIT = 75
VALUE_LIMIT = 2000
LONGEST_ESCAPE = 6
"""Characters JSON may need for one."""

ROW = 5
"""Buttons that stand side by side."""

USER = re.compile(r"[UW][A-Z0-9]+")
ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S{1,2990}", re.IGNORECASE)
CHUNK = re.compile(rf".{{1,{TEXT_LIMIT}}}(?=\Z)|.{{1,{TEXT_LIMIT - 1}}}[\n ]|.{{1,{TEXT_LIMIT}}}", re.DOTALL)
"""A piece of a long text: all that is left, else up to the last end of a word, else as much as may be."""

MARKS: Mapping[Tone, str] = {Tone.PLAIN: "", Tone.GOOD: "🟢 ", Tone.WARNING: "🟠 ", Tone.ALARM: "🔴 "}


class Kind(StrEnum):
    """What a piece becomes."""

    LINE = "line"
    QUOTE = "quote"
    ITEM = "item"
    BUTTONS = "buttons"


@dataclass(frozen=True, slots=True)
class Piece:
    """The least that may begin a new message; one that does not start goes on where the last one ended."""

    kind: Kind
    elements: tuple[Element, ...]
    text: str
    starts: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One message of Slack: its blocks, and the words for those who see none."""

    blocks: tuple[Element, ...]
    text: str


def parts(message: Message) -> tuple[Part, ...]:
    """Return the messages that say everything."""
    return tuple(_part(pieces) for pieces in _packed(_pieces(message)))


def only_part(message: Message) -> Part:
    """Return one message: what does not fit is left out, but for the buttons."""
    first, *more = list(_packed(_pieces(message))) or [()]
    if not more:
        return _part(first)
    buttons = (piece for pieces in more for piece in pieces if piece.kind is Kind.BUTTONS)
    return _part((*first, Piece(Kind.LINE, (_text("…"),), "…"), *buttons))


def quote(text: str) -> Element:
    """Return somebody's words as a block: what a reader will see of them."""
    return {"type": "rich_text", "elements": [*_rich(tuple(_quote(text)))]}


# --- what a message consists of ---------------------------------------------------------------------------


def _pieces(message: Message) -> Iterator[Piece]:
    title = tuple(Bold(span) if isinstance(span, str) else span for span in message.title)
    if title:
        yield from _line(Kind.LINE, (MARKS[message.tone], *title))
    numbers = iter(range(10_000))
    for block in message.blocks:
        yield from _block(block, numbers)


def _block(block: Block, numbers: Iterator[int]) -> Iterator[Piece]:
    match block:
        case Paragraph():
            yield from _line(Kind.LINE, block.line)
        case Quote():
            yield from _quote(block.text)
        case Fields():
            yield from chain.from_iterable(_line(Kind.LINE, _field(each)) for each in block.fields)
        case Bullets():
            yield from chain.from_iterable(_line(Kind.ITEM, each) for each in block.lines)
        case Buttons():
            yield from _buttons(block.buttons, numbers)
        case Attachment():
            yield from _line(Kind.LINE, (f"📎 {block.name}",))
        case _:
            assert_never(block)


def _field(field: Field) -> Line:
    """Chinese labels take the wide colon, which needs no space."""
    return (Bold(f"{field.label}{': ' if field.label.isascii() else '：'}"), *field.value)


def _line(kind: Kind, line: Line) -> Iterator[Piece]:
    starts = True
    for span in line:
        for element, text in _span(span):
            yield Piece(kind, (element,), text, starts)
            starts = False


def _quote(text: str) -> Iterator[Piece]:
    return _line(Kind.QUOTE, (text,))


def _span(span: Span) -> Iterator[tuple[Element, str]]:
    match span:
        case str():
            yield from ((_text(chunk), chunk) for chunk in CHUNK.findall(span))
        case Bold():
            yield from ((_text(chunk, "bold"), chunk) for chunk in CHUNK.findall(span.text))
        case Code():
            yield from ((_text(chunk, "code"), chunk) for chunk in CHUNK.findall(span.text))
        case Mention():
            yield _mention(span)
        case Link():
            yield from _link(span)
        case _:
            assert_never(span)


def _text(text: str, style: str = "") -> Element:
    return {"type": "text", "text": text, **({"style": {style: True}} if style else {})}


def _mention(mention: Mention) -> tuple[Element, str]:
    """Call somebody by Slack's own id; a name alone where they are not on Slack."""
    sender, name = mention.sender, f"@{mention.sender.name}"
    if sender.platform == SLACK and USER.fullmatch(sender.user):
        return {"type": "user", "user_id": sender.user}, name
    return _text(name), name


def _link(link: Link) -> Iterator[tuple[Element, str]]:
    """Draw a link; an address that could run something is shown and leads nowhere."""
    if ADDRESS.fullmatch(link.url) and 0 < len(link.text) <= TEXT_LIMIT:
        yield {"type": "link", "url": link.url, "text": link.text}, link.text
    else:
        yield from _span(f"{link.text} ({link.url})")


def _buttons(buttons: tuple[Button, ...], numbers: Iterator[int]) -> Iterator[Piece]:
    for start in range(0, len(buttons), ROW):
        row = buttons[start : start + ROW]
        labels = " ".join(f"[{button.label}]" for button in row)
        yield Piece(Kind.BUTTONS, tuple(_button(each, next(numbers)) for each in row), labels)


def _button(button: Button, number: int) -> Element:
    style = {} if button.style is Style.PLAIN else {"style": button.style.value}
    return {
        "type": "button",
        "action_id": f"{button.verb}:{number}",
        "text": {"type": "plain_text", "text": cut(button.label, LABEL_LIMIT), "emoji": False},
        "value": _value(button),
        **style,
    }


def _value(button: Button) -> str:
    """Return what a button carries; words that are too long are cut: they were said in the conversation."""
    given = {"verb": button.verb, "case": button.case, "words": button.words, "as_of": button.as_of}
    held = {name: each for name, each in given.items() if each not in (None, "")}
    value = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    excess = len(value) - VALUE_LIMIT
    if excess <= 0:
        return value
    surely_too_many = excess // LONGEST_ESCAPE + 1
    return _value(replace(button, words=cut(button.words, len(button.words) - surely_too_many)))


# --- what fits into one of Slack's messages ---------------------------------------------------------------


def _packed(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, ...]]:
    packed: list[Piece] = []
    size = rows = 0
    for piece in pieces:
        is_row = piece.kind is Kind.BUTTONS
        if packed and (size + _size(piece) > PART_LIMIT or rows + is_row > ROWS_LIMIT):
            yield tuple(packed)
            packed, size, rows = [], 0, 0
        packed.append(piece)
        size, rows = size + _size(piece), rows + is_row
    if packed:
        yield tuple(packed)


def _size(piece: Piece) -> int:
    return len(piece.text) + 1 + sum(len(str(each.get("value", ""))) for each in piece.elements)


def _part(pieces: tuple[Piece, ...]) -> Part:
    blocks: list[Element] = []
    told: list[Piece] = []
    for piece in pieces:
        if piece.kind is not Kind.BUTTONS:
            told.append(piece)
            continue
        blocks += _told(told)
        blocks.append({"type": "actions", "elements": [*piece.elements]})
        told = []
    words = "".join(("\n" if piece.starts else "") + piece.text for piece in pieces)
    return Part((*blocks, *_told(told)), _fallback(words.strip()))


def _told(pieces: list[Piece]) -> list[Element]:
    return [{"type": "rich_text", "elements": [*_rich(tuple(pieces))]}] if pieces else []


def _rich(pieces: tuple[Piece, ...]) -> Iterator[Element]:
    """Put pieces together: lines into sections, quotes and lists for themselves."""
    for kind, lines in _runs(pieces):
        match kind:
            case Kind.QUOTE:
                yield from ({"type": "rich_text_quote", "elements": line} for line in lines)
            case Kind.ITEM:
                items = [{"type": "rich_text_section", "elements": line} for line in lines]
                yield {"type": "rich_text_list", "style": "bullet", "elements": items}
            case _:
                broken = chain.from_iterable([_text("\n"), *line] for line in lines)
                yield {"type": "rich_text_section", "elements": [*broken][1:]}


def _runs(pieces: tuple[Piece, ...]) -> Iterator[tuple[Kind, list[list[Element]]]]:
    """Yield lines of one kind that follow each other, each with all its elements."""
    kind: Kind | None = None
    lines: list[list[Element]] = []
    for piece in pieces:
        if kind is not None and piece.kind is not kind:
            yield kind, lines
            lines = []
        if piece.starts or not lines:
            lines.append([])
        kind = piece.kind
        lines[-1] += piece.elements
    if kind is not None:
        yield kind, lines


def _fallback(text: str) -> str:
    """Return words that mention nobody, cut without leaving half an escape."""
    escaped = escape(text)
    if len(escaped) <= FALLBACK_LIMIT:
        return escaped
    return re.sub(r"&[a-z]*\Z", "", escaped[: FALLBACK_LIMIT - 1]) + "…"
