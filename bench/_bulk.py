"""Many open cases at once: one real case and all its rows, copied inside the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bench._databases import execute, is_sqlite
from bot.cases.model import Case
from bot.core.people import CaseId
from storage.tables import (
    Base,
    CaseRow,
    FactRow,
    FactTextRow,
    InboxRow,
    MilestoneRow,
    OutboxRow,
    ShowingRow,
    table,
)

FIRST = 10_000  # numbers of copies begin above those of the cases that are really opened
CASES_A_GROUP = 50
CASES_A_CUSTOMER = 500
WAKES_APART_US = 100_000
SHIFT = f"CAST(n.i AS BIGINT) * {WAKES_APART_US}"

NUMBER = f"{FIRST} + n.i"
ID = f"-({NUMBER})"  # below those that the database counts up
KEY = f"substr(:key, 1, 11) || CAST({NUMBER} AS TEXT)"
GROUP = f"CAST(n.i / {CASES_A_GROUP} AS TEXT)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Which rows are the case's, and what its copies have of their own."""

    where: str
    own: Mapping[str, str] = field(default_factory=dict)
    counted: bool = False
    always: bool = False


def _renamed(column: str) -> str:
    return f"replace(t.{column}, :key, {KEY})"


CONVERSATION = '"conversation":"'
APART = f"replace({_renamed('body')}, '{CONVERSATION}' || :conversation, '{CONVERSATION}g:g' || {GROUP})"
"""The body of a copy that is said to be in the conversation its columns name, not in its template's."""


OF_CASE = Copy(where="t.case_id = :id", own={"case_id": ID})
COPIES: Mapping[type[Base], Copy] = {
    CaseRow: Copy(
        always=True,
        where="t.id = :id",
        own={
            "id": ID,
            "key": KEY,
            "tail": NUMBER,
            "body": _renamed("body"),
            "words": f"replace(t.words, lower(:key), lower({KEY}))",
            "lane": f"'local:g:g' || {GROUP}",
            "thread": f"'copy' || CAST({NUMBER} AS TEXT)",
            "reporter": f"'person-' || {GROUP}",
            "customer": f"'customer-' || CAST(n.i / {CASES_A_CUSTOMER} AS TEXT)",
            "opened_at": f"t.opened_at - {SHIFT}",
            "next_due_at": f"t.next_due_at + {SHIFT}",
            "wake_at": f"t.wake_at + {SHIFT}",
        },
    ),
    MilestoneRow: OF_CASE,
    FactRow: OF_CASE,
    FactTextRow: OF_CASE,
    OutboxRow: Copy(
        where="t.case_key = :key",
        own={"key": _renamed("key"), "case_key": KEY, "body": _renamed("body")},
        counted=True,
    ),
    ShowingRow: Copy(
        where="t.case_key = :key",
        own={"case_key": KEY, "message": f"t.message || CAST({NUMBER} AS TEXT)"},
        counted=True,
    ),
    InboxRow: Copy(
        where="t.event_id = :event",
        own={"event_id": f"t.event_id || '-' || CAST({NUMBER} AS TEXT)"},
        counted=True,
    ),
}
"""Every table a case leaves rows in; `counted` ones give their rows a number themselves."""

WHOLE = 20_000
"""So many copies have all their rows; the ones after them only the case itself, or the disk would not do."""


ROOM = ("PRAGMA cache_size = -400000",)
"""Keep the upper pages of every index in memory while very many rows are added."""


def copy(
    url: str,
    case: Case,
    *,
    first: int,
    count: int,
    whole: frozenset[type[Base]] = frozenset(),
    apart: bool = False,
) -> None:
    """Copy a case with its rows, `count` times from number `first` on; rows of `whole` for all of them.

    What is told of copies that are `apart` goes to their own conversations.
    """
    copies = dict(COPIES)
    if apart:
        copies[CaseRow] = replace(copies[CaseRow], own={**copies[CaseRow].own, "body": APART})
    statements = [
        _statement(row, how) for row, how in copies.items() if how.always or row in whole or first < WHOLE
    ]
    values: dict[str, int | str] = {
        "id": case.id,
        "key": case.key,
        "event": f"e{case.id}",
        "conversation": case.place.conversation,
        "first": first,
        "last": first + count - 1,
    }
    execute(url, *ROOM if is_sqlite(url) else (), *statements, values=values)


def id_of(number: int) -> CaseId:
    """Return the id of a copy by its number from 0."""
    return CaseId(-(FIRST + number))


def freshen(url: str) -> None:
    """Let PostgreSQL count its rows now, as it does by itself a minute later; SQLite never does."""
    if not is_sqlite(url):
        execute(url, "ANALYZE")


def _statement(row: type[Base], how: Copy) -> str:
    names = [column.name for column in table(row).columns if not (how.counted and column.name == "id")]
    values = ", ".join(how.own.get(name, f"t.{name}") for name in names)
    return (
        f"INSERT INTO {table(row).name} ({', '.join(names)}) "
        "WITH RECURSIVE n(i) AS "
        "(SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(:last AS INTEGER)) "
        f"SELECT {values} FROM n CROSS JOIN {table(row).name} AS t WHERE {how.where}"
    )
