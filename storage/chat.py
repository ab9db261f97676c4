"""The local chat's memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import RowMapping, func, select, update

from bot.core.errors import StoreError
from bot.core.message import Message
from bot.core.people import PersonId
from bot.ports import ChatLine
from storage.chat_tables import ChatKeyRow, ChatLineRow, ChatReadRow
from storage.mapping import MESSAGE
from storage.tables import table
from storage.transaction import Transaction

LINES = table(ChatLineRow)
KEYS = table(ChatKeyRow)
READ = table(ChatReadRow)
CHANGES = "chat"


class SqlChat:
    """Implements bot.ports.ChatLog."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def post(self, line: ChatLine, *, key: str | None = None) -> ChatLine:
        """Add a line (its `seq` and `change` are given here); a known key returns the line it made."""
        # Counting first makes posts wait for each other: numbers appear in order, a key is never raced for.
        change = self._transaction.count_up(CHANGES)
        known = self.by_key(key) if key is not None else None
        if known is not None:
            return known
        values = {
            "change": change,
            "conversation": line.conversation,
            "thread": line.thread,
            "author": line.author,
            "said_at": line.said_at,
            "text": line.text,
            "message": None if line.message is None else MESSAGE.dump(line.message),
        }
        insert = LINES.insert().values(values).returning(LINES.c.seq)
        seq: int = self._connection.execute(insert).scalar_one()
        if key is not None:
            self._connection.execute(KEYS.insert(), {"key": key, "seq": seq})
        return replace(line, seq=seq, change=change, replies=0)

    def edit(self, seq: int, message: Message) -> ChatLine:
        """Replace what a line says, giving it a new `change`.

        Raises:
            StoreError: no such line.
        """
        change = self._transaction.count_up(CHANGES)
        edited = update(LINES).where(LINES.c.seq == seq).values(message=MESSAGE.dump(message), change=change)
        rows = self._connection.execute(edited.returning(*LINES.c)).mappings().all()
        if not rows:
            raise StoreError(f"the chat has no line {seq}")
        return self._with_replies(rows)[0]

    def line(self, seq: int) -> ChatLine | None:
        """Find a line."""
        rows = self._connection.execute(select(LINES).where(LINES.c.seq == seq)).mappings().all()
        return next(iter(self._with_replies(rows)), None)

    def by_key(self, key: str) -> ChatLine | None:
        """Return the line a key made."""
        rows = self._connection.execute(select(LINES).join(KEYS).where(KEYS.c.key == key)).mappings().all()
        return next(iter(self._with_replies(rows)), None)

    def lines(
        self, conversation: str, *, thread: str | None = None, limit: int = 200
    ) -> tuple[ChatLine, ...]:
        """Return the newest top-level lines (or those of a thread), oldest first, with their reply counts."""
        newest = (
            select(LINES)
            .where(LINES.c.conversation == conversation, LINES.c.thread == thread)
            .order_by(LINES.c.seq.desc())
            .limit(limit)
        )
        return self._with_replies(self._connection.execute(newest).mappings().all()[::-1])

    def changes(self) -> int:
        """Return the highest `change` so far: the page redraws when it grows."""
        newest: int = self._connection.execute(
            select(func.coalesce(func.max(LINES.c.change), 0))
        ).scalar_one()
        return newest

    def unread(self, person: PersonId, conversations: tuple[str, ...]) -> Mapping[str, int]:
        """Return how many lines by others each conversation holds that this person has not read."""
        read = (READ.c.conversation == LINES.c.conversation) & (READ.c.person == person)
        rows = self._connection.execute(
            select(LINES.c.conversation, func.count().label("lines"))
            .outerjoin(READ, read)
            .where(
                LINES.c.conversation.in_(conversations),
                LINES.c.author != person,
                LINES.c.seq > func.coalesce(READ.c.seq, 0),
            )
            .group_by(LINES.c.conversation)
        )
        return {**dict.fromkeys(conversations, 0), **{row.conversation: row.lines for row in rows}}

    def mark_read(self, person: PersonId, conversation: str) -> None:
        """Remember that this person has read everything there."""
        newest = select(func.coalesce(func.max(LINES.c.seq), 0)).where(LINES.c.conversation == conversation)
        insert = self._transaction.insert(READ).values(
            person=person, conversation=conversation, seq=newest.scalar_subquery()
        )
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[READ.c.person, READ.c.conversation], set_={"seq": insert.excluded.seq}
            )
        )

    def _with_replies(self, rows: Sequence[RowMapping]) -> tuple[ChatLine, ...]:
        threads = [str(row["seq"]) for row in rows if row["thread"] is None]
        counted = self._connection.execute(
            select(LINES.c.thread, func.count().label("replies"))
            .where(LINES.c.thread.in_(threads))
            .group_by(LINES.c.thread)
        )
        replies = {row.thread: row.replies for row in counted}
        return tuple(_line(row, replies.get(str(row["seq"]), 0)) for row in rows)


def _line(row: RowMapping, replies: int) -> ChatLine:
    message = None if row["message"] is None else MESSAGE.load(row["message"])
    return ChatLine(**{**row, "message": message, "replies": replies})
