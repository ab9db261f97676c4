"""What one contract promises: its terms, and each promise of a scheme under them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.core.people import Level
from bot.sla.agreed import Holds
from bot.sla.allowance import Allowance, Unit
from bot.sla.calendar import ALWAYS
from bot.sla.policy import Basis, Figures, Milestone, Starts, TargetRow

WINDOWS = "s4_windows"
"""The policy by which cases close and reopen, unless the contract names another."""

URGENT = frozenset({Level.CRITICAL, Level.SEVERE})
"""Levels for which help is urgent and may be due at any time of day (C37)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One promise of one scheme at one level, with everything needed to count it.

    `limit` is after how long it is late; only if `shown` is it a number of the document. `calendar` is the
    one its time is counted on; `always` for elapsed time.
    """

    scheme: str
    milestone: Milestone
    limit: Allowance
    shown: bool = True
    min: Allowance | None = None
    alarm: Allowance | None = None
    soon: Allowance | None = None
    basis: Basis
    calendar: str
    starts: Starts
    clause: str

    @property
    def key(self) -> str:
        """What tells it from the other promises of a case, as facts write it: “scheme:milestone”."""
        return f"{self.scheme}:{self.milestone}"

    @property
    def max(self) -> Allowance | None:
        """The number that the document promises; None where it only says "at once"."""
        return self.limit if self.shown else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a contract promises: its schemes, and the settings that the documents leave to the contract.

    `calendar` holds its service hours, on which working time is counted; `site_allowance` is added to every
    fix (C08). With `fix_in_service_hours`, a fix promised without saying in which time counts in service
    hours, its days as working days (C06). `ladder`, `engineer_clock` and `path` name policies; empty: none.
    With `urgent_any_time`, the first two run around the clock at levels 1 and 2 (C37). `windows` names the
    policy by which its cases close and reopen. `warranty` names one too, its last day is `warranty_until`;
    `in_warranty` is None where none is agreed.
    """

    schemes: tuple[str, ...]
    calendar: str
    zone: ZoneInfo
    site_allowance: timedelta = timedelta(0)
    customer_wait_pauses_fix: bool = False
    vendor_wait_pauses_fix: bool = False
    parts_wait_pauses_fix: bool = False
    fix_in_service_hours: bool = False
    ladder: str
    ladder_in_service_hours: bool
    engineer_clock: str
    engineer_clock_in_service_hours: bool
    urgent_any_time: bool = True
    windows: str = WINDOWS
    warranty: str = ""
    warranty_until: date | None = None
    in_warranty: bool | None = None
    path: str = ""

    def under(self, holds: Holds | None) -> bool:
        """Say whether a scheme holds for a case under these terms."""
        if holds is None or self.in_warranty is None:
            return True
        return self.in_warranty is (holds is Holds.IN_WARRANTY)


def promised(scheme: str, milestone: Milestone, row: TargetRow, figures: Figures, terms: Terms) -> Target:
    """Return the promise of a row at a level, counted as the contract has it (C06)."""
    own_hours = terms.fix_in_service_hours and milestone is Milestone.FIX
    basis = Basis.BUSINESS if own_hours else row.basis
    figures = _in_working_days(figures) if own_hours else figures
    return Target(
        scheme=scheme,
        milestone=milestone,
        limit=figures.max,
        shown=figures.shown,
        min=figures.min,
        alarm=figures.alarm,
        soon=figures.soon,
        basis=basis,
        calendar=(row.calendar or terms.calendar) if basis is Basis.BUSINESS else ALWAYS,
        starts=row.starts,
        clause=row.clause,
    )


def _in_working_days(figures: Figures) -> Figures:
    """Return a level's figures with their days as working days."""
    days = {
        name: replace(each, unit=Unit.WORKING_DAYS)
        for name, each in figures
        if isinstance(each, Allowance) and each.unit is Unit.DAYS
    }
    return figures.model_copy(update=days)
