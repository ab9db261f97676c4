"""The operator's files read anew while the desk works, and holidays that another process put into force."""

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from datetime import timedelta
from functools import partial

import structlog

from bot.configuration import Configuration, load_configuration
from bot.core.clock import monotonic
from bot.core.errors import CasebellError, ConfigError, StoreError
from bot.core.people import PlatformName
from bot.jobs.executor import Executor
from bot.ports import Alerter, Unit
from bot.services.coverage import tell_if_known_again
from bot.services.desk import Desk
from bot.services.holidays import IN_FORCE, agreed, declare, on_those_in_force
from bot.services.keeping import warn_of_conflicts
from bot.sla.book import Book

log = structlog.get_logger()

LOOK = timedelta(seconds=1)
"""How often a process asks whether other holidays are in force."""

Alerters = Mapping[PlatformName, Alerter]


class Reload:
    """Puts directory, policies, holidays, channels and articles into force; open cases keep their edition.

    With one fault in the files everything stays as it was. `alerters` are the channels in use, which
    `open_channels` makes of a configuration.
    """

    def __init__(
        self,
        executor: Executor,
        desk: Desk,
        configuration: Configuration,
        *,
        alerters: MutableMapping[PlatformName, Alerter],
        open_channels: Callable[[Configuration], Alerters],
    ) -> None:
        self._executor = executor
        self._desk = desk
        self._in_force = configuration
        self._alerters = alerters
        self._open_channels = open_channels
        self._holidays: str | None = None
        self._next = 0.0

    def begin(self, unit: Unit) -> None:
        """Keep what the files say, and count on the holidays in force."""
        self._in_force.keep(unit)
        self._desk.count_on(agreed(unit, self._desk.book))
        warn_of_conflicts(unit, self._desk)

    async def perform(self) -> bool:
        """Read the files anew; False if they stay as they were, of which log and operator say why."""
        try:
            found = await asyncio.to_thread(load_configuration, self._in_force.folder)
            alerters = self._open_channels(found)
            book = await self._executor.call(partial(self._take, found))
            await self._executor.call(
                lambda _: self._desk.renew(
                    directory=found.directory, book=book, knowledge=found.knowledge, triage=found.triage
                )
            )
        except CasebellError as error:
            faults = error.faults if isinstance(error, ConfigError) else (error,)
            reasons = [str(fault) for fault in faults]
            log.warning("The files in force stay.", action="reload_failed", reasons=reasons)
            await self._tell(reasons)
            return False
        self._alerters.update(alerters)
        for name in self._alerters.keys() - alerters.keys():
            del self._alerters[name]
        self._in_force = found
        log.info("The files were read anew.", action="reloaded", policies=found.book.edition)
        return True

    async def follow(self) -> bool:
        """Count on other holidays if another process put them into force; always False, to be asked again."""
        if monotonic() >= self._next:
            self._next = monotonic() + LOOK.total_seconds()
            newest = await self._executor.read(lambda unit: unit.registry.newest(IN_FORCE))
            if newest != self._holidays:
                book = await self._executor.call(self._count_anew)
                if book is not self._desk.book:
                    await self._executor.call(lambda _: self._desk.count_on(book))
                    log.info("Other public holidays are in force.", action="holidays", days=book.data.days)
                self._holidays = newest
        return False

    async def _tell(self, reasons: list[str]) -> None:
        try:
            await self._executor.call(partial(_tell, reasons=reasons))
        except StoreError:  # the log has the reasons; the next hangup is heard all the same
            log.exception("The operator could not be told.", action="reload_untold")

    def _take(self, found: Configuration, unit: Unit) -> Book:
        """Store what the files say and tell what follows; the desk goes by it once that is committed."""
        found.keep(unit)
        if found.book.data.days != self._in_force.book.data.days:
            declare(unit, found.book.data.holidays)
        book, before = on_those_in_force(unit, found.book), self._desk.book
        renewed = Desk(
            directory=found.directory,
            book=book,
            knowledge=found.knowledge,
            triage=found.triage,
            texts=self._desk.texts,
            capabilities=self._desk.capabilities,
        )
        tell_if_known_again(unit, renewed.directory_of(unit), before=before, after=book)
        warn_of_conflicts(unit, renewed)
        return book

    def _count_anew(self, unit: Unit) -> Book:
        """Return policies and hours on the holidays in force, and tell what follows."""
        book, before = on_those_in_force(unit, self._desk.book), self._desk.book
        if book is not before:
            tell_if_known_again(unit, self._desk.directory_of(unit), before=before, after=book)
        return book


def _tell(unit: Unit, *, reasons: list[str]) -> None:
    first, more = reasons[0], len(reasons) - 1
    also = f"; {more} more faults" if more else ""
    unit.registry.alarm(f"reload:{unit.now.isoformat()}", text=f"the files were not read anew: {first}{also}")
