"""A desk on each platform: the demo's process, a local Slack, a strict DingTalk."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.platforms.slack.account import Mode
from tests.e2e.dingtalk import conftest as ding
from tests.e2e.knowledge.halls import DingTalkHall, Hall, LocalHall, SlackHall
from tests.e2e.life.conftest import start_demo
from tests.e2e.office import DIRECTORY, MovedClock, office
from tests.e2e.slack import conftest as slack
from tests.fakes.dingtalk.server import dingtalk


@asynccontextmanager
async def on_local(folder: Path) -> AsyncIterator[Hall]:
    desk = start_demo(folder)
    try:
        yield LocalHall(desk, folder)
    finally:
        desk.kill()


@asynccontextmanager
async def on_slack(folder: Path) -> AsyncIterator[Hall]:
    async with slack.demo_workspace(folder) as workspace:
        settings = slack.slack_settings(workspace, Mode.SOCKET, slack.free_port())
        async with office(folder, slack.slack_configuration(folder), settings) as desk:
            await workspace.until(lambda: workspace.connected)
            yield SlackHall(workspace, desk)


@asynccontextmanager
async def on_dingtalk(folder: Path) -> AsyncIterator[Hall]:
    async with dingtalk(clock=MovedClock()) as fake:
        for each in DIRECTORY.groups:
            fake.group(ding.group(each.id))
        people = {
            each.id: fake.person(ding.staff(each.id), nick=each.name) for each in DIRECTORY.people.values()
        }
        async with office(folder, ding.configuration(folder), ding.settings(fake)) as desk:
            await fake.connected()
            yield DingTalkHall(fake, people, desk)


HALLS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Hall]]] = {
    "local": on_local,
    "slack": on_slack,
    "dingtalk": on_dingtalk,
}


@pytest.fixture(params=HALLS)
async def hall(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Hall]:
    async with HALLS[request.param](tmp_path) as opened:
        yield opened
