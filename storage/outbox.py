"""The outbox: words said once and in order within a conversation, and cards that show the current case.

Whoever delivers leases a row; the attempt is counted before anything is sent. Attempt and end of the lease
together say whose turn it is: what a former holder reports later is ignored.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Table,
    Update,
    bindparam,
    func,
    literal_column,
    null,
    select,
    update,
)

from bot.core.errors import StoreError
from bot.core.message import Message
from bot.core.people import CaseId, CaseKey, Place, PlatformName
from bot.ports import Box, ClaimedSaying, ClaimedShowing, GivenUp, Saying, SentRef, Showing
from storage.columns import Instant
from storage.inbox import SqlInbox
from storage.mapping import PLACE, SAYING, SENT_REF
from storage.prepared import Prepared, Row
from storage.tables import OPEN, STATE_OPEN, CaseRow, table
from storage.transaction import MOST_VALUES, Insert, Transaction, batched, on_each
from storage.turns import (
    SAYINGS,
    SHOWINGS,
    VERSION,
    WAITING_SAYING,
    WAITING_SHOWING,
    sayings_to_claim,
    showings_to_claim,
)

CASES = table(CaseRow)
LEASE = timedelta(seconds=30)
FILE_LEASE = timedelta(minutes=2)
FIRST_VERSION = 1  # of a stored saying: knows neither cards to stand below nor files
NEVER = -1  # older than any version of a case
SENT = "sent"
DEAD = "dead"
DROPPED = "dropped"
OVER = (SENT, DROPPED)
"""What is not said any more, and may be forgotten; what was given up is kept for the operator."""

BLANK = ""

_is_dead: ColumnElement[str] = literal_column(f"'{DEAD}'")
_GIVEN_UP_SAYINGS = (
    select(
        SAYINGS.c.id,
        SAYINGS.c.lane,
        SAYINGS.c.case_key.label("case"),
        SAYINGS.c.attempt.label("attempts"),
        SAYINGS.c.settled_at.label("at"),
        SAYINGS.c.reason,
        SAYINGS.c.body.label("message"),
    )
    .where(SAYINGS.c.state == _is_dead)
    .order_by(SAYINGS.c.id)
)
_GIVEN_UP_SHOWINGS = (
    select(
        SHOWINGS.c.id,
        SHOWINGS.c.place.label("lane"),
        SHOWINGS.c.case_key.label("case"),
        SHOWINGS.c.attempt.label("attempts"),
        SHOWINGS.c.settled_at.label("at"),
        SHOWINGS.c.reason,
        null().label("message"),
    )
    .where(SHOWINGS.c.state == _is_dead)
    .order_by(SHOWINGS.c.id)
)
_SAY = Prepared(
    on_each(lambda insert: insert(SAYINGS).on_conflict_do_nothing(index_elements=[SAYINGS.c.key])),
    *("v", "key", "lane", "case_key", "body", "due_at", "state", "attempt", "owner", "reason"),
    *("answers", "below", "place", "file"),
)


def _wanted(insert: Insert) -> Insert:
    wanted = insert.excluded.wanted
    return insert.on_conflict_do_update(
        index_elements=[SHOWINGS.c.case_key, SHOWINGS.c.slot, SHOWINGS.c.place],
        set_={"wanted": wanted, "answers": insert.excluded.answers},
        where=SHOWINGS.c.wanted < wanted,
    )


_SHOW = Prepared(
    on_each(lambda insert: _wanted(insert(SHOWINGS))),
    *("case_key", "slot", "place", "wanted", "shown", "state", "attempt", "owner", "reason", "answers"),
)
_REDRAW = (
    update(SHOWINGS)
    .where(
        SHOWINGS.c.case_key == CASES.c.key,
        SHOWINGS.c.wanted < CASES.c.version,
        CASES.c.id.in_(bindparam("of_cases", expanding=True)),
    )
    .values(wanted=CASES.c.version, answers=None)
)


class SqlOutbox:
    """Implements bot.ports.Outbox."""

    def __init__(self, transaction: Transaction, inbox: SqlInbox) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._inbox = inbox

    def say(self, *sayings: Saying) -> None:
        """Add words, in order; a saying whose key is known already changes nothing."""
        _SAY.run_each(self._connection, [self._saying_row(saying) for saying in sayings])

    def show(self, *showings: Showing) -> None:
        """Want each card to show at least this version."""
        _SHOW.run_each(self._connection, [self._showing_row(showing) for showing in showings])

    def _saying_row(self, saying: Saying) -> Row:
        file = saying.message.file
        return {
            "v": VERSION if saying.below or file else FIRST_VERSION,
            "key": saying.key,
            "lane": saying.place.lane,
            "case_key": saying.case,
            "body": SAYING.dump(saying),
            "due_at": saying.not_before or self._transaction.now,
            "state": STATE_OPEN,
            "attempt": 0,
            "owner": "",
            "reason": "",
            "answers": self._cause(saying.place),
            "below": saying.below or None,
            "place": PLACE.dump(saying.place) if saying.below else None,
            "file": file,
        }

    def _showing_row(self, showing: Showing) -> Row:
        return {
            "case_key": showing.case,
            "slot": showing.slot,
            "place": PLACE.dump(showing.place),
            "wanted": showing.version,
            "shown": NEVER,
            "state": STATE_OPEN,
            "attempt": 0,
            "owner": "",
            "reason": "",
            "answers": self._cause(showing.place),
        }

    def redraw(self, cases: Sequence[CaseId]) -> None:
        """Want the cards of these cases, wherever they are shown, to show their newest version."""
        for some in batched(cases, MOST_VALUES):
            self._connection.execute(_REDRAW, {"of_cases": some})

    def claim_sayings(
        self, *, owner: str, limit: int, but: Collection[PlatformName] = ()
    ) -> tuple[ClaimedSaying, ...]:
        """Lease the head of every lane that is due, counting the attempt; what is unreadable is given up."""
        rows = self._connection.execute(
            sayings_to_claim(but=frozenset(but)),
            {"now": self._transaction.now, "real_now": self._transaction.real_now, "limit": limit},
        ).all()
        until = {
            file: self._lease(
                SAYINGS,
                [row.id for row in rows if bool(row.file) is file],
                owner=owner,
                length=FILE_LEASE if file else LEASE,
            )
            for file in (False, True)
        }
        claimed = []
        for row in rows:
            try:
                saying = SAYING.load(row.body)
            except StoreError as error:  # it must not hold up the other lanes
                self._give_up(row.id, str(error))
                continue
            claimed.append(
                ClaimedSaying(
                    id=row.id,
                    attempt=row.attempt + 1,
                    saying=replace(saying, place=PLACE.load(row.thread)) if row.thread else saying,
                    lease_until=until[bool(row.file)],
                    answers=row.answers or "",
                )
            )
        return tuple(claimed)

    def claim_showings(
        self, *, owner: str, limit: int, but: Collection[PlatformName] = ()
    ) -> tuple[ClaimedShowing, ...]:
        """Lease cards whose wanted version is newer than the shown one, counting the attempt."""
        rows = self._connection.execute(
            showings_to_claim(but=frozenset(but)), {"real_now": self._transaction.real_now, "limit": limit}
        ).all()
        until = self._lease(SHOWINGS, [row.id for row in rows], owner=owner, length=LEASE)
        return tuple(
            ClaimedShowing(
                id=row.id,
                attempt=row.attempt + 1,
                showing=Showing(
                    case=CaseKey(row.case_key),
                    place=PLACE.load(row.place),
                    slot=row.slot,
                    version=row.wanted,
                ),
                ref=None if row.ref is None else SENT_REF.load(row.ref),
                lease_until=until,
                shown=None if row.ref is None else row.shown,
                answers=row.answers or "",
            )
            for row in rows
        )

    def sent(self, claimed: ClaimedSaying, ref: SentRef) -> bool:
        """Mark words as said; False if the lease went to somebody else."""
        return self._settle(claimed, state=SENT, ref=SENT_REF.dump(ref))

    def shown(self, claimed: ClaimedShowing, *, ref: SentRef, version: int) -> None:
        """Mark a card as showing `version`, unless the lease went to somebody else."""
        self._connection.execute(
            _held(claimed).values(
                shown=version,
                ref=SENT_REF.dump(ref),
                message=PLACE.dump(replace(ref.place, thread=ref.ref)),
                attempt=0,
                lease_until=None,
                retry_at=None,
            )
        )

    def later(self, claimed: ClaimedSaying | ClaimedShowing, *, at: datetime, reason: str) -> None:
        """Give a lease back, to be tried again at real time `at`."""
        self._connection.execute(_held(claimed).values(lease_until=None, retry_at=at, reason=reason))

    def dead(self, claimed: ClaimedSaying | ClaimedShowing, *, reason: str) -> bool:
        """Give up on a row for good, as the operator sees; False if the lease went to somebody else."""
        return self._settle(claimed, state=DEAD, reason=reason)

    def given_up(self) -> tuple[GivenUp, ...]:
        """Return the rows an operator must look at: words first, then cards."""
        sayings = self._connection.execute(_GIVEN_UP_SAYINGS).mappings()
        showings = self._connection.execute(_GIVEN_UP_SHOWINGS).mappings()
        return (
            *(GivenUp(box=Box.SAYING, **{**row, "message": _words(row["message"])}) for row in sayings),
            *(GivenUp(box=Box.CARD, **{**row, "lane": PLACE.load(row["lane"]).lane}) for row in showings),
        )

    def revive(self, row: GivenUp) -> bool:
        """Put a row given up back, its attempts still counted; False if it is not given up any more."""
        back = _given_up(row).values(state=STATE_OPEN, retry_at=None, settled_at=None)
        return self._connection.execute(back).rowcount == 1

    def bury(self, row: GivenUp) -> bool:
        """Settle a row given up without sending it; False if it is not given up any more."""
        buried = _given_up(row).values(state=DROPPED, settled_at=self._transaction.now)
        return self._connection.execute(buried).rowcount == 1

    def dropped(self, claimed: ClaimedSaying) -> bool:
        """Mark words as no longer wanted (guard or expiry); False if the lease went to somebody else."""
        return self._settle(claimed, state=DROPPED)

    def release(self) -> None:
        """End every lease: for the only server of a database, whose leases are those of a dead process."""
        for rows in (SAYINGS, SHOWINGS):
            leased = rows.update().where(rows.c.lease_until.is_not(None))
            self._connection.execute(leased.values(lease_until=None))

    def was_sent(self, key: str) -> bool:
        """Return whether a saying with this key has reached its platform."""
        state = self._connection.execute(select(SAYINGS.c.state).where(SAYINGS.c.key == key)).scalar()
        return state == SENT

    def said_on(self, platform: PlatformName, *, limit: int) -> tuple[tuple[datetime, Saying], ...]:
        """Return the newest words sent on a platform, each with the business time it was due."""
        rows = self._connection.execute(
            select(SAYINGS.c.due_at, SAYINGS.c.body)
            .where(SAYINGS.c.lane.startswith(f"{platform}:", autoescape=True), SAYINGS.c.state == SENT)
            .where(SAYINGS.c.body != BLANK)
            .order_by(SAYINGS.c.id.desc())
            .limit(limit)
        )
        return tuple((row.due_at, SAYING.load(row.body)) for row in rows)

    def case_shown_at(self, place: Place) -> CaseKey | None:
        """Return the case whose card is the message that `place.thread` names, if there is one."""
        case = self._connection.execute(
            select(SHOWINGS.c.case_key).where(SHOWINGS.c.message == PLACE.dump(place)).limit(1)
        ).scalar()
        return None if case is None else CaseKey(case)

    def next_due(self) -> datetime | None:
        """Return the business instant at which the earliest waiting saying may leave; None if none waits."""
        return self._connection.execute(
            select(func.min(SAYINGS.c.due_at, type_=Instant)).where(SAYINGS.c.state == OPEN)
        ).scalar()

    def idle(self) -> bool:
        """Return whether nothing is waiting to be said or shown now; what is being sent still waits."""
        return not (
            self._connection.execute(WAITING_SAYING, {"now": self._transaction.now}).scalar_one()
            or self._connection.execute(WAITING_SHOWING).scalar_one()
        )

    def _cause(self, place: Place) -> str | None:
        """Return the event of this conversation that is being handled; None for what a clock says."""
        claimed = self._inbox.claimed
        return claimed.event_id if claimed is not None and claimed.lane == place.lane else None

    def _settle(self, claimed: ClaimedSaying | ClaimedShowing, **values: str) -> bool:
        settled = _held(claimed).values(lease_until=None, settled_at=self._transaction.now, **values)
        return self._connection.execute(settled).rowcount == 1

    def _give_up(self, row: int, reason: str) -> None:
        dead = {"state": DEAD, "reason": reason, "lease_until": None, "settled_at": self._transaction.now}
        self._connection.execute(update(SAYINGS).where(SAYINGS.c.id == row).values(dead))

    def _lease(self, rows: Table, ids: list[int], *, owner: str, length: timedelta) -> datetime:
        until = self._transaction.real_now + length
        if ids:
            self._connection.execute(
                update(rows)
                .where(rows.c.id.in_(ids))
                .values(attempt=rows.c.attempt + 1, owner=owner, lease_until=until)
            )
        return until


def _held(claimed: ClaimedSaying | ClaimedShowing) -> Update:
    """Start an UPDATE of a row that changes nothing if the lease went to somebody else."""
    rows = SAYINGS if isinstance(claimed, ClaimedSaying) else SHOWINGS
    return update(rows).where(
        rows.c.id == claimed.id,
        rows.c.state == OPEN,
        rows.c.attempt == claimed.attempt,
        rows.c.lease_until == claimed.lease_until,
    )


def _words(body: str) -> Message | None:
    """Return what a saying says; None if it cannot be read, which is why it was given up."""
    try:
        return SAYING.load(body).message
    except StoreError:
        return None


def _given_up(row: GivenUp) -> Update:
    rows = SAYINGS if row.box is Box.SAYING else SHOWINGS
    return update(rows).where(rows.c.id == row.id, rows.c.state == DEAD)
