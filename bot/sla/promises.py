"""A promise of a case and where its clock stands: not started, running, paused or met.

A clock is exact in three values: its target, where it started, and how long it was held (time that does not
count, because the customer kept us waiting or the case was solved). The due time follows from these alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sla.terms import Target

_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Not started: the event that starts it has not happened; nothing is due.

    `awaits_visit`: somebody has to come first, so a diagnosis no longer starts it (C15).
    """

    target: Target
    received_at: datetime
    awaits_visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Counting since `start_at`, except for `held`, and due at `due_at`."""

    target: Target
    start_at: datetime
    held: timedelta = _NOTHING
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Stopped at `paused_at`; nothing is due until it goes on."""

    target: Target
    start_at: datetime
    held: timedelta = _NOTHING
    paused_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Done at `met_at`, in time or late; a level set later changes nothing about it."""

    target: Target
    start_at: datetime
    held: timedelta = _NOTHING
    due_at: datetime
    met_at: datetime

    @property
    def in_time(self) -> bool:
        """Whether it was kept; the due instant itself is in time."""
        return self.met_at <= self.due_at


Promise = Pending | Running | Paused | Met
