"""The warranty of what a contract delivered: to which day it lasts, and how long a part is under it anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from bot.sla.allowance import Allowance
from bot.sla.policy import Book, Terms


def covered(terms: Terms, book: Book, dates: Mapping[str, date], at: datetime) -> Terms:
    """Return the terms of a case opened at an instant, in or after the warranty; both its days count.

    Before the date it counts from nothing is out of warranty yet.
    """
    row = book.warranty(terms)
    since = dates.get(row.counted_from) if row else None
    if row is None or since is None:
        return terms
    until = after(since, row.length)
    return replace(terms, warranty_until=until, in_warranty=at.astimezone(terms.zone).date() <= until)


def after(since: date, length: Allowance) -> date:
    """Return the same day so many days or months later; in a short month its last."""
    return since + relativedelta(months=length.months) + length.length
