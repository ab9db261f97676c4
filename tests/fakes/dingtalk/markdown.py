"""What DingTalk's markdown shows: headings, quotes, bold, italic, links, images, lists, two-blank breaks."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

NOT_SHOWN = {
    "table_open": "a table",
    "fence": "a code block",
    "code_block": "a code block",
    "code_inline": "code in a line",
    "s_open": "struck-through words",
    "hr": "a rule",
    "html_block": "HTML",
    "html_inline": "HTML",
    "softbreak": "a line break without two blanks before it",
}
UNSEEN = {ord("\u200b"): None, ord("\u00a0"): " "}
BREAKS = {"paragraph_close": "\n", "heading_close": "\n", "hardbreak": "\n", "softbreak": " "}


def complaints(text: str) -> tuple[str, ...]:
    """Return what in a markdown text would not be shown as it was meant."""
    return tuple(dict.fromkeys(NOT_SHOWN[each.type] for each in _tokens(text) if each.type in NOT_SHOWN))


def shown(text: str) -> str:
    """Return a markdown text as people read it."""
    parts = (
        BREAKS.get(each.type) or (each.content if each.type != "inline" else "") for each in _tokens(text)
    )
    return seen("".join(parts))


def seen(text: str) -> str:
    """Return words without the signs that nobody sees."""
    return text.translate(UNSEEN).strip()


def _tokens(text: str) -> Iterator[Token]:
    for each in PARSER.parse(text):
        yield each
        yield from each.children or ()
