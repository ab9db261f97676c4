"""Messages as rows: one line each, with the markdown it begins with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from bot.core.message import (
    Attachment,
    Block,
    Bullets,
    Buttons,
    Field,
    Fields,
    Line,
    Message,
    Paragraph,
    Quote,
    Span,
)
from bot.core.people import Language
from bot.notify.texts import as_line
from bot.platforms.dingtalk.typed import Reader, language_of, typed

HEADING, QUOTE, ITEM, PLAIN = "#### ", "> ", "- ", ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line with the markdown it begins with."""

    opening: str
    line: Line


def rows(message: Message, reader: Reader) -> Iterator[Row]:
    """Yield a message line by line; what cannot be pressed on DingTalk is told as words to type."""
    if message.title:
        yield Row(HEADING, message.title)
    lang = language_of(message)
    for block in together(message.blocks):
        for row in _block(block, lang, reader):
            yield from _split(row)


def together(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, rows of buttons below one another as one: what to type is told once."""
    for pressed, run in groupby(blocks, lambda block: isinstance(block, Buttons)):
        if pressed:
            yield Buttons(tuple(each for row in run if isinstance(row, Buttons) for each in row.buttons))
        else:
            yield from run


def _block(block: Block, lang: Language, reader: Reader) -> Iterator[Row]:
    match block:
        case Paragraph():
            yield Row(PLAIN, block.line)
        case Quote():
            yield Row(QUOTE, (block.text,))
        case Fields():
            yield from (Row(PLAIN, _field(field)) for field in block.fields)
        case Bullets():
            yield from (Row(ITEM, each) for each in block.lines)
        case Buttons():
            instead = typed(block, lang, reader)
            yield from (row for each in instead for row in _block(each, lang, reader))
        case Attachment():
            yield Row(PLAIN, (f"📎 {block.name}",))
        case _:
            assert_never(block)


def _field(field: Field) -> Line:
    colon = ": " if field.label.isascii() else "："
    return as_line(f"{field.label}{colon}", *field.value)


def _split(row: Row) -> Iterator[Row]:
    """Yield a row as several where its words have line breaks."""
    current: list[Span] = []
    for span in row.line:
        first, *others = span.splitlines() or [""] if isinstance(span, str) else [span]
        current.append(first)
        for words in others:
            yield Row(row.opening, as_line(*current))
            current = [words]
    yield Row(row.opening, as_line(*current))
