"""A person's plain words, understood, and where the case stands that they belong to."""

from dataclasses import dataclass
from enum import StrEnum

from bot.cases.model import FINAL, Case, Status
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.people import CaseKey
from bot.services.cases import perform
from bot.services.files import enclosed
from bot.services.turn import Turn
from bot.triage.reading import Reading

NEW_SUBJECT = ("新问题", "另一个问题", "new issue", "new problem", "another problem")


class Stand(StrEnum):
    """Where the case stands that a person's words belong to."""

    NONE = "none"
    WORKING = "working"
    SOLVED = "solved"
    CLOSED = "closed"


def stand_of(case: Case | None) -> Stand:
    """Return where a case stands; one that is over is as good as none."""
    if case is None or case.status in FINAL:
        return Stand.NONE
    if case.status is Status.SOLVED:
        return Stand.SOLVED
    return Stand.CLOSED if case.status is Status.CLOSED else Stand.WORKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A person's words, understood, with the case they belong to if there is one."""

    turn: Turn
    text: str
    to_bot: bool
    reading: Reading
    case: Case | None = None

    @property
    def the_case(self) -> Case:
        """That case; only asked for where the table has one."""
        if self.case is None:
            raise LookupError("these words belong to no case")
        return self.case

    @property
    def about(self) -> CaseKey | None:
        """The number of that case; none if there is none."""
        return self.case.key if self.case else None

    @property
    def fresh(self) -> bool:
        """Whether the person says that this is another problem."""
        return self.text.lower().startswith(NEW_SUBJECT)

    def trigger(self, kind: TriggerKind) -> Trigger:
        """Return the words, with the files that came with them, as a trigger of a case."""
        turn = self.turn
        return Trigger(
            kind=kind,
            by=turn.actor.person,
            said_at=turn.origin.said_at,
            text=self.text,
            enclosed=enclosed(turn),
        )

    def perform(self, trigger: Trigger) -> Case:
        """Do something to the case the words belong to."""
        return perform(self.turn.unit, self.turn.desk, self.the_case.key, trigger)
