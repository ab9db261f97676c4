"""The reliability diagram: how often readings are right, by how sure they were."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.understanding.scoring import Score

SIDE, MARGIN = 400, 60
"""The square the diagram is drawn in, and what stays free around it; in pixels."""

LARGEST = 14
"""Radius of the dot of the most readings."""


def svg(score: Score, *, title: str) -> str:
    """Return the diagram as SVG; a dot is as large as its share of the readings."""
    most = max((each.count for each in score.bins), default=1)
    dots = [
        (
            round(MARGIN + each.confidence * SIDE, 1),
            round(MARGIN + (1 - each.right) * SIDE, 1),
            round(max(LARGEST * (each.count / most) ** 0.5, 3), 1),
            each.count,
        )
        for each in score.bins
    ]
    ticks = [(f"{tenth / 10:.1f}", MARGIN + tenth * SIDE / 10) for tenth in range(0, 11, 2)]
    error = f"{score.calibration_error:.3f}"
    return _template().render(title=title, error=error, dots=dots, ticks=ticks, side=SIDE, margin=MARGIN)


@cache
def _template() -> Template:
    loader = PackageLoader("bot.understanding", "pictures")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(
        "reliability.svg"
    )
