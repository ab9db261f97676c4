"""Messages as DingTalk shows them: plain text where nothing is formatted, else the markdown that renders.

Rows are packed into parts that keep the limits of DingTalk. A part is drawn at last, when it is known which
way it goes: only by a sessionWebhook does a mention ring.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.core.message import Bold, Code, Line, Link, Mention, Message, Span
from bot.notify.plain import line as plain_line
from bot.notify.texts import as_line
from bot.platforms.dingtalk import markdown
from bot.platforms.dingtalk.layout import ITEM, QUOTE, Row, rows
from bot.platforms.dingtalk.payload import DINGTALK, OUTSIDER
from bot.platforms.dingtalk.typed import Reader

MOST_TEXT = 3500
"""Characters of one message: longer markdown was seen to be cut or dropped."""

MOST_BYTES = 14_000
"""Bytes of one message as JSON: the API takes 15,000 with all that goes round it, a sessionWebhook 20,000."""

RESERVE = 50
BETWEEN_ROWS = 12
BETWEEN_PIECES = 2
"""What a message may grow by when its pieces are put together."""

TITLE_LENGTH = 60
MOST_RUNG = 50

BREAKS = {QUOTE: "  \n", ITEM: "\n"}
USUAL_BREAK = "  \n  "
"""Between two rows of a kind; rows of two kinds have an empty line between them."""

LONG_SPAN = 500
"""Longer emphasised words or links are shown plainly: they may have to be cut."""

_MARKS = "[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
_PIECE = re.compile(
    rf"[\w./:@-]{{1,60}}{_MARKS}*|[\U0001f1e6-\U0001f1ff]{{2}}|.(?:(?<=\u200d).|{_MARKS})*", re.DOTALL
)
"""What is never cut: a word of moderate length, a sign with all that is put together with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One message as it goes out; `rung` are the ids of those whom it rings."""

    title: str
    text: str
    formatted: bool
    rung: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """As much of a message as goes out at once."""

    title: str
    rows: tuple[Row, ...]
    formatted: bool

    def drawn(self, *, rings: bool) -> Drawn:
        """Return the part for a way on which mentions ring, or do not."""
        rung = self._called()[:MOST_RUNG] if rings else ()
        text = _joined(self.rows, frozenset(rung), formatted=self.formatted)
        return Drawn(title=self.title, text=text, formatted=self.formatted, rung=rung)

    def _called(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(user for row in self.rows for user in _called(row.line)))


def parts(message: Message, reader: Reader) -> tuple[Part, ...]:
    """Return a message as the parts it is said in, each within DingTalk's limits; none if it says nothing."""
    laid = tuple(rows(message, reader))
    title = next((words for row in laid if (words := plain_line(row.line).strip())), "")
    if not title:
        return ()
    formatted = any(row.opening or any(isinstance(span, Bold | Link) for span in row.line) for row in laid)
    return tuple(
        Part(title=title[:TITLE_LENGTH], rows=packed, formatted=formatted) for packed in _packed(laid)
    )


def _called(line: Line) -> Iterator[str]:
    """Yield the ids of those whom DingTalk can ring: of the robot's own organisation."""
    for span in line:
        if isinstance(span, Mention) and span.sender.platform == DINGTALK:
            user = span.sender.user
            if user and not user.startswith(OUTSIDER):
                yield user


# --- within the limits -----------------------------------------------------------------------------------


class _Room:
    """How much of a message is left, in characters and in bytes."""

    def __init__(self) -> None:
        self._left = (MOST_TEXT - RESERVE, MOST_BYTES - RESERVE)

    def takes(self, line: Line, *, growth: int) -> bool:
        """Take a line; False if there is no room for it."""
        characters, octets = _size(line)
        left = (self._left[0] - characters - growth, self._left[1] - octets - growth)
        if min(left) < 0:
            return False
        self._left = left
        return True


def _packed(laid: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """Put rows together until a part is full."""
    kept: list[Row] = []
    room = _Room()
    for row in (piece for each in laid for piece in _cut(each)):
        if not room.takes(row.line, growth=BETWEEN_ROWS) and kept:
            yield tuple(kept)
            kept, room = [], _Room()
            room.takes(row.line, growth=BETWEEN_ROWS)
        kept.append(row)
    yield tuple(kept)


def _cut(row: Row) -> Iterator[Row]:
    """Yield a row, in several where it alone is too long."""
    if _Room().takes(row.line, growth=BETWEEN_ROWS):
        yield row
        return
    kept: list[Span] = []
    room = _Room()
    for piece in _pieces(row.line):
        if not room.takes((piece,), growth=BETWEEN_PIECES) and kept:
            yield Row(row.opening, as_line(*kept))
            kept, room = [], _Room()
            room.takes((piece,), growth=BETWEEN_PIECES)
        kept.append(piece)
    yield Row(row.opening, as_line(*kept))


def _size(line: Line) -> tuple[int, int]:
    """Return the characters of a line as markdown and its bytes as JSON, on the way that takes more."""
    ways = [_drawn(line, rung, formatted=True) for rung in (frozenset[str](), frozenset(_called(line)))]
    return max(map(len, ways)), max(len(json.dumps(each, ensure_ascii=False).encode()) for each in ways)


def _pieces(line: Line) -> Iterator[Span]:
    for span in line:
        words = _cuttable(span)
        if words is None:
            yield span
        else:
            yield from (found[0] for found in _PIECE.finditer(words))


def _cuttable(span: Span) -> str | None:
    """Return the words of what may have to be cut; None for what stays whole."""
    match span:
        case str():
            return span
        case Code():
            return span.text
        case Bold() if len(span.text) > LONG_SPAN:
            return span.text
        case Link() if len(span.text) + len(span.url) > LONG_SPAN:
            return f"{span.text} ({span.url})"
        case _:
            return None


# --- drawing ---------------------------------------------------------------------------------------------


def _joined(laid: tuple[Row, ...], rung: frozenset[str], *, formatted: bool) -> str:
    if not formatted:
        return "\n".join(_drawn(row.line, rung, formatted=False) for row in laid)
    text = ""
    for number, row in enumerate(laid):
        if number:
            same = laid[number - 1].opening == row.opening
            text += BREAKS.get(row.opening, USUAL_BREAK) if same else "\n\n"
        text += row.opening + _drawn(row.line, rung, formatted=True)
    return text


def _drawn(line: Line, rung: frozenset[str], *, formatted: bool) -> str:
    drawn = ""
    for number, span in enumerate(line):
        after = plain_line(line[number + 1 :])[:1]
        drawn += _markdown(span, rung, drawn[-1:], after) if formatted else _plain(span, rung)
    return " ".join(drawn.splitlines())


def _markdown(span: Span, rung: frozenset[str], before: str, after: str) -> str:
    match span:
        case Mention() if span.sender.user in rung:
            return f"@{span.sender.user} "
        case Bold():
            return markdown.bold(span.text, before=before, after=after)
        case Link():
            return markdown.link(span.text, span.url, opens=not before)
        case str() | Code() | Mention():
            return markdown.escaped(plain_line((span,)), opens=not before)
        case _:
            assert_never(span)


def _plain(span: Span, rung: frozenset[str]) -> str:
    if isinstance(span, Mention) and span.sender.user in rung:
        return f"@{span.sender.user} "
    return markdown.quiet(plain_line((span,)))
