"""One `casebell chat` and two `casebell worker` on one PostgreSQL: together they are one desk."""

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.database import parse
from tests.contract.conftest import postgres_database
from tests.contract.desk import NewDatabase
from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, configuration, settings, staff
from tests.e2e.process.desk import CASEBELL, environment, until
from tests.fakes.dingtalk.people import Person
from tests.fakes.dingtalk.server import FakeDingTalk
from tests.fakes.dingtalk.world import How, Line

__all__ = ["postgres_database"]

QIN, HE = "qin-shuyao", "he-miao"
ROLES = ("chat", "worker", "worker")
MANY = 12
STOPS_WITHIN_S = 10
READY = "Casebell is running."
UNSETTLED = """
    SELECT (SELECT count(*) FROM inbox WHERE state <> 'done')
         + (SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'dropped') AND lane LIKE 'dingtalk:%')
         + (SELECT count(*) FROM showing WHERE shown < wanted)
"""


@pytest.fixture
async def database(fake: FakeDingTalk, tmp_path: Path, postgres_database: NewDatabase) -> AsyncIterator[str]:
    """The address of the database that three processes serve, each with one role."""
    with postgres_database() as url:
        set_up = environment(DATABASE_URL=url, CASEBELL_CONFIG=str(configuration(tmp_path)), **settings(fake))
        processes = [begun(role, tmp_path, set_up) for role in ROLES]
        try:
            await asyncio.gather(*(asyncio.to_thread(ready, each) for each in processes))
            await fake.connected()
            yield url
        finally:
            for each in processes:
                each.send_signal(signal.SIGTERM)
            codes = [await asyncio.to_thread(ended, each) for each in processes]
        assert codes == [0, 0, 0]


@pytest.mark.postgres
async def test_a_whole_life_between_processes_of_their_own(
    database: str, fake: FakeDingTalk, people: Mapping[str, Person]
) -> None:
    async def reads(where: str, *words: str) -> Line:
        lines = fake.group(where).lines
        found = await fake.until(
            lambda: [each for each in lines if all(word in each.shown for word in words)]
        )
        return found[0]

    async def says(who: str, where: str, words: str) -> None:
        said = await people[who].says(where, f"@bot {words}")
        await fake.until(lambda: said.acknowledged)

    await says(QIN, HUAYUE, FAULT)
    opened = await reads(HUAYUE, "已登记", FAULT)
    assert opened.how is How.WEBHOOK, "who heard it was another process"
    assert set(opened.rung) == {staff(QIN)}
    [number] = re.findall(r"C-\d{8}-\d{4}", opened.shown)[:1]
    card = await reads(ENGINEERS, number, "待接单")
    assert card.how is How.API

    await says(HE, ENGINEERS, f"接手 {number}")
    assert (await reads(ENGINEERS, number, "由您负责")).how is How.WEBHOOK
    for each in range(MANY):
        await says(QIN, HUAYUE, f"补充 {number} 第{each}台")
    await reads(ENGINEERS, "秦书瑶", f"第{MANY - 1}台")
    told = [re.search(r"> 第(\d+)台", line.text) for line in fake.group(ENGINEERS).lines]
    assert [int(found[1]) for found in told if found] == list(range(MANY))

    await says(HE, ENGINEERS, f"解决 {number} 已清理磁盘")
    await reads(HUAYUE, number, "解决方案", "已清理磁盘")
    await says(QIN, HUAYUE, f"已解决 {number}")
    await reads(HUAYUE, number, "已关闭")
    await says(QIN, HUAYUE, f"评价 {number} 5 很快")
    await reads(HUAYUE, "谢谢")
    await asyncio.to_thread(until, lambda: answer(database, UNSETTLED) == 0)
    assert answer(database, "SELECT status FROM case_") == "closed"


def answer(database: str, query: str) -> object:
    """Ask the database for one value."""
    engine = create_engine(parse(database))
    with engine.connect() as connection:
        found: object = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return found


def begun(role: str, folder: Path, set_up: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen([*CASEBELL, role], cwd=folder, env=set_up, stdout=subprocess.PIPE, text=True)


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().startswith(READY)


def ended(process: subprocess.Popen[str]) -> int:
    code = process.wait(STOPS_WITHIN_S)
    assert process.stdout is not None
    process.stdout.close()
    return code
