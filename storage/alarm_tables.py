"""The table of what happened with operators' alarms, beside those of storage.tables."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import Instant
from storage.tables import Base


class AlarmFactRow(Base, table=True):
    """One link of the chain of alarms; triggers refuse to change or delete it.

    `alarm` is the number of the link by which the alarm was raised; its words lie in the alarm's own row.
    """

    __tablename__ = "alarm_fact"

    number: int = Field(primary_key=True, sa_type=BigInteger)
    alarm: int = Field(index=True, sa_type=BigInteger)
    v: int
    kind: str
    at: datetime = Field(sa_type=Instant)
    said_at: datetime = Field(sa_type=Instant)
    data: str
    text_hash: str
    previous: str
    hash: str
