"""What a file of promises says: milestones, their figures, and what else is agreed, as rows."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from bot.core.matters import Complaint
from bot.core.people import Level, Role
from bot.sla.agreed import (
    BrokenRow,
    DatedRow,
    DutyRow,
    Holds,
    LevelWords,
    NoteRow,
    WarrantyRow,
    WindowsRow,
    Words,
)
from bot.sla.allowance import Duration, Unit
from bot.sla.files import FileModel
from bot.sla.staffing import Matter, PathRow, RungRow, StepRow, ToldRow, UnseenRow


class Milestone(StrEnum):
    """A point in the life of a case that a scheme may promise a time for."""

    RESPONSE = "response"
    SUPPORT_STARTED = "support_started"
    ENGINEER_NAMED = "engineer_named"
    UPDATE = "update"
    DIAGNOSIS = "diagnosis"
    ARRIVAL = "arrival"
    REPLACEMENT = "replacement"
    FIX = "fix"
    VENDOR_ANSWER = "vendor_answer"
    UNIT_RETURN = "unit_return"
    OBJECTION_REPLY = "objection_reply"


class Starts(StrEnum):
    """What starts the clock of a target."""

    RECEIPT = "receipt"
    VISIT_DECIDED_FROM_RECEIPT = "visit_decided_from_receipt"
    VISIT_DECIDED_FROM_NOW = "visit_decided_from_now"
    DIAGNOSIS_OR_ARRIVAL = "diagnosis_or_arrival"
    DISASTER_FROM_RECEIPT = "disaster_from_receipt"
    WRITTEN_NOTICE = "written_notice"
    VENDOR_ASKED = "vendor_asked"
    UNIT_RECEIVED = "unit_received"
    OBJECTION = "objection"


class Basis(StrEnum):
    """Which time counts: every hour, or the contract's service hours."""

    ELAPSED = "elapsed"
    BUSINESS = "business"


class Figures(FileModel):
    """The figures of one level: the promise `max`, the best case `min` (shown, never enforced, C07).

    Where the document gives no number, `shown` is false: `max` is the desk's own limit, and it alarms itself
    after `alarm` (C03). The owner is reminded after `soon`; if that is left out, with a quarter of it left.
    """

    max: Duration
    min: Duration | None = None
    alarm: Duration | None = None
    soon: Duration | None = None
    shown: bool = True


_COUNTABLE = {
    Basis.ELAPSED: frozenset({Unit.HOURS, Unit.DAYS, Unit.MONTHS}),
    Basis.BUSINESS: frozenset({Unit.HOURS, Unit.WORKING_DAYS}),
}


class TargetRow(FileModel):
    """What a scheme promises for one milestone, level by level.

    Not kept, what is `broken` follows, and those that `breach_tells` names hear of it too. `calendar` is the
    document's own for its working time; as a rule the contract's counts.
    """

    starts: Starts
    basis: Basis
    calendar: str = ""
    clause: str
    broken: tuple[BrokenRow, ...] = ()
    breach_tells: tuple[Role, ...] = ()
    levels: Mapping[Level, Figures]

    @model_validator(mode="after")
    def _is_written_in_units_that_its_basis_can_count(self) -> Self:
        countable = _COUNTABLE[self.basis]
        written = {
            each.unit
            for row in self.levels.values()
            for each in (row.max, row.min, row.alarm, row.soon)
            if each
        }
        if not written <= countable:
            raise ValueError(f"{self.basis} time is counted in {' or '.join(sorted(countable))}")
        return self


class Policy(FileModel):
    """One file: a scheme's levels and targets, a ladder's rungs, an engineer's steps, or what else is agreed.

    A scheme that `holds` only in or after the warranty holds always where no warranty is agreed.
    """

    title: Words
    source: str
    levels: Mapping[Level, LevelWords] = {}
    targets: Mapping[Milestone, TargetRow] = {}
    rungs: tuple[RungRow, ...] = ()
    unseen: tuple[UnseenRow, ...] = ()
    paths: Mapping[Matter, PathRow] = {}
    steps: tuple[StepRow, ...] = ()
    duties: Mapping[str, DutyRow] = {}
    dated: Mapping[str, DatedRow] = {}
    windows: WindowsRow | None = None
    warranty: WarrantyRow | None = None
    holds: Holds | None = None
    notes: tuple[NoteRow, ...] = ()
    emergency: ToldRow | None = None
    complaints: Mapping[Complaint, ToldRow] = {}
