"""What a platform gets from the desk behind it, made of what the loops have."""

from collections.abc import Callable

from bot.core.message import FileId
from bot.core.people import PlatformName
from bot.directory.lookup import Directory
from bot.jobs.bell import Bell
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step
from bot.ports import Content, Event


class DeskReception:
    """Implements bot.ports.Reception."""

    def __init__(
        self, executor: Executor, directory: Callable[[], Directory], *, bell: Bell, on_step: OnStep
    ) -> None:
        self._executor = executor
        self._directory = directory
        self._bell = bell
        self._on_step = on_step

    async def store(self, event: Event) -> bool:
        """Commit an event to the inbox and wake who handles it; False if it is a duplicate.

        Raises:
            StoreError: it is not stored, and must not be acknowledged.
        """
        stored = await self._executor.share(
            lambda unit: unit.inbox.put(
                platform=event.platform,
                event_id=event.event_id,
                lane=event.lane,
                payload=event.payload,
                twin=event.twin,
            )
        )
        if stored:
            self._on_step(Step.STORED)
            self._bell.ring()
        return stored

    async def payload(self, platform: PlatformName, event_id: str) -> str:
        """Return what was stored with an event; empty if it is unknown or forgotten."""
        return await self._executor.read(lambda unit: unit.inbox.payload(platform, event_id))

    async def content(self, file: FileId) -> Content:
        """Return a fetched file.

        Raises:
            StoreError: it is not there.
        """
        return await self._executor.read(lambda unit: unit.files.content(file))

    async def alarm(self, key: str, text: str) -> None:
        """Tell the operator; the same key is told once."""
        await self._executor.call(lambda unit: unit.registry.alarm(key, text=text))

    def directory(self) -> Directory:
        """Return who is who, as this process last saw it."""
        return self._directory()
