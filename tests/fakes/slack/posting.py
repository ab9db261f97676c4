"""Events and what people do, posted to the app's own address, signed."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.fakes.slack.delivery import EVENTS, TIMEOUT, Delivery, Outcome
from tests.fakes.slack.state import Json, Workspace

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NO_RETRY = "X-Slack-No-Retry"


class Posting:
    """Posts to one address; not before a test gave it."""

    def __init__(self, workspace: Workspace) -> None:
        self.url = ""
        self._workspace = workspace
        self._session: ClientSession | None = None

    def open(self) -> bool:
        """Tell whether there is an address."""
        return bool(self.url)

    async def hand_over(self, delivery: Delivery) -> Outcome:
        """Post once."""
        kind, body = _written(delivery)
        try:
            status, headers, text = await self.post(body, kind=kind, headers=_retry_headers(delivery))
        except TimeoutError:
            return Outcome(reason=TIMEOUT)
        except ClientError:
            return Outcome(reason="connection_failed")
        if 200 <= status < 300:
            return Outcome(answer=_answer(text))
        return Outcome(reason="http_error" if NO_RETRY not in headers else "no_retry")

    async def post(
        self,
        body: str,
        *,
        kind: str = JSON,
        headers: Mapping[str, str] | None = None,
        secret: str = "",
        age_s: int = 0,
    ) -> tuple[int, Mapping[str, str], str]:
        """Post a signed body; a test may sign with another `secret`, or date it back."""
        at = str(int(self._workspace.clock.now().timestamp()) - age_s)
        signed = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature(secret or self._workspace.signing_secret, at, body),
            **(headers or {}),
        }
        async with asyncio.timeout(self._workspace.timing.ack_deadline):
            async with self._client().post(self.url, data=body.encode(), headers=signed) as answer:
                return answer.status, answer.headers, await answer.text()

    async def verify(self) -> bool:
        """Ask whether the address is the app's, as when it is entered."""
        body = json.dumps({"token": "fake-verification", "challenge": "c0ffee", "type": "url_verification"})
        status, _, text = await self.post(body)
        return status == 200 and (text == "c0ffee" or _answer(text).get("challenge") == "c0ffee")

    def _client(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=None))
        return self._session

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


def signature(secret: str, at: str, body: str) -> str:
    """Return the v0 signature of a request."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()


def _written(delivery: Delivery) -> tuple[str, str]:
    match delivery.kind:
        case "slash_commands":
            return FORM, urlencode(delivery.payload)
        case "interactive":
            return FORM, urlencode({"payload": json.dumps(delivery.payload, ensure_ascii=False)})
        case _:
            return JSON, json.dumps(delivery.payload, ensure_ascii=False)


def _retry_headers(delivery: Delivery) -> dict[str, str]:
    if delivery.kind != EVENTS or not delivery.reasons:
        return {}
    reason = delivery.reasons[-1]
    return {
        "X-Slack-Retry-Num": str(len(delivery.reasons)),
        "X-Slack-Retry-Reason": "http_timeout" if reason == TIMEOUT else reason,
    }


def _answer(text: str) -> Json:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = {"text": text}
    return found if isinstance(found, dict) else {}
