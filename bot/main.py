"""The composition root: the only module that names concrete classes; it starts the loops and stops them."""

import os
import socket
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from enum import StrEnum
from functools import partial

import structlog

from bot.alerts.channels import open_channels
from bot.alerts.mail import AppriseAlerter, DemoAlerter, Unconfigured
from bot.configuration import AT_ONCE, Configuration, Shown, load_configuration, unseen
from bot.core.clock import Clock, SystemClock
from bot.core.errors import CasebellError
from bot.core.people import MAIL, PlatformName
from bot.handlers.advising import Unclear, unclear_words
from bot.handlers.dispatch import dispatch
from bot.jobs.advising import Advisor
from bot.jobs.bell import Bell
from bot.jobs.clockguard import ClockGuard
from bot.jobs.crew import Crew
from bot.jobs.delivery import Channels, Clerk, Delivery
from bot.jobs.duties import Duties, duties
from bot.jobs.executor import Executor
from bot.jobs.fetching import Fetching
from bot.jobs.heads import HeadFiles
from bot.jobs.lanes import Lanes
from bot.jobs.receiving import receiving
from bot.jobs.recount import Recount
from bot.jobs.scheduler import Scheduler
from bot.jobs.siren import Siren
from bot.jobs.steps import OnStep, carry_on
from bot.jobs.wakes import Wakes, trusts
from bot.jobs.watchdog import Watchdog
from bot.notify.texts import Texts
from bot.platforms.dingtalk.platform import DingTalkPlatform
from bot.platforms.local.platform import LocalPlatform
from bot.platforms.slack.platform import SlackPlatform
from bot.ports import Alerter, Platform, Received, Reception, Unit
from bot.reception import DeskReception
from bot.reload import Reload
from bot.services.alerts import DeskLedger
from bot.services.cards import DeskPen
from bot.services.wake import fire_due
from bot.services.welcome import welcome
from bot.settings import DemoSettings, Settings
from bot.web.app import create_app
from bot.webdesk import AppDesk, RingingChat
from storage import SqlStore, migrate, server_lock
from storage.database import SQLITE, parse

log = structlog.get_logger()

POOL = 4
"""How many transactions run side by side where a database has more than one writer."""


class Role(StrEnum):
    """What one process does; a small desk does everything in one."""

    CHAT = "chat"
    WORKER = "worker"
    WEB = "web"


EVERYTHING = frozenset(Role)


class App:
    """One desk, put together and not yet started."""

    def __init__(
        self,
        configuration: Configuration,
        executor: Executor,
        alerters: MutableMapping[PlatformName, Alerter],
        *,
        settings: Settings,
        guard: ClockGuard | None,
        on_step: OnStep,
    ) -> None:
        self.bell = Bell()
        self.configuration = configuration
        self._executor = executor
        self._mode = mode = Mode.DEMO if isinstance(settings, DemoSettings) else Mode.DESK
        self._heads = HeadFiles(executor, settings.heads_folder)
        self._alone = on_sqlite(settings)
        local = LocalPlatform(executor.call, lambda: self.desk.directory)
        abroad = _abroad(
            settings,
            DeskReception(executor, lambda: self.desk.directory, bell=self.bell, on_step=on_step),
            Texts.load(),
        )
        platforms = (local, *abroad) if mode is Mode.DEMO else abroad
        self._platforms: Mapping[PlatformName, Platform] = {each.name: each for each in platforms}
        self.desk = configuration.desk({name: each.capabilities for name, each in self._platforms.items()})
        self.reload = Reload(
            executor,
            self.desk,
            configuration,
            alerters=alerters,
            open_channels=partial(_alerters, settings),
        )
        daily = Duties(executor, self.desk, self._heads, duties(retention=settings.retention))
        self._advisor = (
            Advisor(settings.llm, executor, self.desk, words=self._unclear) if settings.llm else None
        )
        self.crew = self._crew(Channels(self._platforms, alerters), daily, guard, on_step)
        chat = RingingChat(local, self.bell, on_step) if mode is Mode.DEMO else None
        behind = AppDesk(self.desk, executor, self.crew, chat=chat)
        self.web = create_app(behind)
        self._siren = Siren(executor, self.desk, alerters, behind.checks)

    @asynccontextmanager
    async def running(self, roles: Collection[Role] = EVERYTHING) -> AsyncIterator[None]:
        """Do the work of these roles until the block ends."""
        await self._executor.call(self._begin)
        async with AsyncExitStack() as stack:
            for each in self._platforms.values():
                stack.push_async_callback(each.close)
            if self._advisor:
                stack.push_async_callback(self._advisor.close)
            await stack.enter_async_context(self.crew.also("holidays", self.reload.follow))
            await stack.enter_async_context(self.crew.also("articles", self.reload.complete))
            if Role.WORKER in roles:
                await self._heads.write()
                await stack.enter_async_context(self.crew.working())
                await stack.enter_async_context(self.crew.also("siren", self._siren.step))
            if Role.CHAT in roles:
                await stack.enter_async_context(receiving(self._platforms.values(), self.crew.pulse))
            yield

    def _begin(self, unit: Unit) -> None:
        """Claim the database for the desk or the demo, never both; note what is in force, end what died."""
        if unit.registry.edition(self._mode.other):
            raise CasebellError(f"this database is used by {self._mode.other}; set DATABASE_URL to another")
        unit.registry.put_edition(kind="mode", edition=self._mode, body=self._mode)
        self.reload.begin(unit)
        if self._alone:
            unit.outbox.release()
            unit.files.release()
        if self._mode is Mode.DEMO:
            welcome(unit, self.desk)

    def _crew(self, channels: Channels, daily: Duties, guard: ClockGuard | None, on_step: OnStep) -> Crew:
        bell, said = self.bell, self.bell.branch()
        owner = f"{socket.gethostname()}:{os.getpid()}"
        scheduler = Scheduler(daily.step, bell=bell.branch(), zone=self.desk.directory.desk.zone)
        return Crew(
            bell=bell,
            lanes=Lanes(
                self._executor,
                self._handle,
                bell=bell,
                on_step=on_step,
                before=self._advisor.prepare if self._advisor else None,
            ),
            wakes=Wakes(
                self._executor,
                lambda unit, limit: fire_due(unit, self.desk, limit=limit),
                scheduler.arm,
                bell=said,
                holds=guard.holds if guard else trusts,
                on_step=on_step,
            ),
            delivery=Delivery(
                self._executor,
                channels,
                Clerk(DeskPen(self.desk), DeskLedger(self.desk)),
                owner=owner,
                bell=said,
                on_step=on_step,
            ),
            fetching=Fetching(self._executor, channels.platforms, owner=owner, bell=bell, on_step=on_step),
            scheduler=scheduler,
            recount=Recount(self._executor, self.desk, on_step=on_step),
            duties=daily.step,
            watchdog=Watchdog(self._executor, self.desk),
            guard=guard,
            advisor=self._advisor,
            hands=self._executor.writers,
        )

    def _unclear(self, unit: Unit, row: Received) -> Unclear | None:
        platform = self._platforms.get(row.platform)
        incoming = platform.to_inbound(row.payload) if platform else None
        return unclear_words(unit, self.desk, incoming) if incoming else None

    def _handle(self, unit: Unit, row: Received) -> None:
        platform = self._platforms.get(row.platform)
        if platform is None:
            raise CasebellError(f"{row.platform} is not configured")
        incoming = platform.to_inbound(row.payload)
        if incoming is not None:
            dispatch(unit, self.desk, incoming, row.event_id)


class Mode(StrEnum):
    """What a database is used for."""

    DESK = "a real desk"
    DEMO = "the demo"

    @property
    def other(self) -> "Mode":
        """The use that excludes this one."""
        return Mode.DEMO if self is Mode.DESK else Mode.DESK


def on_sqlite(settings: Settings) -> bool:
    """Tell whether the desk's data are in a file that one process serves."""
    return parse(settings.database).get_backend_name() == SQLITE


@contextmanager
def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    on_step: OnStep = carry_on,
    shown: Shown = unseen,
) -> Iterator[App]:
    """Put a desk together and take it apart again; on SQLite it is the only server of its file.

    `shown` shows how far the reading of many articles is.

    Raises:
        ConfigError: the configuration has faults.
        StoreError: the database is not there, or somebody else's.
    """
    configuration = load_configuration(settings.config, shown, at_once=AT_ONCE)
    alerters = _alerters(settings, configuration)
    with server_lock(settings.database):
        if on_sqlite(settings):
            migrate(settings.database)
        store = SqlStore.open(
            settings.database,
            clock=clock or SystemClock(),
            demo=isinstance(settings, DemoSettings),
            own_clock=clock is not None,
            head_key=settings.head_signing_key,
        )
        pool = 1 if on_sqlite(settings) else POOL
        executor = Executor(store, writers=pool, readers=pool)
        own = on_sqlite(settings) and clock is None
        guard = ClockGuard(executor, SystemClock()) if own else None
        try:
            yield App(configuration, executor, alerters, settings=settings, guard=guard, on_step=on_step)
        finally:
            executor.close()


def _abroad(settings: Settings, reception: Reception, texts: Texts) -> tuple[Platform, ...]:
    """Return the platforms of others that are configured."""
    platforms: list[Platform] = []
    if settings.slack:
        platforms.append(SlackPlatform(settings.slack, reception, texts))
    if settings.dingtalk:
        platforms.append(DingTalkPlatform(settings.dingtalk, reception, texts))
    return tuple(platforms)


def _alerters(settings: Settings, configuration: Configuration) -> dict[PlatformName, Alerter]:
    """Return the channels beside chat; the demo's send nothing."""
    if isinstance(settings, DemoSettings):
        return {name: DemoAlerter() for name in (MAIL, *configuration.channels)}
    mail: Alerter = Unconfigured()
    if settings.mail_url is not None:
        reply_to = configuration.directory.desk.reply_to
        mail = AppriseAlerter(settings.mail_url.get_secret_value(), reply_to=reply_to)
    return {**open_channels(configuration.folder, settings.secrets), MAIL: mail}
