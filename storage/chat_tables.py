"""The tables of the local chat, beside those of storage.tables."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from storage.columns import Instant, Serial
from storage.tables import Base


class ChatLineRow(Base, table=True):
    """A line of the local chat."""

    __tablename__ = "chat_line"
    __table_args__ = (Index("ix_chat_line_conversation_thread_seq", "conversation", "thread", "seq"),)

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    change: int = Field(unique=True)
    conversation: str
    thread: str | None
    author: str
    said_at: datetime = Field(sa_type=Instant)
    text: str
    message: str | None


class ChatKeyRow(Base, table=True):
    """The line a key made."""

    __tablename__ = "chat_key"

    key: str = Field(primary_key=True)
    seq: int = Field(foreign_key="chat_line.seq", sa_type=BigInteger)


class ChatReadRow(Base, table=True):
    """How far a person has read a conversation."""

    __tablename__ = "chat_read"

    person: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
