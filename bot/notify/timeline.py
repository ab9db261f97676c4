"""A case's clocks in words, one row each in the order of time: what the picture and the command line show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from babel.dates import format_date

from bot.cases.model import Case
from bot.cases.timeline import Bar, Hold, Mark, Timeline
from bot.cases.triggers import TriggerKind as T
from bot.notify.promises import scheme_title, standing
from bot.notify.scene import Scene
from bot.notify.times import hour, stamp
from bot.sla.rules import ClockEvent

FOR_CUSTOMERS = frozenset({T.NOTICE, T.SILENCE, T.END})
"""The alarms that concern a customer; whom the desk wakes up is its own affair."""


class Shape(StrEnum):
    """How a row is drawn."""

    PROMISE = "promise"
    KEPT = "kept"
    LATE = "late"
    ALARM = "alarm"
    RUNG = "rung"
    CLOSING = "closing"
    DEED = "deed"


SHAPES: Mapping[T, Shape] = MappingProxyType(
    {T.RUNG: Shape.RUNG, **dict.fromkeys(FOR_CUSTOMERS, Shape.CLOSING)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a promise from `start_at` to `at`, or an instant. `at` is None while nothing is due."""

    shape: Shape
    label: str
    note: str = ""
    at: datetime | None
    when: str
    start_at: datetime | None = None
    met_at: datetime | None = None
    holds: tuple[Hold, ...] = ()
    clause: str = ""


def rows(scene: Scene, timeline: Timeline) -> tuple[Row, ...]:
    """Return everything with a time, earliest first, what has not started last."""
    every = (
        *(_promise(scene, bar, timeline.now) for bar in timeline.bars),
        *(_alarm(scene, mark) for mark in timeline.marks),
        *(_deed(scene, kind, at) for kind, at in timeline.happened),
        *(_solved(scene, at) for at in (timeline.solved_at,) if at),
    )
    return tuple(sorted(every, key=lambda row: (row.at is None, row.at or timeline.opened_at)))


def in_sight(scene: Scene, timeline: Timeline, case: Case) -> Timeline:
    """Return what the reader may see: staff everything, a customer what is promised and the closing."""
    if scene.staff:
        return timeline
    targets = [promise.target for promise in standing(case) if promise.target.shown]
    return replace(
        timeline,
        bars=tuple(bar for bar in timeline.bars if bar.target in targets),
        marks=tuple(mark for mark in timeline.marks if mark.kind in FOR_CUSTOMERS),
    )


def under(scene: Scene, timeline: Timeline, level: str) -> str:
    """Return the line below a title: level, receipt and zone, and what “provisional” means if it is said."""
    line = scene.say(
        "timeline.under", level=level, at=stamp(scene, timeline.opened_at), zone=str(timeline.zone)
    )
    bars, marks = timeline.bars, timeline.marks
    doubtful = any(bar.provisional for bar in bars) or any(mark.provisional for mark in marks)
    return scene.say("timeline.provisional_means", line=line) if doubtful else line


def _promise(scene: Scene, bar: Bar, now: datetime | None) -> Row:
    return Row(
        shape=_shape(bar, now),
        label=_named(scene, bar.target.scheme, bar.target.milestone, ours=not bar.target.shown),
        note=_doubt(scene, bar.assumed, provisional=bar.provisional),
        at=bar.due_at,
        when=_when(scene, bar),
        start_at=bar.start_at,
        met_at=bar.met_at,
        holds=bar.holds,
        clause=bar.target.clause if scene.staff else "",
    )


def _named(scene: Scene, scheme: str, milestone: str, *, ours: bool = False) -> str:
    words = scene.say(f"field.promise.{milestone}")
    if not scene.staff:
        return words
    key = "timeline.ours" if ours else "timeline.promise_of"
    return scene.say(key, milestone=words, scheme=scheme_title(scene, scheme))


def _shape(bar: Bar, now: datetime | None) -> Shape:
    if bar.due_at is None:
        return Shape.PROMISE
    if bar.met_at:
        return Shape.KEPT if bar.met_at <= bar.due_at else Shape.LATE
    return Shape.LATE if now and bar.due_at < now else Shape.PROMISE


def _doubt(scene: Scene, assumed: tuple[ClockEvent, datetime] | None = None, *, provisional: bool) -> str:
    """Return what a due time rests on that nobody knows yet."""
    words = [scene.say("timeline.provisional")] if provisional else []
    if assumed:
        event, at = assumed
        words.append(scene.say("timeline.assumed", event=scene.say(f"event.{event}"), at=moment(scene, at)))
    return scene.say("word.comma").join(words)


def _when(scene: Scene, bar: Bar) -> str:
    if bar.due_at is None:
        return scene.say("timeline.paused" if bar.start_at else "timeline.not_started")
    return moment(scene, bar.due_at)


def moment(scene: Scene, at: datetime) -> str:
    """Return date with weekday and time of day; the year only where it is not the present one."""
    there = at.astimezone(scene.zone)
    this_year = there.year == scene.now.astimezone(scene.zone).year
    pattern = "time.pattern.day" if this_year else "time.pattern.day_of_year"
    return f"{format_date(there, scene.say(pattern), locale=scene.lang)} {hour(scene, at)}"


def _alarm(scene: Scene, mark: Mark) -> Row:
    scheme, _, milestone = mark.choice.partition(":")
    words = scene.say(
        f"timeline.mark.{mark.kind}",
        number=mark.number,
        role=scene.say(f"word.role.{mark.choice}") if mark.kind is T.RUNG else "",
        milestone=_named(scene, scheme, milestone) if milestone else "",
    )
    return Row(
        shape=SHAPES.get(mark.kind, Shape.ALARM),
        label=words,
        at=mark.at,
        when=moment(scene, mark.at),
        note=_doubt(scene, provisional=mark.provisional),
        clause=mark.clause if scene.staff else "",
    )


def _deed(scene: Scene, kind: T, at: datetime) -> Row:
    return Row(shape=Shape.DEED, label=scene.say(f"timeline.deed.{kind}"), at=at, when=moment(scene, at))


def _solved(scene: Scene, at: datetime) -> Row:
    return Row(shape=Shape.DEED, label=scene.say("timeline.solved"), at=at, when=moment(scene, at))
