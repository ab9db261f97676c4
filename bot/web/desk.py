"""What the web needs from the desk behind it; bot.main provides it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from prometheus_client import CollectorRegistry

from bot.core.message import Button, Message
from bot.core.people import CaseKey, PersonId, Place, PlatformName
from bot.directory.lookup import Directory
from bot.directory.model import Bilingual
from bot.ports import ChatLine, Unit
from bot.services.desk import Desk

T = TypeVar("T")


class FieldKind(StrEnum):
    """How a form asks for a value."""

    TEXT = "text"
    CHOICE = "choice"
    PERSON = "person"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a form field's values, and what it is called."""

    value: str
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing a form asks; the answers in order, `before` in front of each, are the words of the verb.

    A PERSON field without `choices` offers the desk's staff, as `@<person id>`; a TIME field gives `HH:MM`.
    """

    name: str
    label: Bilingual
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[Choice, ...] = ()
    required: bool = True
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail the demo would have sent; `at` is business time."""

    at: datetime
    address: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether one thing the desk needs is well, and what an operator should know about it."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisional:
    """A deadline that may still move: holidays are announced to a day before it."""

    case: CaseKey
    promise: Bilingual
    due_at: datetime
    calendar: str
    announced_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a move of the demo clock has come: business time now, and messages sent on the way."""

    at: datetime
    messages: int


class DemoClock(Protocol):
    """Moves business time through every due instant, draining the outbox between."""

    async def advance(self, by: timedelta) -> Progress:
        """Move business time forward."""
        ...

    async def to_next_event(self) -> Progress:
        """Move business time to the next due instant; where nothing is due, nothing moves."""
        ...

    def progress(self) -> Progress | None:
        """Return how far the move under way has come; None if the clock stands."""
        ...


class LocalChat(Protocol):
    """Where people of the local chat post and press."""

    name: PlatformName

    async def post(self, person: PersonId, place: Place, text: str) -> ChatLine:
        """Say something as a person."""
        ...

    async def press(self, person: PersonId, place: Place, button: Button, *, line: int | None) -> None:
        """Press a button of a line as a person; its words hold what the form asked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What exists in the demo only: people to be, a clock to move, mails to look at."""

    chat: LocalChat
    clock: DemoClock
    mails: Callable[[], Awaitable[tuple[Mail, ...]]]


class WebDesk(Protocol):
    """The desk as the web sees it."""

    demo: Demo | None
    metrics: CollectorRegistry
    inside: Desk

    def directory(self) -> Directory:
        """Return who is who, as this process last saw it."""
        ...

    def directory_of(self, unit: Unit) -> Directory:
        """Return who is who in a transaction."""
        ...

    async def call(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction, off the event loop."""
        ...

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on a snapshot, off the event loop."""
        ...

    async def changed(self, within: timedelta) -> None:
        """Return when something may have changed, after `within` at the latest."""
        ...

    def form(self, button: Button, *, staff: bool) -> tuple[FormField, ...]:
        """Return what a button must still ask of staff or of a customer; nothing if it acts at once."""
        ...

    async def checks(self) -> tuple[Check, ...]:
        """Look whether everything the desk needs is well."""
        ...

    async def provisional(self) -> tuple[Provisional, ...]:
        """Return the deadlines of open cases that may still move, soonest first."""
        ...
