"""The door to what people wrote about articles: edits, drafts, and how well articles answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.core.people import CaseKey, PersonId
from bot.kb.editing import Edit, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article made of a case, which a person has to look through; nobody else sees it."""

    number: int
    case: CaseKey
    by: PersonId
    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Figures of one day and one article, or of all questions where `article` is empty; nobody's words."""

    day: date
    article: str
    figures: Mapping[str, int]


class Articles(Protocol):
    """Edits of articles, append-only and hash-chained; drafts come and go; tallies stay."""

    def mark(self) -> Mark:
        """Return how far the edits go that were committed: those of this transaction may never be."""
        ...

    def edits(self, *, after: int = 0) -> tuple[Edit, ...]:
        """Return the edits after a number, in order."""
        ...

    def edits_of(self, article: str) -> tuple[Edit, ...]:
        """Return the edits of one article, in order."""
        ...

    def add(self, edit: Edit) -> Edit:
        """Record an edit and return it with its number."""
        ...

    def draft(self, case: CaseKey, *, by: PersonId, body: str) -> Draft:
        """Keep a draft until somebody has looked through it."""
        ...

    def drafts(self) -> tuple[Draft, ...]:
        """Return the drafts nobody has looked through yet, oldest first."""
        ...

    def drop(self, draft: int) -> None:
        """Forget a draft."""
        ...

    def count(self, tally: Tally) -> None:
        """Put down a day's figures; those put down before for the same are replaced."""
        ...

    def tallies(self, first: date, last: date) -> tuple[Tally, ...]:
        """Return the figures from one day to another, both included."""
        ...
