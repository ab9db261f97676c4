"""The server for Slack's calls, and what only shows over real connections."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.core.errors import CasebellError, TemporaryDeliveryError
from bot.core.message import Message
from bot.core.people import Place
from bot.notify.texts import Texts
from bot.platforms.slack.account import Mode, SlackAccount
from bot.platforms.slack.payload import SLACK
from bot.platforms.slack.platform import SlackPlatform
from tests.contract.platforms.on_slack import account_of
from tests.fakes.reception import FakeReception
from tests.fakes.slack.server import FakeSlack


async def test_a_port_of_somebody_else_is_named(slack: FakeSlack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        account = account_of(slack, mode=Mode.HTTP, events_port=port)
        platform = SlackPlatform(account, FakeReception(), Texts.load())

        with pytest.raises(CasebellError, match=f"port {port} cannot be used for Slack's events"):
            await platform.receive()
    await platform.close()


async def test_a_burst_is_acknowledged_in_order(slack: FakeSlack) -> None:
    reception = FakeReception(bell=slack.workspace.bell)
    platform = SlackPlatform(account_of(slack), reception, Texts.load())
    receiving = asyncio.create_task(platform.receive())
    slack.channel("C1")
    ann = slack.person("U1", "Ann")
    await slack.until(lambda: slack.sockets.connections)

    for number in range(200):
        ann.says("C1", str(number))
    await slack.until(
        lambda: len([each for each in slack.deliveries if each.acknowledged]) == 200, within_s=3
    )

    assert [json.loads(each.payload)["text"] for each in reception.events] == [str(n) for n in range(200)]
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    await platform.close()


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/json"])
async def test_another_servers_page_in_place_of_slacks_answer_is_tried_again(kind: str) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<p>Please sign in to the guest network.</p>", content_type=kind)

    async with serving_page(page) as address:
        account = SlackAccount(bot_token="xoxb-1", app_token="xapp-1", api_url=address)
        platform = SlackPlatform(account, FakeReception(), Texts.load())

        with pytest.raises(TemporaryDeliveryError):
            await platform.send(Place(SLACK, "C1"), Message(("好",)), key="k")
        await platform.close()


@asynccontextmanager
async def serving_page(page: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    server = web.Application()
    server.add_routes([web.route("*", "/{rest:.*}", page)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}/api/".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()
