"""The server that Slack calls where events come over HTTP."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from bot.core.errors import CasebellError
from bot.platforms.slack.account import SlackAccount
from bot.platforms.slack.responder import Responder

PATH = "/slack/events"
LARGEST_BODY = 4 * 1024 * 1024
LAST_REQUESTS_S = 0.5
"""How long requests under way may still take when the process stops."""


@asynccontextmanager
async def serving(account: SlackAccount, responder: Responder) -> AsyncIterator[None]:
    """Answer Slack until the block ends.

    Raises:
        CasebellError: the port belongs to somebody else.
    """

    async def answer(request: web.Request) -> web.Response:
        try:
            body = await request.text()
        except (LookupError, UnicodeError):
            return web.Response(status=400)
        return await to_aiohttp_response(await responder.http(body, request.headers))

    server = web.Application(client_max_size=LARGEST_BODY)
    server.add_routes([web.post(PATH, answer)])
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=LAST_REQUESTS_S)
    await runner.setup()
    try:
        await _listen(runner, account)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, account: SlackAccount) -> None:
    site = web.TCPSite(runner, account.events_host, account.events_port)
    try:
        await site.start()
    except OSError as error:
        raise CasebellError(
            f"port {account.events_port} cannot be used for Slack's events"
            f" ({os.strerror(error.errno or 0)}); set SLACK_EVENTS_PORT to another"
        ) from error
