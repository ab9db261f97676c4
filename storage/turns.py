"""Which words and cards may leave now: the statements that say so, built once."""

from functools import cache

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, exists, or_, select

from bot.core.people import Place, PlatformName
from bot.ports import FileState
from storage.columns import Instant
from storage.mapping import PLACE
from storage.tables import OPEN, FileRow, OutboxRow, ShowingRow, table

FILES = table(FileRow)
SAYINGS = table(OutboxRow)
SHOWINGS = table(ShowingRow)
VERSION = 2
"""Of a stored saying; one of a newer program is left to it."""

_now = bindparam("now", type_=Instant)
_real_now = bindparam("real_now", type_=Instant)


def _is_free(rows: FromClause) -> ColumnElement[bool]:
    """Open, not leased to anybody, not waiting for another try."""
    return (
        (rows.c.state == OPEN)
        & or_(rows.c.lease_until.is_(None), rows.c.lease_until <= _real_now)
        & or_(rows.c.retry_at.is_(None), rows.c.retry_at <= _real_now)
    )


_is_behind = SHOWINGS.c.wanted > SHOWINGS.c.shown


def _card(sayings: FromClause) -> ColumnElement[bool]:
    """The card that words belong below."""
    return (
        (SHOWINGS.c.case_key == sayings.c.case_key)
        & (SHOWINGS.c.slot == sayings.c.below)
        & (SHOWINGS.c.place == sayings.c.place)
    )


def _may_leave(sayings: FromClause) -> ColumnElement[bool]:
    """Due, and not waiting for a card that may still come or for a file that is not fetched yet."""
    coming = _card(sayings) & (SHOWINGS.c.state == OPEN) & SHOWINGS.c.ref.is_(None) & _is_behind
    wanted = (FILES.c.id == sayings.c.file) & (FILES.c.state == FileState.WANTED)
    return (
        (sayings.c.due_at <= _now)
        & or_(sayings.c.below.is_(None), ~exists().where(coming))
        & or_(sayings.c.file.is_(None), ~exists().where(wanted))
    )


_other = SAYINGS.alias("other")
_same_lane = (_other.c.lane == SAYINGS.c.lane) & (_other.c.state == OPEN)
_thread = select(SHOWINGS.c.message).where(_card(SAYINGS)).scalar_subquery()
CLAIM_SAYINGS = (
    select(
        SAYINGS.c.id,
        SAYINGS.c.attempt,
        SAYINGS.c.body,
        SAYINGS.c.answers,
        SAYINGS.c.file,
        _thread.label("thread"),
    )
    .where(
        _is_free(SAYINGS),
        SAYINGS.c.v <= VERSION,
        _may_leave(SAYINGS),
        # What is not due yet blocks nobody: tomorrow's notice must not silence a group today.
        ~exists().where(_same_lane, _other.c.id < SAYINGS.c.id, _may_leave(_other)),
        ~exists().where(_same_lane, _other.c.lease_until > _real_now),
    )
    .order_by(SAYINGS.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=SAYINGS, skip_locked=True)
)
_other_card = SHOWINGS.alias("other_card")
_same_place = (
    (_other_card.c.place == SHOWINGS.c.place)
    & (_other_card.c.state == OPEN)
    & (_other_card.c.wanted > _other_card.c.shown)
)
CLAIM_SHOWINGS = (
    select(
        SHOWINGS.c.id,
        SHOWINGS.c.attempt,
        SHOWINGS.c.case_key,
        SHOWINGS.c.slot,
        SHOWINGS.c.place,
        SHOWINGS.c.wanted,
        SHOWINGS.c.ref,
        SHOWINGS.c.shown,
        SHOWINGS.c.answers,
    )
    .where(
        _is_free(SHOWINGS),
        _is_behind,
        # One card of a place at a time: many new cases must not take every hand to wait for one channel.
        ~exists().where(_same_place, _other_card.c.id < SHOWINGS.c.id, _is_free(_other_card)),
        ~exists().where(_same_place, _other_card.c.lease_until > _real_now),
    )
    .order_by(SHOWINGS.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=SHOWINGS, skip_locked=True)
)
WAITING_SAYING = exists().where(SAYINGS.c.state == OPEN, SAYINGS.c.due_at <= _now).select()
WAITING_SHOWING = exists().where(SHOWINGS.c.state == OPEN, _is_behind).select()


@cache
def sayings_to_claim(*, but: frozenset[PlatformName]) -> Select[tuple[int, int, str, str, str, str]]:
    """Return the statement that claims words, of other channels than these."""
    return CLAIM_SAYINGS.where(
        *(~SAYINGS.c.lane.startswith(f"{each}:", autoescape=True) for each in sorted(but))
    )


@cache
def showings_to_claim(
    *, but: frozenset[PlatformName]
) -> Select[tuple[int, int, str, str, str, int, str, int, str]]:
    """Return the statement that claims cards, on other platforms than these."""
    return CLAIM_SHOWINGS.where(
        *(~SHOWINGS.c.place.startswith(_on(each), autoescape=True) for each in sorted(but))
    )


def _on(platform: PlatformName) -> str:
    """How a stored place on a platform begins."""
    return PLACE.dump(Place(platform, "")).partition(",")[0]
