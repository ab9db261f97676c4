"""Socket Mode: tickets for one connection each, envelopes, acknowledgements, and all that goes wrong."""

import asyncio
import json
import random
from collections import deque
from uuid import uuid4

from aiohttp import WSMessage, WSMsgType, web

from tests.fakes.slack.calls import Call, Method, RefusedError
from tests.fakes.slack.delivery import EVENTS, NOBODY, TIMEOUT, Delivery, Outcome
from tests.fakes.slack.state import Json, Workspace

MOST_CONNECTIONS = 10
CUT = "connection_cut"


class Connection:
    """One connection of the app; `frozen` is still open and answers nothing any more."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.frozen = False
        self.leaving = False
        self.waiting: dict[str, asyncio.Future[Outcome]] = {}
        self._request = request

    def abort(self) -> None:
        """Cut it without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def end(self) -> None:
        """Let nobody wait for an answer that cannot come."""
        for each in self.waiting.values():
            if not each.done():
                each.set_result(Outcome(reason=CUT))


class Sockets:
    """Every connection of the app; each delivery goes to one of them."""

    def __init__(self, workspace: Workspace, *, seed: int = 0) -> None:
        self.connections: list[Connection] = []
        self.refusals: deque[int] = deque()
        self.enabled = True
        self.opened = 0
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._spent: set[str] = set()
        self._known: set[str] = set()
        self._chance = random.Random(seed)
        self._closing: set[asyncio.Task[None]] = set()

    def open(self) -> bool:
        """Tell whether the app ever connected."""
        return self.opened > 0

    def method(self) -> Method:
        """Return apps.connections.open."""
        return Method(run=self._open, scopes=("connections:write",), by_app=True, tier=60)

    def _open(self, call: Call) -> Json:
        if not self.enabled:
            raise RefusedError("link_disabled", blameless=True)
        ticket = uuid4().hex
        self._tickets.add(ticket)
        address = call.workspace.base.replace("http", "ws", 1)
        return {"url": f"{address}/link/?ticket={ticket}&app_id={call.workspace.app}"}

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Take a connection in."""
        ticket = request.query.get("ticket", "")
        if self.refusals:
            return self._refused(ticket, self.refusals.popleft())
        if ticket not in self._tickets:
            self._workspace.blame("link", "ticket_used_twice" if ticket in self._spent else "unknown_ticket")
            return self._refused(ticket, 408)
        self._tickets.remove(ticket)
        self._spent.add(ticket)
        ws = web.WebSocketResponse(autoping=False, max_msg_size=0)
        await ws.prepare(request)
        connection = Connection(ws, request)
        if sum(not each.leaving for each in self.connections) >= MOST_CONNECTIONS:
            await self._tell(connection, {"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        await self._serve(connection)
        return ws

    def _refused(self, ticket: str, status: int) -> web.Response:
        self._tickets.discard(ticket)
        self._spent.add(ticket)
        self._workspace.bell.ring()
        return web.Response(status=status)

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        self.opened += 1
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self._workspace.app},
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
        }
        try:
            await self._tell(connection, hello)
            self._workspace.bell.ring()
            async for message in connection.ws:
                if not connection.frozen:
                    await self._hear(connection, message)
        except ConnectionError:
            pass
        finally:
            self.connections.remove(connection)
            connection.end()
            self._workspace.bell.ring()

    async def _hear(self, connection: Connection, message: WSMessage) -> None:
        if message.type is WSMsgType.PING:
            await connection.ws.pong(message.data)
        elif message.type is WSMsgType.TEXT:
            self._acknowledged(connection, message.data)

    def _acknowledged(self, connection: Connection, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            ack = None
        if not isinstance(ack, dict) or "envelope_id" not in ack or ack.keys() - {"envelope_id", "payload"}:
            self._workspace.blame("socket", "malformed_acknowledgement")
            return
        envelope = ack["envelope_id"]
        waiting = connection.waiting.get(envelope)
        if waiting is None:
            late = envelope in self._known
            self._workspace.blame("socket", "acknowledged_late" if late else "unknown_envelope")
        elif waiting.done():
            self._workspace.blame("socket", "acknowledged_twice")
        else:
            waiting.set_result(Outcome(answer=ack.get("payload") or {}))

    async def hand_over(self, delivery: Delivery) -> Outcome:
        """Put an envelope on one connection and wait for its acknowledgement."""
        usable = [each for each in self.connections if not each.leaving and not each.ws.closed]
        if not usable:
            return Outcome(reason=NOBODY)
        connection = self._chance.choice(usable)
        envelope, waiting = str(uuid4()), asyncio.get_running_loop().create_future()
        self._known.add(envelope)
        connection.waiting[envelope] = waiting
        try:
            await self._tell(connection, _envelope(delivery, envelope))
            self._workspace.bell.ring()
            async with asyncio.timeout(self._workspace.timing.ack_deadline):
                outcome: Outcome = await waiting
        except TimeoutError:
            return Outcome(reason=TIMEOUT)
        except ConnectionError:
            return Outcome(reason=CUT)
        finally:
            del connection.waiting[envelope]
        if delivery.kind == EVENTS and outcome.answer:
            self._workspace.blame("socket", "answer_to_an_event")
        return outcome

    async def _tell(self, connection: Connection, message: Json) -> None:
        await connection.ws.send_str(json.dumps(message, ensure_ascii=False))

    # What a test does to connections.

    def drop(self) -> None:
        """Cut every connection without a word."""
        for each in list(self.connections):
            each.abort()

    def freeze(self) -> None:
        """Leave every connection half open: nothing is answered on it, not even a ping."""
        for each in self.connections:
            each.frozen = True

    def refuse(self, *statuses: int) -> None:
        """Answer the next upgrades with these."""
        self.refusals.extend(statuses)

    async def disconnect(self, reason: str = "warning") -> None:
        """Announce the end of every connection, for warning, refresh_requested or link_disabled."""
        self.enabled = reason != "link_disabled"
        for each in list(self.connections):
            each.leaving = True
            notice = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            await self._tell(each, notice)
            task = asyncio.create_task(self._cut_later(each))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _cut_later(self, connection: Connection) -> None:
        await asyncio.sleep(self._workspace.timing.closing)
        connection.abort()

    async def close(self) -> None:
        """End every connection."""
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
        self.drop()


def _envelope(delivery: Delivery, envelope: str) -> Json:
    shared = {"envelope_id": envelope, "type": delivery.kind, "payload": delivery.payload}
    if delivery.kind != EVENTS:
        return {**shared, "accepts_response_payload": True}
    last = delivery.reasons[-1] if delivery.reasons else ""
    return {
        **shared,
        "accepts_response_payload": False,
        "retry_attempt": len(delivery.reasons),
        "retry_reason": last,
    }
