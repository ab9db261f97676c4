"""A desk, or a bare echo bot, in a process of its own, talking to a Slack and a DingTalk in this one."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from bench._desk import CUSTOMER, GROUPS
from bot.core.clock import SystemClock
from bot.ports import CaseQuery
from bot.settings import PROJECT
from storage import SqlStore
from tests.fakes.dingtalk.people import Person as DingTalkPerson
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, FakeDingTalk, dingtalk
from tests.fakes.slack.people import Person as SlackPerson
from tests.fakes.slack.server import FakeSlack

SLACK_USER, STAFF = "UCUSTOMER", "staff-customer"
ENGINEERS = "CENGINEERS"
ECHO = (sys.executable, str(Path(__file__).with_name("_echo.py")))
DESK = (sys.executable, "-m", "bot", "run")
READY_S = 30
LOOK_S = 0.02
"""How often the number of cases is looked at."""


def channel(number: int) -> str:
    """Return the Slack channel of a message's group."""
    return f"C{number % GROUPS:03}"


def conversation(number: int) -> str:
    """Return the DingTalk conversation of a message's group."""
    return f"cidBench{number % GROUPS:03}=="


def configure(folder: Path) -> Path:
    """Write the demo's configuration with one customer and forty groups on both platforms."""
    shutil.copytree(PROJECT / "demo", folder)
    file = folder / "directory.yaml"
    directory = yaml.safe_load(file.read_text(encoding="utf-8"))
    for person in directory["people"]:
        person["ids"] = {"slack": SLACK_USER, "dingtalk": STAFF} if person["id"] == CUSTOMER else {}
    for group in directory["groups"]:
        group["places"] = {"slack": f"C{group['id'].upper()}"}
    directory["groups"] += [_group(number) for number in range(GROUPS)]
    file.write_text(yaml.safe_dump(directory, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _group(number: int) -> dict[str, object]:
    return {
        "id": f"g{number}",
        "title": {"zh": f"第 {number} 群", "en": f"Group {number}"},
        "audience": "customer",
        "customer": "huayue",
        "contract": "huayue-campus",
        "places": {"slack": channel(number), "dingtalk": conversation(number)},
    }


@dataclass(frozen=True, slots=True)
class Town:
    """Both platforms, one customer on each."""

    slack: FakeSlack
    dingtalk: FakeDingTalk
    on_slack: SlackPerson
    on_dingtalk: DingTalkPerson

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """Open both; whoever misused one hears of it at the end."""
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(FakeSlack().running())
            slack.limits.on = False
            slack.allow("called_while_resting")  # Bolt's retries do not know of each other
            talk = await stack.enter_async_context(dingtalk())
            slack.channel(ENGINEERS)
            person = slack.person(SLACK_USER)
            for number in range(GROUPS):
                slack.channel(channel(number))
                talk.group(conversation(number))
                person.joins(channel(number))
            yield cls(slack, talk, person, talk.person(STAFF, nick=CUSTOMER))
            if slack.unexpected:
                raise RuntimeError(f"misused: {slack.unexpected[:3]}")

    def settings(self) -> Mapping[str, str]:
        """Return the environment that leads a desk here."""
        workspace = self.slack.workspace
        return {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "DINGTALK_CLIENT_ID": CLIENT_ID,
            "DINGTALK_CLIENT_SECRET": CLIENT_SECRET,
            "DINGTALK_OPENAPI_ENDPOINT": self.dingtalk.openapi,
            "DINGTALK_OAPI_ENDPOINT": self.dingtalk.oapi,
        }

    @asynccontextmanager
    async def process(self, *command: str, folder: Path, **settings: str) -> AsyncIterator[None]:
        """Run a process that connects to Slack, until the block ends."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", **self.settings(), **settings}
        file = folder / "process.log"
        with file.open("wb") as log:
            running = await asyncio.create_subprocess_exec(
                *command, cwd=folder, env=environment, stdout=log, stderr=log
            )
        ended = asyncio.create_task(running.wait())
        connected = asyncio.create_task(
            self.slack.until(lambda: self.slack.sockets.connections, within_s=READY_S)
        )
        await asyncio.wait({ended, connected}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            connected.cancel()
            raise RuntimeError(file.read_text(encoding="utf-8"))
        try:
            yield
        finally:
            running.send_signal(signal.SIGINT)
            await ended
            await self.slack.until(lambda: not self.slack.sockets.connections)


@asynccontextmanager
async def echo(town: Town, folder: Path) -> AsyncIterator[None]:
    """Run the bare Bolt bot that says what it hears."""
    async with town.process(*ECHO, folder=folder):
        yield


class Books:
    """How many cases a desk has opened."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def cases(self) -> int:
        """Count them."""
        return await asyncio.to_thread(
            self._store.read, lambda unit: unit.cases.count(CaseQuery(limit=1_000_000))
        )

    async def hold(self, cases: int) -> None:
        """Wait until there are so many."""
        async with asyncio.timeout(READY_S * 4):
            while await self.cases() < cases:  # noqa: ASYNC110 - they are another process's
                await asyncio.sleep(LOOK_S)


@asynccontextmanager
async def desk(town: Town, folder: Path, configuration: Path, *, name: str) -> AsyncIterator[Books]:
    """Run Casebell on a new database file."""
    url = f"sqlite:///{folder / name}.db"
    settings = {"DATABASE_URL": url, "CASEBELL_CONFIG": str(configuration), "CASEBELL_HTTP_PORT": "0"}
    async with town.process(*DESK, folder=folder, **settings):
        await town.dingtalk.connected()
        store = SqlStore.open(url, clock=SystemClock(), demo=False)
        try:
            yield Books(store)
        finally:
            store.close()
