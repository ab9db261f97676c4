"""The picture of a case's clocks: an SVG drawn from its rows, and the same as PNG.

Time runs to the right and is squeezed more the later it is, so that half an hour and a month both fit.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import as_file, files
from math import log1p
from types import MappingProxyType
from unicodedata import east_asian_width

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from resvg_py import svg_to_bytes

from bot.cases.timeline import Timeline
from bot.notify.scene import Scene
from bot.notify.timeline import Row, Shape, rows
from bot.notify.times import duration

WIDTH, MARGIN, DUE = 560, 20, 185
"""The width, which can be read on a phone; what stays free at the sides; room for due times. In pixels."""

LEFT, RIGHT = MARGIN + 5, WIDTH - MARGIN - 5
"""Where the first and the last instant are drawn."""

WORDS, SMALL = 15, 12.5
"""Sizes of letters; a letter is half as wide, a Chinese sign as wide."""

HEADING = 20
"""The title's."""

LINE, NOTE, BAR, GAP = 21, 17, 15, 6
"""Heights: of a line of words, of a note, of what is drawn below them, between rows."""

SCALE, BOTTOM = 56, 20
"""Heights: of the lengths of time above the rows, and below the last one."""

SMALLEST = timedelta(minutes=15)
"""Up to about here time is drawn as it is; beyond it, squeezed."""

TICKS = (
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
)
"""Lengths of time since receipt that are written above the rows, as far as the picture goes."""

COLOURS: Mapping[Shape, str] = MappingProxyType(
    {
        Shape.PROMISE: "#2563eb",
        Shape.KEPT: "#15803d",
        Shape.LATE: "#b91c1c",
        Shape.ALARM: "#6b7280",
        Shape.RUNG: "#c2410c",
        Shape.CLOSING: "#7c3aed",
        Shape.DEED: "#111827",
    }
)
PIECES = re.compile("[\u2e80-\u9fff\uf900-\uffef]|[^\\s\u2e80-\u9fff\uf900-\uffef]+\\s*|\\s+")
"""A Chinese sign, or a word with the space behind it."""

PHRASES = re.compile(r".+?(?: · |$)")
"""What stands between dots."""

NEVER_FIRST = frozenset("，。、：；）》」！？ ")
"""What no line begins with."""

LETTER = 0.52
"""How wide a letter is, of its height."""

APART = 55
"""Pixels between two lengths of time, at least."""

ZOOM = 2
"""Dots of the PNG for each pixel, so that it is sharp where screens are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A row with its places in the picture; `y` is the middle of what is drawn below its words."""

    row: Row
    words: tuple[tuple[float, str], ...]
    notes: tuple[tuple[float, str], ...]
    colour: str
    top: float
    y: float
    height: float
    start: float
    end: float | None
    met: float | None
    holds: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where an instant is drawn between `left` and `right`."""

    opened_at: datetime
    until: datetime
    left: int = LEFT
    right: int = RIGHT

    def x(self, at: datetime) -> float:
        """Return the place of an instant; one outside is drawn at the edge."""
        at = min(max(at, self.opened_at), self.until)
        share = self._squeezed(at) / (self._squeezed(self.until) or 1)
        return round(self.left + share * (self.right - self.left), 1)

    def _squeezed(self, at: datetime) -> float:
        return log1p((at - self.opened_at) / SMALLEST)


def svg(scene: Scene, timeline: Timeline, *, title: str, under: str) -> str:
    """Return the picture as SVG."""
    scale = Scale(timeline.opened_at, timeline.until)
    heading = tuple(_placed(wrapped(title, _room(HEADING)), y=0, line=HEADING + 6))
    below = tuple(_placed(wrapped(under, _room(SMALL), at=PHRASES), y=_end(heading, 0) + 10, line=NOTE))
    top = _end(below, 0) + SCALE
    drawn = tuple(_drawn(rows(scene, timeline), scale, top))
    return _template().render(
        title=title,
        heading=heading,
        below=below,
        nothing="" if drawn else scene.say("timeline.nothing"),
        rows=drawn,
        ticks=tuple(_ticks(scene, scale)),
        now=(scale.x(timeline.now), scene.say("timeline.now")) if timeline.now else None,
        width=WIDTH,
        margin=MARGIN,
        words=WORDS,
        small=SMALL,
        top=top,
        height=(drawn[-1].top + drawn[-1].height if drawn else top + LINE) + BOTTOM,
    )


def png(picture: str) -> bytes:
    """Return an SVG as PNG, with the font that comes along: nothing of the machine's own is asked for."""
    with as_file(files("bot.notify") / "pictures" / "noto-sans-sc.ttf") as font:
        return bytes(
            svg_to_bytes(
                svg_string=picture,
                font_files=[str(font)],
                skip_system_fonts=True,
                sans_serif_family="Noto Sans SC",
                zoom=ZOOM,
            )
        )


def fitted(words: str, width: int) -> str:
    """Return words cut to a width, counted in letters' widths of which a Chinese sign has two."""
    taken = 0
    for place, sign in enumerate(words):
        taken += 2 if east_asian_width(sign) in "WF" else 1
        if taken > width:
            return words[: place - 1] + "…"
    return words


def wrapped(words: str, width: int, *, at: re.Pattern[str] = PIECES) -> tuple[str, ...]:
    """Return words as lines of at most a width, counted like `fitted`; Chinese may break anywhere.

    `at` finds the pieces that stay together; one wider than that has a line of its own.
    """
    lines, room = [""], width
    for piece in at.findall(words.replace("’", "'")):  # the font's own is as wide as a Chinese sign
        if _width(piece.rstrip(" ·")) > room and lines[-1] and piece not in NEVER_FIRST:
            lines.append("")
            room = width
        lines[-1] += piece
        room -= _width(piece)
    return tuple(line.strip(" ·") for line in lines)


def _width(words: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in words)


def _drawn(every: Sequence[Row], scale: Scale, top: float) -> Iterator[Drawn]:
    for row in every:
        words = tuple(_placed(wrapped(row.label, _room(WORDS, DUE)), y=top, line=LINE))
        notes = tuple(
            _placed(wrapped(row.note, _room(SMALL)) if row.note else (), y=_end(words, top), line=NOTE)
        )
        height = _end(notes, _end(words, top)) + BAR + GAP - top
        yield Drawn(
            row=row,
            words=words,
            notes=notes,
            colour=COLOURS[row.shape],
            top=top,
            y=top + height - GAP - BAR / 2 + 3,
            height=height,
            start=scale.x(row.start_at or row.at or scale.opened_at),
            end=scale.x(row.at) if row.at else None,
            met=scale.x(row.met_at) if row.met_at else None,
            holds=tuple((scale.x(since), scale.x(until)) for since, until in row.holds),
        )
        top += height


def _ticks(scene: Scene, scale: Scale) -> Iterator[tuple[float, str]]:
    """Yield where lengths of time are written; one too near the last is left out."""
    last = float(LEFT)
    for tick in TICKS:
        x = scale.x(scale.opened_at + tick)
        if x - last >= APART and scale.opened_at + tick <= scale.until:
            last = x
            yield x, duration(scene, tick)


def _placed(lines: Iterable[str], *, y: float, line: float) -> Iterator[tuple[float, str]]:
    """Yield lines below one another with where they stand; the first one's top is at `y`."""
    return ((y + line * number, words) for number, words in enumerate(lines, start=1))


def _end(lines: Sequence[tuple[float, str]], otherwise: float) -> float:
    """Return where the last line stands."""
    return lines[-1][0] if lines else otherwise


def _room(size: float, taken: float = 0) -> int:
    """Return how many letters of a size have room."""
    return int((WIDTH - 2 * MARGIN - taken) / (size * LETTER))


@cache
def _template() -> Template:
    loader = PackageLoader("bot.notify", "pictures")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("timeline.svg")
