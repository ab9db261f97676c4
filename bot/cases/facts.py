"""What is recorded of a case: facts, each in its place in the case's chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.people import PersonId


class FactKind(StrEnum):
    """What happened; every figure of every report is computed from these."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    REASSIGNED = "reassigned"
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    LEVELLED = "levelled"
    LEVEL_DISPUTED = "level_disputed"
    READING_REVIEWED = "reading_reviewed"
    CUSTOMER_WROTE = "customer_wrote"
    STAFF_WROTE = "staff_wrote"
    EDITED = "edited"
    DELETED = "deleted"
    REPLIED = "replied"
    REPLY_HELD = "reply_held"
    REPLY_TAKEN_BACK = "reply_taken_back"
    CALLED = "called"
    DIAGNOSED = "diagnosed"
    NOTED_INTERNALLY = "noted_internally"
    FIELD_SET = "field_set"
    VISIT_REQUESTED = "visit_requested"
    VISIT_DECIDED = "visit_decided"
    VISIT_STARTED = "visit_started"
    ARRIVED = "arrived"
    LEFT_SITE = "left_site"
    MARKED = "marked"
    WAITING = "waiting"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    VENDOR_APPROVED = "vendor_approved"
    VENDOR_DECLINED = "vendor_declined"
    CHASED = "chased"
    RUNG_SEEN = "rung_seen"
    REMINDED = "reminded"
    ENGINEER_OVERDUE = "engineer_overdue"
    RUNG_REACHED = "rung_reached"
    RUNG_REPEATED = "rung_repeated"
    DUE_SOON = "due_soon"
    ALARMED = "alarmed"
    BREACHED = "breached"
    BREACH_CORRECTED = "breach_corrected"
    RECOUNTED = "recounted"
    EDITION_MOVED = "edition_moved"
    SOLVED = "solved"
    CLOSING_NOTICE = "closing_notice"
    CLOSED = "closed"
    REOPENED = "reopened"
    ENDED = "ended"
    RATED = "rated"
    MERGED = "merged"
    ABSORBED = "absorbed"
    CANCELLED = "cancelled"
    ALERT_DELIVERED = "alert_delivered"
    ALERT_UNDELIVERED = "alert_undelivered"
    ALERT_LATE = "alert_late"
    ALERT_OVERTAKEN = "alert_overtaken"


QUIET = frozenset({FactKind.ALERT_DELIVERED, FactKind.ALERT_OVERTAKEN, FactKind.READING_REVIEWED})
"""What is recorded without a new version of the case: nothing in it moved, and no card says otherwise."""

OUTCOMES = frozenset(
    {
        FactKind.ALERT_DELIVERED,
        FactKind.ALERT_OVERTAKEN,
        FactKind.ALERT_UNDELIVERED,
        FactKind.ALERT_LATE,
    }
)
"""What became of an alert to somebody of the staff, on one channel."""

REACHED = frozenset({FactKind.ALERT_DELIVERED, FactKind.ALERT_LATE})
"""That an alert arrived."""


Datum = str | int | bool | None
Data = Mapping[str, Datum]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened to a case.

    `at` is when we recorded it (business time), `said_at` when a person said it. `data` holds no names and no
    free text; `text` does, and can be erased without breaking the chain.
    """

    kind: FactKind
    at: datetime
    said_at: datetime
    actor: PersonId
    data: Data = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A fact in its place in the case's chain."""

    fact: Fact
    seq: int
    previous: str
    hash: str
