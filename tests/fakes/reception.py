"""The desk behind a platform, in memory: what was stored, what the operator was told."""

import asyncio
from pathlib import Path

from bot.core.errors import StoreError
from bot.core.message import FileId
from bot.core.people import PlatformName
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.ports import Content, Event
from tests.fakes.bell import Bell

DEMO = Path(__file__).parents[2] / "demo" / "directory.yaml"


class FakeReception:
    """Stores events once; fails to while `broken`, and waits for its `gate` to be open."""

    def __init__(self, directory: Directory | None = None, bell: Bell | None = None) -> None:
        self.bell = bell or Bell()
        self.events: list[Event] = []
        self.refused = 0
        self.repeated: list[Event] = []
        self.contents: dict[FileId, Content] = {}
        self.alarms: dict[str, str] = {}
        self.broken = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0
        self._known: set[tuple[PlatformName, str]] = set()
        self._directory = directory or load_directory(DEMO)

    async def store(self, event: Event) -> bool:
        """Keep an event; False if it is known under its id or its twin."""
        self.waiting += 1
        self.bell.ring()
        await self.gate.wait()
        self.waiting -= 1
        if self.broken:
            self.refused += 1
            self.bell.ring()
            raise StoreError("the disk is full")
        names = {(event.platform, name) for name in (event.event_id, event.twin) if name}
        fresh = names.isdisjoint(self._known)
        self._known |= names
        (self.events if fresh else self.repeated).append(event)
        self.bell.ring()
        return fresh

    async def payload(self, platform: PlatformName, event_id: str) -> str:
        """Return what was stored with an event."""
        wanted = (platform, event_id)
        return next((each.payload for each in self.events if (each.platform, each.event_id) == wanted), "")

    async def content(self, file: FileId) -> Content:
        """Return a file a test put into `contents`."""
        try:
            return self.contents[file]
        except KeyError:
            raise StoreError("no such file") from None

    async def alarm(self, key: str, text: str) -> None:
        """Note what the operator is told."""
        self.alarms.setdefault(key, text)
        self.bell.ring()

    def directory(self) -> Directory:
        """Return who is who."""
        return self._directory
