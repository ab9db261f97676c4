"""The case, as a value; immutable and pure."""

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
from bot.sla.promises import Promise
from bot.sla.rules import ClockEvent
from bot.sla.terms import Terms

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
