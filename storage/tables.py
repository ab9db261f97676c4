"""The tables, as SQLModel classes; storage/migrations makes them and a test holds the two together.

Every instant is a BIGINT of microseconds since 1970 (`Instant`): equal in both databases, quick to compare.
Bodies are JSON as text. Rows are read and written through Core: `table(CaseRow)` is the table of a class.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Serial, Span

STATE_OPEN = "open"
OPEN: ColumnElement[str] = literal_column(f"'{STATE_OPEN}'")
"""For conditions: a bound value would keep the planner from the partial indexes below."""

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Base(SQLModel):
    """Root of the tables; keeps them apart from any other SQLModel class."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=CONVENTION)


class CaseRow(Base, table=True):
    """A case: `body` is the whole truth but for id, version and promises; the other columns only find it.

    `words` and `vendor` are case-folded.
    """

    __tablename__ = "case_"
    __table_args__ = (
        Index("ix_case__lane_thread", "lane", "thread"),
        _partial("ix_case__wake_at", "wake_at", where="wake_at IS NOT NULL"),
        _partial("ix_case__working", "owner", where="status IN ('open', 'acknowledged', 'waiting')"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    key: str = Field(unique=True)
    tail: int = Field(index=True)
    version: int
    status: str = Field(index=True)
    type: str
    level: int
    customer: str | None = Field(index=True)
    reporter: str = Field(index=True)
    owner: str | None = Field(index=True)
    lane: str
    thread: str | None
    vendor: str
    words: str
    opened_at: datetime = Field(index=True, sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)
    next_due_at: datetime | None = Field(index=True, sa_type=Instant)
    wake_at: datetime | None = Field(sa_type=Instant)
    body: str


class MilestoneRow(Base, table=True):
    """A promise of a case, in columns: a new calendar edition recomputes `due_at` in bulk.

    What a promise in this `state` does not have is NULL.
    """

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_state_due_at", "state", "due_at"),)

    case_id: int = Field(primary_key=True, foreign_key="case_.id", sa_type=BigInteger)
    position: int = Field(primary_key=True)
    scheme: str
    kind: str
    state: str
    received_at: datetime | None = Field(sa_type=Instant)
    awaits_visit: bool | None
    start_at: datetime | None = Field(sa_type=Instant)
    held: timedelta | None = Field(sa_type=Span)
    paused_at: datetime | None = Field(sa_type=Instant)
    due_at: datetime | None = Field(sa_type=Instant)
    met_at: datetime | None = Field(sa_type=Instant)
    target: str


class FactRow(Base, table=True):
    """One link of a case's chain; triggers refuse to change or delete it."""

    __tablename__ = "fact"

    case_id: int = Field(primary_key=True, foreign_key="case_.id", sa_type=BigInteger)
    seq: int = Field(primary_key=True)
    v: int
    previous: str
    hash: str
    at: datetime = Field(sa_type=Instant)
    said_at: datetime = Field(sa_type=Instant)
    kind: str
    actor: str
    data: str
    text_hash: str


class FactTextRow(Base, table=True):
    """The words and the person of a fact: deleting them erases a person, and the chain still holds."""

    __tablename__ = "fact_text"

    case_id: int = Field(primary_key=True, sa_type=BigInteger)
    seq: int = Field(primary_key=True)
    actor: str = Field(index=True)
    salt: str
    text: str


class PseudonymRow(Base, table=True):
    """The salt that hides a person in facts: deleting it makes their pseudonym nobody's."""

    __tablename__ = "pseudonym"

    person: str = Field(primary_key=True)
    salt: str


class UnlistedRow(Base, table=True):
    """A case with facts that no daily head lists yet."""

    __tablename__ = "unlisted"

    case_id: int = Field(primary_key=True, sa_type=BigInteger)


class HeadRow(Base, table=True):
    """A daily head: what the histories that had grown since the one before ended in, as JSON lines."""

    __tablename__ = "head"

    day: str = Field(primary_key=True)
    previous: str
    count: int
    body: str
    hash: str
    signature: str
    at: datetime = Field(sa_type=Instant)


class InboxRow(Base, table=True):
    """An event of a platform, stored before it was acknowledged.

    `settled_at` is when it was handled or dropped; some time later the payload is blanked, the rest stays.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "event_id"),
        Index("uq_inbox_platform_twin", "platform", "twin", unique=True),
        _partial("ix_inbox_id", "id", where="state = 'open'"),
        _partial("ix_inbox_lane_id", "lane", "id", where="state = 'open'"),
        _partial("ix_inbox_parked", "id", where="state = 'parked'"),
        _partial("ix_inbox_settled_at", "settled_at", where="settled_at IS NOT NULL AND payload <> ''"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    platform: str
    event_id: str
    lane: str
    payload: str
    received_at: datetime = Field(sa_type=Instant)
    state: str
    attempts: int
    retry_at: datetime | None = Field(sa_type=Instant)
    settled_at: datetime | None = Field(sa_type=Instant)
    reason: str
    twin: str | None = None


class OutboxRow(Base, table=True):
    """Words to be said once; `due_at` is business time, lease and retry real time.

    A row whose `v` this program does not know is left to a newer one. `settled_at` is when it was sent,
    dropped or given up; some time after the first two the body is blanked, the rest stays. `answers` is the
    event it answers; `below` the slot of the card in `place` it waits for, `file` the file it waits for.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _partial("ix_outbox_id", "id", where="state = 'open'"),
        _partial("ix_outbox_lane_id", "lane", "id", where="state = 'open'"),
        _partial("ix_outbox_due_at", "due_at", where="state = 'open'"),
        _partial("ix_outbox_dead", "id", where="state = 'dead'"),
        _partial("ix_outbox_settled_at", "settled_at", where="settled_at IS NOT NULL AND body <> ''"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    v: int
    key: str = Field(unique=True)
    lane: str
    case_key: str | None = Field(index=True)
    body: str
    due_at: datetime = Field(sa_type=Instant)
    state: str
    attempt: int
    owner: str
    lease_until: datetime | None = Field(sa_type=Instant)
    retry_at: datetime | None = Field(sa_type=Instant)
    settled_at: datetime | None = Field(sa_type=Instant)
    ref: str | None
    reason: str
    answers: str | None = None
    below: str | None = None
    place: str | None = None
    file: str | None = None


class ShowingRow(Base, table=True):
    """A card: which version is wanted there, and which one stands where.

    `message` is the place that answers to the card are written in: the thread below it.
    """

    __tablename__ = "showing"
    __table_args__ = (
        UniqueConstraint("case_key", "slot", "place"),
        _partial("ix_showing_id", "id", where="state = 'open' AND wanted > shown"),
        _partial("ix_showing_dead", "id", where="state = 'dead'"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    case_key: str
    slot: str
    place: str
    wanted: int
    shown: int
    state: str
    attempt: int
    owner: str
    lease_until: datetime | None = Field(sa_type=Instant)
    retry_at: datetime | None = Field(sa_type=Instant)
    settled_at: datetime | None = Field(sa_type=Instant)
    ref: str | None
    message: str | None = Field(index=True)
    reason: str
    answers: str | None = None


class FileRow(Base, table=True):
    """A file somebody sent: where it is to be had, what it is, and how far fetching it has come.

    The id is made of `platform` and `ref`, so it stays the same file's when the latter is blanked.
    """

    __tablename__ = "file"
    __table_args__ = (
        _partial("ix_file_wanted_at", "wanted_at", where="state = 'wanted'"),
        _partial("ix_file_settled_at", "settled_at", where="settled_at IS NOT NULL AND ref <> ''"),
    )

    id: str = Field(primary_key=True)
    platform: str
    ref: str
    name: str
    mime: str
    size: int | None = Field(sa_type=BigInteger)
    case_key: str = Field(index=True)
    person: str = Field(index=True)
    wanted_at: datetime = Field(sa_type=Instant)
    state: str
    attempt: int
    owner: str
    lease_until: datetime | None = Field(sa_type=Instant)
    retry_at: datetime | None = Field(sa_type=Instant)
    settled_at: datetime | None = Field(sa_type=Instant)
    reason: str


class FileContentRow(Base, table=True):
    """The bytes of a fetched file; some time later, or when its sender is erased, they are deleted."""

    __tablename__ = "file_content"

    file: str = Field(primary_key=True, foreign_key="file.id")
    data: bytes = Field(sa_type=LargeBinary)


class ExchangeRow(Base, table=True):
    """A person's words to the bot in a conversation."""

    __tablename__ = "exchange"
    __table_args__ = (
        Index("ix_exchange_lane_person_said_at", "lane", "person", "said_at"),
        Index("ix_exchange_said_at", "said_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    lane: str
    person: str
    said_at: datetime = Field(sa_type=Instant)
    body: str


class BindingRow(Base, table=True):
    """A conversation tied to a customer from chat."""

    __tablename__ = "binding"

    lane: str = Field(primary_key=True)
    customer: str | None
    contract: str | None
    by: str
    at: datetime = Field(sa_type=Instant)


class EditionRow(Base, table=True):
    """The text of a policy, calendar, directory or knowledge edition under its content hash."""

    __tablename__ = "edition"

    edition: str = Field(primary_key=True)
    kind: str
    body: str
    at: datetime = Field(sa_type=Instant)


class DutyRow(Base, table=True):
    """A recurring duty taken on for one period."""

    __tablename__ = "duty"

    duty: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class AlarmRow(Base, table=True):
    """Something the operator is to be told, once a key.

    `number` is that of the fact by which it was raised (storage.alarm_tables), with the salt of its words; 0
    of alarms from before there were such facts.
    """

    __tablename__ = "alarm"

    key: str = Field(primary_key=True)
    text: str
    at: datetime = Field(index=True, sa_type=Instant)
    number: int | None = Field(default=None, index=True, sa_type=BigInteger)
    salt: str | None = None


class CounterRow(Base, table=True):
    """A number counted up by one: cases of a day, changes of the chat. Its row is the last to be locked."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    last: int


class ClockOffsetRow(Base, table=True):
    """How far the demo has moved business time; one row at most."""

    __tablename__ = "clock_offset"

    id: int = Field(primary_key=True)
    offset: timedelta = Field(sa_type=Span)


def table(row: type[Base]) -> Table:
    """Return the Core table of a class."""
    return Base.metadata.tables[str(row.__tablename__)]
