"""Daily heads: what every history that had grown ended in, chained day to day, signed, to be kept outside.

The form is settled by `v` and never changes. A case is listed again only after new facts: what rests costs
nothing.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from bot.core.errors import StoreError
from bot.ports import Head
from storage.chain import GENESIS, canonical, sha256
from storage.tables import CaseRow, FactRow, HeadRow, UnlistedRow, table
from storage.transaction import MOST_VALUES, Transaction

CASES = table(CaseRow)
FACTS = table(FactRow)
HEADS = table(HeadRow)
UNLISTED = table(UnlistedRow)
VERSION = 1
COUNTER = "heads"
End = tuple[str, int, str]
"""Key of a case, number and hash of its last fact."""

_COLUMNS = (HEADS.c.day, HEADS.c.previous, HEADS.c.count, HEADS.c.body, HEADS.c.hash, HEADS.c.signature)
_LATEST = select(HEADS.c.hash).order_by(HEADS.c.day.desc()).limit(1)
_ALL = select(*_COLUMNS).order_by(HEADS.c.day)
# A case whose facts are just being written is left to the next head.
_FREE = select(UNLISTED.c.case_id).with_for_update(skip_locked=True)
_CLAIM = delete(UNLISTED).where(UNLISTED.c.case_id.in_(_FREE)).returning(UNLISTED.c.case_id)
_last = select(FACTS.c.case_id, func.max(FACTS.c.seq).label("seq")).group_by(FACTS.c.case_id)
_last_of = _last.where(FACTS.c.case_id.in_(bindparam("of_cases", expanding=True))).subquery()
_ENDS = (
    select(CASES.c.key, FACTS.c.seq, FACTS.c.hash)
    .join(FACTS, FACTS.c.case_id == CASES.c.id)
    .join(_last_of, (_last_of.c.case_id == FACTS.c.case_id) & (_last_of.c.seq == FACTS.c.seq))
)


class SqlHeads:
    """Implements bot.ports.Heads."""

    def __init__(self, transaction: Transaction, *, key: str) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._key = key

    def take(self, day: date) -> Head:
        """List what has grown since the last head, sign it, chain it to that one and store it."""
        self._transaction.count_up(COUNTER)  # one head at a time: each has one before it
        previous = self._connection.execute(_LATEST).scalar() or GENESIS
        ends = sorted(self._ends(self._connection.execute(_CLAIM).scalars().all()))
        body = _body(day.isoformat(), previous, ends)
        head = Head(
            day=day.isoformat(),
            previous=previous,
            count=len(ends),
            body=body,
            hash=sha256(body),
            signature=signature(self._key, body),
        )
        self._connection.execute(insert(HEADS), {**asdict(head), "at": self._transaction.now})
        return head

    def days(self) -> tuple[str, ...]:
        """Return the days that have a head, in order."""
        return tuple(self._connection.execute(select(HEADS.c.day).order_by(HEADS.c.day)).scalars())

    def of(self, day: str) -> Head:
        """Return the head of a day.

        Raises:
            StoreError: that day has none.
        """
        row = self._connection.execute(select(*_COLUMNS).where(HEADS.c.day == day)).mappings().first()
        if row is None:
            raise StoreError(f"there is no daily head of {day}")
        return Head(**row)

    def _ends(self, cases: Sequence[int]) -> Iterator[End]:
        for start in range(0, len(cases), MOST_VALUES):
            some = {"of_cases": cases[start : start + MOST_VALUES]}
            yield from ((case, seq, hash_) for case, seq, hash_ in self._connection.execute(_ENDS, some))


def all_heads(connection: Connection) -> Iterator[Head]:
    """Yield every head, in order."""
    yield from (Head(**row) for row in connection.execute(_ALL).mappings())


def signature(key: str, body: str) -> str:
    """Return the HMAC-SHA256 of a head's lines; nothing without a key."""
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest() if key else ""


def _body(day: str, previous: str, ends: Sequence[End]) -> str:
    header = canonical({"v": VERSION, "day": day, "count": len(ends), "previous": previous})
    lines = (canonical({"case": case, "seq": seq, "hash": hash_}) for case, seq, hash_ in ends)
    return "".join(f"{line}\n" for line in (header, *lines))
