"""A desk between two platforms, at work against strict fakes of both."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.people import PersonId
from tests.e2e.bridge.chats import Chat, OnDingTalk, OnSlack
from tests.e2e.office import DIRECTORY, MovedClock, Office, office, write_configuration
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, dingtalk
from tests.fakes.dingtalk.world import CORP
from tests.fakes.slack.server import FakeSlack

ENGINEERS = "engineers"


@dataclass(frozen=True)
class Town:
    """Slack and DingTalk, with the demo's people on both."""

    slack: OnSlack
    dingtalk: OnDingTalk
    clock: MovedClock

    def settings(self) -> Mapping[str, str]:
        """Return the environment that leads a desk to both."""
        slack, dingtalk = self.slack.fake, self.dingtalk.fake
        return {
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_APP_TOKEN": slack.workspace.app_token,
            "SLACK_API_URL": slack.api_url,
            "DINGTALK_CLIENT_ID": CLIENT_ID,
            "DINGTALK_CLIENT_SECRET": CLIENT_SECRET,
            "DINGTALK_CORP_ID": CORP,
            "DINGTALK_OPENAPI_ENDPOINT": dingtalk.openapi,
            "DINGTALK_OAPI_ENDPOINT": dingtalk.oapi,
        }

    @property
    def linked(self) -> bool:
        """Whether a desk is connected to both."""
        return bool(self.slack.fake.sockets.connections and self.dingtalk.fake.gateway.connections)

    async def connected(self) -> None:
        """Wait until a desk is connected to both."""
        await self.slack.fake.until(lambda: self.slack.fake.sockets.connections)
        await self.dingtalk.fake.connected()

    async def left(self) -> None:
        """Wait until both have seen that nobody is connected any more."""
        await self.slack.fake.until(lambda: not self.slack.fake.sockets.connections)
        await self.dingtalk.fake.connected(0)


@dataclass(frozen=True)
class Stage:
    """The desk at work: its customers on one platform, its staff on the other."""

    customers: Chat
    staff: Chat
    town: Town
    office: Office

    async def wait(self, **length: float) -> None:
        """Let everything come to rest, then time pass for the desk and both platforms."""
        await self.office.at_rest()
        self.office.wait(**length)
        self.town.clock.ahead = self.office.clock.ahead

    def alarms(self) -> list[str]:
        """Return what the operator was told, but of mail, which nothing sends here, and of next year."""
        told = [str(text) for (text,) in self.office.books.rows("SELECT text FROM alarm")]
        return [each for each in told if not each.startswith(("mail", "the calendar"))]


Open = Callable[[str], AbstractAsyncContextManager[Stage]]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    clock = MovedClock()
    slack = FakeSlack(clock=clock)
    async with slack.running(), dingtalk(clock=clock) as fake:
        yield Town(OnSlack(slack), OnDingTalk(fake), clock)
    assert slack.unexpected == []


@pytest.fixture
def open_desk(tmp_path: Path, town: Town) -> Open:
    """Open a desk whose customers are on this platform and whose staff are on the other."""

    @asynccontextmanager
    async def opened(customers: str) -> AsyncIterator[Stage]:
        chats: dict[str, Chat] = {"slack": town.slack, "dingtalk": town.dingtalk}
        [staff] = chats.keys() - {customers}
        config = divided(tmp_path, chats, customers=customers, staff=staff)
        async with office(tmp_path, config, town.settings()) as desk:
            await town.connected()
            yield Stage(chats[customers], chats[staff], town, desk)

    return opened


def divided(folder: Path, chats: Mapping[str, Chat], *, customers: str, staff: str) -> Path:
    """Write the demo's configuration with its customers on one platform and its staff on another."""

    def person(name: str) -> Mapping[str, str]:
        platform = staff if DIRECTORY.people[PersonId(name)].is_staff else customers
        return {platform: chats[platform].person(name)}

    def group(name: str) -> Mapping[str, str]:
        platform = staff if name == ENGINEERS else customers
        return {platform: chats[platform].group(name)}

    return write_configuration(folder, people=person, groups=group)
