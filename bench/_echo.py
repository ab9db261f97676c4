"""The least that a Bolt bot can do: say what it hears, and rest when Slack says so."""

import asyncio
import os
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncSay
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

MANY = 1000


async def main() -> None:
    """Listen until the process is told to stop."""
    client = AsyncWebClient(
        token=os.environ["SLACK_BOT_TOKEN"],
        base_url=os.environ["SLACK_API_URL"],
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=MANY)],
    )
    app = AsyncApp(client=client)

    @app.event("message")
    async def _echo(event: dict[str, Any], say: AsyncSay) -> None:
        await say(event["text"])

    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's own
    await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
