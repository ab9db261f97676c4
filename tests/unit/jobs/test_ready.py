"""What readiness looks at: the database, the loops of this process, and what lags."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from bot.configuration import load_configuration
from bot.core.people import CustomerId, PersonId
from bot.jobs.crew import Crew
from bot.jobs.duties import perform_due
from bot.jobs.lanes import Lanes
from bot.jobs.recount import Recount
from bot.jobs.scheduler import Scheduler
from bot.jobs.wakes import Wakes
from bot.jobs.watchdog import Watchdog
from bot.platforms.local.platform import LocalPlatform
from bot.ports import Binding
from bot.settings import PROJECT
from bot.web.app import create_app
from bot.web.desk import Check
from bot.webdesk import AppDesk, RingingChat
from tests.contract.values import a_case
from tests.unit.jobs.bench import START, Bench

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ready(bench: Bench) -> AppDesk:
    desk = load_configuration(PROJECT / "demo").desk({})
    crew = Crew(
        bell=bench.bell,
        lanes=Lanes(bench.executor, lambda unit, row: None, bell=bench.bell),
        wakes=Wakes(bench.executor, lambda unit, limit: 0, lambda at: None, bell=bench.bell),
        delivery=bench.delivery,
        fetching=bench.fetching,
        scheduler=Scheduler(asyncio.Event().wait, bell=bench.bell, zone=desk.directory.desk.zone),
        recount=Recount(bench.executor, desk),
        watchdog=Watchdog(bench.executor, desk),
        duties=lambda: bench.executor.call(lambda unit: perform_due(unit, desk) > 0),
    )
    local = LocalPlatform(bench.executor.call, lambda: desk.directory)
    chat = RingingChat(local, bench.bell, lambda step: None)
    return AppDesk(desk, bench.executor, crew, chat=chat)


async def checks(ready: AppDesk) -> Mapping[str, Check]:
    return {check.name: check for check in await ready.checks()}


async def test_a_desk_at_rest_is_well(ready: AppDesk) -> None:
    assert all(check.ok for check in (await checks(ready)).values())


async def test_clocks_that_are_more_than_a_minute_late_are_told(ready: AppDesk, bench: Bench) -> None:
    bench.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=START))
    bench.clock.advance(MINUTE)
    assert (await checks(ready))["clocks"].ok

    bench.clock.advance(timedelta(seconds=1))

    assert (await checks(ready))["clocks"] == Check(name="clocks", ok=False, detail="61 s late")


async def test_a_message_that_waits_for_more_than_five_minutes_is_told(ready: AppDesk, bench: Bench) -> None:
    bench.say("a")
    bench.clock.advance(5 * MINUTE)
    assert (await checks(ready))["outbox"].ok

    bench.clock.advance(timedelta(seconds=1))

    assert not (await checks(ready))["outbox"].ok


async def test_a_loop_that_ended_is_told(ready: AppDesk) -> None:
    ended = asyncio.create_task(asyncio.sleep(0), name="delivery")
    await ended
    ready._pulse.watch(ended)

    assert (await checks(ready))["loops"] == Check(name="loops", ok=False, detail="ended: delivery")


async def test_a_database_that_does_not_answer_is_told(ready: AppDesk, bench: Bench) -> None:
    bench.store._database._engine.dispose()
    with bench.store._database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS clock_offset")

    told = await checks(ready)

    assert not told["database"].ok
    assert told["loops"].ok


async def test_the_console_shows_what_another_process_tied(ready: AppDesk, bench: Bench) -> None:
    tied = Binding(lane="local:g:elsewhere", customer=CustomerId("left-long-ago"), contract=None)
    bench.run(lambda unit: unit.registry.bind(tied, by=PersonId("shen-yue")))
    transport = httpx.ASGITransport(app=create_app(ready))

    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        console = await browser.get("/console")

    assert tied.lane in console.text
