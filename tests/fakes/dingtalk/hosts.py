"""What stands before every call: who may come in, what is in trouble, what is no call at all."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.core.clock import monotonic
from tests.fakes.dingtalk.faults import REFUSALS, Refusal, Trouble, Troubles, answer_of, refused
from tests.fakes.dingtalk.ledger import Ledger
from tests.fakes.dingtalk.tokens import Tokens

TOKEN_HEADER = "x-acs-dingtalk-access-token"
CALLS_A_SECOND = 20
"""Of one app and one API."""

BODY_LIMIT = 32 * 1024 * 1024
BAD_TOKEN = Refusal(400, "InvalidAuthentication", "不合法的access_token")
UNKNOWN = Refusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url.")


class Hosts:
    """Two web servers on ports of their own."""

    def __init__(self, ledger: Ledger, tokens: Tokens, troubles: Troubles) -> None:
        self._ledger = ledger
        self._tokens = tokens
        self._troubles = troubles
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._stopping = asyncio.Event()
        self._runners: list[web.AppRunner] = []

    async def start_new(self, routes: Iterable[web.RouteDef], *, without_token: frozenset[str]) -> str:
        """Serve the new API, for callers with a token but for some paths; return its address."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            path = _path(request)
            refusal = None if path in without_token else self._without_token(request) or self._crowded(path)
            return refused(refusal) if refusal else await self._handled(request, handler)

        return await self._serve(routes, guard)

    async def start_old(self, routes: Iterable[web.RouteDef]) -> str:
        """Serve the old host and return its address."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if TOKEN_HEADER in request.headers:
                self._ledger.violated(f"{_path(request)}: the token is shown to who has no use for it")
            return await self._handled(request, handler)

        return await self._serve(routes, guard)

    async def stop(self) -> None:
        """Be gone."""
        self._stopping.set()
        for each in self._runners:
            await each.cleanup()

    async def _serve(self, routes: Iterable[web.RouteDef], guard: Middleware) -> str:
        app = web.Application(middlewares=[self._known, guard], client_max_size=BODY_LIMIT)
        app.add_routes(routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    @web.middleware
    async def _known(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._ledger.called(_path(request))
        if request.match_info.http_exception is not None:
            self._ledger.violated(f"{request.method} {request.path}: there is no such call")
            return refused(UNKNOWN)
        try:
            return await handler(request)
        finally:
            self._ledger.bell.ring()

    async def _handled(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        trouble = self._troubles.next(_path(request))
        match trouble:
            case None:
                return await handler(request)
            case Trouble.LOST:
                answer = await handler(request)
                if request.transport is not None:
                    request.transport.abort()
                return answer
            case Trouble.HANGS:
                await self._stopping.wait()
                return web.Response(status=503)
            case _:
                return answer_of(trouble)

    def _without_token(self, request: web.Request) -> Refusal | None:
        token = request.headers.get(TOKEN_HEADER, "")
        if self._tokens.holds(token):
            return None
        if not self._tokens.known(token):
            what = "a token that never was" if token else f"no {TOKEN_HEADER}"
            self._ledger.violated(f"{_path(request)}: {what}")
        return BAD_TOKEN

    def _crowded(self, path: str) -> Refusal | None:
        recent, now = self._recent[path], monotonic()
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= CALLS_A_SECOND:
            return REFUSALS[Trouble.QPS]
        recent.append(now)
        return None


def _path(request: web.Request) -> str:
    """Return a call's path as it is documented, with names in place of what differs."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else request.path
