"""The chat that comes with Casebell on the contract's stage."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Self, TypeVar

from bot.core.clock import FixedClock
from bot.core.errors import StoreError
from bot.core.inbound import Incoming
from bot.core.message import Buttons, Mention, Message
from bot.core.people import LOCAL, PersonId, Place, Sender
from bot.directory.loader import load_directory
from bot.notify.plain import plain
from bot.platforms.local.platform import BOT, LocalPlatform
from bot.ports import Unit
from storage import SqlStore
from tests.contract.platforms.stage import Feature, Stage, Standing, Trouble, Words
from tests.fakes.reception import DEMO

T = TypeVar("T")

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TANG = PersonId("tang-kai")


class LocalStage(Stage):
    """A store in memory; nothing is delivered, for what is said is stored as it is said."""

    features = frozenset(
        {Feature.BUTTONS, Feature.EDITS, Feature.HEARS_ALL, Feature.READS_BACK, Feature.THREADS}
    )
    troubles = frozenset({Trouble.AWAY})
    group = Place(LOCAL, "g:huayue")
    direct = Place(LOCAL, f"dm:{TANG}")
    nowhere = Place(LOCAL, "nowhere")
    speaker = Sender(LOCAL, TANG, "唐恺")
    colleague = Sender(LOCAL, "lin-xiaobei", "林小北")

    def __init__(self) -> None:
        directory = load_directory(DEMO)
        self._store = SqlStore("sqlite://", clock=FixedClock(NOON), demo=True)
        self._heard: list[Incoming] = []
        self._broken = False
        self._chat = LocalPlatform(self._call, lambda: directory)
        self.platform = self._chat

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        stage = cls()
        stage.receiving = asyncio.create_task(stage.platform.receive())
        yield stage
        stage.receiving.cancel()
        with suppress(asyncio.CancelledError):
            await stage.receiving
        stage._store.close()

    async def says(self, words: Words) -> str:
        place = self.direct if words.direct else self.group
        text = f"@小铃 {words.text}" if words.to_bot and not words.direct else words.text
        text += f" @{self.colleague.name}" if words.mentions else ""
        below = Place(place.platform, place.conversation, words.below or None)
        return str((await self._chat.post(TANG, below, text)).seq)

    async def heard(self, count: int = 1) -> list[Incoming]:
        while (row := self._store.run(lambda unit: unit.inbox.claim())) is not None:
            incoming = self.platform.to_inbound(row.payload)
            assert incoming is not None
            self._heard.append(incoming)
            self._store.run(partial(_done, row.id))
        assert len(self._heard) >= count
        return self._heard

    def now(self) -> datetime:
        return NOON

    def stands(self, place: Place) -> list[Standing]:
        lines = self._store.read(lambda unit: unit.chat.lines(place.conversation, thread=place.thread))
        return [_standing(line.message) for line in lines if line.author == BOT and line.message]

    def breaks(self, trouble: Trouble) -> None:
        assert trouble is Trouble.AWAY
        self._broken = True

    async def presses(self, label: str) -> None:
        for line in self._store.read(lambda unit: unit.chat.lines(self.group.conversation)):
            for block in line.message.blocks if line.message else ():
                for button in block.buttons if isinstance(block, Buttons) else ():
                    if button.label == label:
                        below = Place(LOCAL, line.conversation, line.thread)
                        await self._chat.press(TANG, below, button, line=line.seq)

    async def _call(self, work: Callable[[Unit], T]) -> T:
        if self._broken:
            self._broken = False
            raise StoreError("the disk is full")
        return self._store.run(work)


def _done(row: int, unit: Unit) -> None:
    unit.inbox.done(row)


def _standing(message: Message) -> Standing:
    spans = [span for block in message.blocks for span in getattr(block, "line", ())]
    return Standing(
        text="\n".join(plain(message, buttons=False)),
        rung=frozenset(span.sender.user for span in spans if isinstance(span, Mention)),
        buttons=tuple(
            button.label for block in message.blocks if isinstance(block, Buttons) for button in block.buttons
        ),
    )
