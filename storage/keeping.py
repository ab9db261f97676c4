"""Forgetting: what has expired is blanked, a person is erased; the chains of the facts hold all the same."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, literal_column, select, update

from bot.ports import Somebody, Traces
from storage import outbox
from storage.erasing import Erasing
from storage.files import FILES, forget_files
from storage.tables import ExchangeRow, InboxRow, OutboxRow, table
from storage.transaction import Transaction

INBOX = table(InboxRow)
OUTBOX = table(OutboxRow)
EXCHANGES = table(ExchangeRow)
BLANK: ColumnElement[str] = literal_column("''")
"""For conditions: a bound value would keep the planner from the partial indexes."""


class SqlKeeping:
    """Implements bot.ports.Keeping."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def forget(self, *, before: datetime, limit: int) -> bool:
        """Blank what was settled before an instant, at most `limit` rows of a kind; True if there is more.

        Handled events and messages sent or dropped lose their content and keep ids, keys and times, so that
        duplicates still stop; files and exchanges with the bot go altogether. What is open or given up stays.
        """
        events = _settled(INBOX, INBOX.c.payload, before)
        messages = _settled(OUTBOX, OUTBOX.c.body, before) & OUTBOX.c.state.in_(outbox.OVER)
        old = select(EXCHANGES.c.id).where(EXCHANGES.c.said_at < before).limit(limit)
        blanked = (
            update(INBOX)
            .where(INBOX.c.id.in_(select(INBOX.c.id).where(events).limit(limit)))
            .values(payload=""),
            update(OUTBOX)
            .where(OUTBOX.c.id.in_(select(OUTBOX.c.id).where(messages).limit(limit)))
            .values(body=""),
            delete(EXCHANGES).where(EXCHANGES.c.id.in_(old)),
        )
        counts = [self._connection.execute(statement).rowcount for statement in blanked]
        files = forget_files(self._transaction, FILES.c.settled_at < before, limit=limit)
        return limit in (*counts, files)

    def erase(self, who: Somebody) -> Traces:
        """Delete a person: words, names, contact, pseudonyms; an alarm records it without saying who."""
        return Erasing(self._transaction, who).traces()


def _settled(rows: Table, body: ColumnElement[str], before: datetime) -> ColumnElement[bool]:
    return (rows.c.settled_at < before) & (body != BLANK)
