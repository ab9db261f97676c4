"""The case and its history, as values; everything here is immutable and pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.matters import Complaint, Emergency
from bot.core.message import Attachment
from bot.core.people import (
    CaseId,
    CaseKey,
    ContractId,
    CustomerId,
    Language,
    Level,
    PersonId,
    Place,
    Role,
    Sender,
)
from bot.sla.milestones import Promise
from bot.sla.policy import Terms
from bot.sla.rules import ClockEvent

SYSTEM = PersonId("casebell")


class Status(StrEnum):
    """Where a case stands; docs/lifecycle.md draws how it moves."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"
    ENDED = "ended"
    CANCELLED = "cancelled"
    MERGED = "merged"


WORKING = (Status.OPEN, Status.ACKNOWLEDGED, Status.WAITING)
LIVE = (*WORKING, Status.SOLVED)
FINAL = (Status.ENDED, Status.CANCELLED, Status.MERGED)


class CaseType(StrEnum):
    """What kind of request a case holds."""

    FAULT = "fault"
    HOW_TO = "how_to"
    FEATURE_REQUEST = "feature_request"
    COMPLAINT = "complaint"
    OBJECTION = "objection"
    REPAIR = "repair"


class Cover(StrEnum):
    """Whether somebody of the staff says that a case is under warranty, whatever its date says."""

    IN = "in"
    OUT = "out"


class Treatment(StrEnum):
    """What was done to a part, from which its own warranty counts."""

    REPLACED = "replaced"
    REPAIRED = "repaired"


class Closure(StrEnum):
    """How a case came to be closed."""

    CONFIRMATION = "confirmation"
    SILENCE = "silence"


class WaitingFor(StrEnum):
    """Whom a waiting case waits for."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    PARTS = "parts"


class Visit(StrEnum):
    """How far an on-site visit has come."""

    NONE = "none"
    REQUESTED = "requested"
    NEEDED = "needed"
    UNDERWAY = "underway"
    ARRIVED = "arrived"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reported, and how to call back.

    `person` is the directory's id, or `platform:user` for somebody it does not know.
    """

    person: PersonId
    name: str
    sender: Sender | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    language: Language = Language.ZH


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A reply that an engineer may still take back; it leaves at `send_at`."""

    number: int
    text: str
    by: PersonId
    said_at: datetime
    send_at: datetime
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that was replaced or repaired, and when."""

    name: str
    treatment: Treatment
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A rung of the ladder that was told and that nobody has acknowledged."""

    role: Role
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request of one customer, with everything that decides what happens next.

    `asked` is the question about the impact that the customer has not answered yet.
    `fired` holds the keys of wakes that have happened, such as `remind_30:1`: a wake fires once per key.
    `breaches` are those of them that say a promise was broken, with when it was due.
    `terms` are the contract's as they stood when the case was opened; without schemes nothing is promised.
    `days` is the edition of public holidays that its due times were counted on when one of them last moved.
    `silence_from` starts the month after which a silent case closes, `noticed_at` is the last notice of it.
    `path_step` is how far help was asked for up the contract's path, `vendor_asked_by` who waits for leave to
    ask the vendor, `unseen` the rung that nobody acknowledged yet.
    `round` counts openings (1, then one more per reopening); `turn` counts owners, so clocks of an earlier
    owner or round never fire again. `kind` is that of the emergency or the complaint, `graded_by` who of the
    staff set the level last. `cover` is what somebody said about the warranty, against its date; for
    `parts` it counts anew. With `callback_owed`, the customer is to be called about a closed case.
    """

    id: CaseId
    key: CaseKey
    version: int
    status: Status
    type: CaseType
    customer: CustomerId | None
    contract: ContractId | None
    terms: Terms
    edition: str
    reporter: Reporter
    place: Place
    language: Language
    brief: str
    opened_at: datetime
    level: Level
    provisional: bool = False
    evidence: tuple[str, ...] = ()
    asked: str = ""
    vendor: str = ""
    product: str = ""
    cover: Cover | None = None
    parts: tuple[Part, ...] = ()
    owner: PersonId | None = None
    tried: tuple[PersonId, ...] = ()
    assigned_at: datetime | None = None
    engineer_due_from: datetime | None = None
    answered_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    events: tuple[tuple[ClockEvent, datetime], ...] = ()
    ladder_from: datetime | None = None
    round: int = 1
    turn: int = 0
    fired: frozenset[str] = field(default=frozenset())
    breaches: tuple[tuple[str, datetime], ...] = ()
    waiting: WaitingFor | None = None
    waiting_until: datetime | None = None
    visit: Visit = Visit.NONE
    outgoing: tuple[Words, ...] = ()
    words_sent: int = 0
    silence_from: datetime | None = None
    noticed_at: datetime | None = None
    solution: str = ""
    closed_at: datetime | None = None
    closure: Closure | None = None
    rating: int | None = None
    chases: int = 0
    callback_owed: bool = False
    linked: CaseKey | None = None
    merged_into: CaseKey | None = None
    days: str = ""
    path_step: int = 0
    vendor_asked_by: PersonId | None = None
    unseen: Unseen | None = None
    kind: Emergency | Complaint | None = None
    graded_by: PersonId | None = None


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


class To(StrEnum):
    """Whom a decision wants told; services turn it into places.

    ENGINEERS are told in their groups, INTERNAL below the case's card there. ROLE is who is called in the
    tell's role; INVOLVED too, unless the owner fills it; BRANCH whoever has the duty there. UNITS
    are those of the datum `units`. SAME and NEXT are who was told of a rung in that role, and who comes next.
    """

    CUSTOMER = "customer"
    OWNER = "owner"
    FORMER_OWNER = "former_owner"
    ENGINEERS = "engineers"
    INTERNAL = "internal"
    LEAD = "lead"
    MANAGER = "manager"
    RUNG = "rung"
    INVOLVED = "involved"
    BRANCH = "branch"
    ROLE = "role"
    UNITS = "units"
    SAME = "same"
    NEXT = "next"
    MAIL = "mail"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Something a person must hear because of a decision.

    `template` names a builder of notify's; `person` and `role` narrow `to` where the case alone does not say
    who.
    `wake` is the key of the clock it comes from; words from clocks are bundled, words of people never are.
    `files` came with the words.
    """

    template: str
    to: To
    person: PersonId | None = None
    role: Role | None = None
    data: Data = field(default_factory=dict)
    text: str = ""
    second_channel: bool = False
    wake: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def the_role(self) -> Role:
        """That role; only asked for where the audience is one."""
        if self.role is None:
            raise LookupError(f"{self.template} is for no role")
        return self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a trigger does to a case: its next state, what is recorded, who hears."""

    case: Case
    facts: tuple[Fact, ...] = ()
    tells: tuple[Tell, ...] = ()
