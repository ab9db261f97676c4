"""The fake workspace at work: an address for the API, one for connections, people who do things."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from aiohttp import web

from bot.core.clock import Clock, SystemClock, monotonic
from tests.fakes.bell import Bell
from tests.fakes.slack import chat, conversations, events, files, views
from tests.fakes.slack.calls import Call, Method, RefusedError
from tests.fakes.slack.delivery import Delivery, Postman, Way
from tests.fakes.slack.limits import Fault, Faults, Limits
from tests.fakes.slack.people import Person
from tests.fakes.slack.posting import Posting
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.state import Channel, File, Json, Member, Posted, Timing, Violation, Workspace

MOST_CONNECTING = 1024
"""How many may connect at once: some clients open a connection for each call."""

MOST_USES = 5
"""How often one response_url may be used."""

RESPONSE = frozenset({"blocks", "response_type", "text", "thread_ts"})
APP_SCOPES = frozenset({"connections:write"})
TOKEN_ARGUMENT = "token"
ADDED_BY_BOLT = "team_id"

T = TypeVar("T")


class FakeSlack:
    """One workspace with one app installed; `violations` is what the app should not have done."""

    def __init__(self, *, clock: Clock | None = None, bell: Bell | None = None) -> None:
        self.workspace = Workspace(clock=clock or SystemClock(), bell=bell or Bell())
        self.limits = Limits()
        self.faults = Faults()
        self.sockets = Sockets(self.workspace)
        self.posting = Posting(self.workspace)
        self.postman = Postman(self.workspace, self._way)
        self.workspace.emit = self.postman.send
        self._methods: Mapping[str, Method] = {
            **chat.METHODS,
            **conversations.METHODS,
            **files.METHODS,
            **views.METHODS,
            "apps.connections.open": self.sockets.method(),
        }
        self._runner: web.AppRunner | None = None

    # What a test looks at.

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self.workspace.base}/api/"

    @property
    def bot(self) -> Person:
        """The bot's own user, to be mentioned."""
        return Person(self.workspace, self.postman, self.workspace.members[self.workspace.bot_user])

    @property
    def timing(self) -> Timing:
        """Slack's time limits."""
        return self.workspace.timing

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything the app was to be told."""
        return self.postman.deliveries

    @property
    def unexpected(self) -> list[Violation]:
        """What the app should not have done and no test allowed."""
        return self.workspace.unexpected

    def messages(self, channel: str, *, thread: str | None = None) -> list[Posted]:
        """Return what stands in a conversation, oldest first, or in one thread of it ('' for none)."""
        found = self.workspace.channels[channel].messages
        return [each for each in found if thread is None or each.thread == thread]

    def said(self, channel: str, *, thread: str | None = None) -> list[Posted]:
        """Return what the bot said in a conversation."""
        bot = self.workspace.bot_user
        return [each for each in self.messages(channel, thread=thread) if each.author == bot]

    async def until(self, condition: Callable[[], T], *, within_s: float = 10.0) -> T:
        """Wait until something is the case here."""
        return await self.workspace.bell.until(condition, within_s=within_s)

    # What a test arranges.

    def person(self, user: str, name: str = "", *, team: str = "", email: str = "") -> Person:
        """Return somebody, known from now on; `team` makes them external."""
        member = self.workspace.members.setdefault(
            user, Member(id=user, name=name or user, team=team or self.workspace.team, email=email)
        )
        return Person(self.workspace, self.postman, member)

    def channel(self, channel: str, *, kind: str = "channel", joined: bool = True) -> Channel:
        """Return a conversation, there from now on, the bot in it if `joined`."""
        members = {self.workspace.bot_user} if joined else set()
        return self.workspace.channels.setdefault(
            channel, Channel(id=channel, name=channel.lower(), kind=kind, members=members)
        )

    def allow(self, *codes: str) -> None:
        """Let these violations be: the test is about them."""
        self.workspace.allowed.update(codes)

    def fail(self, method: str, *faults: Fault | None) -> None:
        """Let the next calls of a method fail so."""
        self.faults[method].extend(faults)

    def happens(self, event: Json, channel: str = "") -> None:
        """Tell the app of something else."""
        events.happened(self.workspace, self.workspace.channels.get(channel), event)

    def takes_away(self, channel: str, ts: str) -> None:
        """Let an administrator delete a message, whoever said it."""
        where = self.workspace.channels[channel]
        posted = where.find(ts)
        assert posted is not None, "no such message"
        chat.remove(self.workspace, where, posted)

    def bot_says(self, channel: str, text: str, *, bot: str = "B0OTHER") -> str:
        """Let another app say something."""
        raw = {"type": "message", "subtype": "bot_message", "bot_id": bot, "username": "other", "text": text}
        posted = Posted(raw | {"ts": self.workspace.ts()})
        chat.add(self.workspace, self.workspace.channels[channel], posted)
        return posted.ts

    # The server.

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeSlack"]:
        """Listen on a free port of the loopback."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.add_routes(
            [
                web.post("/api/{method}", self._api),
                web.get("/api/{method}", self._api),
                web.get("/link/", self.sockets.link),
                web.post("/upload/v1/{file}", self._upload),
                web.get("/files-pri/{file}/{rest:.*}", self._download),
                web.post("/actions/{team}/{name}", self._respond),
                web.route("*", "/{rest:.*}", self._unknown),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=MOST_CONNECTING)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.workspace.base = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await self.postman.close()
            await self.sockets.close()
            await self.posting.close()
            await self._runner.cleanup()

    def _way(self) -> Way:
        return self.posting if self.posting.open() else self.sockets

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await _arguments(request)
        method = self._methods.get(name)
        fault = self.faults.next(name)
        call = Call(self.workspace, name, args)
        wait = self.limits.take(call, method) if method and not fault else None
        if wait is not None:
            return _rest(wait)
        if fault and method and not fault.done:
            return self._failed(request, fault, call, method)
        answer = self._answer(request, call, method)
        if fault and method:
            return self._failed(request, fault, call, method)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes))}
        return web.json_response(answer, headers=headers)

    def _failed(self, request: web.Request, fault: Fault, call: Call, method: Method) -> web.StreamResponse:
        self.workspace.bell.ring()
        if fault.lost:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault.retry_after is not None:
            return _rest(self.limits.rest(call, method, fault.retry_after))
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error})
        return web.Response(status=fault.status, text="upstream connect error")

    def _answer(self, request: web.Request, call: Call, method: Method | None) -> Json:
        try:
            return {"ok": True, **self._run(request, call, method)}
        except RefusedError as refused:
            if not refused.blameless:
                self.workspace.blame(call.method, refused.error, refused.detail)
            return {"ok": False, "error": refused.error, **refused.more}

    def _run(self, request: web.Request, call: Call, method: Method | None) -> Json:
        if method is None:
            raise RefusedError("unknown_method")
        self._authorise(request, method)
        if missing := [name for name in method.required if not call.args.get(name)]:
            raise RefusedError("invalid_arguments", f"missing: {', '.join(missing)}")
        for name in call.args.keys() - {*method.required, *method.optional, ADDED_BY_BOLT}:
            self.workspace.blame(call.method, "unknown_argument", name)
        return method.run(call)

    def _authorise(self, request: web.Request, method: Method) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        tokens = self.workspace.app_token, self.workspace.bot_token
        wanted, other = tokens if method.by_app else tokens[::-1]
        if not token:
            raise RefusedError("not_authed")
        if token != wanted:
            raise RefusedError("not_allowed_token_type" if token == other else "invalid_auth")
        given = APP_SCOPES if method.by_app else self.workspace.scopes
        if missing := [each for each in method.scopes if each not in given]:
            raise RefusedError("missing_scope", needed=",".join(missing), provided=",".join(sorted(given)))

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or file.complete:
            self.workspace.blame("upload", "unknown_upload")
            return web.Response(status=404)
        file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["file"].rpartition("-")[2])
        if file is None:
            self.workspace.blame("download", "unknown_file")
            return web.Response(status=404)
        if request.headers.get("Authorization") != f"Bearer {self.workspace.bot_token}":
            self.workspace.blame("download", "not_authed")
            return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
        return await _streamed(request, file)

    async def _respond(self, request: web.Request) -> web.Response:
        url = self.workspace.response_urls.get(request.match_info["name"])
        if url is None or url.used >= MOST_USES or monotonic() > url.until:
            self.workspace.blame("response_url", "used_url" if url else "expired_url")
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        url.used += 1
        call = Call(self.workspace, "response_url", await request.json())
        try:
            self._take_response(call, url.channel, url.user)
        except RefusedError as refused:
            self.workspace.blame(call.method, refused.error, refused.detail)
            return web.json_response({"ok": False, "error": refused.error}, status=400)
        return web.Response(text="ok")

    def _take_response(self, call: Call, where: str, user: str) -> None:
        if unknown := call.args.keys() - RESPONSE:
            raise RefusedError("not_supported_by_this_fake", ", ".join(sorted(unknown)))
        channel = self.workspace.channels[where]
        raw = chat.bot_message(self.workspace, chat.content(call) | chat.thread_of(call, channel))
        if call.text("response_type") == "in_channel":
            chat.add(self.workspace, channel, Posted(raw))
        else:
            channel.ephemerals.append(Posted(raw, to=user))
        self.workspace.bell.ring()

    async def _unknown(self, request: web.Request) -> web.Response:
        self.workspace.blame(request.path, "unknown_path")
        return web.Response(status=404)


async def _arguments(request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        args |= await request.json()
    elif request.can_read_body:
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: value for name, value in args.items() if name != TOKEN_ARGUMENT and value is not None}


def _rest(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


async def _streamed(request: web.Request, file: File) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": file.raw["mimetype"]})
    await response.prepare(request)
    await response.write(file.content)
    await response.write_eof()
    return response
