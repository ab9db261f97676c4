"""The picture of a case's clocks: an SVG drawn from its rows, and the same as PNG.

Time runs to the right and is squeezed more the later it is, so that half an hour and a month both fit.
"""

from collections.abc import Iterator, Mapping, Sequence
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

WIDTH, LEFT, RIGHT = 1060, 345, 240
"""The whole picture's width, and of that the labels' and the due times'; pixels."""

TOP, LINE, NOTED, BOTTOM = 108, 25, 36, 24
"""Heights: above the rows, of a row, of a row with a note, below the rows."""

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
APART = 55
"""Pixels between two lengths of time, at least."""

FONT_SIZE = 13
ZOOM = 1.5
"""Dots of the PNG for each pixel, so that it is sharp where screens are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A row with its places in the picture."""

    row: Row
    label: str
    colour: str
    y: float
    height: int
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
    right: int = WIDTH - RIGHT

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
    drawn = tuple(_drawn(rows(scene, timeline), scale))
    return _template().render(
        title=fitted(title, WIDTH // FONT_SIZE - 20),
        under=under,
        nothing="" if drawn else scene.say("timeline.nothing"),
        rows=drawn,
        ticks=tuple(_ticks(scene, scale)),
        now=(scale.x(timeline.now), scene.say("timeline.now")) if timeline.now else None,
        width=WIDTH,
        right=WIDTH - RIGHT,
        top=TOP,
        height=TOP + sum(_height(each.row) for each in drawn) + BOTTOM + (0 if drawn else LINE),
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


def _drawn(every: Sequence[Row], scale: Scale) -> Iterator[Drawn]:
    y = float(TOP)
    for row in every:
        y += _height(row)
        yield Drawn(
            row=row,
            label=fitted(row.label, LEFT // (FONT_SIZE // 2) - 4),
            colour=COLOURS[row.shape],
            y=y - _height(row) + LINE / 2,
            height=_height(row),
            start=scale.x(row.start_at or row.at or scale.opened_at),
            end=scale.x(row.at) if row.at else None,
            met=scale.x(row.met_at) if row.met_at else None,
            holds=tuple((scale.x(since), scale.x(until)) for since, until in row.holds),
        )


def _ticks(scene: Scene, scale: Scale) -> Iterator[tuple[float, str]]:
    """Yield where lengths of time are written; one too near the last is left out."""
    last = float(LEFT)
    for tick in TICKS:
        x = scale.x(scale.opened_at + tick)
        if x - last >= APART and scale.opened_at + tick <= scale.until:
            last = x
            yield x, duration(scene, tick)


def _height(row: Row) -> int:
    return NOTED if row.note else LINE


@cache
def _template() -> Template:
    loader = PackageLoader("bot.notify", "pictures")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("timeline.svg")
