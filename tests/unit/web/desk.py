"""A desk small enough to see through: the demo's directory, a real store in memory, nobody who answers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry

from bot.core.clock import FixedClock
from bot.core.message import Button, Message
from bot.core.people import PlatformName
from bot.core.verbs import Verb
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.directory.model import Bilingual
from bot.platforms.local.platform import LocalPlatform
from bot.ports import ChatLine, Received, Unit
from bot.web.desk import Check, Choice, Demo, FieldKind, FormField, Mail, Progress, Provisional
from storage import SqlStore
from tests.scenario.world import THREADED
from tests.scenario.world import demo as demo_files

ROOT = Path(__file__).parents[3]
FRIDAY_NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
LOCAL = PlatformName("local")

POLL = timedelta(milliseconds=20)

T = TypeVar("T")

FORMS: Mapping[str, tuple[FormField, ...]] = {
    Verb.REPLY: (FormField(name="text", label=Bilingual("回复内容", "Your words")),),
    Verb.LEVEL: (
        FormField(
            name="level",
            label=Bilingual("故障级别", "Fault level"),
            kind=FieldKind.CHOICE,
            choices=tuple(
                Choice(str(level), Bilingual(f"{level} 级", f"Level {level}")) for level in range(1, 6)
            ),
        ),
        FormField(name="reason", label=Bilingual("理由", "Reason")),
    ),
    Verb.ASSIGN: (FormField(name="to", label=Bilingual("转给", "To"), kind=FieldKind.PERSON),),
    Verb.CALL: (
        FormField(name="text", label=Bilingual("通话内容", "What was said")),
        FormField(
            name="at",
            label=Bilingual("时间", "When"),
            kind=FieldKind.TIME,
            required=False,
            before="at",
        ),
    ),
}


@dataclass
class StandingClock:
    """Jumps where it is told; `broken` says why it cannot."""

    store: SqlStore
    broken: Exception | None = None
    steps: list[timedelta] = field(default_factory=list)

    async def advance(self, by: timedelta) -> Progress:
        if self.broken:
            raise self.broken
        self.steps.append(by)
        self.store.run(lambda unit: unit.move_clock(unit.now + by))
        return Progress(at=self.store.run(lambda unit: unit.now), messages=len(self.steps))

    async def to_next_event(self) -> Progress:
        return await self.advance(timedelta(minutes=7))

    def progress(self) -> Progress | None:
        return None


class SmallDesk:
    """Implements bot.web.desk.WebDesk."""

    def __init__(self, *, demo: bool = True) -> None:
        self.store = SqlStore("sqlite://", clock=FixedClock(FRIDAY_NOON), demo=True)
        self.clock = StandingClock(self.store)
        self.people = load_directory(ROOT / "demo" / "directory.yaml")
        self.platform = LocalPlatform(self.call, self.directory)
        self.mails: tuple[Mail, ...] = ()
        self.well = True
        self.doubtful: tuple[Provisional, ...] = ()
        self.metrics = CollectorRegistry()
        self.inside = demo_files().desk({LOCAL: THREADED})
        self.demo = Demo(chat=self.platform, clock=self.clock, mails=self._mails) if demo else None

    def directory(self) -> Directory:
        return self.people

    def directory_of(self, unit: Unit) -> Directory:
        return self.people

    async def call(self, work: Callable[[Unit], T]) -> T:
        return self.store.run(work)

    async def read(self, work: Callable[[Unit], T]) -> T:
        return self.store.read(work)

    async def changed(self, within: timedelta) -> None:
        await asyncio.sleep(min(within, POLL).total_seconds())

    def form(self, button: Button, *, staff: bool) -> tuple[FormField, ...]:
        return () if button.words else FORMS.get(button.verb, ())

    async def checks(self) -> tuple[Check, ...]:
        return (Check(name="database", ok=self.well, detail="sqlite"),)

    async def provisional(self) -> tuple[Provisional, ...]:
        return self.doubtful

    def bot_says(self, conversation: str, message: Message, *, thread: str | None = None) -> int:
        """Say something as the bot, behind the page's back, and return the line's number."""

        def work(unit: Unit) -> ChatLine:
            line = ChatLine(
                seq=0,
                change=0,
                conversation=conversation,
                thread=thread,
                author="casebell",
                said_at=unit.now,
                message=message,
            )
            return unit.chat.post(line)

        return self.store.run(work).seq

    def bot_edits(self, seq: int, message: Message) -> None:
        """Change a card of the bot's."""
        self.store.run(lambda unit: unit.chat.edit(seq, message))

    def received(self) -> Received | None:
        """Take the next event out of the inbox."""

        def work(unit: Unit) -> Received | None:
            row = unit.inbox.claim()
            if row:
                unit.inbox.done(row.id)
            return row

        return self.store.run(work)

    async def _mails(self) -> tuple[Mail, ...]:
        return self.mails
