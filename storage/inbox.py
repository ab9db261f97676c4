"""The inbox: every event of a platform, once, in order within its conversation."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, exists, func, literal_column, or_, select, update

from bot.core.people import PlatformName
from bot.ports import Received
from storage.columns import Instant, instant
from storage.prepared import Prepared
from storage.tables import OPEN, STATE_OPEN, InboxRow, table
from storage.transaction import Transaction, on_each

INBOX = table(InboxRow)
DONE = "done"
PARKED = "parked"
DROPPED = "dropped"
OVER = (DONE, DROPPED)
"""What is not handled any more, and may be forgotten."""

_ROW = (
    INBOX.c.id,
    INBOX.c.platform,
    INBOX.c.event_id,
    INBOX.c.lane,
    INBOX.c.payload,
    INBOX.c.received_at,
    INBOX.c.attempts,
    INBOX.c.reason,
)
_earlier = INBOX.alias("earlier")
_CLAIM = Prepared(
    select(*_ROW)
    .where(
        INBOX.c.state == OPEN,
        or_(INBOX.c.retry_at.is_(None), INBOX.c.retry_at <= bindparam("real_now", type_=Instant)),
        ~exists().where(
            _earlier.c.lane == INBOX.c.lane, _earlier.c.state == OPEN, _earlier.c.id < INBOX.c.id
        ),
    )
    .order_by(INBOX.c.id)
    .limit(1)
    .with_for_update(of=INBOX, skip_locked=True)
)
_PUT = Prepared(
    on_each(lambda insert: insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.id)),
    *("platform", "event_id", "lane", "payload", "received_at", "state", "attempts", "reason", "twin"),
)
_DONE = Prepared(
    update(INBOX)
    .where(INBOX.c.id == bindparam("row"))
    .values(state=DONE, settled_at=bindparam("now", type_=Instant))
)


class SqlInbox:
    """Implements bot.ports.Inbox; `claimed` is the event that this transaction handles, if it does."""

    def __init__(self, transaction: Transaction) -> None:
        self.claimed: Received | None = None
        self._transaction = transaction
        self._connection = transaction.connection

    def put(self, *, platform: PlatformName, event_id: str, lane: str, payload: str, twin: str = "") -> bool:
        """Store an event; False if this platform already delivered one of this id or this `twin`."""
        if self._transaction.on_postgresql:
            # Events of a lane commit in the order of their ids: none slips in before one being handled.
            self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lane, 0))))
        row = {
            "platform": platform,
            "event_id": event_id,
            "lane": lane,
            "payload": payload,
            "received_at": self._transaction.now,
            "state": STATE_OPEN,
            "attempts": 0,
            "reason": "",
            "twin": twin or None,
        }
        return _PUT.run(self._connection, row).first() is not None

    def payload(self, platform: PlatformName, event_id: str) -> str:
        """Return what was stored with an event; empty if it is unknown or forgotten."""
        stored = select(INBOX.c.payload).where(INBOX.c.platform == platform, INBOX.c.event_id == event_id)
        return self._connection.execute(stored).scalar() or ""

    def claim(self) -> Received | None:
        """Lock and return the oldest open row that is head of its lane and not waiting for a retry."""
        rows = _CLAIM.run(self._connection, {"real_now": self._transaction.real_now})
        row = rows.mappings().first()
        self.claimed = (
            None if row is None else Received(**dict(row) | {"received_at": instant(row["received_at"])})
        )
        return self.claimed

    def peek(self, *, limit: int) -> tuple[Received, ...]:
        """Return the oldest open rows without locking them."""
        open_ = select(*_ROW).where(INBOX.c.state == OPEN).order_by(INBOX.c.id).limit(limit)
        return tuple(Received(**row) for row in self._connection.execute(open_).mappings())

    def done(self, row: int) -> None:
        """Mark a row handled."""
        self.claimed = None
        _DONE.run(self._connection, {"row": row, "now": self._transaction.now})

    def failed(self, row: int, *, reason: str, retry_at: datetime) -> int:
        """Count a failed attempt (real time `retry_at` for the next) and return how many there were."""
        attempts: int = self._connection.execute(
            update(INBOX)
            .where(INBOX.c.id == row)
            .values(attempts=INBOX.c.attempts + 1, reason=reason, retry_at=retry_at)
            .returning(INBOX.c.attempts)
        ).scalar_one()
        return attempts

    def park(self, row: int) -> None:
        """Take a row out of its lane for good; it stays readable for the operator."""
        self._connection.execute(update(INBOX).where(INBOX.c.id == row).values(state=PARKED))

    def parked(self) -> tuple[Received, ...]:
        """Return the rows an operator must look at."""
        rows = self._connection.execute(
            select(*_ROW).where(INBOX.c.state == literal_column(f"'{PARKED}'")).order_by(INBOX.c.id)
        )
        return tuple(Received(**row) for row in rows.mappings())

    def unpark(self, row: int) -> bool:
        """Put a parked row back into its lane with no attempts counted; False if it is not parked."""
        return self._change_parked(row, state=STATE_OPEN, attempts=0, retry_at=None)

    def drop(self, row: int) -> bool:
        """Settle a parked row without handling it; False if it is not parked."""
        return self._change_parked(row, state=DROPPED, settled_at=self._transaction.now)

    def waiting(self) -> int:
        """Return how many events are stored and not yet handled."""
        return self._connection.execute(
            select(func.count()).select_from(INBOX).where(INBOX.c.state == OPEN)
        ).scalar_one()

    def heard(self, platform: PlatformName) -> Mapping[str, datetime]:
        """Return when each conversation of a platform was last heard, by lane."""
        latest = select(INBOX.c.lane, func.max(INBOX.c.received_at)).where(INBOX.c.platform == platform)
        return dict(self._connection.execute(latest.group_by(INBOX.c.lane)).all())

    def _change_parked(self, row: int, **values: str | int | datetime | None) -> bool:
        parked = update(INBOX).where(INBOX.c.id == row, INBOX.c.state == PARKED)
        return self._connection.execute(parked.values(**values)).rowcount == 1
