"""Messages as plain text: for e-mail, and for anybody who reads without colours."""

from collections.abc import Iterator
from typing import assert_never

from bot.core.message import (
    Attachment,
    Block,
    Bold,
    Bullets,
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
)


def plain(message: Message, *, buttons: bool = True) -> tuple[str, ...]:
    """Return a message as lines of text; `buttons` False leaves out what can only be pressed."""
    lines = [line(message.title)] if message.title else []
    for block in message.blocks:
        if buttons or not isinstance(block, Buttons):
            lines.extend(_block(block))
    return tuple(lines)


def line(spans: Line) -> str:
    """Return one line of words."""
    return "".join(_span(span) for span in spans)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield line(block.line)
        case Quote():
            yield from (f"> {words}".rstrip() for words in block.text.splitlines())
        case Fields():
            yield from (_field(field) for field in block.fields)
        case Bullets():
            yield from (f"- {line(each)}" for each in block.lines)
        case Buttons():
            yield " ".join(f"[{button.label}]" for button in block.buttons)
        case Attachment():
            yield f"📎 {block.name}"
        case _:
            assert_never(block)


def _field(field: Field) -> str:
    """Chinese labels take the wide colon, which needs no space."""
    colon = ": " if field.label.isascii() else "："
    return f"{field.label}{colon}{line(field.value)}"


def _span(span: Span) -> str:
    match span:
        case str():
            return span
        case Bold() | Code():
            return span.text
        case Mention():
            return f"@{span.sender.name}"
        case Link():
            return f"{span.text} ({span.url})"
        case _:
            assert_never(span)
