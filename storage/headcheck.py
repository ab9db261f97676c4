"""Checking the daily heads: chained, signed, still true, and the same outside as in the database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, tuple_

from bot.core.errors import StoreError
from bot.ports import HEAD_SUFFIX, Head
from storage.chain import GENESIS, sha256
from storage.heads import VERSION, End, all_heads, signature
from storage.tables import CaseRow, FactRow, table
from storage.transaction import MOST_VALUES

CASES = table(CaseRow)
FACTS = table(FactRow)

_FACTS = (
    select(CASES.c.key, FACTS.c.seq, FACTS.c.hash)
    .join(FACTS, FACTS.c.case_id == CASES.c.id)
    .where(tuple_(CASES.c.key, FACTS.c.seq).in_(bindparam("of_ends", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class BadHead:
    """Something wrong with the head of a day."""

    day: str
    what: str

    def __str__(self) -> str:
        return f"head {self.day}: {self.what}"


@dataclass(frozen=True, slots=True)
class CheckedHeads:
    """What was looked at, in lines for people, and what is wrong."""

    checked: tuple[str, ...]
    problems: tuple[BadHead, ...]


def read_files(folder: Path) -> Mapping[str, str]:
    """Return the heads kept in a folder, by day; nothing if there is no such folder.

    Raises:
        StoreError: a file cannot be read.
    """
    try:
        return {file.stem: file.read_text(encoding="utf-8") for file in folder.glob(f"*{HEAD_SUFFIX}")}
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the daily heads in {folder} cannot be read: {error}") from error


def check_heads(connection: Connection, *, key: str, files: Mapping[str, str]) -> CheckedHeads:
    """Check every daily head, in an open transaction; `files` are the heads kept outside."""
    heads = tuple(all_heads(connection))
    signed = [head for head in heads if head.signature]
    listed = sum(head.count for head in heads)
    checked = (
        f"{len(heads)} daily heads, each chained to the one before it; they list {listed} last facts",
        _about_signatures(len(signed), len(heads), key),
        f"{len(files)} files of heads beside the database",
    )
    found = (
        *_chained(heads),
        *_signatures(heads, key),
        *(problem for head in heads for problem in _still_true(connection, head)),
        *_same_outside({head.day: head.text for head in heads}, files),
    )
    return CheckedHeads(checked=checked, problems=found)


def _about_signatures(signed: int, heads: int, key: str) -> str:
    if signed and not key:
        return f"{signed} signatures NOT checked: CASEBELL_HEAD_KEY is not set"
    if signed < heads:
        return f"{signed} signatures; {heads - signed} heads are hashed only, made without CASEBELL_HEAD_KEY"
    return f"{signed} signatures"


def _chained(heads: tuple[Head, ...]) -> Iterator[BadHead]:
    previous = GENESIS
    for head in heads:
        if sha256(head.body) != head.hash:
            yield BadHead(head.day, "it was changed")
        if head.previous != previous:
            yield BadHead(head.day, "it does not follow the head before it")
        if _header(head) != {"v": VERSION, "day": head.day, "count": head.count, "previous": head.previous}:
            yield BadHead(head.day, "its first line does not belong to it")
        previous = head.hash


def _signatures(heads: tuple[Head, ...], key: str) -> Iterator[BadHead]:
    """Whoever strips signatures must strip them all: none may be missing after the first."""
    began = False
    for head in heads:
        if began and not head.signature:
            yield BadHead(head.day, "it is not signed, although heads before it are")
        if key and head.signature and not compare_digest(head.signature, signature(key, head.body)):
            yield BadHead(head.day, "its signature is not of this key")
        began = began or bool(head.signature)


def _still_true(connection: Connection, head: Head) -> Iterator[BadHead]:
    try:
        ends = _ends(head)
    except (ValueError, KeyError, TypeError):
        yield BadHead(head.day, "its lines cannot be read")
        return
    if len(ends) != head.count:
        yield BadHead(head.day, f"it lists {len(ends)} facts instead of {head.count}")
    for start in range(0, len(ends), MOST_VALUES):
        some = ends[start : start + MOST_VALUES]
        values = {"of_ends": [(case, seq) for case, seq, _ in some]}
        facts = {(case, seq): hash_ for case, seq, hash_ in connection.execute(_FACTS, values)}
        for case, seq, hash_ in some:
            if (case, seq) not in facts:
                yield BadHead(head.day, f"{case} had fact {seq} then, and has it no more")
            elif facts[case, seq] != hash_:
                yield BadHead(head.day, f"{case} had another fact {seq} then")


def _same_outside(heads: Mapping[str, str], files: Mapping[str, str]) -> Iterator[BadHead]:
    for day, text in sorted(files.items()):
        if day not in heads:
            yield BadHead(day, "there is a file of it, and none in the database")
        elif heads[day] != text:
            yield BadHead(day, "its file and the database differ")


def _header(head: Head) -> object:
    try:
        return json.loads(head.body.partition("\n")[0])
    except ValueError:
        return None


def _ends(head: Head) -> tuple[End, ...]:
    rows = (json.loads(line) for line in head.body.splitlines()[1:])
    return tuple((str(row["case"]), int(row["seq"]), str(row["hash"])) for row in rows)
