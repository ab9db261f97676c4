"""The door to the history of operators' alarms: what each said, whom it reached, who has seen it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.people import PersonId


class AlarmKind(StrEnum):
    """What happened with an alarm."""

    RAISED = "raised"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    LATE = "late"
    NOTED = "noted"


AlarmData = Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFact:
    """One thing that happened with an alarm; `data` names person, channel and attempt, never an address."""

    kind: AlarmKind
    at: datetime
    data: AlarmData


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something operators were to be told.

    Its number is that of its first fact; 0 if it has none yet, or is from before there were any.
    """

    number: int
    at: datetime
    text: str
    facts: tuple[AlarmFact, ...] = ()

    @property
    def noted_by(self) -> PersonId | None:
        """Who saw it first; None if nobody said so."""
        noted = (fact.data["by"] for fact in self.facts if fact.kind is AlarmKind.NOTED)
        return next((PersonId(str(by)) for by in noted), None)

    def outcome(self, person: PersonId, channel: str) -> AlarmKind | None:
        """Return what became of it on one channel of one person; None while nothing is known."""
        theirs = [
            fact.kind
            for fact in self.facts
            if (fact.data.get("to"), fact.data.get("channel")) == (person, channel)
        ]
        return theirs[-1] if theirs else None


class Alarms(Protocol):
    """What was raised and became of it: only added to, each fact hashed with the one before it."""

    def waiting(self) -> bool:
        """Tell whether an alarm was raised that nobody has numbered yet."""
        ...

    def take(self) -> tuple[Alarm, ...]:
        """Number the alarms that are waiting, oldest first: each is recorded as raised, and taken once."""
        ...

    def raised(self, text: str, *, at: datetime) -> Alarm:
        """Record an alarm that operators were told of already, at some earlier instant."""
        ...

    def record(self, number: int, kind: AlarmKind, data: AlarmData) -> None:
        """Record what happened with an alarm."""
        ...

    def of(self, number: int) -> Alarm | None:
        """Find an alarm with everything that happened with it; one whose words were erased says nothing."""
        ...

    def latest(self, *, limit: int) -> tuple[Alarm, ...]:
        """Return the newest alarms, each with everything that happened with it."""
        ...

    def unseen(self, *, limit: int) -> tuple[Alarm, ...]:
        """Return the newest alarms on record that nobody has noted."""
        ...
