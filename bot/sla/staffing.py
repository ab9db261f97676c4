"""Whom a document demands, asks or tells: for a level, for help, up the ladder, and who has not answered."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.people import Level, Role
from bot.sla.allowance import Duration, Short
from bot.sla.files import FileModel


class Staffing(FileModel):
    """Whom a level demands: `owner` is what whoever has the case must be, `involved` who else works on it."""

    owner: Role | None = None
    involved: tuple[Role, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody who must be there."""
        return (*((self.owner,) if self.owner else ()), *self.involved)


class Matter(StrEnum):
    """What a request for help is about: it decides the path."""

    TECHNICAL = "technical"
    BUSINESS = "business"


class PathRow(FileModel):
    """The units of the directory that are asked for help, step by step.

    A step with several is for those of them that are about the thing in question, else for all.
    """

    steps: tuple[tuple[str, ...], ...]
    clause: str


class ToldRow(FileModel):
    """Whom a document wants told at once: by role, and units of the directory."""

    roles: tuple[Role, ...] = ()
    units: tuple[str, ...] = ()
    clause: str


class RungRow(FileModel):
    """Who must have been told when a case is still unsolved `after` so long."""

    after: Duration
    tell: Mapping[Level, Role]
    clause: str


class Again(StrEnum):
    """To whom a rung goes that nobody acknowledged: to the same person by the second channel, or the next."""

    SAME = "same"
    NEXT = "next"


class UnseenRow(FileModel):
    """What becomes of a rung that nobody acknowledged `after` it was told."""

    after: Short
    to: Again
    clause: str


class StepKind(StrEnum):
    """What happens to an engineer who has not answered the customer."""

    NOTIFY = "notify"
    REMIND = "remind"
    REASSIGN = "reassign"
    OVERDUE = "overdue"


class StepRow(FileModel):
    """What happens `after` an engineer got a case and has not answered the customer."""

    after: Short
    do: StepKind
    clause: str
