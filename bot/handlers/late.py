"""Buttons pressed late: a press from before somebody decided something never acts."""

from collections.abc import Sequence

from bot.cases.model import SYSTEM, Case, FactKind, Recorded
from bot.handlers.registry import Row


def since(case: Case, as_of: int, recorded: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """Return what happened to a case after it stood at version `as_of`.

    Facts do not name versions, but every version after the first recorded one fact at least, all at one
    instant. Counted from both ends this gives all that is newer, and rarely something older.
    """
    steps, instants = case.version - as_of, sorted({each.fact.at for each in recorded})
    if steps <= 0 or not instants:
        return ()
    at_least, earliest = _opening(recorded) + as_of - 1, instants[-min(steps, len(instants))]
    return tuple(each for each in recorded[at_least:] if each.fact.at >= earliest)


def _opening(recorded: Sequence[Recorded]) -> int:
    """Return how many facts the opening recorded: itself, and to whom we gave the case."""
    second = recorded[1].fact if len(recorded) > 1 else None
    given = second is not None and second.kind is FactKind.ASSIGNED and second.actor == SYSTEM
    return 2 if given else 1


def comes_late(row: Row, facts: Sequence[Recorded]) -> bool:
    """Return whether one of these facts makes an older press of this verb late."""
    return row.acts and any(each.fact.kind in row.late for each in facts)
