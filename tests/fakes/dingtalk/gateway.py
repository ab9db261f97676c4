"""The stream gateway: tickets, connections, frames and their acknowledgements."""

import asyncio
import json
import random
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from aiohttp import WSMsgType, web
from pydantic import JsonValue, TypeAdapter, ValidationError

from bot.core.clock import Clock, monotonic
from tests.fakes.dingtalk.bodies import Ack, OpenConnection, faults
from tests.fakes.dingtalk.faults import Refusal, refused
from tests.fakes.dingtalk.ledger import Ledger
from tests.fakes.dingtalk.payloads import milliseconds

OPEN = "/v1.0/gateway/connections/open"
CONNECT = "/connect"
MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"

TICKET_LIFE = timedelta(seconds=90)

JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How patient the gateway is: with an acknowledgement, before it sends again, before it cuts."""

    ack_limit: timedelta = timedelta(seconds=3)
    sends_again_after: timedelta = timedelta(seconds=60)
    cuts_after: timedelta = timedelta(seconds=10)


@dataclass
class _Ticket:
    subscriptions: frozenset[tuple[str, str]]
    expires: float
    used: bool = False


@dataclass(eq=False)
class Push:
    """One frame on its way: `answer` is what its acknowledgement held, `echo` what it must hold."""

    topic: str
    message_id: str
    frame: str
    echo: JsonValue = None
    sent: int = 0
    answer: JsonValue = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class Connection:
    """One websocket of the bot; a closing one is not pushed to any more."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    topics: frozenset[tuple[str, str]]
    id: str = field(default_factory=lambda: str(uuid4()))
    closing: bool = False
    deaf: bool = False
    late: set[str] = field(default_factory=set)
    waiting: dict[str, Push] = field(default_factory=dict)


class Gateway:
    """Lets connections in, pushes frames to one of them each, and checks what comes back."""

    def __init__(self, ledger: Ledger, clock: Clock, *, client: tuple[str, str], timing: Timing) -> None:
        self.connections: list[Connection] = []
        self.lost: list[Push] = []
        self.forgiving = False
        self.address = ""
        self.opened = 0
        self._ledger = ledger
        self._clock = clock
        self._client = client
        self.timing = timing
        self.tickets: dict[str, _Ticket] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._chance = random.Random(1)

    # --- letting in ------------------------------------------------------------------------------------

    async def open(self, request: web.Request) -> web.Response:
        """Sell a ticket: for one connection, within a minute and a half."""
        if request.headers.get("Accept") != "application/json":
            self._ledger.violated("connections/open without Accept: application/json may be answered in XML")
        try:
            asked = OpenConnection.model_validate_json(await request.read())
        except ValidationError as error:
            self._ledger.violated(f"connections/open: {faults(error)}")
            return refused(Refusal(400, "invalidParameter", "参数错误"))
        for each in asked.subscriptions:
            if each.type == "EVENT" and each.topic != "*":
                self._ledger.violated("connections/open: events have the one topic *")
        if (asked.client_id, asked.client_secret) != self._client:
            return refused(Refusal(401, "authFailed", "鉴权失败"))
        ticket = str(uuid4())
        topics = frozenset((each.type, each.topic) for each in asked.subscriptions)
        self.tickets[ticket] = _Ticket(topics, monotonic() + TICKET_LIFE.total_seconds())
        return web.json_response({"endpoint": f"{self.address}{CONNECT}", "ticket": ticket})

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = self.tickets.get(request.query.get("ticket", ""))
        if ticket is None or ticket.used:
            self._ledger.violated("connect: " + ("a ticket used twice" if ticket else "an unknown ticket"))
            return web.Response(status=401)
        ticket.used = True
        if monotonic() > ticket.expires:
            return web.Response(status=401)
        socket = web.WebSocketResponse(autoping=False, autoclose=True, timeout=0.2)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(socket, request.transport, ticket.subscriptions)
        self.connections.append(connection)
        self.opened += 1
        self._ledger.bell.ring()
        try:
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            self._ledger.bell.ring()
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._answered(connection, message.data)

    # --- what comes back -------------------------------------------------------------------------------

    def _answered(self, connection: Connection, text: str) -> None:
        try:
            ack = Ack.model_validate_json(text)
            data = JSON.validate_json(ack.data)
        except ValidationError as error:
            if not connection.closing:  # a disconnect wants no answer, and may have no id to answer to
                self._ledger.violated(f"acknowledgement: {faults(error)}")
            return
        push = connection.waiting.pop(ack.headers.message_id, None)
        if push is None:
            if not connection.closing:
                self._ledger.violated("acknowledgement: of nothing that waits for one on this connection")
            return
        if complaint := _complaint(push, ack, data):
            self._ledger.violated(f"acknowledgement: {complaint}")
        if push.message_id in connection.late and not self.forgiving:
            self._ledger.violated(f"acknowledgement: later than {self.timing.ack_limit.total_seconds()} s")
        push.answer = data
        push.acknowledged.set()
        self._ledger.bell.ring()

    # --- what goes out ---------------------------------------------------------------------------------

    async def push(self, topic: str, data: str, *, kind: str = "CALLBACK") -> Push:
        """Push a frame to one connection that is for it; without an acknowledgement it goes out once more."""
        message_id = f"{uuid4().hex[:8]}_974_{uuid4().hex[:11]}"
        headers: dict[str, JsonValue] = {
            "appId": "1305d5f5-e80c-40b1-9d6f-1d3c5f8b7a90",
            "connectionId": str(uuid4()),
            "contentType": "application/json",
            "messageId": message_id,
            "time": str(milliseconds(self._clock.now())),
            "topic": topic,
        }
        frame = {"specVersion": "1.0", "type": kind, "headers": headers, "data": data}
        push = Push(topic, message_id, json.dumps(frame, ensure_ascii=False))
        if await self._send(push, kind):
            self._begin(self._watch(push, kind))
        else:
            self.lost.append(push)
        return push

    async def _send(self, push: Push, kind: str) -> bool:
        fit = [each for each in self.connections if (kind, push.topic) in each.topics and not each.closing]
        if push.sent:
            fit = [each for each in fit if not each.deaf]
        if not fit:
            return False
        await self._send_to(self._chance.choice(fit), push)
        return True

    async def _send_to(self, connection: Connection, push: Push) -> None:
        connection.waiting[push.message_id] = push
        push.sent += 1
        with suppress(ConnectionError):  # cut meanwhile
            await connection.socket.send_str(push.frame)
        self._ledger.bell.ring()

    async def _watch(self, push: Push, kind: str) -> None:
        timing = self.timing
        if await _within(push.acknowledged, timing.ack_limit):
            return
        for each in self.connections:
            if push.message_id in each.waiting:
                each.late.add(push.message_id)
                if not (self.forgiving or each.closing or each.deaf):
                    self._ledger.violated(f"no acknowledgement within {timing.ack_limit.total_seconds()} s")
        if not await _within(push.acknowledged, timing.sends_again_after - timing.ack_limit):
            for each in self.connections:
                each.waiting.pop(push.message_id, None)
                each.late.discard(push.message_id)
            await self._send(push, kind)

    async def pings(self) -> list[Push]:
        """Ping every connection."""
        return [await self._system(each, "ping", {"opaque": uuid4().hex}) for each in self.connections]

    async def disconnect(self, reason: str = "connection is expired") -> None:
        """Ask every connection to go: nothing is pushed to it any more, and in the end it is cut."""
        for each in list(self.connections):
            each.closing = True
            await self._system(each, "disconnect", {"reason": reason})
            self._begin(self._cut_later(each))

    async def _system(self, connection: Connection, topic: str, data: dict[str, JsonValue]) -> Push:
        message_id = uuid4().hex
        headers: dict[str, JsonValue] = {
            "contentType": "application/json",
            "messageId": message_id,
            "time": str(milliseconds(self._clock.now())),
            "topic": topic,
        }
        frame = {"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": json.dumps(data)}
        push = Push(topic, message_id, json.dumps(frame), echo=data)
        await self._send_to(connection, push)
        return push

    async def _cut_later(self, connection: Connection) -> None:
        await asyncio.sleep(self.timing.cuts_after.total_seconds())
        connection.transport.abort()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for each in self.connections:
            each.transport.abort()

    def fall_silent(self) -> None:
        """Leave every connection open and hear nothing on it any more; what is pushed there is lost."""
        for each in self.connections:
            each.deaf = True
            each.transport.pause_reading()

    def close(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        self.drop()

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _complaint(push: Push, ack: Ack, data: JsonValue) -> str:
    """Return what is wrong with the content of an acknowledgement; empty if nothing is."""
    if ack.code != 200:
        return f"{ack.code} for a topic it subscribed to"
    if push.echo is not None and data != push.echo:
        return "a ping wants its opaque back"
    if push.topic == CARDS:
        return _card_complaint(data)
    return ""


CARD_ANSWER = {"cardUpdateOptions", "cardData", "userPrivateData"}


def _card_complaint(data: JsonValue) -> str:
    response = data.get("response") if isinstance(data, dict) else None
    if response is None or (isinstance(response, dict) and set(response) <= CARD_ANSWER):
        return ""
    return "a card is answered with cardUpdateOptions, cardData and userPrivateData"


async def _within(event: asyncio.Event, limit: timedelta) -> bool:
    try:
        await asyncio.wait_for(event.wait(), limit.total_seconds())
    except TimeoutError:
        return False
    return True
