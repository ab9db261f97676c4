"""Recomputing every hash chain: whatever was changed behind our back shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, RowMapping, and_, func, select

from bot.core.people import CaseKey, PersonId
from storage.alarms import FACTS as ALARM_FACTS
from storage.alarms import BadAlarm, verify_alarms
from storage.articles import EDITS, BadEdit, verify_edits
from storage.chain import GENESIS, VERSION, Link, canonical, pseudonym, text_hash
from storage.columns import micros
from storage.database import Database, our_errors
from storage.headcheck import BadHead, check_heads, read_files
from storage.schema import require_current
from storage.tables import CaseRow, FactRow, FactTextRow, PseudonymRow, table

CASES = table(CaseRow)
FACTS = table(FactRow)
TEXTS = table(FactTextRow)
PSEUDONYMS = table(PseudonymRow)
AT_ONCE = 1000  # rows held in memory

_ALL = (
    select(
        CASES.c.key,
        FACTS,
        TEXTS.c.actor.label("person"),
        TEXTS.c.salt,
        TEXTS.c.text,
        PSEUDONYMS.c.salt.label("person_salt"),
    )
    .select_from(CASES)
    .outerjoin(FACTS, FACTS.c.case_id == CASES.c.id)
    .outerjoin(TEXTS, and_(TEXTS.c.case_id == FACTS.c.case_id, TEXTS.c.seq == FACTS.c.seq))
    .outerjoin(PSEUDONYMS, PSEUDONYMS.c.person == TEXTS.c.actor)
    .order_by(CASES.c.key, FACTS.c.seq)
)
_ORPHANS = (
    select(FACTS.c.case_id)
    .outerjoin(CASES, CASES.c.id == FACTS.c.case_id)
    .where(CASES.c.id.is_(None))
    .distinct()
    .order_by(FACTS.c.case_id)
)


_COUNTS = (
    ("cases", select(func.count()).select_from(CASES)),
    ("facts", select(func.count()).select_from(FACTS)),
    ("edits", select(func.count()).select_from(EDITS)),
    ("alarms", select(func.count()).select_from(ALARM_FACTS)),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the history of a case; `seq` is the fact, 0 the whole case."""

    case: CaseKey
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.case} fact {self.seq}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, in lines for people, and what is wrong."""

    checked: tuple[str, ...]
    problems: tuple[Problem | BadEdit | BadAlarm | BadHead, ...]


def verify(url: str, *, key: str = "", folder: Path | None = None) -> Verdict:
    """Check the history of every case and every daily head, from one snapshot of the database.

    What was erased (words and person of a fact) is no problem. Facts cut off at the end of a chain show in
    the head that lists them.

    Args:
        url: the database.
        key: what signatures are checked with; without one they are not.
        folder: where heads were written to; compared where it is there.

    Raises:
        StoreError: the database is not there, or has another schema.
    """
    database = Database(url)
    try:
        require_current(database)
        # Read first: a head that is written meanwhile is then in the snapshot too.
        files = read_files(folder) if folder else {}
        with our_errors(), database.reading() as connection:
            counts = {name: connection.execute(query).scalar_one() for name, query in _COUNTS}
            problems: list[Problem | BadEdit | BadAlarm] = [
                *verify_on(connection),
                *verify_edits(connection),
                *verify_alarms(connection),
            ]
            heads = check_heads(connection, key=key, files=files)
    finally:
        database.close()
    checked = f"{counts['cases']} cases with {counts['facts']} facts, each hashed with the one before it"
    edits = f"{counts['edits']} edits of articles, each hashed with the one before it"
    alarms = f"{counts['alarms']} facts of operators' alarms, each hashed with the one before it"
    return Verdict(checked=(checked, edits, alarms, *heads.checked), problems=(*problems, *heads.problems))


def verify_on(connection: Connection) -> Iterator[Problem]:
    """Yield what is wrong in the history of every case, in an open transaction."""
    rows = connection.execution_options(yield_per=AT_ONCE).execute(_ALL).mappings()
    for key, facts in groupby(rows, key=lambda row: CaseKey(row["key"])):
        yield from _check_case(key, facts)
    for case_id in connection.execute(_ORPHANS).scalars():
        yield Problem(CaseKey(f"case {case_id}"), 0, "there are facts of it, but no case")


def _check_case(key: CaseKey, rows: Iterator[RowMapping]) -> Iterator[Problem]:
    seq, previous = 0, GENESIS
    for row in rows:
        if row["seq"] is None:
            yield Problem(key, 0, "it has no facts")
            return
        if row["seq"] != seq + 1:
            yield Problem(key, row["seq"], f"the facts from {seq + 1} to {row['seq'] - 1} are missing")
        elif row["previous"] != previous:
            yield Problem(key, row["seq"], "it does not follow the fact before it")
        yield from (Problem(key, row["seq"], what) for what in _check_fact(key, row))
        seq, previous = row["seq"], row["hash"]


def _check_fact(key: CaseKey, row: RowMapping) -> Iterator[str]:
    if row["v"] != VERSION:
        yield f"it is of version {row['v']}, which this program does not know"
        return
    if _hash(key, row) != row["hash"]:
        yield "it was changed"
    if row["person"] is None:
        return
    if text_hash(row["salt"], row["text"]) != row["text_hash"]:
        yield "its words were changed"
    if row["person_salt"] is None or pseudonym(row["person_salt"], PersonId(row["person"])) != row["actor"]:
        yield "it is put down to another person"


def _hash(key: CaseKey, row: RowMapping) -> str | None:
    """Return what the hash of a fact has to be; None if its data can no longer be read."""
    try:
        data = json.loads(row["data"])
    except ValueError:
        return None
    return Link(
        v=row["v"],
        case=key,
        seq=row["seq"],
        previous=row["previous"],
        at=micros(row["at"]),
        said_at=micros(row["said_at"]),
        kind=row["kind"],
        actor=row["actor"],
        data=canonical(data),
        text=row["text_hash"],
    ).hash
