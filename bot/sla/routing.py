"""Where a level's words stand, and whom a document wants told of what is no ordinary fault."""

from collections.abc import Iterator

from bot.core.matters import Complaint
from bot.core.people import Level
from bot.sla.book import DESK, Book
from bot.sla.policy import Policy
from bot.sla.staffing import ToldRow
from bot.sla.terms import Terms


def source_of(book: Book, terms: Terms, level: Level) -> str:
    """Return where the contract defines a level; empty where the desk's own scale holds."""
    return next((policy.source for policy in _schemes(book, terms) if level in policy.levels), "")


def emergency_team(book: Book, terms: Terms) -> ToldRow | None:
    """Return whom the contract wants told of an emergency, else whom the desk does.

    Source: S1 annex 2 §4.2.4.
    """
    named = (policy.emergency for policy in _schemes(book, terms) if policy.emergency)
    return next(named, book.policies[DESK].emergency)


def complaint_judges(book: Book, terms: Terms, kind: Complaint) -> ToldRow | None:
    """Return who beside the manager hears of a complaint by its kind: the contract's path says so.

    Source: S1 annex 2 §5.4.
    """
    return book.policies[terms.path or DESK].complaints.get(kind)


def _schemes(book: Book, terms: Terms) -> Iterator[Policy]:
    return (book.policies[name] for name in terms.schemes if name in book.policies)
