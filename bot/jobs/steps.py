"""The points between two commits at which a process may die; tests die there on purpose."""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What has just been done and cannot be undone."""

    STORED = "stored"
    DISPATCHED = "dispatched"
    CLAIMED = "claimed"
    SENT = "sent"
    MARKED = "marked"
    FIRED = "fired"
    FETCHED = "fetched"


OnStep = Callable[[Step], None]


def carry_on(_step: Step) -> None:
    """Do nothing: what a running desk does at every step."""
