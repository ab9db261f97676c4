"""An OpenAI-compatible endpoint on the loopback address that answers as it is told, well or badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = Callable[[web.Request, str], Awaitable[web.StreamResponse]]


def completion(content: str) -> web.Response:
    """Answer as a model that says this."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    return web.json_response({"id": "c1", "object": "chat.completion", "choices": [choice]})


def says(**reading: object) -> Answer:
    """Read every message like this; words left out are the whole message."""

    async def answer(_request: web.Request, message: str) -> web.StreamResponse:
        return completion(json.dumps({"words": message, **reading}, ensure_ascii=False))

    return answer


class Endpoint:
    """Keeps what it was asked, whole; `answer` is how it answers."""

    def __init__(self) -> None:
        self.answer: Answer = says(intent="fault", level=2)
        self.asked: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.messages: list[str] = []
        self.reached = asyncio.Event()
        self.released = asyncio.Event()

    async def slow(self, _request: web.Request, _message: str) -> web.StreamResponse:
        """Answer when it is too late."""
        await self.released.wait()
        return completion("{}")

    async def failing(self, _request: web.Request, _message: str) -> web.StreamResponse:
        """Be out of order."""
        return web.json_response({"error": {"message": "overloaded"}}, status=500)

    async def garbage(self, _request: web.Request, _message: str) -> web.StreamResponse:
        """Answer with what is no JSON."""
        return web.Response(text='{"choices": [{"mess', content_type="application/json")

    async def chatty(self, _request: web.Request, _message: str) -> web.StreamResponse:
        """Answer with words instead of an object."""
        return completion("This is clearly a level 1 outage.")

    async def invented(self, _request: web.Request, _message: str) -> web.StreamResponse:
        """Quote what nobody wrote."""
        return completion('{"intent": "fault", "level": 1, "words": "the whole country is down"}')

    async def endless(self, request: web.Request, _message: str) -> web.StreamResponse:
        """Answer more than anybody wants to read."""
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(64):
            await response.write(b" " * (1 << 14))
        return response

    async def cut(self, request: web.Request, _message: str) -> web.StreamResponse:
        """Close the connection in the middle of an answer."""
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"choices"')
        assert request.transport is not None
        request.transport.abort()
        return response

    async def elsewhere(self, request: web.Request, _message: str) -> web.StreamResponse:
        """Send whoever asks to another place."""
        return web.Response(status=307, headers={"Location": str(request.url.with_path("/elsewhere"))})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        message = json.loads(body["messages"][1]["content"])["message"]
        self.asked.append(body)
        self.keys.append(request.headers.get("Authorization"))
        self.messages.append(message)
        self.reached.set()
        return await self.answer(request, message)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Answer until the block ends; its address is up to the version, as operators write it."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        finally:
            self.released.set()
            await runner.cleanup()
