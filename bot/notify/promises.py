"""What is promised in a case, in words: to the customer the promise, to staff the danger too."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import IntEnum
from typing import assert_never

from bot.cases.model import WORKING, Case, WaitingFor
from bot.cases.timeline import ladder_hours
from bot.cases.wake import WARN_SHARE
from bot.core.message import Bold, Field, Line, Tone
from bot.core.people import Level
from bot.notify.build import row
from bot.notify.scene import Scene
from bot.notify.texts import as_line
from bot.notify.times import allowance, clock, duration
from bot.sla.ladder import Rung, rungs
from bot.sla.milestones import consumed
from bot.sla.policy import Milestone, Starts
from bot.sla.promises import Met, Paused, Pending, Promise, Running

_MINUTE = timedelta(minutes=1)


class Danger(IntEnum):
    """How near a promise is to being broken."""

    NONE = 0
    SOON = 1
    LATE = 2


SAID_OTHERWISE = frozenset({Milestone.ENGINEER_NAMED})
"""Promises that, once kept, are shown as something else: who has the case."""

TONES = {Danger.NONE: Tone.PLAIN, Danger.SOON: Tone.WARNING, Danger.LATE: Tone.ALARM}


def danger(promise: Promise, now: datetime) -> Danger:
    """Return how near one promise is to being broken."""
    if not isinstance(promise, Running):
        return Danger.NONE
    if promise.due_at < now:
        return Danger.LATE
    warn_at = promise.due_at - (promise.due_at - promise.start_at) / WARN_SHARE
    return Danger.SOON if warn_at <= now else Danger.NONE


def worst(case: Case, now: datetime) -> Danger:
    """Return the greatest danger among a case's promises, while somebody works on it."""
    if case.status not in WORKING:
        return Danger.NONE
    return max((danger(promise, now) for promise in case.promises), default=Danger.NONE)


def standing(case: Case) -> tuple[Promise, ...]:
    """Return one promise a milestone, the one that decides (C02), in the order of milestones.

    Left out is what never started and never will unless somebody decides it: a visit nobody asked for.
    """
    kept: dict[Milestone, Promise] = {}
    for promise in case.promises:
        milestone = promise.target.milestone
        if _counts(case, promise) and (milestone not in kept or _rank(promise) < _rank(kept[milestone])):
            kept[milestone] = promise
    return tuple(kept[milestone] for milestone in Milestone if milestone in kept)


def find(case: Case, choice: object) -> Promise | None:
    """Find the promise a fact or tell names as “scheme:milestone”."""
    return next((p for p in case.promises if f"{p.target.scheme}:{p.target.milestone}" == choice), None)


def earliest(case: Case) -> Running | None:
    """Return the running promise that falls due first and has a figure to show."""
    running = (p for p in case.promises if isinstance(p, Running) and p.target.shown)
    return min(running, key=lambda promise: promise.due_at, default=None)


def nearest_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return cases by the nearest deadline that is shown, the worse level first where two are due at once.

    Those without one come last, the oldest first.
    """

    def order(case: Case) -> tuple[bool, datetime, Level]:
        promise = earliest(case) if case.status in WORKING else None
        return promise is None, promise.due_at if promise else case.opened_at, case.level

    return tuple(sorted(cases, key=order))


def promised(scene: Scene, case: Case, milestone: Milestone | None = None) -> tuple[Field, ...]:
    """Return what the customer may count on, one line a milestone; only one milestone if named."""
    return tuple(
        row(scene, f"promise.{promise.target.milestone}", *_promise(scene, case, promise))
        for promise in standing(case)
        if milestone in (None, promise.target.milestone)
    )


def still_promised(scene: Scene, case: Case) -> tuple[Field, ...]:
    """Return what the customer may count on and has not got yet."""
    return tuple(
        row(scene, f"promise.{promise.target.milestone}", *_promise(scene, case, promise))
        for promise in standing(case)
        if not isinstance(promise, Met)
    )


def deadlines(scene: Scene, case: Case) -> tuple[Field, ...]:
    """Return what staff must keep, worst first."""
    open_ones = [promise for promise in standing(case) if not isinstance(promise, Met)]
    return tuple(
        row(scene, f"promise.{promise.target.milestone}", *deadline(scene, promise))
        for promise in sorted(open_ones, key=_rank)
    )


def deadline(scene: Scene, promise: Promise) -> Line:
    """Return where a promise stands, for staff."""
    match promise:
        case Running():
            return _time_left(scene, promise)
        case Pending():
            return (_pending(scene, promise),)
        case Paused():
            used = duration(scene, consumed(promise, scene.now, book=scene.book))
            return scene.line("promise.paused_staff", used=used)
        case Met():
            return scene.line(
                "promise.met" if promise.in_time else "promise.met_late", at=clock(scene, promise.met_at)
            )
        case _:
            assert_never(promise)


def scheme_title(scene: Scene, scheme: str) -> str:
    """Return what a scheme is called; its own id once the book has it no more."""
    policy = scene.book.policies.get(scheme)
    return policy.title.get(scene.lang) if policy else scheme


def next_rung(scene: Scene, case: Case) -> Rung | None:
    """Find the next rung of the ladder that will be told if nothing is solved."""
    if case.status not in WORKING or case.ladder_from is None:
        return None
    ladder = rungs(scene.book, case.terms, case.level, case.ladder_from)
    return next((rung for rung in ladder if rung.at > scene.now), None)


def rung_at(scene: Scene, case: Case, rung: Rung) -> str:
    """Return when a rung is told, and whether that may still move."""
    doubt = _doubt(scene, ladder_hours(case), case.opened_at, rung.at)
    return clock(scene, rung.at) + doubt


def _promise(scene: Scene, case: Case, promise: Promise) -> Line:
    match promise:
        case Running():
            return _running(scene, case, promise)
        case Pending():
            return (_pending(scene, promise),)
        case Paused():
            return scene.line(f"promise.paused.{case.waiting or WaitingFor.CUSTOMER}")
        case Met():
            return scene.line("promise.met", at=clock(scene, promise.met_at))
        case _:
            assert_never(promise)


def _running(scene: Scene, case: Case, promise: Running) -> Line:
    """C03: “及时” is said as the contract says it; a clock time beside it only where the contract has one."""
    milestone = promise.target.milestone
    promptly = any(
        isinstance(p, Running) and p.target.milestone is milestone and not p.target.shown
        for p in case.promises
    )
    if not promise.target.shown:
        return scene.line("promise.promptly")
    at = Bold(clock(scene, promise.due_at))
    if promise.due_at < scene.now:
        return scene.line("promise.passed", at=at)
    key = "promise.promptly_by" if promptly else "promise.by"
    return as_line(
        *scene.line(key, at=at), _doubt(scene, promise.target.calendar, promise.start_at, promise.due_at)
    )


def _doubt(scene: Scene, calendar: str, since: datetime, at: datetime) -> str:
    """Say that a time may still move, for it lies in a year whose holidays are not announced."""
    provisional = scene.book.calendars[calendar].provisional(since, at)
    return scene.say("promise.provisional") if provisional else ""


def _time_left(scene: Scene, promise: Running) -> Line:
    left = promise.due_at - scene.now
    figure = "promise.figure" if promise.target.shown else "promise.no_figure"
    due = scene.say(figure, at=clock(scene, promise.due_at)) + _doubt(
        scene, promise.target.calendar, promise.start_at, promise.due_at
    )
    if scene.lasting:
        return scene.line("promise.was_due", at=Bold(due)) if left <= timedelta(0) else (due,)
    if abs(left) < _MINUTE:
        return scene.line("promise.due_now", at=Bold(due))
    if left < timedelta(0):
        return scene.line("promise.overdue", at=Bold(due), length=duration(scene, -left))
    return scene.line("promise.left", at=due, length=duration(scene, _full_minutes(left)))


def _full_minutes(left: timedelta) -> timedelta:
    """Round up: of a fresh hour an hour is left."""
    return -(-left // _MINUTE) * _MINUTE


def _pending(scene: Scene, promise: Pending) -> str:
    target = promise.target
    key = "arrival" if promise.awaits_visit else target.starts
    return scene.say(f"promise.from.{key}", length=allowance(scene, target.limit))


def _counts(case: Case, promise: Promise) -> bool:
    if isinstance(promise, Met) and promise.target.milestone in SAID_OTHERWISE:
        return False
    if not isinstance(promise, Pending):
        return True
    return promise.target.starts is Starts.DIAGNOSIS_OR_ARRIVAL and case.status in WORKING


def _rank(promise: Promise) -> tuple[int, datetime]:
    """Order by what must be kept first: with a figure, without one, clocks that stand, what is done."""
    match promise:
        case Running():
            return (0 if promise.target.shown else 1), promise.due_at
        case Paused():
            return 2, promise.paused_at
        case Pending():
            return 3, promise.received_at
        case Met():
            return 4, promise.due_at
        case _:
            assert_never(promise)
