"""`casebell run` as a process of its own, on DingTalk."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, configuration, settings
from tests.e2e.process.desk import CASEBELL, Books, Desk
from tests.fakes.dingtalk.people import Person
from tests.fakes.dingtalk.server import CLIENT_SECRET, FakeDingTalk

QIN = "qin-shuyao"
STOPS_WITHIN_S = 3


async def test_a_process_connects_opens_a_case_and_ends_at_once_on_ctrl_c_and_logs_no_secret(
    fake: FakeDingTalk, people: Mapping[str, Person], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    desk = await asyncio.to_thread(
        lambda: Desk.start(
            *CASEBELL,
            "run",
            folder=tmp_path,
            CASEBELL_CONFIG=str(configuration(tmp_path)),
            CASEBELL_HTTP_PORT="0",
            **settings(fake),
        )
    )
    try:
        await fake.connected()
        said = await people[QIN].says(HUAYUE, f"@bot {FAULT}")
        await fake.until(lambda: FAULT in fake.group(ENGINEERS).text)
    finally:
        took = await asyncio.to_thread(desk.stop)
    await fake.connected(0)

    assert said.acknowledged
    assert took < STOPS_WITHIN_S
    assert desk.process.returncode == 0
    assert Books(tmp_path / "var" / "casebell.db").count("case_") == 1
    logged = "".join(capfd.readouterr())
    assert "dingtalk_connected" in logged
    for secret in (CLIENT_SECRET, fake.tokens.give(), *fake.gateway.tickets, *fake.world.sessions):
        assert secret not in logged
    for words in (FAULT, "秦书瑶"):
        assert words not in logged
