"""What happened with operators' alarms, each fact hashed with the one before it."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, exists, func, insert, select, update

from bot.ports import Alarm, AlarmData, AlarmFact, AlarmKind
from storage.alarm_tables import AlarmFactRow
from storage.chain import GENESIS, canonical, sha256, text_hash
from storage.columns import micros
from storage.tables import AlarmRow, table
from storage.transaction import Transaction

ALARMS = table(AlarmRow)
FACTS = table(AlarmFactRow)
COLUMNS = tuple(column.name for column in FACTS.c)
VERSION = 1
COUNTER = "alarm_fact"
SALT_BYTES = 16
NO_WORDS = ""
HIGHEST = 2**63 - 1  # the databases know no higher number, and no alarm has one

_UNTAKEN = (
    select(ALARMS.c.key, ALARMS.c.at, ALARMS.c.text)
    .where(ALARMS.c.number.is_(None))
    .order_by(ALARMS.c.at, ALARMS.c.key)
)
_WAITING = select(ALARMS.c.key).where(ALARMS.c.number.is_(None)).limit(1)
_LAST = select(FACTS.c.number, FACTS.c.hash).order_by(FACTS.c.number.desc()).limit(1)
_RAISED = (
    select(FACTS.c.number, FACTS.c.said_at.label("at"), ALARMS.c.text)
    .outerjoin(ALARMS, ALARMS.c.number == FACTS.c.number)
    .where(FACTS.c.kind == AlarmKind.RAISED, FACTS.c.number == bindparam("of_number"))
)
_NEWEST = select(func.coalesce(ALARMS.c.number, 0).label("number"), ALARMS.c.at, ALARMS.c.text).order_by(
    ALARMS.c.at.desc(), ALARMS.c.number.desc(), ALARMS.c.key
)
_UNSEEN = _NEWEST.where(
    ALARMS.c.number > 0,
    ~exists().where(FACTS.c.alarm == ALARMS.c.number, FACTS.c.kind == AlarmKind.NOTED),
)
_WITH_WORDS = (
    select(FACTS, ALARMS.c.salt, ALARMS.c.text)
    .outerjoin(ALARMS, ALARMS.c.number == FACTS.c.number)
    .order_by(FACTS.c.number)
)


class SqlAlarms:
    """Implements bot.ports.Alarms."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def waiting(self) -> bool:
        """Tell whether an alarm was raised that nobody has numbered yet."""
        return self._connection.execute(_WAITING).first() is not None

    def take(self) -> tuple[Alarm, ...]:
        """Number the alarms that are waiting, oldest first; those that another process takes are its own."""
        rows = self._connection.execute(_UNTAKEN.with_for_update(skip_locked=True)).all()
        return tuple(self._take(row.key, row.text, row.at) for row in rows)

    def raised(self, text: str, *, at: datetime) -> Alarm:
        """Record an alarm that operators were told of already, at some earlier instant."""
        key = f"told:{secrets.token_hex(SALT_BYTES)}"
        self._connection.execute(insert(ALARMS), {"key": key, "text": text, "at": at})
        return self._take(key, text, at)

    def _take(self, key: str, text: str, at: datetime) -> Alarm:
        salt = secrets.token_hex(SALT_BYTES)
        number = self._add(AlarmKind.RAISED, {}, said_at=at, words=text_hash(salt, text))
        self._connection.execute(update(ALARMS).where(ALARMS.c.key == key).values(number=number, salt=salt))
        return Alarm(number=number, at=at, text=text)

    def record(self, number: int, kind: AlarmKind, data: AlarmData) -> None:
        """Record what happened with an alarm."""
        self._add(kind, data, said_at=self._transaction.now, alarm=number)

    def of(self, number: int) -> Alarm | None:
        """Find an alarm with everything that happened with it; one whose words were erased says nothing."""
        if number > HIGHEST:
            return None
        rows = self._connection.execute(_RAISED, {"of_number": number}).mappings().all()
        return next(iter(self._with_facts(rows)), None)

    def latest(self, *, limit: int) -> tuple[Alarm, ...]:
        """Return the newest alarms, each with everything that happened with it."""
        rows = self._connection.execute(_NEWEST.limit(limit)).mappings().all()
        return tuple(self._with_facts(rows))

    def unseen(self, *, limit: int) -> tuple[Alarm, ...]:
        """Return the newest alarms on record that nobody has noted."""
        rows = self._connection.execute(_UNSEEN.limit(limit)).mappings().all()
        return tuple(self._with_facts(rows))

    def _with_facts(self, found: Sequence[RowMapping]) -> Iterator[Alarm]:
        facts = self._facts([row["number"] for row in found])
        for row in found:
            yield Alarm(
                number=row["number"],
                at=row["at"],
                text=row["text"] or NO_WORDS,
                facts=tuple(facts[row["number"]]),
            )

    def _facts(self, alarms: Iterable[int]) -> Mapping[int, list[AlarmFact]]:
        rows = self._connection.execute(
            select(FACTS).where(FACTS.c.alarm.in_(list(alarms))).order_by(FACTS.c.number)
        )
        facts: defaultdict[int, list[AlarmFact]] = defaultdict(list)
        for row in rows:
            fact = AlarmFact(kind=AlarmKind(row.kind), at=row.said_at, data=json.loads(row.data))
            facts[row.alarm].append(fact)
        return facts

    def _add(
        self, kind: AlarmKind, data: AlarmData, *, said_at: datetime, words: str = NO_WORDS, alarm: int = 0
    ) -> int:
        """Add a link; the counter is locked until the end, so that links come one by one."""
        number = self._transaction.count_up(COUNTER)
        last = self._connection.execute(_LAST).first()
        row = {
            "number": number,
            "alarm": alarm or number,
            "v": VERSION,
            "kind": kind.value,
            "at": self._transaction.now,
            "said_at": said_at,
            "data": canonical(dict(data)),
            "text_hash": words,
            "previous": last.hash if last else GENESIS,
        }
        self._connection.execute(insert(FACTS), {**row, "hash": _link_hash(row)})
        return number


def _link_hash(row: Mapping[str, str | int | datetime]) -> str:
    """Return the hash of a link with the one before it. Never to be changed; another way is another `v`."""
    return sha256(
        canonical(
            {
                name: micros(value) if isinstance(value, datetime) else value
                for name, value in row.items()
                if name != "hash"
            }
        )
    )


@dataclass(frozen=True, slots=True)
class BadAlarm:
    """Something wrong in the chain of alarms."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"fact {self.number} of the alarms: {self.what}"


def verify_alarms(connection: Connection) -> Iterator[BadAlarm]:
    """Yield what is wrong in the chain of alarms; words that were erased are not."""
    number, previous = 0, GENESIS
    for found in connection.execute(_WITH_WORDS).mappings():
        row = {column: found[column] for column in COLUMNS}
        if row["number"] != number + 1:
            yield BadAlarm(row["number"], f"the facts from {number + 1} to {row['number'] - 1} are missing")
        elif row["previous"] != previous:
            yield BadAlarm(row["number"], "it does not follow the fact before it")
        yield from (BadAlarm(row["number"], what) for what in _faults(row, found["salt"], found["text"]))
        number, previous = row["number"], row["hash"]
    strays = select(ALARMS.c.number).where(ALARMS.c.number > number).order_by(ALARMS.c.number)
    for stray in connection.execute(strays).scalars():
        yield BadAlarm(stray, "an alarm bears its number, but it is not there")


def _faults(row: Mapping[str, str | int | datetime], salt: str | None, text: str | None) -> Iterator[str]:
    if row["v"] != VERSION:
        yield f"it is of version {row['v']}, which this program does not know"
    elif _link_hash(row) != row["hash"]:
        yield "it was changed"
    if text is not None and text_hash(salt or "", text) != row["text_hash"]:
        yield "its words were changed"
