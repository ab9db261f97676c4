"""A desk whose people are all on Slack, at work against local-slack."""

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.platforms.slack.account import Mode
from tests.e2e.office import DIRECTORY, Office, listening, office, write_configuration
from tests.e2e.slack.shown import Post
from tests.e2e.slack.workspace import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Workspace, workspace


@dataclass(frozen=True)
class Stage:
    """A workspace, and the desk that serves it."""

    slack: Workspace
    office: Office

    async def wait(self, **length: float) -> None:
        """Let everything come to rest, and then time pass (`timedelta`'s arguments)."""
        await self.office.at_rest()
        self.office.wait(**length)

    async def reads(self, where: str, *words: str, thread: str | None = None) -> list[Post]:
        """Wait for the bot's messages in a channel, or below one of its messages, that hold all of these."""
        return await self.slack.until(
            lambda: [
                post
                for post in self.slack.posts(where, thread=thread)
                if all(each in post.text for each in words)
            ]
        )


Open = Callable[[Mode], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def open_desk(tmp_path: Path) -> Open:
    """Open a desk whose events come by Socket Mode or over HTTP; it answers when the block begins."""

    @asynccontextmanager
    async def opened(mode: Mode) -> AsyncIterator[Stage]:
        port = free_port()
        async with demo_workspace(tmp_path, events_to=events_address(mode, port)) as slack:
            settings = slack_settings(slack, mode, port)
            async with office(tmp_path, slack_configuration(tmp_path), settings) as desk:
                if mode is Mode.HTTP:
                    await listening(port)
                else:
                    await slack.until(lambda: slack.connected)
                yield Stage(slack, desk)

    return opened


def user(person: str) -> str:
    """Return the Slack id of somebody of the demo."""
    return f"U{_id(person)}"


def channel(group: str) -> str:
    """Return the Slack id of a group of the demo."""
    return f"C{_id(group)}"


def demo_workspace(folder: Path, *, events_to: str | None = None) -> AbstractAsyncContextManager[Workspace]:
    """Run a workspace with the demo's people and groups."""
    people = {user(person.id): person.name for person in DIRECTORY.people.values()}
    return workspace(folder, people, [channel(group.id) for group in DIRECTORY.groups], events_to=events_to)


def slack_configuration(folder: Path) -> Path:
    return write_configuration(
        folder,
        people=lambda person: {"slack": user(person)},
        groups=lambda group: {"slack": channel(group)},
    )


def slack_settings(slack: Workspace, mode: Mode, port: int) -> Mapping[str, str]:
    """Return the environment that leads a desk to a workspace."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "SLACK_MODE": mode,
        "SLACK_EVENTS_PORT": str(port),
    }


def events_address(mode: Mode, port: int) -> str | None:
    """Return where a workspace posts its events; None where a socket carries them."""
    return f"http://127.0.0.1:{port}/slack/events" if mode is Mode.HTTP else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _id(name: str) -> str:
    return name.upper().replace("-", "")
