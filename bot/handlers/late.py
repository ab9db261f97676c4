"""Buttons pressed late: a press from before somebody decided something never acts."""

from collections.abc import Sequence

from bot.cases.facts import Recorded
from bot.handlers.registry import Row


def comes_late(row: Row, facts: Sequence[Recorded]) -> bool:
    """Return whether one of these facts makes an older press of this verb late."""
    return row.acts and any(each.fact.kind in row.late for each in facts)
