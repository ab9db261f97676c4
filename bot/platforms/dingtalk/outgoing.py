"""What the desk says: by the sessionWebhook of what it answers while that lives, else by the API."""

import asyncio
import json
from datetime import timedelta

import structlog

from bot.core.clock import Clock
from bot.core.errors import PermanentDeliveryError, StoreError, TemporaryDeliveryError
from bot.core.message import Attachment, Message
from bot.core.people import DIRECT, Audience, Place, Sender
from bot.notify.texts import Texts
from bot.platforms.dingtalk.api import Api, Body, SessionOverError
from bot.platforms.dingtalk.faults import FLOW_CONTROLLED, UNKNOWN_STAFF, error_of
from bot.platforms.dingtalk.files import sendable
from bot.platforms.dingtalk.payload import DINGTALK, OUTSIDER, load, place_of
from bot.platforms.dingtalk.raw import words
from bot.platforms.dingtalk.render import Drawn, Part, parts
from bot.platforms.dingtalk.typed import Reader
from bot.ports import Reception, SentRef

log = structlog.get_logger()

TO_GROUP = "/v1.0/robot/groupMessages/send"
TO_PEOPLE = "/v1.0/robot/oToMessages/batchSend"

WEBHOOK_MARGIN = timedelta(minutes=1)
"""A sessionWebhook that ends sooner is not used any more."""

OUTSIDE = "somebody outside the organisation cannot be written to one-to-one on DingTalk"


class Outgoing:
    """Says messages as the robot `robot_code`; raises only the delivery errors."""

    def __init__(
        self, api: Api, reception: Reception, texts: Texts, *, robot_code: str, clock: Clock
    ) -> None:
        self._api = api
        self._reception = reception
        self._texts = texts
        self._robot_code = robot_code
        self._clock = clock
        self._said: dict[str, int] = {}

    async def send(self, where: Place, message: Message, *, key: str, answers: str) -> SentRef:
        """Say a message; of one in several parts, those said before are not said again in this process."""
        attached = next((block for block in message.blocks if isinstance(block, Attachment)), None)
        if attached is not None:
            return SentRef(place=where, ref=await self._attach(where, attached) or key)
        webhook = await self._webhook(where, answers) if answers else ""
        ref = ""
        for number, part in enumerate(parts(message, self._reader(where))):
            if number >= self._said.get(key, 0):
                ref = await self._say(where, part, webhook)
                self._said[key] = number + 1
        self._said.pop(key, None)
        return SentRef(place=where, ref=ref or key)

    def _reader(self, where: Place) -> Reader:
        directory = self._reception.directory()
        if where.conversation.startswith(DIRECT):
            person = directory.person_of(Sender(DINGTALK, where.conversation.removeprefix(DIRECT), ""))
            return Reader(texts=self._texts, direct=True, staff=person is not None and person.is_staff)
        group = directory.group_of(where)
        staff = group is not None and group.audience is Audience.ENGINEERS
        return Reader(texts=self._texts, direct=False, staff=staff)

    async def _webhook(self, where: Place, answers: str) -> str:
        """Return the sessionWebhook of an event of this conversation; empty if it does not live any more."""
        try:
            payload = await self._reception.payload(DINGTALK, answers)
            data = load(payload).data if payload else {}
        except StoreError as error:
            raise TemporaryDeliveryError(str(error)) from error
        place = place_of(data)
        until = words(data, "sessionWebhookExpiredTime")
        soon = (self._clock.now() + WEBHOOK_MARGIN).timestamp() * 1000
        lives = until.isdecimal() and int(until) > soon
        return words(data, "sessionWebhook") if lives and place and place.lane == where.lane else ""

    async def _say(self, where: Place, part: Part, webhook: str) -> str:
        """Say a part and return what DingTalk calls it; a sessionWebhook does not tell."""
        if webhook:
            try:
                await self._api.reply(webhook, by_webhook(part.drawn(rings=True)))
            except SessionOverError:
                log.info("A sessionWebhook took nothing any more.", action="dingtalk_session_over")
            else:
                return ""
        drawn = part.drawn(rings=False)
        if drawn.formatted:
            return await self._post(where, "sampleMarkdown", {"title": drawn.title, "text": drawn.text})
        return await self._post(where, "sampleText", {"content": drawn.text})

    async def _attach(self, where: Place, attached: Attachment) -> str:
        _address(where)  # refused before anything is uploaded
        try:
            content = await self._reception.content(attached.file)
        except StoreError as error:
            raise TemporaryDeliveryError(str(error)) from error
        # Packing twenty megabytes takes half a second, in which nothing else would be heard.
        file = await asyncio.to_thread(sendable, attached.name, content.mime, content.data)
        media = await self._api.upload(file.kind, file.name, file.data)
        return await self._post(where, *file.message(media))

    async def _post(self, where: Place, kind: str, param: Body) -> str:
        """Post a message to a group or a person and return what DingTalk calls it."""
        path, whom = _address(where)
        said = {
            "robotCode": self._robot_code,
            "msgKey": kind,
            "msgParam": json.dumps(param, ensure_ascii=False),
        }
        answer = await self._api.post(path, {**said, **whom})
        for listed, trouble in MISSED.items():
            if answer.get(listed):
                raise error_of(trouble)
        return words(answer, "processQueryKey")


MISSED = {"invalidStaffIdList": UNKNOWN_STAFF, "flowControlledStaffIdList": FLOW_CONTROLLED}
"""Where the answer lists persons, they were not reached, though it is a yes."""


def _address(where: Place) -> tuple[str, Body]:
    """Return the call that reaches a place, and what it names it by."""
    if not where.conversation.startswith(DIRECT):
        return TO_GROUP, {"openConversationId": where.conversation}
    user = where.conversation.removeprefix(DIRECT)
    if user.startswith(OUTSIDER):
        raise PermanentDeliveryError(OUTSIDE)
    return TO_PEOPLE, {"userIds": [user]}


def by_webhook(drawn: Drawn) -> Body:
    """Return a message as a sessionWebhook takes it."""
    content: Body = (
        {"msgtype": "markdown", "markdown": {"title": drawn.title, "text": drawn.text}}
        if drawn.formatted
        else {"msgtype": "text", "text": {"content": drawn.text}}
    )
    return {**content, "at": {"atUserIds": [*drawn.rung], "isAtAll": False}} if drawn.rung else content
