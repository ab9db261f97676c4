"""What DingTalk sends when somebody says something to the bot, with every field of the captured sample."""

from datetime import datetime
from uuid import uuid4

from pydantic import JsonValue

from tests.fakes.dingtalk.world import CORP, Conversation, Media, Member, World

BOT_SENDER = "$:LWCP_v1:$Zp0ebot0bOtBoTbotBotBo=="
BOT_NICK = "@bot"

Payload = dict[str, JsonValue]


def new_id() -> str:
    """Return a msgId as DingTalk makes them."""
    return f"msg{uuid4().hex}p+w=="


def milliseconds(at: datetime) -> int:
    """Return an instant as DingTalk writes it."""
    return int(at.timestamp() * 1000)


def envelope(
    by: Member,
    place: Conversation,
    *,
    at: datetime,
    webhook: str,
    webhook_until: datetime,
    robot: str,
    mentioned: tuple[Member, ...] = (),
) -> Payload:
    """Return everything but the content."""
    shared: Payload = {
        "senderPlatform": "Mac",
        "conversationId": place.id,
        "chatbotCorpId": CORP,
        "chatbotUserId": BOT_SENDER,
        "msgId": new_id(),
        "senderNick": by.nick,
        "isAdmin": by.admin,
        "sessionWebhookExpiredTime": milliseconds(webhook_until),
        "createAt": milliseconds(at),
        "senderCorpId": by.corp,
        "senderId": by.sender_id,
        "sessionWebhook": webhook,
        "robotCode": robot,
        "conversationType": "2" if place.title else "1",
    }
    if by.staff_id:
        shared["senderStaffId"] = by.staff_id
    if place.title:
        shared |= {
            "conversationTitle": place.title,
            "isInAtList": True,
            "atUsers": [{"dingtalkId": BOT_SENDER}, *map(_mentioned, mentioned)],
        }
    return shared


def _mentioned(member: Member) -> JsonValue:
    known = {"staffId": member.staff_id, "unionId": member.union_id} if member.staff_id else {}
    return {"dingtalkId": member.sender_id, **known}


def words(text: str) -> Payload:
    """Return words as content: the bot's name is taken out and the blank behind it stays."""
    return {"msgtype": "text", "text": {"content": text.replace(BOT_NICK, "", 1)}}


def quoting(text: str, *, quoted: Payload) -> Payload:
    """Return words that quote something."""
    content: Payload = {
        "content": text.replace(BOT_NICK, "", 1),
        "isReplyMsg": True,
        "repliedMsg": dict(quoted),
    }
    return {"msgtype": "text", "text": content}


def quote_of(said: Payload) -> Payload:
    """Return what a quote of somebody's words holds."""
    text = said.get("text")
    return {
        "msgType": said["msgtype"],
        "msgId": said["msgId"],
        "senderId": said["senderId"],
        "createdAt": said["createAt"],
        "content": {"text": text["content"]} if isinstance(text, dict) else {},
    }


def quote_of_bot(at: datetime) -> Payload:
    """Return what a quote of the bot's own words holds: nothing that could be read."""
    return {
        "msgType": "unknownMsgType",
        "msgId": new_id(),
        "senderId": BOT_SENDER,
        "createdAt": milliseconds(at),
    }


def picture(world: World, data: bytes) -> Payload:
    """Return a picture as content."""
    media = Media(name="picture", kind="image", data=data)
    return {"msgtype": "picture", "content": {"downloadCode": world.offer(media)}}


def rich(world: World, *parts: str | bytes) -> Payload:
    """Return words and pictures in one message."""
    return {"msgtype": "richText", "content": {"richText": [_part(world, part) for part in parts]}}


def _part(world: World, part: str | bytes) -> JsonValue:
    if isinstance(part, str):
        return {"text": part.replace(BOT_NICK, "", 1)}
    code = world.offer(Media(name="picture", kind="image", data=part))
    return {"type": "picture", "downloadCode": code, "pictureDownloadCode": f"pic{code}"}


def file(world: World, name: str, data: bytes) -> Payload:
    """Return a file as content."""
    code = world.offer(Media(name=name, kind="file", data=data))
    return {"msgtype": "file", "content": {"downloadCode": code, "fileName": name}}


def voice(world: World, recognition: str, data: bytes) -> Payload:
    """Return a voice message as content, with what was recognised in it."""
    code = world.offer(Media(name="voice", kind="voice", data=data))
    content: Payload = {"duration": 4000, "downloadCode": code, "recognition": recognition}
    return {"msgtype": "audio", "content": content}


def video(world: World, data: bytes) -> Payload:
    """Return a video as content."""
    code = world.offer(Media(name="video", kind="video", data=data))
    return {"msgtype": "video", "content": {"duration": 9000, "downloadCode": code, "videoType": "mp4"}}


def over_quota() -> Payload:
    """Return what stands in place of the content when the organisation's month is used up."""
    return {"msgtype": "text", "errorCode": 20001, "errorMessage": "本月消息量已用完"}
