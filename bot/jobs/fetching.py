"""The files people send along are fetched, looked at and kept, or settled with a reason."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.core.filetypes import kind_of
from bot.core.people import PlatformName
from bot.jobs.backoff import backoff
from bot.jobs.bell import Bell
from bot.jobs.executor import Executor
from bot.jobs.steps import OnStep, Step, carry_on
from bot.ports import FILE_LIMIT, FileState, Platform, Unit, WantedFile

log = structlog.get_logger()

AT_ONCE = 4
"""How many files are fetched side by side."""

FETCH_LIMIT = timedelta(seconds=60)
"""How long one file may take; shorter than its lease."""

MAX_ATTEMPTS = 100
"""After so many failures (some eight hours) a file is given up: a platform may be away for a while."""

TOO_BIG, WRONG_TYPE, LOST = "file.too_big", "file.wrong_type", "file.lost"
"""The sentences that say why a file does not come."""


class Fetching:
    """Fetches what is wanted, a few files at a time."""

    def __init__(
        self,
        executor: Executor,
        platforms: Mapping[PlatformName, Platform],
        *,
        owner: str,
        bell: Bell,
        on_step: OnStep = carry_on,
    ) -> None:
        self._executor = executor
        self._platforms = platforms
        self._owner = owner
        self._bell = bell
        self._on_step = on_step

    async def step(self) -> bool:
        """Fetch what is wanted now; False if nothing is."""
        wanted = await self._executor.call(lambda unit: unit.files.claim(owner=self._owner, limit=AT_ONCE))
        if not wanted:
            return False
        async with asyncio.TaskGroup() as tasks:
            for each in wanted:
                tasks.create_task(self._fetch(each))
        self._on_step(Step.FETCHED)
        self._bell.ring()
        return True

    async def drain(self) -> bool:
        """Fetch everything that is wanted now; False if nothing was."""
        busy = False
        while await self.step():
            busy = True
        return busy

    async def _fetch(self, wanted: WantedFile) -> None:
        if wanted.sent.size is not None and wanted.sent.size > FILE_LIMIT:
            await self._over(wanted, FileState.REFUSED, TOO_BIG)
            return
        try:
            async with asyncio.timeout(FETCH_LIMIT.total_seconds()):
                data = await self._from_platform(wanted)
        except PermanentDeliveryError:
            await self._over(wanted, FileState.LOST, LOST)
        except (TemporaryDeliveryError, TimeoutError) as error:
            await self._again(wanted, getattr(error, "retry_after", None))
        except Exception:  # one file's fault must not stop the others
            log.exception("A file could not be fetched.", action="fetch_failed", file=wanted.file)
            await self._again(wanted, None)
        else:
            await self._keep(wanted, data)

    async def _from_platform(self, wanted: WantedFile) -> bytes:
        platform = self._platforms.get(wanted.platform)
        if platform is None:
            raise PermanentDeliveryError(f"the platform {wanted.platform} is not configured")
        return await platform.fetch(wanted.sent.ref)

    async def _keep(self, wanted: WantedFile, data: bytes) -> None:
        mime = kind_of(wanted.sent.name, data)
        if len(data) > FILE_LIMIT:
            await self._over(wanted, FileState.REFUSED, TOO_BIG)
        elif mime is None:
            await self._over(wanted, FileState.REFUSED, WRONG_TYPE)
        else:
            await self._executor.call(lambda unit: unit.files.fetched(wanted.file, mime=mime, data=data))

    async def _again(self, wanted: WantedFile, pause: timedelta | None) -> None:
        if wanted.attempt >= MAX_ATTEMPTS:
            await self._over(wanted, FileState.LOST, LOST)
            return

        def work(unit: Unit) -> None:
            unit.files.later(wanted.file, at=unit.real_now + (pause or backoff(wanted.attempt)))

        await self._executor.call(work)
        log.warning(
            "A file will be fetched later.",
            action="fetch_later",
            file=wanted.file,
            attempt=wanted.attempt,
        )

    async def _over(self, wanted: WantedFile, state: FileState, reason: str) -> None:
        await self._executor.call(lambda unit: unit.files.over(wanted.file, state, reason=reason))
        log.warning("A file is not carried.", action="file_over", file=wanted.file, reason=reason)
