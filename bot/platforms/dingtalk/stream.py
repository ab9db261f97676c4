"""The stream of pushes: one connection after the other, each a client of DingTalk's own SDK.

The SDK routes frames and acknowledges them. Its way of opening connections blocks for ever, cannot be stopped
and is never told to wait, so connections are opened, watched and left here. A new connection is opened before
an old one is left: what is pushed meanwhile reaches one of the two.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote_plus

import aiohttp
import structlog
from dingtalk_stream import (
    AckMessage,
    CallbackHandler,
    CallbackMessage,
    ChatbotMessage,
    Credential,
    DingTalkStreamClient,
)
from dingtalk_stream.version import VERSION_STRING
from pydantic import JsonValue
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.core.clock import monotonic
from bot.core.errors import CasebellError
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.api import Tell
from bot.platforms.dingtalk.faults import Kind, trouble_of
from bot.platforms.dingtalk.raw import Table, loads, words

log = structlog.get_logger()

SILENT = logging.Logger("unheard", level=logging.CRITICAL + 1)  # noqa: LOG001  nothing can switch it on
"""For what logs tickets and people's words."""

OPEN = "/v1.0/gateway/connections/open"
TOPICS = (ChatbotMessage.TOPIC, CallbackHandler.TOPIC_CARD_CALLBACK)

LARGEST_FRAME = 16 * 1024 * 1024
OPEN_TIME = aiohttp.ClientTimeout(total=10)
UNREADABLE = "unreadable"

HEADERS = ("appId", "connectionId", "contentType", "messageId", "topic")
"""What is kept of a frame's headers; the SDK stumbles over odd values of others."""

PATIENCE = 8
"""After so many attempts the operator hears that there is no connection."""

Deliver = Callable[[Table, Table], Awaitable[bool]]
"""Takes a push, its data and its headers; whether it is stored, and may be acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient the stream is.

    `silence`: nothing at all came, though DingTalk pings every half minute. `dead`: no pong came. `steady`: a
    connection that stood so long was a good one. `refused`: before the credentials are tried again. `drain`
    and `leaving`: for acknowledgements before a connection is left for another, and when all is left.
    """

    silence: timedelta = timedelta(minutes=3)
    dead: timedelta = timedelta(seconds=20)
    steady: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(seconds=30)
    refused: timedelta = timedelta(minutes=5)
    drain: timedelta = timedelta(seconds=3)
    leaving: timedelta = timedelta(seconds=0.7)


class NotConnectedError(CasebellError):
    """There is no connection, or none that lasted."""


class RefusedError(NotConnectedError):
    """DingTalk does not know the app's id or secret."""


class Stream:
    """Keeps one connection open."""

    def __init__(self, account: DingTalkAccount, deliver: Deliver, tell: Tell, pace: Pace) -> None:
        self._account = account
        self._deliver = deliver
        self._tell = tell
        self._pace = pace
        self._current: _Connection | None = None

    async def run(self) -> None:
        """Take pushes in until cancelled."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(NotConnectedError), wait=self._pause, before_sleep=self._failed
        )
        try:
            while True:
                await retrying(self._stand)
        finally:
            if self._current is not None:
                await self._current.leave(self._pace.leaving)

    async def _stand(self) -> None:
        """Open a connection and stay until it is over.

        Raises:
            NotConnectedError: none could be opened, or it was over too soon.
        """
        before, self._current = self._current, await self._connected()
        if before is not None:
            await before.leave(self._pace.drain)
        log.info("Connected to DingTalk.", action="dingtalk_connected")
        began = monotonic()
        await self._current.over.wait()
        if monotonic() - began < self._pace.steady.total_seconds():
            raise NotConnectedError("the connection did not last")

    async def _connected(self) -> "_Connection":
        try:
            address = await self._address()
            socket = await connect(
                address,
                ping_interval=self._pace.dead.total_seconds(),
                ping_timeout=self._pace.dead.total_seconds(),
                close_timeout=self._pace.leaving.total_seconds(),
                max_size=LARGEST_FRAME,
                logger=SILENT,
            )
        except (aiohttp.ClientError, WebSocketException, OSError, TimeoutError) as error:
            raise NotConnectedError("DingTalk cannot be reached") from error
        return _Connection(socket, self._account, self._deliver, self._pace.silence)

    async def _address(self) -> str:
        """Ask where to connect to; the address is good for one connection, within a minute and a half."""
        body = {
            "clientId": self._account.client_id,
            "clientSecret": self._account.client_secret,
            "subscriptions": [{"type": CallbackMessage.TYPE, "topic": topic} for topic in TOPICS],
            "ua": f"dingtalk-sdk-python/v{VERSION_STRING}",
        }
        url = f"{self._account.openapi_endpoint}{OPEN}"
        headers = {"Accept": "application/json"}
        async with (
            aiohttp.ClientSession(trust_env=True, timeout=OPEN_TIME) as session,
            session.post(url, json=body, headers=headers) as response,
        ):
            status, told = response.status, loads(await response.text(errors="replace"))
        trouble = trouble_of(status, told)
        if trouble is not None and trouble.kind is Kind.CREDENTIALS:
            raise RefusedError(trouble.code)
        endpoint, ticket = words(told, "endpoint"), words(told, "ticket")
        if trouble is not None or not endpoint or not ticket:
            raise NotConnectedError(f"DingTalk offers no connection ({trouble.code if trouble else status})")
        return f"{endpoint}?ticket={quote_plus(ticket)}"

    def _pause(self, state: RetryCallState) -> float:
        if isinstance(_error(state), RefusedError):
            return self._pace.refused.total_seconds()
        return wait_random_exponential(max=self._pace.longest.total_seconds())(state)

    async def _failed(self, state: RetryCallState) -> None:
        """Say that there is no connection; the operator hears of it where only they can help."""
        error = _error(state)
        log.warning(
            "Not connected to DingTalk.",
            action="dingtalk_not_connected",
            reason=str(error),
            attempt=state.attempt_number,
        )
        if isinstance(error, RefusedError):
            await self._tell("credentials", f"the app's id or secret is wrong ({error}): nothing is heard")
        elif state.attempt_number == PATIENCE:
            await self._tell("unreachable", f"not connected after {PATIENCE} attempts: nothing is heard")


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


class _Connection(DingTalkStreamClient):  # type: ignore[misc]  # the SDK ships no types
    """One connection: what it takes in is acknowledged on it, once stored, and on no other.

    `over` is set when it should be left: closed, silent for too long, or announced to be closed.
    """

    def __init__(
        self, socket: ClientConnection, account: DingTalkAccount, deliver: Deliver, silence: timedelta
    ) -> None:
        super().__init__(Credential(account.client_id, account.client_secret), logger=SILENT)
        self.over = asyncio.Event()
        self.websocket = socket
        self._silence = silence
        self._frames: set[asyncio.Task[None]] = set()
        self.register_callback_handler(ChatbotMessage.TOPIC, _Messages(deliver))
        self.register_callback_handler(CallbackHandler.TOPIC_CARD_CALLBACK, _Clicks())
        self._listening = asyncio.create_task(self._listen())

    async def leave(self, within: timedelta) -> None:
        """Close the connection when what it took in is acknowledged."""
        try:
            if self._frames:
                await asyncio.wait(self._frames, timeout=within.total_seconds())
        finally:
            for each in (self._listening, *self._frames):
                each.cancel()
            await self.websocket.close()

    async def background_task(self, json_message: dict[str, JsonValue]) -> None:
        """Answer one frame; what goes wrong with one is nothing to the others."""
        try:
            if await self.route_message(readable(json_message)) == self.TAG_DISCONNECT:
                self.over.set()
        except ConnectionClosed:
            log.info("A push could not be acknowledged.", action="dingtalk_unacknowledged")

    async def _listen(self) -> None:
        """Take frames in until the connection is closed, by the other side or by `leave`."""
        try:
            while True:
                frame = loads(await self._received())
                if frame is not None:
                    task = asyncio.create_task(self.background_task(dict(frame)))
                    self._frames.add(task)
                    task.add_done_callback(self._frames.discard)
        except ConnectionClosed as error:
            log.info("A connection is closed.", action="dingtalk_closed", reason=type(error).__name__)
        finally:
            self.over.set()

    async def _received(self) -> str:
        """Return the next frame; one that is late is waited for, while another connection is opened."""
        while True:
            try:
                async with asyncio.timeout(self._silence.total_seconds()):
                    return str(await self.websocket.recv())
            except TimeoutError:
                log.info("A connection is silent.", action="dingtalk_silent")
                self.over.set()


class _Messages(CallbackHandler):  # type: ignore[misc]  # the SDK ships no types
    """Acknowledges what people say once it is stored; without that, DingTalk may push it again."""

    def __init__(self, deliver: Deliver) -> None:
        super().__init__()
        self._deliver = deliver

    async def raw_process(self, callback_message: CallbackMessage) -> AckMessage | None:
        """Return the acknowledgement, or None for no answer."""
        message = callback_message
        stored = await self._deliver(message.data, message.headers.to_dict())
        return await super().raw_process(message) if stored else None

    async def process(self, _message: CallbackMessage) -> tuple[int, None]:
        """Say that all is well."""
        return AckMessage.STATUS_OK, None


class _Clicks(CallbackHandler):  # type: ignore[misc]  # the SDK ships no types
    """Answers presses of cards with no change to them: this desk posts no cards."""

    async def process(self, _message: CallbackMessage) -> tuple[int, None]:
        """Say that all is well."""
        return AckMessage.STATUS_OK, None


def readable(frame: Table) -> dict[str, JsonValue]:
    """Return a frame the SDK can read whatever it holds; data that are no object are kept as they came."""
    data = frame.get("data")
    text = data if isinstance(data, str) else json.dumps(data)
    return {
        "type": words(frame, "type"),
        "headers": {name: value for name in HEADERS if (value := words(frame, "headers", name))},
        "data": text if loads(text) is not None else json.dumps({UNREADABLE: text}),
    }
