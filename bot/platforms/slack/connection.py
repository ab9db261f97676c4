"""Socket Mode: one connection kept open, and its successor opened before Slack closes it.

Slack's SDK has a client for this. It asks a refused address again for ever, hides why Slack gives none, and
leaves tasks and sockets behind when it is stopped; so we keep the connection ourselves, on its HTTP library.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import structlog
from slack_bolt import BoltResponse

from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.slack.client import Alarm, SlackApi

log = structlog.get_logger()

OPENING_LIMIT_S = 5
"""From asking for an address to Slack's hello; a connection without one is as good as none."""

HEARTBEAT_S = 4
"""Silence after which Slack is asked whether it is still there; half as much again, and it is not."""

GRACE_S = 30
"""How long a connection may still deliver after Slack announced its end."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 5.0
HOPELESS_PAUSE_S = 60.0
"""Before trying again what somebody has to put right first."""

FAREWELLS: Mapping[str, tuple[float, str]] = {
    "link_disabled": (
        HOPELESS_PAUSE_S,
        "Slack: Socket Mode is switched off; switch it on in the app's settings",
    ),
    "too_many_websockets": (LONGEST_PAUSE_S, "Slack: too many connections of this app; end other processes"),
}
"""Reasons Slack gives when it ends a connection that need a pause, and somebody to look."""

CLOSING_LIMIT = aiohttp.ClientWSTimeout(ws_close=0.3)
LARGEST_ENVELOPE = 4 * 1024 * 1024

Envelope = Mapping[str, object]
Respond = Callable[[dict[str, object]], Awaitable[BoltResponse]]
"""Takes what an envelope holds; what it answers with 200 is acknowledged."""


class Connection:
    """Receives over Socket Mode until it is cancelled; only that ends it."""

    def __init__(self, api: SlackApi, app_token: str, respond: Respond, alarm: Alarm) -> None:
        self._api = api
        self._app_token = app_token
        self._respond = respond
        self._alarm = alarm
        self._pause_s = 0.0

    async def keep(self) -> None:
        """Open a connection, and another whenever one is over or about to be."""
        async with asyncio.TaskGroup() as lives:
            while True:
                relieve = asyncio.Event()
                lives.create_task(self._live(relieve))
                await relieve.wait()
                await asyncio.sleep(self._pause_s)

    async def _live(self, relieve: asyncio.Event) -> None:
        """Be one connection; `relieve` is set as soon as the next one is wanted."""
        try:
            async with asyncio.timeout(OPENING_LIMIT_S) as limit:
                address = await self._api.socket_address(self._app_token)
                async with self._api.session().ws_connect(
                    address,
                    heartbeat=HEARTBEAT_S,
                    timeout=CLOSING_LIMIT,
                    max_msg_size=LARGEST_ENVELOPE,
                    proxy=self._api.web.proxy,
                ) as socket:
                    await self._receive(socket, limit, relieve)
        except PermanentDeliveryError as error:
            self._failed(error, HOPELESS_PAUSE_S)
        except TemporaryDeliveryError as error:
            self._failed(error, error.retry_after.total_seconds() if error.retry_after else None)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if not relieve.is_set():
                self._failed(error)
        finally:
            relieve.set()

    async def _receive(
        self, socket: aiohttp.ClientWebSocketResponse, limit: asyncio.Timeout, relieve: asyncio.Event
    ) -> None:
        async with asyncio.TaskGroup() as answers:
            async for message in socket:
                envelope = _envelope(message)
                match envelope.get("type"):
                    case "hello":
                        limit.reschedule(None)
                        self._pause_s = 0.0
                        log.info("Connected to Slack.", action="connected")
                    case "disconnect":
                        limit.reschedule(asyncio.get_running_loop().time() + GRACE_S)
                        await self._leave(str(envelope.get("reason", "")))
                        relieve.set()
                    case _:
                        answers.create_task(self._answer(socket, envelope))
            if not relieve.is_set():
                self._failed(ConnectionError("closed by Slack"))
                relieve.set()

    async def _leave(self, reason: str) -> None:
        """Take in why Slack ends a connection; most often it only wants another one."""
        pause_s, alarm = FAREWELLS.get(reason, (0.0, ""))
        self._pause_s = pause_s
        log.info("Slack ends a connection.", action="disconnect", reason=reason)
        if alarm:
            await self._alarm(f"slack:{reason}", alarm)

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse, envelope: Envelope) -> None:
        payload = envelope.get("payload")
        answer = await self._respond(payload if isinstance(payload, dict) else {})
        if answer.status != 200 or "envelope_id" not in envelope:
            return
        told = {"payload": json.loads(answer.body)} if answer.body else {}
        try:
            await socket.send_json({"envelope_id": envelope["envelope_id"], **told})
        except ConnectionError:
            log.info("An acknowledgement came too late; the event will come again.", action="ack_late")

    def _failed(self, error: Exception, pause_s: float | None = None) -> None:
        longer = min(max(2 * self._pause_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        self._pause_s = longer if pause_s is None else pause_s
        log.warning(
            "No connection to Slack; trying again.",
            action="not_connected",
            error=type(error).__name__,
            seconds=self._pause_s,
        )


def _envelope(message: aiohttp.WSMessage) -> Envelope:
    """Return what a message of the socket holds; nothing if it is no envelope."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        envelope = json.loads(message.data)
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}
