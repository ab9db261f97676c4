"""The door to running promises, found by when they count without loading their cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.people import CaseKey
from bot.sla.promises import Running

Spans = Mapping[str, tuple[datetime, datetime]]
"""Calendars by name, each with an instant and a later one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many promises were found, and of how many cases."""

    cases: int
    promises: int


class Promises(Protocol):
    """The running promises of cases that are worked on."""

    def touching(self, spans: Spans, *, limit: int, offset: int = 0) -> tuple[tuple[CaseKey, Running], ...]:
        """Return promises that count on one of the calendars within its span, due soonest first.

        Args:
            spans: a promise touches one if it is due from the first instant on and began before the second.
            limit: how many to return.
            offset: how many of the first to leave out.
        """
        ...

    def count_touching(self, spans: Spans) -> Counted:
        """Return how many promises, of how many cases, `touching` finds."""
        ...
