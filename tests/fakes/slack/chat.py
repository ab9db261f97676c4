"""The chat.* and reactions.* methods: messages are checked, posted, changed."""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from tests.fakes.slack import events
from tests.fakes.slack.blocks import MOST_BLOCK_TEXT, amount_of_text, faults_of_blocks
from tests.fakes.slack.calls import Call, Method, RefusedError
from tests.fakes.slack.state import Channel, Json, Posted, Workspace

MOST_TEXT = 40_000
GOOD_TEXT = 4_000
"""Above it Slack may cut a message in pieces of its own choice."""

MOST_METADATA = 8_000


def content(call: Call) -> Json:
    """Return the text and blocks of a message.

    Raises:
        RefusedError: Slack would not take them.
    """
    text, blocks = call.text("text"), call.structure("blocks")
    if not text and not blocks:
        raise RefusedError("no_text")
    if len(text) > MOST_TEXT:
        raise RefusedError("msg_too_long")
    if len(text) > GOOD_TEXT:
        call.workspace.blame(call.method, "text_too_long", f"{len(text)} characters")
    if not text:
        call.workspace.blame(call.method, "no_fallback_text")
    for name in ("link_names", "parse"):
        if call.args.get(name) not in (None, False, "none", "0", "false"):
            call.workspace.blame(call.method, f"{name}_makes_words_ring")
    return {"text": text} | ({"blocks": _checked(call, blocks)} if blocks else {})


def _checked(call: Call, blocks: Any) -> list[Json]:
    if faults := faults_of_blocks(blocks):
        raise RefusedError("invalid_blocks", "; ".join(faults))
    if amount_of_text(blocks) > MOST_BLOCK_TEXT:
        raise RefusedError("msg_blocks_too_long", f"{amount_of_text(blocks)} characters")
    unknown = {user for user in _users(blocks) if user not in call.workspace.members}
    if unknown:
        raise RefusedError("invalid_blocks", f"no such user: {', '.join(sorted(unknown))}")
    return [
        {**block, "block_id": block.get("block_id") or call.workspace.id("b")} for block in deepcopy(blocks)
    ]


def _users(value: Any) -> list[str]:
    if isinstance(value, list):
        return [user for each in value for user in _users(each)]
    if isinstance(value, dict):
        own = [value["user_id"]] if value.get("type") == "user" else []
        return own + [user for each in value.values() for user in _users(each)]
    return []


def metadata(call: Call) -> Json | None:
    """Return a message's metadata, checked."""
    given: Json | None = call.structure("metadata")
    if given is None:
        return None
    if given.keys() != {"event_type", "event_payload"} or not re.fullmatch(
        r"[A-Za-z0-9_.-]{1,255}", str(given["event_type"])
    ):
        raise RefusedError("invalid_metadata_format", "event_type and event_payload")
    if not isinstance(given["event_payload"], dict):
        raise RefusedError("invalid_metadata_schema", "event_payload must be an object")
    if len(json.dumps(given)) > MOST_METADATA:
        raise RefusedError("metadata_too_large")
    return given


def bot_message(workspace: Workspace, more: Json) -> Json:
    """Return a message of the app's own, as Slack keeps it."""
    return {
        "type": "message",
        "user": workspace.bot_user,
        "bot_id": workspace.bot,
        "app_id": workspace.app,
        "team": workspace.team,
        "bot_profile": {
            "id": workspace.bot,
            "app_id": workspace.app,
            "name": "casebell",
            "team_id": workspace.team,
            "deleted": False,
        },
        "ts": workspace.ts(),
        **more,
    }


def add(workspace: Workspace, channel: Channel, posted: Posted) -> None:
    """Put a message into its conversation and tell of it."""
    if posted.thread and (parent := channel.find(posted.thread)):
        users = parent.raw.setdefault("reply_users", [])
        users += [posted.author] if posted.author not in users else []
        parent.raw |= {
            "thread_ts": parent.ts,
            "reply_count": parent.raw.get("reply_count", 0) + 1,
            "reply_users_count": len(users),
            "latest_reply": posted.ts,
        }
        posted.raw["parent_user_id"] = parent.author
    channel.messages.append(posted)
    events.said(workspace, channel, posted)
    workspace.bell.ring()


def thread_of(call: Call, channel: Channel) -> Json:
    """Return where below a message goes.

    Raises:
        RefusedError: there is no such message, or it is itself an answer.
    """
    thread = call.text("thread_ts")
    if not thread:
        return {}
    parent = channel.find(thread)
    if parent is None:
        raise RefusedError("thread_not_found")
    if parent.thread:
        raise RefusedError("cannot_reply_to_message", "thread_ts is an answer's, not its parent's")
    return {"thread_ts": thread}


def _post_message(call: Call) -> Json:
    to = call.text("channel")
    if to.startswith("U") and to in call.workspace.members:
        call.needs("im:write")
        channel = call.workspace.im(to)
    else:
        channel = call.channel()
    if channel.archived:
        raise RefusedError("is_archived")
    raw = bot_message(call.workspace, content(call) | thread_of(call, channel))
    if call.flag("reply_broadcast"):
        raw["subtype"] = "thread_broadcast"
    posted = Posted(raw, metadata(call))
    add(call.workspace, channel, posted)
    return {"channel": channel.id, "ts": posted.ts, "message": deepcopy(raw)}


def _own(call: Call, refusal: str) -> tuple[Channel, Posted]:
    channel = call.channel()
    posted = call.message(channel)
    if posted.raw.get("subtype") == "tombstone":
        raise RefusedError("message_not_found")
    if posted.raw.get("bot_id") != call.workspace.bot:
        raise RefusedError(refusal)
    return channel, posted


def _update(call: Call) -> Json:
    channel, posted = _own(call, "cant_update_message")
    before = deepcopy(posted.raw)
    posted.raw = {name: value for name, value in posted.raw.items() if name != "blocks"} | content(call)
    posted.raw["edited"] = {"user": call.workspace.bot_user, "ts": call.workspace.ts()}
    posted.metadata = metadata(call) or posted.metadata
    events.edited(call.workspace, channel, before, posted)
    return {
        "channel": channel.id,
        "ts": posted.ts,
        "text": posted.raw["text"],
        "message": deepcopy(posted.raw),
    }


def _delete(call: Call) -> Json:
    channel, posted = _own(call, "cant_delete_message")
    remove(call.workspace, channel, posted)
    return {"channel": channel.id, "ts": posted.ts}


def remove(workspace: Workspace, channel: Channel, posted: Posted) -> None:
    """Take a message away; one with answers leaves a tombstone."""
    before = deepcopy(posted.raw)
    if posted.raw.get("reply_count"):
        kept = {name: before[name] for name in ("type", "ts", "thread_ts", "reply_count", "latest_reply")}
        gone = {
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "hidden": True,
        }
        posted.raw = kept | gone
        events.edited(workspace, channel, before, posted)
    else:
        channel.messages.remove(posted)
        events.deleted(workspace, channel, before)
    workspace.bell.ring()


def _post_ephemeral(call: Call) -> Json:
    channel, user = call.channel(), call.text("user")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    raw = bot_message(call.workspace, content(call) | thread_of(call, channel))
    channel.ephemerals.append(Posted(raw, to=user))
    return {"message_ts": raw["ts"]}


def _permalink(call: Call) -> Json:
    channel = call.channel()
    posted = call.message(channel, "message_ts")
    address = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{posted.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def _react(call: Call) -> Json:
    channel = call.channel()
    posted = call.message(channel, "timestamp")
    reactions = posted.raw.setdefault("reactions", [])
    name = call.text("name")
    if not re.fullmatch(r"[a-z0-9_+'-]+", name):
        raise RefusedError("invalid_name", name)
    if any(each["name"] == name for each in reactions):
        raise RefusedError("already_reacted", blameless=True)
    reactions.append({"name": name, "users": [call.workspace.bot_user], "count": 1})
    return {}


WORDS = ("text", "blocks", "thread_ts", "link_names", "parse")
METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(
        run=_post_message,
        required=("channel",),
        optional=(*WORDS, "metadata", "mrkdwn", "reply_broadcast", "unfurl_links", "unfurl_media"),
        scopes=("chat:write",),
    ),
    "chat.update": Method(
        run=_update,
        required=("channel", "ts"),
        optional=("text", "blocks", "link_names", "parse", "metadata", "reply_broadcast"),
        scopes=("chat:write",),
    ),
    "chat.delete": Method(run=_delete, required=("channel", "ts"), scopes=("chat:write",)),
    "chat.postEphemeral": Method(
        run=_post_ephemeral, required=("channel", "user"), optional=WORDS, scopes=("chat:write",), tier=100
    ),
    "chat.getPermalink": Method(run=_permalink, required=("channel", "message_ts"), tier=1000),
    "reactions.add": Method(
        run=_react, required=("channel", "name", "timestamp"), scopes=("reactions:write",)
    ),
}
