"""The cases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    not_,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.sql.operators import eq, ge, gt, in_op, le, lt

from bot.cases.model import FINAL, WORKING, Case
from bot.core.errors import StaleCaseError, UnreadableError, UserError
from bot.core.people import CaseId, CaseKey, PersonId
from bot.ports import CaseQuery, Order, Retimed
from bot.sla.promises import Promise, Running
from storage.columns import Instant
from storage.mapping import CLOCK, case_of, case_row, days_in_body, next_due_at, promise_of, promise_row
from storage.prepared import Prepared
from storage.tables import CaseRow, MilestoneRow, table
from storage.transaction import MOST_VALUES, Transaction, batched

CASES = table(CaseRow)
MILESTONES = table(MilestoneRow)
Query = Select[tuple[int, int, str, datetime | None]]
LONGEST_TAIL = 9  # digits; a longer number names no case

_INSERT = Prepared(insert(CASES).returning(CASES.c.id), *(set(CASES.c.keys()) - {"id"}))
_UPDATE = update(CASES).where(
    CASES.c.id == bindparam("read_id"), CASES.c.version == bindparam("read_version")
)
_SELECT = select(CASES.c.id, CASES.c.version, CASES.c.body, CASES.c.wake_at)
_BY_KEY = _SELECT.where(CASES.c.key == bindparam("of_key"))
_BY_ID = _SELECT.where(CASES.c.id.in_(bindparam("of_ids", expanding=True))).order_by(CASES.c.id)
_DUE = (
    _SELECT.where(CASES.c.wake_at <= bindparam("now", type_=Instant))
    .order_by(CASES.c.wake_at, CASES.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_ASLEEP = (
    _SELECT.where(CASES.c.id > bindparam("of_case"), CASES.c.status.not_in(FINAL))
    .order_by(CASES.c.id)
    .limit(bindparam("limit"))
)
_KEY = select(CASES.c.key).where(CASES.c.id == bindparam("of_id"))
_ADD_MILESTONES = Prepared(insert(MILESTONES), *MILESTONES.c.keys())
_DROP_MILESTONES = MILESTONES.delete().where(MILESTONES.c.case_id.in_(bindparam("of_cases", expanding=True)))
_DELAY = update(CASES).where(CASES.c.id == bindparam("of_case"))
_RETIME = Prepared(
    update(CASES)
    .where(CASES.c.id == bindparam("of_id"), CASES.c.version == bindparam("of_version"))
    .values(
        version=bindparam("now_version"),
        next_due_at=bindparam("now_next_due_at"),
        wake_at=bindparam("now_wake_at"),
        body=func.replace(
            CASES.c.body,
            bindparam("was_days", type_=CASES.c.body.type),
            bindparam("now_days", type_=CASES.c.body.type),
        ),
    )
)
"""Only these columns: each further one that an index has would be taken out of it and put into it again.

Of a body only `days` is another; to write it anew costs more than all the rest.
"""

_RETIME_MILESTONE = Prepared(
    update(MILESTONES)
    .where(MILESTONES.c.case_id == bindparam("of_case"), MILESTONES.c.position == bindparam("of_position"))
    .values(due_at=bindparam("now_due_at"))
)
_MILESTONES = (
    select(
        MILESTONES.c.case_id, MILESTONES.c.state, MILESTONES.c.target, *(MILESTONES.c[name] for name in CLOCK)
    )
    .where(MILESTONES.c.case_id.in_(bindparam("of_cases", expanding=True)))
    .order_by(MILESTONES.c.case_id, MILESTONES.c.position)
)
_WORKLOAD = (
    select(CASES.c.owner, func.count().label("cases"))
    .where(
        CASES.c.owner.in_(bindparam("of_people", expanding=True)),
        CASES.c.status.in_([literal_column(f"'{status}'") for status in WORKING]),  # as the index has it
    )
    .group_by(CASES.c.owner)
)
_ORDERS = {
    Order.DEADLINE: (CASES.c.next_due_at.nulls_last(), CASES.c.opened_at, CASES.c.id),
    Order.NEWEST: (CASES.c.opened_at.desc(), CASES.c.id.desc()),
}
_CONDITIONS = (
    ("statuses", in_op, CASES.c.status),
    ("levels", in_op, CASES.c.level),
    ("customer", eq, CASES.c.customer),
    ("reporter", eq, CASES.c.reporter),
    ("owner", eq, CASES.c.owner),
    ("lane", eq, CASES.c.lane),
    ("type", eq, CASES.c.type),
    ("opened_from", ge, CASES.c.opened_at),
    ("opened_to", lt, CASES.c.opened_at),
    ("due_before", le, CASES.c.next_due_at),
    ("due_after", gt, CASES.c.next_due_at),
)
_IN_BODY = (
    ("callback_owed", CASES.c.body.contains('"callback_owed":true')),
    ("reopened", not_(CASES.c.body.contains('"round":1,'))),
)
"""What no column says: asked for now and then, of cases that other conditions have narrowed down."""


class SqlCases:
    """Implements bot.ports.Cases."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def number(self, day: date) -> int:
        """Count one more case on this day of the desk's zone and return its number."""
        return self._transaction.count_up(day.isoformat())

    def add(self, case: Case, *, wake_at: datetime | None) -> Case:
        """Store a new case and return it with its id."""
        row = {**case_row(case), "version": case.version, "wake_at": wake_at}
        added = replace(case, id=CaseId(_INSERT.run(self._connection, row).scalar_one()))
        self._add_milestones((added,))
        return added

    def save(self, case: Case, *, wake_at: datetime | None) -> Case:
        """Store the next state of a case and return it with its new version.

        Raises:
            StaleCaseError: the stored version is not the one `case` was read with.
        """
        return self.save_all(((case, wake_at),))[0]

    def save_all(self, cases: Sequence[tuple[Case, datetime | None]]) -> tuple[Case, ...]:
        """Store the next state of several cases, each with its wake; return them with their new versions.

        Raises:
            StaleCaseError: a stored version is not the one its case was read with.
        """
        saved = tuple(replace(case, version=case.version + 1) for case, _ in cases)
        if not saved:
            return ()
        rows = [
            {
                **case_row(after),
                "version": after.version,
                "wake_at": wake_at,
                "read_id": before.id,
                "read_version": before.version,
            }
            for after, (before, wake_at) in zip(saved, cases, strict=True)
        ]
        if self._connection.execute(_UPDATE, rows).rowcount != len(rows):
            raise StaleCaseError(f"{', '.join(case.key for case in saved[:3])} moved on meanwhile")
        for some in batched([case.id for case in saved], MOST_VALUES):
            self._connection.execute(_DROP_MILESTONES, {"of_cases": some})
        self._add_milestones(saved)
        return saved

    def get(self, key: CaseKey) -> Case:
        """Return a case, locked (unless the transaction only reads).

        Raises:
            UserError: no such case (`unknown_case`).
        """
        query = _BY_KEY.with_for_update() if self._transaction.writes else _BY_KEY
        found = self._load(query, of_key=key)
        if not found:
            raise UserError("unknown_case", case=key)
        return found[0]

    def find(self, number: str) -> tuple[Case, ...]:
        """Return the cases whose key is or ends in `number`, newest first, without locking.

        Leading zeros of the last part do not matter: `7` finds C-20261120-0007.
        """
        number = number.strip().upper()
        rest, _, tail = number.rpartition("-")
        if not tail.isdecimal() or len(tail) > LONGEST_TAIL:
            return ()
        ends = or_(CASES.c.key == number, CASES.c.key.endswith(f"-{number}", autoescape=True))
        found = _SELECT.where(CASES.c.tail == int(tail), ends if rest else true())
        return self._load(found.order_by(*_ORDERS[Order.NEWEST]))

    def select(self, query: CaseQuery) -> tuple[Case, ...]:
        """Return cases without locking them."""
        return self._load(_SELECT.where(_matches(query)).order_by(*_ORDERS[query.order]).limit(query.limit))

    def count(self, query: CaseQuery) -> int:
        """Return how many cases match, however many `query.limit` allows."""
        return self._connection.execute(
            select(func.count()).select_from(CASES).where(_matches(query))
        ).scalar_one()

    def workload(self, people: Collection[PersonId]) -> Mapping[PersonId, int]:
        """Return how many cases each of these has to work on."""
        counted = self._connection.execute(_WORKLOAD, {"of_people": sorted(people)})
        return dict.fromkeys(people, 0) | {row.owner: row.cases for row in counted}

    def claim_due(self, *, limit: int) -> tuple[Case, ...]:
        """Lock and return cases whose wake has come, earliest first, leaving those that others hold."""
        return self._load(_DUE, now=self._transaction.now, limit=limit)

    def ids(self, query: CaseQuery) -> tuple[CaseId, ...]:
        """Return which cases match, oldest first, however many `query.limit` allows."""
        found = select(CASES.c.id).where(_matches(query)).order_by(CASES.c.id)
        return tuple(self._connection.execute(found).scalars())

    def lock(self, cases: Sequence[CaseId]) -> tuple[Case, ...]:
        """Return cases, oldest first, locked (unless the transaction only reads)."""
        query = _BY_ID.with_for_update() if self._transaction.writes else _BY_ID
        return self._load(query, of_ids=list(cases))

    def lock_waking(self, cases: Sequence[CaseId]) -> tuple[tuple[Case, datetime | None], ...]:
        """Return cases as `lock` does, and when they wake."""
        query = _BY_ID.with_for_update() if self._transaction.writes else _BY_ID
        return self._load_waking(query, of_ids=list(cases))

    def retime(self, cases: Sequence[Retimed]) -> None:
        """Store other due times of several cases, of which nothing else is different but `days`.

        Raises:
            StaleCaseError: a stored version is not the one its case was read with.
        """
        unsaid = [each for each in cases if not each.case.days]
        self.save_all(
            [(replace(each.case, promises=each.promises, days=each.days), each.wake_at) for each in unsaid]
        )
        cases = [each for each in cases if each.case.days]
        rows = [
            {
                "of_id": each.case.id,
                "of_version": each.case.version,
                "now_version": each.case.version + 1,
                "now_next_due_at": next_due_at(each.promises),
                "now_wake_at": each.wake_at,
                "was_days": days_in_body(each.case.days),
                "now_days": days_in_body(each.days),
            }
            for each in cases
        ]
        if _RETIME.run_together(self._connection, rows) != len(rows):
            raise StaleCaseError(f"one of {len(rows)} cases moved on meanwhile")
        promises = [
            {"of_case": each.case.id, "of_position": position, "now_due_at": after.due_at}
            for each in cases
            for position, (before, after) in enumerate(zip(each.case.promises, each.promises, strict=True))
            if after is not before and isinstance(after, Running)
        ]
        _RETIME_MILESTONE.run_together(self._connection, promises)

    def key(self, case: CaseId) -> CaseKey:
        """Return the key of a case, readable or not."""
        return CaseKey(self._connection.execute(_KEY, {"of_id": case}).scalar_one())

    def delay(self, case: CaseId, *, until: datetime | None) -> None:
        """Set when a case wakes, without a new version."""
        self.delay_all({case: until})

    def delay_all(self, wakes: Mapping[CaseId, datetime | None]) -> None:
        """Set when several cases wake, without new versions."""
        if wakes:
            rows = [{"of_case": case, "wake_at": until} for case, until in wakes.items()]
            self._connection.execute(_DELAY, rows)

    def asleep(self, *, after: CaseId, limit: int) -> tuple[tuple[Case, datetime | None], ...]:
        """Return cases that may still wake, in the order of their ids after one, and when they will."""
        return self._load_waking(_ASLEEP, of_case=after, limit=limit)

    def next_wake(self) -> datetime | None:
        """Return the earliest wake of all cases (business time)."""
        return self._connection.execute(
            select(func.min(CASES.c.wake_at, type_=Instant)).where(CASES.c.wake_at.is_not(None))
        ).scalar()

    def _add_milestones(self, cases: Iterable[Case]) -> None:
        rows = [
            {"case_id": case.id, "position": position, **promise_row(promise)}
            for case in cases
            for position, promise in enumerate(case.promises)
        ]
        _ADD_MILESTONES.run_each(self._connection, rows)

    def _load(self, query: Query, **values: object) -> tuple[Case, ...]:
        return tuple(case for case, _ in self._load_waking(query, **values))

    def _load_waking(self, query: Query, **values: object) -> tuple[tuple[Case, datetime | None], ...]:
        """Return the cases of a query and their wakes; their promises come with one more per thousand."""
        rows = self._connection.execute(query, values).all()
        promises: dict[int, list[Promise]] = {row.id: [] for row in rows}
        for some in batched(list(promises), MOST_VALUES):
            for case, *promise in self._connection.execute(_MILESTONES, {"of_cases": some}):
                promises[case].append(promise_of(promise))
        return tuple((_case(row, tuple(promises[row.id])), row.wake_at) for row in rows)


def _case(row: Row[tuple[int, int, str, datetime | None]], promises: tuple[Promise, ...]) -> Case:
    """Return the case of a row.

    Raises:
        UnreadableError: this one cannot be read.
    """
    try:
        return case_of(row.body, id=CaseId(row.id), version=row.version, promises=promises)
    except UnreadableError as error:
        raise UnreadableError(str(error), case=CaseId(row.id)) from None


def _clocks_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Return the condition as two looks into an index; asked case by case, each would go through both."""
    woken = CASES.alias()
    waking = select(woken.c.id).where(woken.c.wake_at > since)
    due = select(MILESTONES.c.case_id).where(MILESTONES.c.state == "running", MILESTONES.c.due_at > since)
    return and_(CASES.c.opened_at < until, CASES.c.id.in_(union(waking, due)))


def _matches(query: CaseQuery) -> ColumnElement[bool]:
    """Return the conditions of a query; a field that is empty restricts nothing."""
    wanted = ((compare, column, getattr(query, field)) for field, compare, column in _CONDITIONS)
    place = query.thread
    return and_(
        true(),
        *(compare(column, value) for compare, column, value in wanted if value),
        *(condition for field, condition in _IN_BODY if getattr(query, field)),
        *([CASES.c.owner.is_(None)] if query.unowned else []),
        *([CASES.c.vendor == query.vendor.casefold()] if query.vendor else []),
        *([_clocks_between(*query.clocks_between)] if query.clocks_between else []),
        *([CASES.c.lane == place.lane, CASES.c.thread == place.thread] if place else []),
        *(CASES.c.words.contains(word.casefold(), autoescape=True) for word in query.words),
    )
