"""What the app is told of, in the shape Slack tells it."""

from uuid import uuid4

from tests.fakes.slack.state import KIND_SCOPES, Channel, Json, Posted, Workspace
from tests.fakes.slack.text import read_mrkdwn

HISTORY_ONLY = frozenset({"latest_reply", "reply_count", "reply_users", "reply_users_count"})
"""What a parent knows of its thread, and no event carries."""


def said(workspace: Workspace, channel: Channel, posted: Posted) -> None:
    """Tell of a new message, and again if it mentions the bot."""
    event = _as_event(channel, posted)
    happened(workspace, channel, event)
    rings = {run.rings for run in read_mrkdwn(event["text"])}
    if workspace.bot_user in rings and channel.kind != "im" and posted.author != workspace.bot_user:
        mention = {name: value for name, value in event.items() if name not in {"channel_type", "subtype"}}
        happened(workspace, channel, mention | {"type": "app_mention"})


def edited(workspace: Workspace, channel: Channel, before: Json, posted: Posted) -> None:
    """Tell of a changed message."""
    _tell_of_change(
        workspace,
        channel,
        {"subtype": "message_changed", "message": _plain(posted.raw), "previous_message": _plain(before)},
    )


def deleted(workspace: Workspace, channel: Channel, before: Json) -> None:
    """Tell of a deleted message."""
    _tell_of_change(
        workspace,
        channel,
        {"subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": _plain(before)},
    )


def reacted(workspace: Workspace, channel: Channel, posted: Posted, *, user: str, name: str) -> None:
    """Tell of a reaction, where the app may read them."""
    if "reactions:read" not in workspace.scopes:
        return
    reaction = {"type": "reaction_added", "user": user, "reaction": name, "item_user": posted.author}
    item = {"type": "message", "channel": channel.id, "ts": posted.ts}
    happened(workspace, channel, reaction | {"item": item, "event_ts": workspace.ts()})


def happened(workspace: Workspace, channel: Channel | None, event: Json) -> None:
    """Tell the app of an event it subscribes to, where it is a member and may read."""
    name = event["type"]
    if name == "message" and channel is not None:
        kind = KIND_SCOPES[channel.kind]
        name = f"message.{kind}"
        if f"{kind}:history" not in workspace.scopes:
            return
    inside = channel is None or workspace.bot_user in channel.members
    if name in workspace.subscriptions and inside:
        workspace.emit("events_api", _body(workspace, channel, event))


def _tell_of_change(workspace: Workspace, channel: Channel, change: Json) -> None:
    ts = workspace.ts()
    event = {"type": "message", "channel": channel.id, "hidden": True, "ts": ts, "event_ts": ts}
    happened(workspace, channel, event | {"channel_type": channel.kind} | change)


def _as_event(channel: Channel, posted: Posted) -> Json:
    where = {"channel": channel.id, "event_ts": posted.ts, "channel_type": channel.kind}
    return _plain(posted.raw) | where


def _plain(raw: Json) -> Json:
    return {name: value for name, value in raw.items() if name not in HISTORY_ONLY}


def _body(workspace: Workspace, channel: Channel | None, event: Json) -> Json:
    return {
        "token": "fake-verification",
        "team_id": workspace.team,
        "context_team_id": workspace.team,
        "context_enterprise_id": None,
        "api_app_id": workspace.app,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.id("Ev0"),
        "event_time": int(workspace.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team,
                "user_id": workspace.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.shared),
        "event_context": f"4-{uuid4().hex}",
    }
