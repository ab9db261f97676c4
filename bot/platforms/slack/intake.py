"""From what Slack sends to what we store: who did what where, and under which names it is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.inbound import Sign
from bot.core.text import storable
from bot.platforms.slack.answers import RawWords
from bot.platforms.slack.payload import (
    Changed,
    Ordered,
    Payload,
    Pressed,
    Reacted,
    Removed,
    Said,
    StoredFile,
    moment,
)
from bot.platforms.slack.raw import (
    RawAuthorization,
    RawCallback,
    RawCommand,
    RawFile,
    RawMessage,
    RawNews,
    RawPress,
    RawReaction,
)

SLACKBOT = "USLACKBOT"

PREFIX: Mapping[str, str] = {"/kb": "kb ", "/oncall": "oncall "}
"""What the aliases of /case stand for; a desk may call /case otherwise."""

WORDS = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""The subtypes of messages that people write; the others tell what happened."""

GONE = frozenset({"tombstone", "hidden_by_limit"})
"""Files that only their names are left of."""


SIGNS: Mapping[str, Sign] = {
    "ticket": Sign.TICKET,
    "eyes": Sign.EYES,
    "white_check_mark": Sign.CHECK,
    "rotating_light": Sign.SIREN,
}
"""What Slack calls the signs that mean something; of other reactions nothing is kept."""


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are on Slack: the workspace we are installed in, and our user there."""

    team: str
    bot: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Something to store, its people not yet named; `names` are those Slack gave along."""

    happening: Payload
    twin: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator must hear of."""

    key: str
    text: str


class ButtonValue(BaseModel):
    """What a button of ours carries."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    verb: str
    case: str | None = None
    words: str = ""
    as_of: int | None = None


NEWS: Mapping[str, str] = {
    "channel_archive": "the channel {channel} was archived: unarchive it, or take it out of the directory",
    "channel_deleted": "the channel {channel} was deleted: take it out of the directory",
    "channel_id_changed": "the channel {old} is {new} now: write {new} into the directory",
    "channel_left": "the bot is no longer in the channel {channel}: invite it again, or change the directory",
    "channel_unshared": "the channel {channel} is no longer shared: look whether its id is still right",
    "member_left_channel": "the bot left the channel {channel}: invite it again, or change the directory",
    "app_uninstalled": "the app was removed from the workspace: install it again",
    "tokens_revoked": "the app's tokens were revoked: install it again and write the new ones down",
}
"""What the operator is told when the ground changes under our feet."""

SAME_NEWS: Mapping[str, str] = {
    "group_archive": "channel_archive",
    "group_deleted": "channel_deleted",
    "group_left": "channel_left",
}


def us_of(callback: RawCallback) -> Us | None:
    """Return for whom an event is, as it says itself."""
    ours: RawAuthorization | None = next(
        (each for each in callback.authorizations or () if each.is_bot and each.user_id), None
    )
    return Us(ours.team_id or callback.team_id or "", ours.user_id) if ours else None


def heard(callback: RawCallback, us: Us) -> Heard | Notice | None:
    """Return what an event means; None where it means nothing to us.

    Raises:
        ValueError: it is of a kind we know, in a shape we do not.
    """
    kind = str(callback.event.get("type"))
    if kind in ("message", "app_mention"):
        raw = RawMessage.model_validate(callback.event)
        read = READERS.get(raw.subtype, _said if raw.subtype in WORDS else _nothing)
        return read(callback.event_id, raw, us)
    if kind == "reaction_added":
        return _reacted(callback.event_id, RawReaction.model_validate(callback.event), us)
    return _news(callback, SAME_NEWS.get(kind, kind), us)


def ordered(raw: RawCommand, us: Us, at: datetime) -> Ordered:
    """Return a slash command, which comes without a time of its own."""
    return Ordered(
        event_id=f"cmd:{raw.trigger_id}",
        bot=us.bot,
        channel=raw.channel_id,
        direct=_is_direct(raw.channel_id),
        user=raw.user_id,
        at=at,
        text=storable(PREFIX.get(raw.command.lower(), "") + raw.text).strip(),
    )


def pressed(raw: RawPress, us: Us, at: datetime) -> Pressed | None:
    """Return a press of a button of ours; None for anything else that was pressed."""
    channel = raw.container.channel_id or (raw.channel.id if raw.channel else "")
    act = next(iter(raw.actions), None)
    try:
        value = ButtonValue.model_validate_json(act.value or "") if act else None
    except ValidationError:
        value = None
    if act is None or value is None or not channel:
        return None
    message = raw.container.message_ts
    thread = raw.container.thread_ts or (raw.message.thread_ts if raw.message else None)
    return Pressed(
        event_id=f"act:{raw.trigger_id or f'{message}:{raw.user.id}:{act.action_ts}'}",
        bot=us.bot,
        channel=channel,
        direct=_is_direct(channel),
        user=raw.user.id,
        at=at,
        message=message,
        thread=_below(thread, message),
        verb=value.verb,
        case=value.case,
        words=storable(value.words),
        as_of=value.as_of,
    )


def in_full(sign: Reacted, words: RawWords) -> Reacted:
    """Return a sign with the words it was put on, and the thread they stand in."""
    return sign.model_copy(update={"text": storable(words.text), "thread": _below(words.thread_ts, words.ts)})


def _said(event_id: str, raw: RawMessage, us: Us) -> Heard | None:
    files = tuple(_file(each) for each in raw.files or () if each.mode not in GONE)
    words = _words(raw)
    if not _is_persons(raw, us) or not (words or files):
        return None
    twin = f"{us.team}:{raw.channel}:{raw.ts}"
    happening = Said(
        event_id=event_id or twin,
        bot=us.bot,
        channel=raw.channel,
        direct=_is_direct(raw.channel, raw.channel_type),
        user=raw.user or "",
        at=moment(raw.ts),
        message=raw.ts,
        thread=_below(raw.thread_ts, raw.ts),
        text=words,
        files=files,
    )
    return Heard(happening, twin)


def _changed(event_id: str, raw: RawMessage, us: Us) -> Heard | None:
    now, was = raw.message, raw.previous_message
    if now is None:
        raise ValueError("a change without what it changed")
    if now.subtype == "tombstone":  # what stays of a message that has a thread
        return _removed(event_id, raw, us)
    if not _is_persons(now, us) or not _is_rewritten(now, was):
        return None
    ts = now.edited.ts if now.edited else raw.event_ts or raw.ts
    twin = f"edit:{us.team}:{raw.channel}:{now.ts}:{ts}"
    happening = Changed(
        event_id=event_id or twin,
        bot=us.bot,
        channel=raw.channel,
        direct=_is_direct(raw.channel, raw.channel_type),
        user=now.user or "",
        at=moment(ts),
        message=now.ts,
        thread=_below(now.thread_ts, now.ts),
        text=_words(now),
    )
    return Heard(happening, twin)


def _removed(event_id: str, raw: RawMessage, us: Us) -> Heard | None:
    was = raw.previous_message
    if was is None or not _is_persons(was, us):
        return None
    twin = f"delete:{us.team}:{raw.channel}:{was.ts}"
    happening = Removed(
        event_id=event_id or twin,
        bot=us.bot,
        channel=raw.channel,
        direct=_is_direct(raw.channel, raw.channel_type),
        user=was.user or "",
        at=moment(raw.event_ts or raw.ts),
        message=was.ts,
        thread=_below(was.thread_ts, was.ts),
    )
    return Heard(happening, twin)


def _reacted(event_id: str, raw: RawReaction, us: Us) -> Heard | None:
    item, sign = raw.item, SIGNS.get(raw.reaction)
    if sign is None or not item.ts or raw.user == us.bot:
        return None
    twin = f"react:{us.team}:{item.channel}:{item.ts}:{raw.user}:{raw.reaction}:{raw.event_ts}"
    happening = Reacted(
        event_id=event_id or twin,
        bot=us.bot,
        channel=item.channel,
        direct=_is_direct(item.channel),
        user=raw.user,
        at=moment(raw.event_ts),
        message=item.ts,
        sign=sign,
        author="" if raw.item_user == us.bot else raw.item_user,
    )
    return Heard(happening, twin)


def _nothing(_event_id: str, _raw: RawMessage, _us: Us) -> None:
    """Pass over what only tells that somebody came, went, or that a bot spoke."""


READERS: Mapping[str, Callable[[str, RawMessage, Us], Heard | None]] = {
    "message_changed": _changed,
    "message_deleted": _removed,
}


def _news(callback: RawCallback, kind: str, us: Us) -> Notice | None:
    if kind not in NEWS:
        return None
    raw = RawNews.model_validate(callback.event)
    if kind == "member_left_channel" and raw.user != us.bot:
        return None
    told = NEWS[kind].format(channel=raw.channel, old=raw.old_channel_id, new=raw.new_channel_id)
    return Notice(f"slack:{kind}:{callback.event_id}", f"Slack: {told}")


def _is_persons(raw: RawMessage, us: Us) -> bool:
    """Whether a person wrote it: neither we nor another bot, or two bots could talk for ever."""
    return bool(raw.user) and not raw.bot_id and raw.user not in (us.bot, SLACKBOT)


def _is_rewritten(now: RawMessage, was: RawMessage | None) -> bool:
    """Whether the words changed, and not only what Slack shows below them."""
    return now.edited is not None if was is None else _words(was) != _words(now)


def _is_direct(channel: str, channel_type: str = "") -> bool:
    return channel_type == "im" or channel.startswith("D")


def _below(thread: str | None, message: str | None) -> str | None:
    """Return the thread something stands in; the message that begins one stands in none."""
    return None if thread == message else thread


def _words(raw: RawMessage) -> str:
    """Return what was written; where nothing was, what was passed on."""
    shared = "\n".join(each.text for each in raw.attachments or () if each.is_share and each.text)
    return storable(raw.text or shared)


def _file(raw: RawFile) -> StoredFile:
    external = raw.mode == "external"
    return StoredFile(
        id=raw.id,
        name=storable(raw.name or raw.title or raw.id),
        mime=raw.mimetype or "",
        size=None if external else raw.size,
        url=raw.url_private_download or raw.url_private,
    )
