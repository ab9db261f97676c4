"""What the contract needs of a platform: people who do things there, and a look at what stands there."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import ClassVar, Self

from bot.core.clock import SystemClock
from bot.core.inbound import Incoming
from bot.core.people import Place, Sender
from bot.ports import Platform
from tests.fakes.reception import FakeReception


class Feature(StrEnum):
    """What a platform can and another cannot; a test that needs one runs where it is."""

    BUTTONS = auto()
    CARRIES_FILES = auto()
    DELIVERS = auto()
    EDITS = auto()
    FORMATS = auto()
    HEARS_ALL = auto()
    READS_BACK = auto()
    RINGS = auto()
    TELLS_CHANGES = auto()
    THREADS = auto()


class Trouble(StrEnum):
    """What goes wrong with the next message that is sent."""

    AWAY = auto()
    FORBIDDEN = auto()
    LOST = auto()
    TOO_FAST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file somebody sends, or that stands there."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody says: to the bot or not, about a colleague, below a message, alone with the bot."""

    text: str
    to_bot: bool = field(default=True, kw_only=True)
    mentions: bool = field(default=False, kw_only=True)
    below: str = field(default="", kw_only=True)
    direct: bool = field(default=False, kw_only=True)
    file: Upload | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A message of the bot as people see it; `formatted` are the words with a form of their own."""

    text: str
    rung: frozenset[str] = frozenset()
    formatted: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    files: tuple[Upload, ...] = ()


class Stage(ABC):
    """One platform, connected to a fake of what it is a platform of.

    `speaker` says things in `group` and directly; `colleague` is somebody to mention.
    """

    features: ClassVar[frozenset[Feature]]
    troubles: ClassVar[frozenset[Trouble]]
    platform: Platform
    group: Place
    direct: Place
    nowhere: Place
    speaker: Sender
    colleague: Sender
    receiving: asyncio.Task[None]

    @classmethod
    @abstractmethod
    def open(cls) -> AbstractAsyncContextManager[Self]:
        """Set it up, and take it down again."""

    @abstractmethod
    async def says(self, words: Words) -> str:
        """Let the speaker say something; return the platform's reference of it."""

    @abstractmethod
    async def heard(self, count: int = 1) -> list[Incoming]:
        """Wait until so many events are stored, and return all that are, translated."""

    @abstractmethod
    def stands(self, place: Place) -> list[Standing]:
        """Return what the bot said in a place, threads apart, oldest first."""

    @abstractmethod
    def breaks(self, trouble: Trouble) -> None:
        """Let something go wrong with the next message sent to the group."""

    def now(self) -> datetime:
        """Return the time people there have."""
        return SystemClock().now()

    async def edits(self, ref: str, text: str) -> None:
        """Let the speaker change words of theirs in the group."""
        raise NotImplementedError

    async def deletes(self, ref: str) -> None:
        """Let the speaker take words of theirs away."""
        raise NotImplementedError

    async def presses(self, label: str) -> None:
        """Let the speaker press a button in the group."""
        raise NotImplementedError


class Delivering(Stage):
    """A stage whose events are delivered over a network, and acknowledged once they are stored."""

    reception: FakeReception

    @abstractmethod
    async def repeats(self, ref: str, *, renamed: bool) -> None:
        """Let the platform deliver what was said once more, under its id or a new one."""

    @abstractmethod
    def is_acknowledged(self, ref: str) -> bool:
        """Tell whether what was said was acknowledged."""

    @abstractmethod
    def forgives(self) -> None:
        """Let it be that something is not acknowledged, and come again soon."""

    @abstractmethod
    async def settled(self, ref: str) -> None:
        """Wait until what was said, and its repetitions, were acknowledged."""

    @abstractmethod
    async def reconnects(self) -> None:
        """Cut the connection and wait for the next one."""

    async def heard(self, count: int = 1) -> list[Incoming]:
        """Wait until so many events are stored, and return all that are, translated."""
        await self.reception.bell.until(lambda: len(self.reception.events) >= count)
        found = [self.platform.to_inbound(each.payload) for each in self.reception.events]
        return [each for each in found if each is not None]
