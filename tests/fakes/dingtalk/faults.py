"""What DingTalk answers when it does not do what it is asked, and when: one row a trouble."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4

from aiohttp import web
from pydantic import JsonValue


class Trouble(StrEnum):
    """What goes wrong with a call, or with everything."""

    QPS = "more than 20 calls a second"
    QUOTA = "the organisation's calls of this month are used up"
    PERMISSION = "the app lacks a permission"
    SYSTEM = "DingTalk's own fault"
    UNAVAILABLE = "the gateway does not answer for now"
    TOO_FAST = "a robot sends too fast"
    STOPPED = "the robot is stopped in this group"
    SESSION_GONE = "a sessionWebhook is over before its time"
    WEBHOOK_TOO_FAST = "more than 20 messages a minute by one webhook"
    WEBHOOK_BUSY = "the webhook is busy"
    WEBHOOK_BLOCKED = "the content is not allowed"
    BANNED = "an address that called too often, answered in HTML"
    LOST = "it is done, and the answer gets lost"
    HANGS = "no answer ever comes"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that refuses: its HTTP status, its code and its words."""

    status: int
    code: str
    message: str
    scopes: tuple[str, ...] = ()


REFUSALS = {
    Trouble.QPS: Refusal(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "应用调用该接口的QPS超限"),
    Trouble.QUOTA: Refusal(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "组织的调用量超限"),
    Trouble.PERMISSION: Refusal(
        403,
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "应用尚未开通所需的权限",
        scopes=("qyapi_robot_sendmsg",),
    ),
    Trouble.SYSTEM: Refusal(500, "system.error", "系统错误"),
    Trouble.UNAVAILABLE: Refusal(503, "ServiceUnavailable", "service unavailable"),
    Trouble.TOO_FAST: Refusal(400, "send.too.fast", "发送过快"),
    Trouble.STOPPED: Refusal(400, "bot.stopped", "机器人已停用"),
}

ERRCODES = {
    Trouble.SESSION_GONE: (300001, "session 不存在"),
    Trouble.WEBHOOK_TOO_FAST: (130101, "send too fast, exceed 20 times per minute"),
    Trouble.WEBHOOK_BUSY: (-1, "system busy"),
    Trouble.WEBHOOK_BLOCKED: (430101, "contains unsafe link"),
}


@dataclass
class Troubles:
    """Which paths are in trouble: some a number of times, others until they are mended."""

    _once: dict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))
    _always: dict[str, Trouble] = field(default_factory=dict)

    def plan(self, path: str, trouble: Trouble, times: int | None) -> None:
        """Let a path fail so many times; None until it is mended."""
        if times is None:
            self._always[path] = trouble
        else:
            self._once[path].extend([trouble] * times)

    def mend(self, path: str) -> None:
        """Let a path work again."""
        self._once.pop(path, None)
        self._always.pop(path, None)

    def next(self, path: str) -> Trouble | None:
        """Return what goes wrong with this call."""
        waiting = self._once[path]
        return waiting.popleft() if waiting else self._always.get(path)


def refused(refusal: Refusal) -> web.Response:
    """Answer as the new API refuses."""
    body: dict[str, JsonValue] = {
        "code": refusal.code,
        "requestid": str(uuid4()).upper(),
        "message": refusal.message,
    }
    if refusal.scopes:
        body["accessdenieddetail"] = {"requiredScopes": list(refusal.scopes)}
    return web.json_response(body, status=refusal.status)


def errcode(code: int, message: str) -> web.Response:
    """Answer as the old API does: with HTTP 200, whatever happened."""
    return web.json_response({"errcode": code, "errmsg": message})


def answer_of(trouble: Trouble) -> web.Response:
    """Return what a call in trouble is answered."""
    if trouble in REFUSALS:
        return refused(REFUSALS[trouble])
    if trouble in ERRCODES:
        return errcode(*ERRCODES[trouble])
    return web.Response(text="<html><body>blocked</body></html>", content_type="text/html")
