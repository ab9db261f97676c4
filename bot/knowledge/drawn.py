"""Two pictures of a confidence: how often it is right, and what every threshold comes to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.knowledge.scoring import Decided, Step

SIDE, LEFT, TOP, GAP = 300, 60, 60, 90
"""Sides and margins of the two squares; pixels."""

WIDTH, HEIGHT = LEFT + 2 * SIDE + GAP + 150, TOP + SIDE + 60
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
COLOURS = ("#2563eb", "#15803d", "#b91c1c")

CURVES: Mapping[str, Callable[[Decided], float]] = {
    "answers that are right": lambda each: each.right,
    "in scope, answered rightly": lambda each: each.covered,
    "out of scope, answered": lambda each: each.outside,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A curve with what it shows."""

    colour: str
    label: str
    points: str
    y: float


def draw(title: str, steps: Sequence[Step], curve: Sequence[Decided], threshold: float) -> str:
    """Return the SVG of reliability on the left, of what thresholds come to on the right."""
    right = LEFT + SIDE + GAP
    return _template().render(
        title=title,
        width=WIDTH,
        height=HEIGHT,
        side=SIDE,
        top=TOP,
        squares=(
            (LEFT, "confidence", "right"),
            (right, "threshold for an answer", "share of questions"),
        ),
        ticks=[(tick, SIDE * tick, _y(tick)) for tick in TICKS],
        ideal=_points(LEFT, ((0.0, 0.0), (1.0, 1.0))),
        steps=[(_x(LEFT, each.confidence), _y(each.right), _radius(each, steps)) for each in steps],
        reliability=_points(LEFT, ((each.confidence, each.right) for each in steps)),
        lines=list(_lines(right, curve)),
        chosen=_x(right, threshold),
        threshold=f"{threshold:.2f}",
    )


def _lines(left: int, curve: Sequence[Decided]) -> Iterator[Line]:
    for number, (label, of) in enumerate(CURVES.items()):
        values = [(each.threshold, of(each)) for each in curve]
        known = [(at, value) for at, value in values if value == value]  # noqa: PLR0124 - no answer, no share
        yield Line(COLOURS[number], label, _points(left, known), TOP + 20 + 20 * number)


def _points(left: int, values: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_x(left, x):.1f},{_y(y):.1f}" for x, y in values)


def _x(left: int, share: float) -> float:
    return left + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)


def _radius(step: Step, steps: Sequence[Step]) -> float:
    return 2 + 8 * sqrt(step.questions / max(each.questions for each in steps))


@cache
def _template() -> Template:
    loader = PackageLoader("bot.knowledge", "pictures")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("curve.svg")
