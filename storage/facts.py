"""What happened to a case, each fact hashed with the one before it."""

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Table, and_, bindparam, func, insert, select

from bot.cases.facts import Fact, FactKind, Recorded
from bot.core.people import CaseId, CaseKey, PersonId
from storage.chain import GENESIS, VERSION, Link, canonical, pseudonym, text_hash
from storage.columns import Instant, micros
from storage.prepared import Prepared
from storage.tables import FactRow, FactTextRow, PseudonymRow, UnlistedRow, table
from storage.transaction import MOST_VALUES, Insert, Transaction, batched, on_each

FACTS = table(FactRow)
TEXTS = table(FactTextRow)
PSEUDONYMS = table(PseudonymRow)
UNLISTED = table(UnlistedRow)
SALT_BYTES = 16

_LAST = Prepared(
    select(FACTS.c.seq, FACTS.c.hash)
    .where(FACTS.c.case_id == bindparam("of_case"))
    .order_by(FACTS.c.seq.desc())
    .limit(1)
)
_numbers = (
    select(FACTS.c.case_id, func.max(FACTS.c.seq).label("seq"))
    .where(FACTS.c.case_id.in_(bindparam("of_cases", expanding=True)))
    .group_by(FACTS.c.case_id)
    .subquery()
)
_ENDS = select(FACTS.c.case_id, FACTS.c.seq, FACTS.c.hash).join(
    _numbers, and_(_numbers.c.case_id == FACTS.c.case_id, _numbers.c.seq == FACTS.c.seq)
)
_WORDED = select(FACTS, TEXTS.c.text, TEXTS.c.actor.label("person")).outerjoin(
    TEXTS, and_(TEXTS.c.case_id == FACTS.c.case_id, TEXTS.c.seq == FACTS.c.seq)
)
_HISTORY = _WORDED.where(FACTS.c.case_id == bindparam("of_case")).order_by(FACTS.c.seq)
_OF_KIND = _WORDED.where(
    FACTS.c.case_id.in_(bindparam("of_cases", expanding=True)),
    FACTS.c.kind == bindparam("of_kind"),
    FACTS.c.at >= bindparam("since", type_=Instant),
).order_by(FACTS.c.case_id, FACTS.c.seq)
_ADD_FACTS = Prepared(insert(FACTS), *FACTS.c.keys())
_ADD_TEXTS = Prepared(insert(TEXTS), *TEXTS.c.keys())
_SALTS = select(PSEUDONYMS).where(PSEUDONYMS.c.person.in_(bindparam("of_persons", expanding=True)))


def _marking(insert: Callable[[Table], Insert]) -> Insert:
    mark = insert(UNLISTED)
    return mark.on_conflict_do_update(
        index_elements=[UNLISTED.c.case_id], set_={"case_id": mark.excluded.case_id}
    )


_MARK_UNLISTED = Prepared(on_each(_marking), "case_id")


class SqlFacts:
    """Implements bot.ports.Facts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._hidden: dict[PersonId, str] = {}

    def append(self, case: CaseId, key: CaseKey, facts: tuple[Fact, ...]) -> tuple[Recorded, ...]:
        """Record facts after the last one of the case."""
        return self.append_all(((case, key, facts),))

    def append_all(self, grown: Sequence[tuple[CaseId, CaseKey, tuple[Fact, ...]]]) -> tuple[Recorded, ...]:
        """Record facts of several cases, each after the last one of its case."""
        cases = [case for case, _, facts in grown if facts]
        if not cases:
            return ()
        self._mark_unlisted(cases)
        ends = self._ends(cases)
        actors = self._pseudonyms({fact.actor for _, _, facts in grown for fact in facts})
        recorded, rows, texts = [], [], []
        for case, key, facts in grown:
            last, previous = ends.get(case, (0, GENESIS))
            for seq, fact in enumerate(facts, start=last + 1):
                salt = secrets.token_hex(SALT_BYTES)
                link = _link(fact, key, seq, previous, salt=salt, actor=actors[fact.actor])
                recorded.append(Recorded(fact=fact, seq=seq, previous=previous, hash=link.hash))
                rows.append(_row(case, link, fact, recorded[-1].hash))
                texts.append(
                    {"case_id": case, "seq": seq, "actor": fact.actor, "salt": salt, "text": fact.text}
                )
                previous = recorded[-1].hash
        _ADD_FACTS.run_together(self._connection, rows)
        _ADD_TEXTS.run_together(self._connection, texts)
        return tuple(recorded)

    def of_kind(
        self, kind: FactKind, cases: Sequence[CaseId], *, since: datetime
    ) -> Mapping[CaseId, tuple[Fact, ...]]:
        """Return the facts of a kind that were recorded since an instant, of the cases that have any."""
        found: dict[CaseId, tuple[Fact, ...]] = {}
        for some in batched(cases, MOST_VALUES):
            of = {"of_cases": some, "of_kind": kind, "since": since}
            for row in self._connection.execute(_OF_KIND, of).mappings():
                found[row["case_id"]] = (*found.get(row["case_id"], ()), _recorded(row).fact)
        return found

    def of(self, case: CaseId) -> tuple[Recorded, ...]:
        """Return the case's whole history, in order; an erased person is a pseudonym without words."""
        rows = self._connection.execute(_HISTORY, {"of_case": case})
        return tuple(_recorded(row) for row in rows.mappings())

    def with_kinds(self, kinds: Collection[FactKind]) -> tuple[CaseId, ...]:
        """Return the cases that have a fact of one of these kinds, the oldest first."""
        having = select(FACTS.c.case_id).where(FACTS.c.kind.in_(sorted(kinds))).distinct()
        return tuple(
            CaseId(case) for case in self._connection.execute(having.order_by(FACTS.c.case_id)).scalars()
        )

    def _mark_unlisted(self, cases: Sequence[CaseId]) -> None:
        """Have a later daily head list the cases; locked, so that no head takes one meanwhile."""
        _MARK_UNLISTED.run_together(self._connection, [{"case_id": case} for case in dict.fromkeys(cases)])

    def _ends(self, cases: Sequence[CaseId]) -> Mapping[CaseId, tuple[int, str]]:
        """Return number and hash of the last fact of each case that has any."""
        if len(cases) == 1:
            last = _LAST.run(self._connection, {"of_case": cases[0]}).first()
            return {} if last is None else {cases[0]: (last.seq, last.hash)}
        return {
            row.case_id: (row.seq, row.hash)
            for some in batched(cases, MOST_VALUES)
            for row in self._connection.execute(_ENDS, {"of_cases": some})
        }

    def _pseudonyms(self, persons: set[PersonId]) -> Mapping[PersonId, str]:
        """Return what stands for each person; who has nothing yet gets it."""
        if met := persons - self._hidden.keys():
            salts = self._salts(met)
            self._hidden |= {person: pseudonym(salt, person) for person, salt in salts.items()}
        return self._hidden

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


def _link(fact: Fact, key: CaseKey, seq: int, previous: str, *, salt: str, actor: str) -> Link:
    return Link(
        v=VERSION,
        case=key,
        seq=seq,
        previous=previous,
        at=micros(fact.at),
        said_at=micros(fact.said_at),
        kind=fact.kind,
        actor=actor,
        data=canonical(dict(fact.data)),
        text=text_hash(salt, fact.text),
    )


def _row(case: CaseId, link: Link, fact: Fact, hash_: str) -> dict[str, str | int | datetime]:
    return {
        "case_id": case,
        "seq": link.seq,
        "v": link.v,
        "previous": link.previous,
        "hash": hash_,
        "at": fact.at,
        "said_at": fact.said_at,
        "kind": fact.kind,
        "actor": link.actor,
        "data": link.data,
        "text_hash": link.text,
    }


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
