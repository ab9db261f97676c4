"""DingTalk's two APIs and its sessionWebhooks: tokens, limits, and what every answer means."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import aiohttp
from pydantic import JsonValue

from bot.core.clock import monotonic
from bot.core.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.faults import PAUSES, Kind, Trouble, error_of, trouble_of
from bot.platforms.dingtalk.raw import Table, loads, words
from bot.ports import FILE_LIMIT

Body = Mapping[str, JsonValue]
Tell = Callable[[str, str], Awaitable[None]]
"""Tells the operator: a subject, and what about it."""

Reply = tuple[int, Table | None]
"""An answer's HTTP status, and what it says if that is a JSON object."""

CALL_LIMIT = aiohttp.ClientTimeout(total=8, connect=4)
"""Shorter than the outbox's patience with one message, so that it hears why."""

FILE_TIME = aiohttp.ClientTimeout(total=60, connect=4)
CHUNK = 1 << 16

CALLS_A_SECOND = 16
"""Of one app and one API; twenty are allowed, and calls do not arrive as evenly as they leave."""

TOKEN_MARGIN = timedelta(minutes=5)
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  the name of a header

TOLD = frozenset({Kind.QUOTA, Kind.PERMISSION, Kind.CREDENTIALS})
GONE = frozenset({401, 403, 404, 410})


class SessionOverError(TemporaryDeliveryError):
    """A sessionWebhook takes nothing any more; nothing was said by it."""


class Api:
    """Calls DingTalk; raises only the delivery errors. The operator hears what only they can mend.

    The answer to a call may get lost when the call is done; nothing tells, and a second call does it again.
    """

    def __init__(self, account: DingTalkAccount, tell: Tell) -> None:
        self._account = account
        self._tell = tell
        self._session: aiohttp.ClientSession | None = None
        self._token = ("", 0.0)
        self._renewing = asyncio.Lock()
        self._free_at: dict[str, float] = defaultdict(float)
        self._rests_until = 0.0

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, path: str, body: Body) -> Table:
        """Call the new API."""
        url = f"{self._account.openapi_endpoint}{path}"
        return await self._with_token(path, lambda token: self._post(url, body, {TOKEN_HEADER: token}))

    async def upload(self, kind: str, name: str, data: bytes) -> str:
        """Upload a picture (`image`) or `file` and return its media id."""
        url = f"{self._account.oapi_endpoint}/media/upload"

        async def call(token: str) -> Reply:
            form = aiohttp.FormData({"type": kind})
            form.add_field("media", data, filename=name, content_type="application/octet-stream")
            return await self._ask(url, form, params={"access_token": token}, timeout=FILE_TIME)

        return words(await self._with_token("media/upload", call), "media_id")

    async def reply(self, webhook: str, body: Body) -> None:
        """Answer by a sessionWebhook, which needs no token.

        Raises:
            SessionOverError: it takes nothing any more, or is not DingTalk's.
        """
        if not self._account.is_dingtalks(webhook):
            raise SessionOverError("a sessionWebhook that is not DingTalk's")
        await self._turn("sessionWebhook")
        trouble = trouble_of(*await self._post(webhook, body, {}))
        if trouble is None:
            return
        if trouble.kind is Kind.SESSION:
            raise SessionOverError(str(error_of(trouble)))
        raise await self._error(trouble)

    async def download(self, url: str) -> bytes:
        """Return the content of a file; one above `FILE_LIMIT` is refused for good."""
        data = bytearray()
        try:
            async with self._http().get(url, timeout=FILE_TIME) as response:
                if response.status in GONE:
                    raise PermanentDeliveryError(f"DingTalk: the file is gone ({response.status})")
                if response.status != 200:
                    raise TemporaryDeliveryError(f"DingTalk: no file yet ({response.status})")
                async for chunk in response.content.iter_chunked(CHUNK):
                    data += chunk
                    if len(data) > FILE_LIMIT:
                        raise PermanentDeliveryError("DingTalk: the file is larger than 20 MB")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TemporaryDeliveryError("DingTalk does not answer") from error
        return bytes(data)

    # --- calls with a token ----------------------------------------------------------------------------

    async def _with_token(self, name: str, call: Callable[[str], Awaitable[Reply]]) -> Table:
        """Call with the token, and once more with a new one if it is no longer good."""
        if (rest := self._rests_until - monotonic()) > 0:
            raise TemporaryDeliveryError(f"DingTalk: {Kind.QUOTA}", timedelta(seconds=rest))
        token = await self._good_token("")
        trouble, answer = await self._called(name, call, token)
        if trouble is not None and trouble.kind is Kind.STALE:
            trouble, answer = await self._called(name, call, await self._good_token(token))
        if trouble is None:
            return answer
        raise await self._error(trouble)

    async def _called(
        self, name: str, call: Callable[[str], Awaitable[Reply]], token: str
    ) -> tuple[Trouble | None, Table]:
        await self._turn(name)
        status, answer = await call(token)
        return trouble_of(status, answer), answer or {}

    async def _good_token(self, bad: str) -> str:
        """Return the token that is good, asking for one if there is none but `bad`; one asks for all."""
        async with self._renewing:
            token, until = self._token
            if token and token != bad and monotonic() < until:
                return token
            path = "/v1.0/oauth2/accessToken"
            body: Body = {"appKey": self._account.client_id, "appSecret": self._account.client_secret}
            status, answer = await self._post(f"{self._account.openapi_endpoint}{path}", body, {})
            if (trouble := trouble_of(status, answer)) is not None or answer is None:
                raise await self._error(trouble or Trouble(str(status), Kind.AWAY))
            lives = words(answer, "expireIn")
            good_for = int(lives) - TOKEN_MARGIN.total_seconds() if lives.isdecimal() else 0
            self._token = (words(answer, "accessToken"), monotonic() + good_for)
            return self._token[0]

    async def _turn(self, name: str) -> None:
        """Wait until an API may be called again."""
        now = monotonic()
        free_at = max(now, self._free_at[name])
        self._free_at[name] = free_at + 1 / CALLS_A_SECOND
        if free_at > now:
            await asyncio.sleep(free_at - now)

    async def _error(self, trouble: Trouble) -> DeliveryError:
        """Return the error to raise; the operator hears what only they can mend.

        Of a quota that is used up nothing is asked for a while.
        """
        if trouble.kind is Kind.QUOTA:
            self._rests_until = monotonic() + PAUSES[Kind.QUOTA].total_seconds()
        if trouble.kind in TOLD:
            named = ", ".join(trouble.scopes) or trouble.code
            await self._tell(f"{trouble.kind.name.lower()}:{named}", f"{trouble.kind}: {named}")
        return error_of(trouble)

    # --- HTTP ------------------------------------------------------------------------------------------

    async def _post(self, url: str, body: Body, headers: Mapping[str, str]) -> Reply:
        data = json.dumps(body, ensure_ascii=False).encode()
        return await self._ask(url, data, headers={"Content-Type": "application/json", **headers})

    async def _ask(
        self,
        url: str,
        data: bytes | aiohttp.FormData,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        timeout: aiohttp.ClientTimeout = CALL_LIMIT,  # noqa: ASYNC109  aiohttp's own
    ) -> Reply:
        try:
            async with self._http().post(
                url, data=data, headers=headers, params=params, timeout=timeout
            ) as response:
                return response.status, loads(await response.text(errors="replace"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TemporaryDeliveryError("DingTalk does not answer") from error

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"Accept": "application/json"}
            self._session = aiohttp.ClientSession(trust_env=True, headers=headers)
        return self._session
