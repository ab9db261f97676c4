"""The door to the cases and their history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.cases.facts import Fact, FactKind, Recorded
from bot.cases.model import Case, CaseType, Status
from bot.core.people import CaseId, CaseKey, CustomerId, PersonId, Place
from bot.sla.promises import Promise


class Order(StrEnum):
    """How a list of cases is sorted."""

    DEADLINE = "deadline"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """Which cases; an empty field does not restrict. `thread` is the customer's.

    `clocks_between` finds cases opened before the second instant of which something is due, or wakes them,
    after the first one.
    """

    statuses: tuple[Status, ...] = ()
    customer: CustomerId | None = None
    reporter: PersonId | None = None
    owner: PersonId | None = None
    unowned: bool = False
    lane: str | None = None
    thread: Place | None = None
    levels: tuple[int, ...] = ()
    type: CaseType | None = None
    vendor: str = ""
    words: tuple[str, ...] = ()
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    reopened: bool = False
    callback_owed: bool = False
    clocks_between: tuple[datetime, datetime] | None = None
    order: Order = Order.DEADLINE
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Retimed:
    """A case as it was read, with promises due at other times, on which days those are, when it wakes."""

    case: Case
    promises: tuple[Promise, ...]
    days: str
    wake_at: datetime | None


class Cases(Protocol):
    """The cases; `get` and `claim_due` lock what they return until the transaction ends."""

    def number(self, day: date) -> int:
        """Count one more case on this day of the desk's zone and return its number."""
        ...

    def add(self, case: Case, *, wake_at: datetime | None) -> Case:
        """Store a new case and return it with its id."""
        ...

    def save(self, case: Case, *, wake_at: datetime | None) -> Case:
        """Store the next state of a case and return it with its new version.

        Raises:
            StaleCaseError: the stored version is not the one `case` was read with.
        """
        ...

    def save_all(self, cases: Sequence[tuple[Case, datetime | None]]) -> tuple[Case, ...]:
        """Store the next state of several cases, each with its wake; return them with their new versions.

        Raises:
            StaleCaseError: a stored version is not the one its case was read with.
        """
        ...

    def get(self, key: CaseKey) -> Case:
        """Return a case, locked.

        Raises:
            UserError: no such case (`unknown_case`).
        """
        ...

    def find(self, number: str) -> tuple[Case, ...]:
        """Return the cases whose key is or ends in `number`, newest first, without locking."""
        ...

    def select(self, query: CaseQuery) -> tuple[Case, ...]:
        """Return cases without locking them."""
        ...

    def count(self, query: CaseQuery) -> int:
        """Return how many cases match."""
        ...

    def workload(self, people: Collection[PersonId]) -> Mapping[PersonId, int]:
        """Return how many cases each of these has to work on."""
        ...

    def claim_due(self, *, limit: int) -> tuple[Case, ...]:
        """Lock and return cases whose wake has come, earliest first, leaving those that others hold."""
        ...

    def ids(self, query: CaseQuery) -> tuple[CaseId, ...]:
        """Return which cases match, oldest first, however many `query.limit` allows."""
        ...

    def lock(self, cases: Sequence[CaseId]) -> tuple[Case, ...]:
        """Return cases, oldest first, locked (unless the transaction only reads)."""
        ...

    def lock_waking(self, cases: Sequence[CaseId]) -> tuple[tuple[Case, datetime | None], ...]:
        """Return cases as `lock` does, and when they wake."""
        ...

    def retime(self, cases: Sequence[Retimed]) -> None:
        """Store other due times of several cases, of which nothing else is different but `days`.

        Raises:
            StaleCaseError: a stored version is not the one its case was read with.
        """
        ...

    def key(self, case: CaseId) -> CaseKey:
        """Return the key of a case, readable or not."""
        ...

    def delay(self, case: CaseId, *, until: datetime | None) -> None:
        """Set when a case wakes, without a new version."""
        ...

    def delay_all(self, wakes: Mapping[CaseId, datetime | None]) -> None:
        """Set when several cases wake, without new versions."""
        ...

    def asleep(self, *, after: CaseId, limit: int) -> tuple[tuple[Case, datetime | None], ...]:
        """Return cases that may still wake, in the order of their ids after one, and when they will."""
        ...

    def next_wake(self) -> datetime | None:
        """Return the earliest wake of all cases (business time)."""
        ...


class Facts(Protocol):
    """What happened, append-only, one hash chain a case."""

    def append(self, case: CaseId, key: CaseKey, facts: tuple[Fact, ...]) -> tuple[Recorded, ...]:
        """Record facts after the last one of the case."""
        ...

    def append_all(self, grown: Sequence[tuple[CaseId, CaseKey, tuple[Fact, ...]]]) -> tuple[Recorded, ...]:
        """Record facts of several cases, each after the last one of its case."""
        ...

    def of_kind(
        self, kind: FactKind, cases: Sequence[CaseId], *, since: datetime
    ) -> Mapping[CaseId, tuple[Fact, ...]]:
        """Return the facts of a kind that were recorded since an instant, of the cases that have any."""
        ...

    def of(self, case: CaseId) -> tuple[Recorded, ...]:
        """Return the case's whole history, in order."""
        ...

    def with_kinds(self, kinds: Collection[FactKind]) -> tuple[CaseId, ...]:
        """Return the cases that have a fact of one of these kinds, the oldest first."""
        ...
