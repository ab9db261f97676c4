"""A timeline on a terminal, and as values for programs."""

from collections.abc import Mapping
from datetime import datetime

from rich import box
from rich.table import Table
from rich.text import Text

from bot.cases.timeline import Bar, Mark, Timeline
from bot.cases.triggers import TriggerKind
from bot.notify.picture import COLOURS, Scale, fitted
from bot.notify.scene import Scene
from bot.notify.timeline import Row, Shape, rows
from bot.notify.times import duration
from bot.sla.allowance import Allowance

Value = str | int | bool | None | Mapping[str, str]

WIDE = 110
"""From so many columns on there is room for how long after the report everything comes."""

CLAUSE = 24
"""Letters of a clause that are shown; JSON has all of it."""

LANE, WIDE_LANE = 12, 24
"""Columns of the drawing."""

SIGNS = {Shape.RUNG: "▲", Shape.CLOSING: "■", Shape.DEED: "○", Shape.ALARM: "●"}


def table(scene: Scene, timeline: Timeline, *, width: int) -> Table:
    """Return the timeline as a table with a drawing, for a terminal of `width` columns."""
    wide = width >= WIDE
    lane = WIDE_LANE if wide else LANE
    scale = Scale(timeline.opened_at, timeline.until, left=0, right=lane - 1)
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    drawn.add_column(scene.say("timeline.column.when"), no_wrap=True)
    if wide:
        drawn.add_column(scene.say("timeline.column.after"), no_wrap=True)
    drawn.add_column("", width=lane, no_wrap=True)
    drawn.add_column(scene.say("timeline.column.what"), overflow="fold", ratio=5)
    drawn.add_column(scene.say("timeline.column.clause"), overflow="fold", ratio=3)
    for row in rows(scene, timeline):
        after = (duration(scene, row.at - timeline.opened_at) if row.at else "",) if wide else ()
        drawn.add_row(
            row.when, *after, _lane(row, scale, lane), _what(row), Text(fitted(row.clause, CLAUSE), "dim")
        )
    return drawn


def _what(row: Row) -> Text:
    words = Text(row.label, COLOURS[row.shape] if row.shape in (Shape.PROMISE, Shape.LATE) else "")
    return words.append(f"\n{row.note}", "dim") if row.note else words


def _lane(row: Row, scale: Scale, width: int) -> Text:
    signs = [" "] * width
    if row.at is None:
        return Text("".join(signs))
    end = round(scale.x(row.at))
    if row.start_at:
        start = round(scale.x(row.start_at))
        signs[start:end] = ("╌" if row.note else "━") * (end - start)
        for since, until in row.holds:
            stood = range(round(scale.x(since)), round(scale.x(until)))
            signs[stood.start : stood.stop] = "·" * len(stood)
    signs[end] = SIGNS.get(row.shape, "┃")
    return Text("".join(signs), COLOURS[row.shape])


def values(timeline: Timeline) -> list[dict[str, Value]]:
    """Return every milestone and alarm, earliest first; what is not due at any time last."""
    found = [
        *((bar.due_at, _milestone(bar, timeline)) for bar in timeline.bars),
        *((mark.at, _alarm(mark, timeline)) for mark in timeline.marks),
    ]
    return [
        each for _, each in sorted(found, key=lambda pair: (pair[0] is None, pair[0] or timeline.opened_at))
    ]


def _milestone(bar: Bar, timeline: Timeline) -> dict[str, Value]:
    target = bar.target
    event, at = bar.assumed or (None, None)
    return {
        "kind": "milestone",
        "name": target.milestone,
        "scheme": target.scheme,
        "promised": _written(target.limit) if target.shown else None,
        "at_best": _written(target.min) if target.min else None,
        "start_at": _iso(bar.start_at, timeline),
        "due_at": _iso(bar.due_at, timeline),
        "met_at": _iso(bar.met_at, timeline),
        "calendar": target.calendar,
        "clause": target.clause,
        "provisional": bar.provisional,
        "assumed": event and {"event": event, "at": _iso(at, timeline) or ""},
    }


def _alarm(mark: Mark, timeline: Timeline) -> dict[str, Value]:
    rung = mark.kind is TriggerKind.RUNG
    return {
        "kind": "alarm",
        "name": mark.kind,
        "number": mark.number,
        "owner": mark.turn,
        "role": mark.choice if rung else None,
        "promise": None if rung else mark.choice or None,
        "due_at": _iso(mark.at, timeline),
        "clause": mark.clause,
        "provisional": mark.provisional,
    }


def _written(allowance: Allowance) -> str:
    return f"{allowance.amount:g} {allowance.unit}"


def _iso(at: datetime | None, timeline: Timeline) -> str | None:
    return at.astimezone(timeline.zone).isoformat() if at else None
