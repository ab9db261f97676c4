"""The tables of what people do with articles, beside those of storage.tables."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from storage.columns import Instant
from storage.tables import Base


class ArticleEditRow(Base, table=True):
    """One link of the chain of edits; triggers refuse to change or delete it."""

    __tablename__ = "article_edit"
    __table_args__ = (Index("ix_article_edit_article_number", "article", "number"),)

    number: int = Field(primary_key=True, sa_type=BigInteger)
    article: str
    kind: str
    body: str | None
    version: int
    base: str
    before: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)
    signed: str
    previous: str
    hash: str


class ArticleAuthorRow(Base, table=True):
    """Who made an edit, and why: deleting it erases the person, and the chain still holds."""

    __tablename__ = "article_author"

    number: int = Field(primary_key=True, sa_type=BigInteger)
    person: str = Field(index=True)
    salt: str
    note: str


class ArticleDraftRow(Base, table=True):
    """An article made of a case, before somebody has looked through it."""

    __tablename__ = "article_draft"

    number: int = Field(primary_key=True, sa_type=BigInteger)
    case_key: str = Field(index=True)
    person: str = Field(index=True)
    at: datetime = Field(sa_type=Instant)
    body: str


class KnowledgeDayRow(Base, table=True):
    """How questions of one day went; figures without anybody's words."""

    __tablename__ = "knowledge_day"

    day: str = Field(primary_key=True)
    article: str = Field(primary_key=True)
    figures: str
