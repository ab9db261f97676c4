"""The door to the database: transactions over everything that is stored."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports.articles import Articles
from bot.ports.cases import Cases, Facts
from bot.ports.files import Files
from bot.ports.keeping import Heads, Keeping
from bot.ports.mailboxes import Inbox, Outbox
from bot.ports.memory import ChatLog, Exchanges, Registry

T = TypeVar("T")


class Unit(Protocol):
    """One transaction; everything read and written in it commits together or not at all.

    `now` is business time: the database's own clock (SQLite: the machine's) plus the offset that only the
    demo moves; it is the same all through the transaction. `real_now` is without the offset.
    """

    now: datetime
    real_now: datetime
    cases: Cases
    facts: Facts
    inbox: Inbox
    outbox: Outbox
    exchanges: Exchanges
    registry: Registry
    articles: Articles
    chat: ChatLog
    files: Files
    heads: Heads
    keeping: Keeping

    def move_clock(self, to: datetime) -> None:
        """Move business time forward to `to`; demo only."""
        ...


class Store(Protocol):
    """A database that runs pieces of work, each in one transaction."""

    def run(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction and commit it.

        `work` is run again from the start on deadlock, serialisation failure or `StaleCaseError`, so it must
        not do anything but through the unit.
        """
        ...

    def rehearse(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction and take back everything it did."""
        ...

    def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on one consistent snapshot without taking the writer's turn."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
