"""What can happen to a case: the triggers of the lifecycle table, and what comes with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.inbound import Enclosed
from bot.core.matters import Emergency
from bot.core.message import Attachment
from bot.core.people import CaseKey, Level, PersonId
from bot.sla.book import Book

AT_ONCE = timedelta(minutes=1)
"""How long words may be on their way to us and still count as given out when they were said."""


class TriggerKind(StrEnum):
    """Something a person did or a clock reached."""

    ACKNOWLEDGE = "acknowledge"
    TAKE = "take"
    ASSIGN = "assign"
    LEVEL = "level"
    CLARIFY = "clarify"
    WORSEN = "worsen"
    DISPUTE = "dispute"
    HOLD_REPLY = "hold_reply"
    TAKE_BACK = "take_back"
    CALL = "call"
    DIAGNOSE = "diagnose"
    STAFF_ADDED = "staff_added"
    STAFF_SPOKE = "staff_spoke"
    CUSTOMER_WROTE = "customer_wrote"
    CUSTOMER_ANSWERED = "customer_answered"
    EDITED = "edited"
    DELETED = "deleted"
    NOTE = "note"
    SET = "set"
    VISIT_REQUEST = "visit_request"
    VISIT_NEED = "visit_need"
    VISIT_GO = "visit_go"
    VISIT_ARRIVE = "visit_arrive"
    VISIT_LEAVE = "visit_leave"
    MARK = "mark"
    WAIT = "wait"
    RESUME = "resume"
    ESCALATE = "escalate"
    APPROVE = "approve"
    DECLINE = "decline"
    CHASE = "chase"
    NOTED = "noted"
    SOLVE = "solve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    RATE = "rate"
    MERGE = "merge"
    ABSORB = "absorb"
    CANCEL = "cancel"
    SEND_REPLY = "send_reply"
    REMIND = "remind"
    REASSIGN = "reassign"
    ENGINEER_LATE = "engineer_late"
    DUE_SOON = "due_soon"
    ALARM = "alarm"
    BREACH = "breach"
    RUNG = "rung"
    RUNG_AGAIN = "rung_again"
    WAIT_OVER = "wait_over"
    NOTICE = "notice"
    SILENCE = "silence"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One occurrence of a trigger; which of the optional parts it carries depends on its kind.

    `choice` is the word that narrows the kind: for whom to wait, to whom to escalate, which field or promise.
    `wake` is the key under which a clock fired, so that it never fires again. `message` is the platform's
    name of words that were changed; `internal` ones no customer may see. `enclosed` files become known with
    this trigger, `noted` ones were before. `emergency` is what a mark of one was recognised as.
    """

    kind: TriggerKind
    by: PersonId
    said_at: datetime
    text: str = ""
    choice: str = ""
    person: PersonId | None = None
    level: Level | None = None
    until: datetime | None = None
    number: int = 0
    case: CaseKey | None = None
    on_behalf: bool = False
    wake: str = ""
    noted: tuple[Attachment, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    message: str = ""
    internal: bool = False
    emergency: Emergency | None = None

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Everything that came with the words."""
        return (*self.noted, *(each.file for each in self.enclosed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a decision may look at besides the case: business time, promises, who is on call.

    `engineers` are the engineers on call in the order they are tried; `manager` is who gets a case when all
    were tried once. `units` are the departments with their people, `experts` those who need nobody's leave;
    `called` are on call in the role of the rung that is still unseen.
    """

    now: datetime
    book: Book
    engineers: tuple[PersonId, ...] = ()
    manager: PersonId | None = None
    units: Mapping[str, tuple[PersonId, ...]] = field(default_factory=dict)
    experts: frozenset[PersonId] = frozenset()
    called: frozenset[PersonId] = frozenset()


def given_out_at(said_at: datetime, now: datetime) -> datetime:
    """Return when an engineer has what was said: with the words, unless they were long on their way.

    So the engineer's clock and the ladder strike together, and are told as one.
    """
    return said_at if timedelta(0) <= now - said_at < AT_ONCE else now
