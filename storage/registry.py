"""Small things a deployment remembers: bindings, editions, duties, alarms; and the last exchanges."""

from datetime import datetime
from itertools import takewhile

from sqlalchemy import bindparam, delete, func, select, true

from bot.core.people import ContractId, CustomerId, PersonId, Place
from bot.ports import Binding, Exchange
from storage.columns import Instant
from storage.mapping import EXCHANGE
from storage.prepared import Prepared, Row
from storage.tables import AlarmRow, BindingRow, DutyRow, EditionRow, ExchangeRow, table
from storage.transaction import Transaction

ALARMS = table(AlarmRow)
BINDINGS = table(BindingRow)
DUTIES = table(DutyRow)
EDITIONS = table(EditionRow)
EXCHANGES = table(ExchangeRow)
_BINDINGS = select(BINDINGS.c.lane, BINDINGS.c.customer, BINDINGS.c.contract).order_by(BINDINGS.c.lane)
_REMEMBER = Prepared(EXCHANGES.insert(), "lane", "person", "said_at", "body")
_LATEST = (
    select(EXCHANGES.c.body)
    .where(EXCHANGES.c.lane == bindparam("of_lane"), EXCHANGES.c.said_at >= bindparam("since", type_=Instant))
    .order_by(EXCHANGES.c.said_at.desc(), EXCHANGES.c.id.desc())
)
_LATEST_OF_ALL = Prepared(_LATEST)
_LATEST_OF_PERSON = Prepared(_LATEST.where(EXCHANGES.c.person == bindparam("of_person")))
_NEWEST = (
    select(EDITIONS.c.edition)
    .where(EDITIONS.c.kind == bindparam("kind"))
    .order_by(EDITIONS.c.at.desc(), EDITIONS.c.edition.desc())
    .limit(1)
)


class SqlRegistry:
    """Implements bot.ports.Registry."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._bindings: tuple[Binding, ...] | None = None  # asked for at every turn of a transaction

    def bindings(self) -> tuple[Binding, ...]:
        """Return every conversation tied or untied from chat."""
        if self._bindings is None:
            self._bindings = self._read_bindings()
        return self._bindings

    def _read_bindings(self) -> tuple[Binding, ...]:
        rows = self._connection.execute(_BINDINGS)
        return tuple(
            Binding(
                lane=row.lane,
                customer=None if row.customer is None else CustomerId(row.customer),
                contract=None if row.contract is None else ContractId(row.contract),
            )
            for row in rows
        )

    def bind(self, binding: Binding, *, by: PersonId) -> None:
        """Tie (or untie) a conversation."""
        values = {
            "customer": binding.customer,
            "contract": binding.contract,
            "by": by,
            "at": self._transaction.now,
        }
        self._bindings = None
        insert = self._transaction.insert(BINDINGS).values(lane=binding.lane, **values)
        self._connection.execute(insert.on_conflict_do_update(index_elements=[BINDINGS.c.lane], set_=values))

    def put_edition(self, *, kind: str, edition: str, body: str) -> bool:
        """Keep the text of an edition under its content hash; False if it is known."""
        return self._put_new(EditionRow, edition=edition, kind=kind, body=body)

    def edition(self, edition: str) -> str | None:
        """Return the text of an edition."""
        return self._connection.execute(
            select(EDITIONS.c.body).where(EDITIONS.c.edition == edition)
        ).scalar_one_or_none()

    def latest(self, kind: str) -> str | None:
        """Return the text of the edition of this kind that was put last."""
        return self._connection.execute(_NEWEST.with_only_columns(EDITIONS.c.body), {"kind": kind}).scalar()

    def newest(self, kind: str) -> str | None:
        """Return the name of the edition of this kind that was put last."""
        return self._connection.execute(_NEWEST, {"kind": kind}).scalar()

    def claim_duty(self, duty: str, period: str) -> bool:
        """Take on a recurring duty for a period; False if it was done or taken before."""
        return self._put_new(DutyRow, duty=duty, period=period)

    def release_duty(self, duty: str, period: str) -> None:
        """Give a duty back that is not finished for its period."""
        self._connection.execute(delete(DUTIES).where(DUTIES.c.duty == duty, DUTIES.c.period == period))

    def last_duty(self, duty: str) -> datetime | None:
        """Return when a duty was taken on last; None if never."""
        return self._connection.execute(
            select(func.max(DUTIES.c.at, type_=Instant)).where(DUTIES.c.duty == duty)
        ).scalar()

    def alarm(self, key: str, *, text: str) -> None:
        """Tell the operator; the same key is told once."""
        self._put_new(AlarmRow, key=key, text=text)

    def alarms(self, *, since: datetime | None = None) -> tuple[tuple[datetime, str], ...]:
        """Return what operators were told, from an instant on, newest first."""
        recent = true() if since is None else ALARMS.c.at >= since
        rows = self._connection.execute(
            select(ALARMS.c.at, ALARMS.c.text).where(recent).order_by(ALARMS.c.at.desc(), ALARMS.c.key)
        )
        return tuple((row.at, row.text) for row in rows)

    def _put_new(self, row: type[EditionRow | DutyRow | AlarmRow], **values: str) -> bool:
        """Insert a row unless its primary key is there; return whether it was new."""
        into = table(row)
        insert = self._transaction.insert(into).values(at=self._transaction.now, **values)
        return (
            self._connection.execute(insert.on_conflict_do_nothing().returning(into.c.at)).first() is not None
        )


class SqlExchanges:
    """Implements bot.ports.Exchanges."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def put(self, exchange: Exchange) -> None:
        """Remember an exchange as the latest of this person in this conversation."""
        row = {
            "lane": exchange.place.lane,
            "person": exchange.person,
            "said_at": exchange.said_at,
            "body": EXCHANGE.dump(exchange),
        }
        _REMEMBER.run(self._connection, row)

    def latest(self, place: Place, person: PersonId | None, *, since: datetime) -> tuple[Exchange, ...]:
        """Return a person's exchanges, or everybody's, in this conversation since `since`, newest first."""
        of: Row = {"of_lane": place.lane, "since": since}
        found = (
            _LATEST_OF_ALL.run(self._connection, of)
            if person is None
            else _LATEST_OF_PERSON.run(self._connection, {**of, "of_person": person})
        )
        return tuple(EXCHANGE.load(str(body)) for body in found.scalars())

    def loose(self, place: Place, person: PersonId, *, since: datetime) -> tuple[Exchange, ...]:
        """Return a person's exchanges in this conversation since the last one that went into a case."""
        of = {"of_lane": place.lane, "since": since, "of_person": person}
        with _LATEST_OF_PERSON.run(self._connection, of) as found:
            exchanges = (EXCHANGE.load(body) for (body,) in found)
            return tuple(takewhile(lambda each: each.case is None, exchanges))

    def between(self, first: datetime, last: datetime) -> tuple[Exchange, ...]:
        """Return everybody's exchanges everywhere from an instant to before another, oldest first."""
        bodies = self._connection.execute(
            select(EXCHANGES.c.body)
            .where(EXCHANGES.c.said_at >= first, EXCHANGES.c.said_at < last)
            .order_by(EXCHANGES.c.said_at, EXCHANGES.c.id)
        ).scalars()
        return tuple(EXCHANGE.load(body) for body in bodies)
