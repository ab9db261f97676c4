"""Edits of articles, each hashed with the one before it; drafts; and the figures of each day."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Row, Select, delete, select

from bot.core.people import CaseKey, PersonId
from bot.kb.editing import NOTHING, Edit, EditKind, Mark
from bot.ports import Draft, Tally
from storage.article_tables import ArticleAuthorRow, ArticleDraftRow, ArticleEditRow, KnowledgeDayRow
from storage.chain import canonical, sha256, text_hash
from storage.columns import micros
from storage.prepared import Prepared
from storage.tables import table
from storage.transaction import Transaction

EDITS = table(ArticleEditRow)
AUTHORS = table(ArticleAuthorRow)
DRAFTS = table(ArticleDraftRow)
DAYS = table(KnowledgeDayRow)
SALT_BYTES = 16

_MARK = Prepared(select(EDITS.c.number, EDITS.c.hash).order_by(EDITS.c.number.desc()).limit(1))
_EDITS = (
    select(EDITS, AUTHORS.c.person, AUTHORS.c.note)
    .outerjoin(AUTHORS, AUTHORS.c.number == EDITS.c.number)
    .order_by(EDITS.c.number)
)


class SqlArticles:
    """Implements bot.ports.Articles."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._mark: Mark | None = None  # what was there when this transaction first looked or wrote

    def mark(self) -> Mark:
        """Return how far the edits go, without those of this transaction."""
        if self._mark is None:
            self._mark = self._last()
        return self._mark

    def _last(self) -> Mark:
        last = _MARK.run(self._connection, {}).first()
        return Mark(last.number, last.hash) if last else NOTHING

    def edits(self, *, after: int = 0) -> tuple[Edit, ...]:
        """Return the edits after a number, in order."""
        return self._read(_EDITS.where(EDITS.c.number > after))

    def edits_of(self, article: str) -> tuple[Edit, ...]:
        """Return the edits of one article, in order."""
        return self._read(_EDITS.where(EDITS.c.article == article))

    def add(self, edit: Edit) -> Edit:
        """Record an edit and return it with its number."""
        self.mark()
        number = self._transaction.count_up("article_edit")  # locked until the end: edits come one by one
        salt = secrets.token_hex(SALT_BYTES)
        by = edit.by or PersonId("")
        numbered = replace(edit, number=number)
        last = self._last()
        sign, previous = signed(salt, by, edit.note), last.hash
        hashed = replace(numbered, hash=link_hash(numbered, signed=sign, previous=previous))
        self._connection.execute(
            EDITS.insert(),
            {
                **_plain_columns(numbered),
                "body": edit.body,
                "at": edit.at,
                "signed": sign,
                "previous": previous,
                "hash": hashed.hash,
            },
        )
        self._connection.execute(
            AUTHORS.insert(), {"number": number, "person": by, "salt": salt, "note": edit.note}
        )
        return hashed

    def draft(self, case: CaseKey, *, by: PersonId, body: str) -> Draft:
        """Keep a draft until somebody has looked through it."""
        number = self._transaction.count_up("article_draft")
        row = {"number": number, "case_key": case, "person": by, "at": self._transaction.now, "body": body}
        self._connection.execute(DRAFTS.insert(), row)
        return Draft(number=number, case=case, by=by, at=self._transaction.now, body=body)

    def drafts(self) -> tuple[Draft, ...]:
        """Return the drafts nobody has looked through yet, oldest first."""
        rows = self._connection.execute(select(DRAFTS).order_by(DRAFTS.c.number))
        return tuple(
            Draft(
                number=row.number,
                case=CaseKey(row.case_key),
                by=PersonId(row.person),
                at=row.at,
                body=row.body,
            )
            for row in rows
        )

    def drop(self, draft: int) -> None:
        """Forget a draft."""
        self._connection.execute(delete(DRAFTS).where(DRAFTS.c.number == draft))

    def count(self, tally: Tally) -> None:
        """Put down a day's figures; those put down before for the same are replaced."""
        figures = json.dumps(dict(tally.figures), sort_keys=True)
        insert = self._transaction.insert(DAYS).values(
            day=tally.day.isoformat(), article=tally.article, figures=figures
        )
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[DAYS.c.day, DAYS.c.article], set_={"figures": figures}
            )
        )

    def tallies(self, first: date, last: date) -> tuple[Tally, ...]:
        """Return the figures from one day to another, both included."""
        rows = self._connection.execute(
            select(DAYS)
            .where(DAYS.c.day >= first.isoformat(), DAYS.c.day <= last.isoformat())
            .order_by(DAYS.c.day, DAYS.c.article)
        )
        return tuple(
            Tally(day=date.fromisoformat(row.day), article=row.article, figures=json.loads(row.figures))
            for row in rows
        )

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[Edit, ...]:
        return tuple(map(edit_of, self._connection.execute(query)))


def signed(salt: str, person: PersonId, note: str) -> str:
    """Return what stands for the author and their reason in the chain."""
    return text_hash(salt, f"{person}\n{note}")


def link_hash(edit: Edit, *, signed: str, previous: str) -> str:
    """Return the hash of an edit with the one before it; a body of the file's is not an empty one."""
    said = {
        **_plain_columns(edit),
        "at": micros(edit.at),
        "body": edit.body or "",
        "filed": edit.body is None,
        "signed": signed,
        "previous": previous,
    }
    return sha256(canonical(said))


def _plain_columns(edit: Edit) -> dict[str, str | int]:
    return {
        "number": edit.number,
        "article": edit.article,
        "kind": edit.kind.value,
        "version": edit.version,
        "base": edit.base,
        "before": edit.before,
    }


def edit_of(row: Row[tuple[object, ...]]) -> Edit:
    """Return the edit that was stored."""
    return Edit(
        number=row.number,
        hash=row.hash,
        article=row.article,
        kind=EditKind(row.kind),
        body=row.body,
        version=row.version,
        base=row.base,
        before=row.before,
        by=PersonId(row.person) if row.person else None,
        note=row.note or "",
        at=row.at,
    )


@dataclass(frozen=True, slots=True)
class BadEdit:
    """Something wrong in the chain of edits."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"edit {self.number} of the articles: {self.what}"


def verify_edits(connection: Connection) -> Iterator[BadEdit]:
    """Yield what is wrong in the chain of edits; an author who was erased is not."""
    number, previous = 0, NOTHING.hash
    for row in connection.execute(_EDITS.add_columns(AUTHORS.c.salt)):
        edit = edit_of(row)
        if row.number != number + 1:
            yield BadEdit(row.number, f"the edits from {number + 1} to {row.number - 1} are missing")
        elif row.previous != previous:
            yield BadEdit(row.number, "it does not follow the edit before it")
        if link_hash(edit, signed=row.signed, previous=row.previous) != row.hash:
            yield BadEdit(row.number, "it was changed")
        if row.salt and signed(row.salt, PersonId(row.person), row.note) != row.signed:
            yield BadEdit(row.number, "it is put down to another person, or its reason was changed")
        number, previous = row.number, row.hash
