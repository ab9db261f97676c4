"""Messages as HTML; everything anybody wrote is escaped."""

from collections.abc import Callable, Iterable
from typing import assert_never

from markupsafe import Markup, escape

from bot.core.message import (
    Attachment,
    Block,
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Fields,
    Line,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
    Span,
)

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

DrawButton = Callable[[Button], Markup]
DrawFile = Callable[[Attachment], Markup]


def file_html(file: Attachment) -> Markup:
    """Draw a file by its name alone."""
    return Markup('<p class="file">📎 {}</p>').format(file.name)


def blocks_html(message: Message, draw: DrawButton | None = None, draw_file: DrawFile = file_html) -> Markup:
    """Draw what stands below a message's title; `draw` gives each button its HTML, None leaves them out."""
    return _joined(_block(block, draw, draw_file) for block in message.blocks)


def line_html(line: Line) -> Markup:
    """Draw one line of words."""
    return _joined(_span(span) for span in line)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _block(block: Block, draw: DrawButton | None, draw_file: DrawFile) -> Markup:
    match block:
        case Paragraph():
            return Markup("<p>{}</p>").format(line_html(block.line))
        case Quote():
            return Markup("<blockquote>{}</blockquote>").format(block.text)
        case Fields():
            rows = (
                Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(field.label, line_html(field.value))
                for field in block.fields
            )
            return Markup("<dl>{}</dl>").format(_joined(rows))
        case Bullets():
            items = (Markup("<li>{}</li>").format(line_html(line)) for line in block.lines)
            return Markup("<ul>{}</ul>").format(_joined(items))
        case Buttons():
            row = Markup('<div class="buttons">{}</div>')
            return row.format(_joined(map(draw, block.buttons))) if draw else Markup("")
        case Attachment():
            return draw_file(block)
        case _:
            assert_never(block)


def _span(span: Span) -> Markup:
    match span:
        case str():
            return escape(span)
        case Bold():
            return Markup("<strong>{}</strong>").format(span.text)
        case Code():
            return Markup("<code>{}</code>").format(span.text)
        case Mention():
            return Markup('<span class="mention">@{}</span>').format(span.sender.name)
        case Link():
            return _link(span)
        case _:
            assert_never(span)


def _link(link: Link) -> Markup:
    """Draw a link; an address that could run something is shown and leads nowhere."""
    if link.url.partition(":")[0].lower() not in SAFE_SCHEMES:
        return Markup("{} ({})").format(link.text, link.url)
    return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(link.url, link.text)
