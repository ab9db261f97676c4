"""The warranty of what a contract delivered: to which day it lasts, and what staff should know of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from bot.sla.agreed import NoteRow, WarrantyRow
from bot.sla.allowance import Allowance
from bot.sla.book import Book
from bot.sla.terms import Terms


def agreed(terms: Terms, book: Book) -> WarrantyRow | None:
    """Return how the contract's warranty counts; None where none is agreed."""
    policy = book.policies.get(terms.warranty)
    return policy.warranty if policy else None


def notes(terms: Terms, book: Book, about: str) -> tuple[NoteRow, ...]:
    """Return what the schemes that hold, and the warranty, say to staff about cases of a type."""
    schemes = (book.policies[name] for name in terms.schemes)
    holding = [policy for policy in schemes if terms.under(policy.holds)]
    known = book.policies.get(terms.warranty)
    return tuple(
        each
        for policy in (*holding, *([known] if known else []))
        for each in policy.notes
        if each.about == about
    )


def covered(terms: Terms, book: Book, dates: Mapping[str, date], at: datetime) -> Terms:
    """Return the terms of a case opened at an instant, in or after the warranty; both its days count.

    Before the date it counts from nothing is out of warranty yet.
    """
    row = agreed(terms, book)
    since = dates.get(row.counted_from) if row else None
    if row is None or since is None:
        return terms
    until = after(since, row.length)
    return replace(terms, warranty_until=until, in_warranty=at.astimezone(terms.zone).date() <= until)


def after(since: date, length: Allowance) -> date:
    """Return the same day so many days or months later; in a short month its last."""
    return since + relativedelta(months=length.months) + length.length
