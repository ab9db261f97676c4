"""A desk, or a bare echo bot, in a process of its own, talking to a Slack and a DingTalk in this one."""

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from bench._desk import CUSTOMER, GROUPS
from bot.core.clock import SystemClock, monotonic
from bot.ports import CaseQuery
from bot.settings import PROJECT
from storage import SqlStore
from tests.fakes.dingtalk.people import Person as DingTalkPerson
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, FakeDingTalk, dingtalk
from tests.fakes.slack.people import Person as SlackPerson
from tests.fakes.slack.server import FakeSlack

SLACK_USER, DINGTALK_USER = "UCUSTOMER", "staff-customer"
ENGINEERS = "CENGINEERS"
ECHO = (sys.executable, str(Path(__file__).with_name("_echo.py")))
DESK = (sys.executable, "-m", "bot", "run")
READY_S = 120
"""How long a process may take to connect: the first one compiles its libraries."""

ENDING_S = 30
OPENING_S = 60
LOOK_S = 0.02
"""How often the number of cases is looked at."""


def channel(number: int) -> str:
    """Return the Slack channel of a message's group."""
    return f"C{number % GROUPS:03}"


def conversation(number: int) -> str:
    """Return the DingTalk conversation of a message's group."""
    return f"cidBench{number % GROUPS:03}=="


def configure(folder: Path) -> Path:
    """Write the demo's configuration: one customer, forty groups on both platforms, all staff on Slack."""
    shutil.copytree(PROJECT / "demo", folder)
    file = folder / "directory.yaml"
    directory = yaml.safe_load(file.read_text(encoding="utf-8"))
    for person in directory["people"]:
        person["ids"] = _ids(person)
    for group in directory["groups"]:
        group["places"] = {"slack": f"C{group['id'].upper()}"}
    directory["groups"] += [_group(number) for number in range(GROUPS)]
    file.write_text(yaml.safe_dump(directory, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _ids(person: Mapping[str, object]) -> dict[str, str]:
    if person["id"] == CUSTOMER:
        return {"slack": SLACK_USER, "dingtalk": DINGTALK_USER}
    return {"slack": _member(str(person["id"]))} if "roles" in person else {}


def _member(person: str) -> str:
    return f"U{person.replace('-', '').upper()}"


def _staff(configuration: Path) -> list[str]:
    directory = yaml.safe_load((configuration / "directory.yaml").read_text(encoding="utf-8"))
    return [person["ids"]["slack"] for person in directory["people"] if "slack" in person["ids"]]


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
    async def open(cls, configuration: Path) -> AsyncIterator[Self]:
        """Open both for a desk's configuration; whoever misused one hears of it at the end."""
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(FakeSlack().running())
            slack.limits.on = False
            slack.allow("called_while_resting")  # Bolt's retries do not know of each other
            talk = await stack.enter_async_context(dingtalk())
            slack.channel(ENGINEERS)
            for user in _staff(configuration):
                slack.person(user)
            person = slack.person(SLACK_USER)
            for number in range(GROUPS):
                slack.channel(channel(number))
                talk.group(conversation(number))
                person.joins(channel(number))
            yield cls(slack, talk, person, talk.person(DINGTALK_USER, nick=CUSTOMER))
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
    async def process(self, *command: str, folder: Path, **settings: str) -> AsyncIterator[Process]:
        """Run a process that connects to Slack, until the block ends.

        Raises:
            RuntimeError: it ended or did not connect, or did not end when it was told to.
        """
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", **self.settings(), **settings}
        file = folder / "process.log"
        with file.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=folder, env=environment, stdout=log, stderr=log
            )
        try:
            if not await self._connects(process):
                raise RuntimeError(f"it did not connect:\n{file.read_text(encoding='utf-8')}")
            yield process
        finally:
            await _end(process)
            await self.slack.until(lambda: not self.slack.sockets.connections)

    async def _connects(self, process: Process) -> bool:
        """Wait until a process is connected; False if it ended, or took too long."""
        ended = asyncio.create_task(process.wait())
        connected = asyncio.create_task(
            self.slack.until(lambda: self.slack.sockets.connections, within_s=READY_S)
        )
        await asyncio.wait({ended, connected}, return_when=asyncio.FIRST_COMPLETED)
        alive = not ended.done()
        for task in (ended, connected):
            task.cancel()
        outcomes = await asyncio.gather(ended, connected, return_exceptions=True)
        return alive and not isinstance(outcomes[1], BaseException)


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(ENDING_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise RuntimeError(f"a process did not end within {ENDING_S} s") from None


@asynccontextmanager
async def echo(town: Town, folder: Path) -> AsyncIterator[Process]:
    """Run the bare Bolt bot that says what it hears; its SDK may not end when it is told to."""
    async with town.process(*ECHO, folder=folder) as process:
        yield process
        process.kill()
        await process.wait()


class Books:
    """How many cases a desk has opened; `process` is the desk's."""

    def __init__(self, store: SqlStore, process: Process) -> None:
        self.process = process
        self._store = store

    async def cases(self) -> int:
        """Count them."""
        return await asyncio.to_thread(
            self._store.read, lambda unit: unit.cases.count(CaseQuery(limit=1_000_000))
        )

    async def hold(self, cases: int) -> None:
        """Wait until there are so many.

        Raises:
            RuntimeError: it takes too long.
        """
        until = monotonic() + OPENING_S
        while (found := await self.cases()) < cases:
            if monotonic() > until:
                raise RuntimeError(f"{found} of {cases} cases within {OPENING_S} s")
            await asyncio.sleep(LOOK_S)


@asynccontextmanager
async def desk(town: Town, folder: Path, configuration: Path, *, name: str) -> AsyncIterator[Books]:
    """Run Casebell on a new database file."""
    url = f"sqlite:///{folder / name}.db"
    settings = {"DATABASE_URL": url, "CASEBELL_CONFIG": str(configuration), "CASEBELL_HTTP_PORT": "0"}
    async with town.process(*DESK, folder=folder, **settings) as process:
        await town.dingtalk.connected()
        store = SqlStore.open(url, clock=SystemClock(), demo=False)
        try:
            yield Books(store, process)
        finally:
            store.close()
