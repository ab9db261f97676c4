"""Edits of articles over the files: who wrote what, which article is in force, what contradicts what.

An edit is never changed: undoing one adds another, which says again what was in force before.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.errors import ConfigError
from bot.core.people import PersonId
from bot.kb.article import Article
from bot.kb.markdown import dump, parse


class EditKind(StrEnum):
    """What somebody did to an article."""

    WRITE = "write"
    RETIRE = "retire"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of one article; `number` counts all edits, 0 is not stored yet; `hash` covers all up to it.

    `body` is the article as text from now on: empty says there is none, None what the file says. `base` is
    the print of the file's article at that time, `before` the edit that was in force until then, 0 for none.
    An author who was erased is nobody, and so are their words in `note`.
    """

    article: str
    kind: EditKind
    body: str | None
    version: int
    base: str
    before: int
    by: PersonId | None
    note: str = ""
    at: datetime
    number: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last edit there is, and the hash of all edits up to it."""

    number: int
    hash: str


NOTHING = Mark(0, "")


class Contradiction(StrEnum):
    """How an edit and a file disagree."""

    FILE_CHANGED = "file_changed"
    FILE_ADDED = "file_added"
    FILE_GONE = "file_gone"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An article whose file says something else than its edit, which wins; `edit` is its number."""

    article: str
    edit: int
    kind: Contradiction


def print_of(article: Article | None) -> str:
    """Return a hash of everything an article says; nothing for none."""
    return hashlib.sha256(dump(article).encode()).hexdigest() if article else ""


def said_by(edit: Edit, filed: Article | None) -> Article | None:
    """Return the article as an edit leaves it, over the file's; None if there is none.

    Raises:
        ConfigError: this program cannot read what was written.
    """
    if edit.body is None:
        return filed
    return parse(edit.body, f"edit {edit.number}") if edit.body else None


def in_force(filed: Article | None, last: Edit) -> Article | None:
    """Return the article its last edit leaves; one that cannot be read changes nothing."""
    try:
        return said_by(last, filed)
    except ConfigError:
        return filed


def conflict(filed: Article | None, last: Edit) -> Conflict | None:
    """Return how a file and the last edit of its article disagree; None if they do not."""
    if last.body is None:
        return None
    found = Conflict(last.article, last.number, Contradiction.FILE_CHANGED)
    try:
        said = said_by(last, filed)
    except ConfigError:
        return Conflict(last.article, last.number, Contradiction.UNREADABLE)
    now = print_of(filed)
    if now in (last.base, print_of(said)):
        return None
    if not last.base:
        return Conflict(last.article, last.number, Contradiction.FILE_ADDED)
    return found if filed else Conflict(last.article, last.number, Contradiction.FILE_GONE)


def undo(history: Mapping[int, Edit], last: Edit, *, by: PersonId, at: datetime) -> Edit | None:
    """Return the edit that takes the last one back, and with the next one the one before; None at the end."""
    if last.kind is EditKind.UNDO and not last.before and last.body is None:
        return None
    earlier = history.get(last.before)
    return Edit(
        article=last.article,
        kind=EditKind.UNDO,
        body=earlier.body if earlier else None,
        version=last.version + 1,
        base=earlier.base if earlier else "",
        before=earlier.before if earlier else 0,
        by=by,
        at=at,
    )
