"""`casebell run` as a process of its own, on Slack."""

import asyncio
from pathlib import Path

import pytest

from bot.platforms.slack.account import Mode
from tests.e2e.office import listening
from tests.e2e.process.desk import CASEBELL, Books, Desk
from tests.e2e.slack.conftest import (
    channel,
    demo_workspace,
    events_address,
    free_port,
    slack_configuration,
    slack_settings,
    user,
)

QIN, HUAYUE, ENGINEERS = user("qin-shuyao"), channel("huayue"), channel("engineers")
STOPS_WITHIN_S = 3


@pytest.mark.parametrize("mode", Mode)
async def test_a_process_opens_a_case_and_ends_at_once_on_ctrl_c(mode: Mode, tmp_path: Path) -> None:
    config, port = slack_configuration(tmp_path), free_port()
    async with demo_workspace(tmp_path, events_to=events_address(mode, port)) as slack:
        settings = {
            "CASEBELL_CONFIG": str(config),
            "CASEBELL_HTTP_PORT": "0",
            **slack_settings(slack, mode, port),
        }
        desk = await asyncio.to_thread(lambda: Desk.start(*CASEBELL, "run", folder=tmp_path, **settings))
        try:
            await (listening(port) if mode is Mode.HTTP else slack.until(lambda: slack.connected))
            await slack.says(QIN, HUAYUE, "打印机坏了")
            await slack.until(lambda: "打印机坏了" in "".join(slack.texts(ENGINEERS)))
        finally:
            took = await asyncio.to_thread(desk.stop)
        await slack.until(lambda: not slack.connected)

    assert took < STOPS_WITHIN_S
    assert desk.process.returncode == 0
    assert Books(tmp_path / "var" / "casebell.db").count("case_") == 1
