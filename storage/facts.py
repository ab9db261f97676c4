"""What happened to a case, each fact hashed with the one before it."""

import json
import secrets
from collections.abc import Callable, Mapping

from sqlalchemy import RowMapping, Table, and_, bindparam, insert, select

from bot.cases.model import Fact, FactKind, Recorded
from bot.core.people import CaseId, CaseKey, PersonId
from storage.chain import GENESIS, VERSION, Link, canonical, pseudonym, text_hash
from storage.columns import micros
from storage.tables import FactRow, FactTextRow, PseudonymRow, UnlistedRow, table
from storage.transaction import Insert, Transaction, on_each

FACTS = table(FactRow)
TEXTS = table(FactTextRow)
PSEUDONYMS = table(PseudonymRow)
UNLISTED = table(UnlistedRow)
SALT_BYTES = 16

_LAST = (
    select(FACTS.c.seq, FACTS.c.hash)
    .where(FACTS.c.case_id == bindparam("of_case"))
    .order_by(FACTS.c.seq.desc())
    .limit(1)
)
_HISTORY = (
    select(FACTS, TEXTS.c.text, TEXTS.c.actor.label("person"))
    .outerjoin(TEXTS, and_(TEXTS.c.case_id == FACTS.c.case_id, TEXTS.c.seq == FACTS.c.seq))
    .where(FACTS.c.case_id == bindparam("of_case"))
    .order_by(FACTS.c.seq)
)
_ADD_FACTS = insert(FACTS)
_ADD_TEXTS = insert(TEXTS)
_SALTS = select(PSEUDONYMS).where(PSEUDONYMS.c.person.in_(bindparam("of_persons", expanding=True)))


def _marking(insert: Callable[[Table], Insert]) -> Insert:
    mark = insert(UNLISTED)
    return mark.on_conflict_do_update(
        index_elements=[UNLISTED.c.case_id], set_={"case_id": mark.excluded.case_id}
    )


_MARK_UNLISTED = on_each(_marking)


class SqlFacts:
    """Implements bot.ports.Facts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def append(self, case: CaseId, key: CaseKey, facts: tuple[Fact, ...]) -> tuple[Recorded, ...]:
        """Record facts after the last one of the case."""
        if not facts:
            return ()
        self._mark_unlisted(case)
        last = self._connection.execute(_LAST, {"of_case": case}).first()
        seq, previous = (0, GENESIS) if last is None else (last.seq, last.hash)
        salts = self._salts({fact.actor for fact in facts})
        recorded, rows, texts = [], [], []
        for fact in facts:
            seq += 1
            salt = secrets.token_hex(SALT_BYTES)
            link = Link(
                v=VERSION,
                case=key,
                seq=seq,
                previous=previous,
                at=micros(fact.at),
                said_at=micros(fact.said_at),
                kind=fact.kind,
                actor=pseudonym(salts[fact.actor], fact.actor),
                data=fact.data,
                text=text_hash(salt, fact.text),
            )
            recorded.append(Recorded(fact=fact, seq=seq, previous=previous, hash=link.hash))
            rows.append(
                {
                    "case_id": case,
                    "seq": seq,
                    "v": link.v,
                    "previous": previous,
                    "hash": link.hash,
                    "at": fact.at,
                    "said_at": fact.said_at,
                    "kind": fact.kind,
                    "actor": link.actor,
                    "data": canonical(dict(fact.data)),
                    "text_hash": link.text,
                }
            )
            texts.append({"case_id": case, "seq": seq, "actor": fact.actor, "salt": salt, "text": fact.text})
            previous = link.hash
        self._connection.execute(_ADD_FACTS, rows)
        self._connection.execute(_ADD_TEXTS, texts)
        return tuple(recorded)

    def of(self, case: CaseId) -> tuple[Recorded, ...]:
        """Return the case's whole history, in order; an erased person is a pseudonym without words."""
        rows = self._connection.execute(_HISTORY, {"of_case": case})
        return tuple(_recorded(row) for row in rows.mappings())

    def _mark_unlisted(self, case: CaseId) -> None:
        """Have a later daily head list the case; the mark is locked, so that no head takes it meanwhile."""
        self._connection.execute(self._transaction.own(_MARK_UNLISTED), {"case_id": case})

    def _salts(self, persons: set[PersonId]) -> Mapping[PersonId, str]:
        known = self._known_salts(persons)
        unknown = sorted(persons - known.keys())
        if not unknown:
            return known
        new = [{"person": person, "salt": secrets.token_hex(SALT_BYTES)} for person in unknown]
        insert_new = self._transaction.insert(PSEUDONYMS).on_conflict_do_nothing()
        self._connection.execute(insert_new, new)
        return self._known_salts(persons)  # somebody else may have been first

    def _known_salts(self, persons: set[PersonId]) -> dict[PersonId, str]:
        rows = self._connection.execute(_SALTS, {"of_persons": sorted(persons)})
        return {PersonId(row.person): row.salt for row in rows}


def _recorded(row: RowMapping) -> Recorded:
    fact = Fact(
        kind=FactKind(row["kind"]),
        at=row["at"],
        said_at=row["said_at"],
        actor=PersonId(row["actor"] if row["person"] is None else row["person"]),
        data=json.loads(row["data"]),
        text=row["text"] or "",
    )
    return Recorded(fact=fact, seq=row["seq"], previous=row["previous"], hash=row["hash"])
