"""`casebell run` as a process of its own, on Slack."""

import asyncio
from pathlib import Path

from tests.e2e.process.desk import CASEBELL, Books, Desk
from tests.e2e.slack.conftest import (
    channel,
    demo_workspace,
    slack_configuration,
    slack_settings,
    user,
)

QIN, HUAYUE, ENGINEERS = user("qin-shuyao"), channel("huayue"), channel("engineers")
STOPS_WITHIN_S = 3


async def test_a_process_connects_opens_a_case_and_ends_at_once_on_ctrl_c(tmp_path: Path) -> None:
    config = slack_configuration(tmp_path)
    async with demo_workspace(tmp_path) as slack:
        desk = await asyncio.to_thread(
            lambda: Desk.start(
                *CASEBELL,
                "run",
                folder=tmp_path,
                CASEBELL_CONFIG=str(config),
                CASEBELL_HTTP_PORT="0",
                **slack_settings(slack),
            )
        )
        await slack.until(lambda: slack.connected)
        await slack.says(QIN, HUAYUE, "打印机坏了")
        await slack.until(lambda: "打印机坏了" in "".join(slack.texts(ENGINEERS)))

        took = await asyncio.to_thread(desk.stop)
        await slack.until(lambda: not slack.connected)

    assert took < STOPS_WITHIN_S
    assert desk.process.returncode == 0
    assert Books(tmp_path / "var" / "casebell.db").count("case_") == 1
