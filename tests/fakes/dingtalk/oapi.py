"""The old host: answers by sessionWebhook, people, media. It says what went wrong with HTTP 200."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field, TypeAdapter, ValidationError

from bot.core.clock import Clock
from tests.fakes.dingtalk.bodies import At, GetUser, WebhookActionCard, WebhookMarkdown, WebhookText, faults
from tests.fakes.dingtalk.faults import errcode
from tests.fakes.dingtalk.ledger import Ledger
from tests.fakes.dingtalk.markdown import complaints
from tests.fakes.dingtalk.tokens import Tokens
from tests.fakes.dingtalk.world import Conversation, How, Line, Media, Session, World

WEBHOOK = "/robot/sendBySession"
GET_TOKEN = "/gettoken"
GET_USER = "/topapi/v2/user/get"
UPLOAD = "/media/upload"
FILES = "/files/{code}"

WEBHOOK_LIMIT = 20_000
"""Bytes of one body."""

UPLOAD_LIMITS = {"image": 20, "voice": 2, "video": 20, "file": 20}
"""Megabytes by kind of media."""

Answer = Annotated[WebhookText | WebhookMarkdown | WebhookActionCard, Field(discriminator="msgtype")]
ANSWER: TypeAdapter[WebhookText | WebhookMarkdown | WebhookActionCard] = TypeAdapter(Answer)


class OldHost:
    """Does what the old host is asked and complains of what a careful caller would not send."""

    def __init__(
        self, ledger: Ledger, world: World, tokens: Tokens, clock: Clock, *, client: tuple[str, str]
    ) -> None:
        self._ledger = ledger
        self._world = world
        self._tokens = tokens
        self._clock = clock
        self._client = client

    def routes(self) -> list[web.RouteDef]:
        """Return the calls with their handlers."""
        return [
            web.post(WEBHOOK, self._answer),
            web.get(GET_TOKEN, self._token),
            web.post(GET_USER, self._user),
            web.post(UPLOAD, self._upload),
            web.get(FILES, self._file),
        ]

    # --- answers by sessionWebhook ---------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.Response:
        session = self._world.sessions.get(request.query.get("session", ""))
        body = await request.read()
        if len(body) > WEBHOOK_LIMIT:
            self._complain(request, f"more than {WEBHOOK_LIMIT} bytes")
            return errcode(460101, f"message too long, exceed {WEBHOOK_LIMIT} bytes")
        try:
            said = ANSWER.validate_json(body)
        except ValidationError as error:
            self._complain(request, faults(error))
            return errcode(400402, "错误描述:参数缺失")
        if session is None:
            self._complain(request, "a session that never was")
        if session is None or session.expires_at <= self._now():
            return errcode(300001, "session 不存在")
        session.conversation.lines.append(self._line(request, session, said))
        return errcode(0, "ok")

    def _line(
        self, request: web.Request, session: Session, said: WebhookText | WebhookMarkdown | WebhookActionCard
    ) -> Line:
        if isinstance(said, WebhookActionCard):
            card = said.action_card
            return Line(how=How.WEBHOOK, kind=said.msgtype, title=card.title, text=card.text)
        rung = self._rung(request, session.conversation, said.at)
        if isinstance(said, WebhookText):
            return Line(how=How.WEBHOOK, kind=said.msgtype, text=said.text.content, rung=rung)
        text = said.markdown.text
        for each in complaints(text):
            self._complain(request, f"markdown that does not show: {each}")
        for each in rung:
            if f"@{each}" not in text:
                self._complain(request, "a mention that is not in the markdown rings nobody")
        return Line(how=How.WEBHOOK, kind=said.msgtype, title=said.markdown.title, text=text, rung=rung)

    def _rung(self, request: web.Request, conversation: Conversation, at: At) -> frozenset[str]:
        if at.is_at_all:
            self._complain(request, "everybody is rung")
        if unknown := [each for each in at.at_user_ids if self._world.member(each) is None]:
            self._complain(request, f"{len(unknown)} mentions of nobody in this organisation")
        return frozenset(at.at_user_ids)

    # --- people, media ---------------------------------------------------------------------------------

    async def _token(self, request: web.Request) -> web.Response:
        if set(request.query) != {"appkey", "appsecret"}:
            self._complain(request, "it takes appkey and appsecret")
        if (request.query.get("appkey"), request.query.get("appsecret")) != self._client:
            return errcode(40096, "不合法的appKey或appSecret")
        body = {"errcode": 0, "access_token": self._tokens.give(), "errmsg": "ok", "expires_in": 7200}
        return web.json_response(body)

    async def _user(self, request: web.Request) -> web.Response:
        if (refusal := self._bad_token(request)) is not None:
            return refusal
        try:
            asked = GetUser.model_validate_json(await request.read())
        except ValidationError as error:
            self._complain(request, faults(error))
            return errcode(400002, "参数错误")
        member = self._world.member(asked.userid)
        if member is None:
            return errcode(60121, "找不到该用户")
        result = {
            "userid": member.staff_id,
            "unionid": member.union_id,
            "name": member.nick,
            "title": "",
            "dept_id_list": [1],
            "active": True,
            "admin": member.admin,
        }
        return web.json_response({"errcode": 0, "errmsg": "ok", "request_id": "15r", "result": result})

    async def _upload(self, request: web.Request) -> web.Response:
        if (refusal := self._bad_token(request)) is not None:
            return refusal
        if request.content_type != "multipart/form-data":
            self._complain(request, "media are uploaded as multipart/form-data")
            return errcode(40035, "不合法的参数")
        form = await request.post()
        media, kind = form.get("media"), form.get("type") or request.query.get("type")
        if not isinstance(media, web.FileField) or not isinstance(kind, str) or kind not in UPLOAD_LIMITS:
            self._complain(request, "it takes a file `media` and a `type`")
            return errcode(40035, "不合法的参数")
        data = media.file.read()
        if len(data) > UPLOAD_LIMITS[kind] * 1024 * 1024:
            self._complain(request, f"{kind}: more than {UPLOAD_LIMITS[kind]} MB")
            return errcode(40006, "不合法的文件大小")
        name = self._world.upload(Media(name=media.filename, kind=kind, data=data))
        self._ledger.bell.ring()
        body = {"errcode": 0, "errmsg": "ok", "media_id": name, "created_at": 1605863153573, "type": kind}
        return web.json_response(body)

    async def _file(self, request: web.Request) -> web.Response:
        media = self._world.downloads.get(request.match_info["code"])
        if media is None:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        return web.Response(body=media.data, content_type="application/octet-stream")

    # --- how strict ------------------------------------------------------------------------------------

    def _bad_token(self, request: web.Request) -> web.Response | None:
        token = request.query.get("access_token", "")
        if self._tokens.holds(token):
            return None
        if not self._tokens.known(token):
            self._complain(request, "an access token that never was" if token else "no access token")
        return errcode(40014, "不合法的access_token")

    def _complain(self, request: web.Request, what: str) -> None:
        self._ledger.violated(f"{request.path}: {what}")

    def _now(self) -> datetime:
        return self._clock.now()
