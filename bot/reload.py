"""The operator's files read anew while the desk works: with one fault in them, what was in force stays."""

import asyncio
from functools import partial

import structlog

from bot.configuration import Configuration, load_configuration
from bot.core.errors import CasebellError, ConfigError
from bot.jobs.executor import Executor
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.keeping import warn_of_conflicts

log = structlog.get_logger()


class Reload:
    """Puts directory, policies and articles into force; cases that are open keep their edition."""

    def __init__(self, executor: Executor, desk: Desk, configuration: Configuration) -> None:
        self._executor = executor
        self._desk = desk
        self._in_force = configuration

    async def perform(self) -> bool:
        """Read the files anew; False if they stay as they were, of which log and operator say why."""
        try:
            found = await asyncio.to_thread(load_configuration, self._in_force.folder)
            self._refuse_what_needs_a_start(found)
            await self._executor.call(partial(self._take, found))
        except CasebellError as error:
            faults = error.faults if isinstance(error, ConfigError) else (error,)
            reasons = [str(fault) for fault in faults]
            log.warning("The files in force stay.", action="reload_failed", reasons=reasons)
            await self._executor.call(partial(_tell, reasons=reasons))
            return False
        self._in_force = found
        log.info("The files were read anew.", action="reloaded", policies=found.book.edition)
        return True

    def _refuse_what_needs_a_start(self, found: Configuration) -> None:
        """Holidays move deadlines of open cases, and channels are opened once: both at the start."""
        if found.book.data.days != self._in_force.book.data.days:
            raise CasebellError("public holidays come into force when Casebell starts anew")
        if found.channels != self._in_force.channels:
            raise CasebellError("channels come into force when Casebell starts anew")

    def _take(self, found: Configuration, unit: Unit) -> None:
        found.keep(unit)
        self._desk.renew(directory=found.directory, book=found.book, knowledge=found.knowledge)
        warn_of_conflicts(unit, self._desk)


def _tell(unit: Unit, *, reasons: list[str]) -> None:
    first, more = reasons[0], len(reasons) - 1
    also = f", and {more} more faults" if more else ""
    unit.registry.alarm("reload", text=f"the files were not read anew: {first}{also}")
