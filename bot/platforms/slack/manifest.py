"""The Slack app as data: what it may do and why, what it is told, and the manifest made of both.

Limits and field names are those of Slack's app manifest, major version 1.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import yaml

from bot.core.errors import CasebellError
from bot.platforms.slack.account import Mode

NAME_LIMIT = 35
"""Characters of an app's name."""

Json = str | bool | Sequence["Json"] | Mapping[str, "Json"]


class Form(StrEnum):
    """How a manifest is written; JSON has no room for the reasons."""

    YAML = "yaml"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Why a permission is asked for: the methods that need it and the events that come with it."""

    reason: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


READ_BACK = ("conversations.history", "conversations.replies")

SCOPES: Mapping[str, Scope] = {
    "app_mentions:read": Scope(
        reason="hear who calls the bot by name, also from other organisations",
        events=("app_mention",),
    ),
    "channels:history": Scope(
        reason="read what is said in public channels the bot is in, and find its own messages again",
        methods=READ_BACK,
        events=("message.channels",),
    ),
    "channels:read": Scope(
        reason="see whether the bot is in a channel, and whether that is archived, shared or renumbered",
        methods=("conversations.info",),
        events=(
            "channel_archive",
            "channel_deleted",
            "channel_id_changed",
            "channel_left",
            "channel_unshared",
            "member_left_channel",
        ),
    ),
    "chat:write": Scope(
        reason="answer, and keep cards up to date",
        methods=("chat.postMessage", "chat.update"),
    ),
    "commands": Scope(reason="/case, /kb and /oncall"),
    "files:read": Scope(
        reason="fetch pictures and files that people send, for the other side of the case",
        methods=("files.info",),
    ),
    "files:write": Scope(
        reason="hand over pictures and files from the other side of the case",
        methods=("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    "groups:history": Scope(
        reason="the same as channels:history in private channels",
        methods=READ_BACK,
        events=("message.groups",),
    ),
    "groups:read": Scope(
        reason="the same as channels:read in private channels",
        methods=("conversations.info",),
        events=("group_archive", "group_deleted", "group_left"),
    ),
    "im:history": Scope(
        reason="read what people write to the bot alone, and find its own messages again",
        methods=READ_BACK,
        events=("message.im",),
    ),
    "im:write": Scope(
        reason="remind somebody in a direct message",
        methods=("conversations.open",),
    ),
    "reactions:read": Scope(
        reason="see 🎫, 👀, ✅ and 🚨 that staff put on a message",
        events=("reaction_added",),
    ),
    "users:read": Scope(
        reason="call people by their names",
        methods=("users.info",),
    ),
}

WITHOUT_SCOPE = frozenset({"apps.connections.open", "auth.test", "views.open"})
"""Methods that need no permission of the bot's token."""

OF_THE_APP = ("app_uninstalled", "tokens_revoked")
"""Events that come without a permission."""

EVENTS = tuple(sorted({*OF_THE_APP, *(event for scope in SCOPES.values() for event in scope.events)}))

COMMANDS: Mapping[str, tuple[str, str]] = {
    "/case": (
        "Report a fault, ask, look after cases · 报障、提问、处理工单",
        "new <text> | show <number> | help · 报障 <内容> | 查询 <工单号> | 帮助",
    ),
    "/kb": (
        "Ask the knowledge base · 查知识库",
        "<question> · <问题>",
    ),
    "/oncall": (
        "Who is on call · 谁在值班",
        "who · 谁",
    ),
}
"""Each command with what it does and how it is typed."""

DESCRIPTION = "A support desk in your channels: no question is lost. 群聊里的服务台：问题不会丢。"
LONG_DESCRIPTION = (
    "Casebell turns what people report in a channel into cases with a fault level, an owner and promised "
    "times, reminds engineers and supervisors in time, and answers from a knowledge base. "
    "小铃把群里的报障变成工单：有等级、有负责人、有承诺的时间，按时提醒工程师和主管，也能用知识库回答问题。"
)


def manifest(*, name: str, mode: Mode, events_url: str = "") -> dict[str, Json]:
    """Return the manifest of an app; over HTTP everything comes to `events_url`.

    Raises:
        CasebellError: Slack would refuse the name, or HTTP lacks an https address.
    """
    if not 0 < len(name) <= NAME_LIMIT:
        raise CasebellError(f"an app's name has 1 to {NAME_LIMIT} characters")
    if mode is Mode.HTTP and not events_url.startswith("https://"):
        raise CasebellError("over HTTP Slack needs an address that begins with https://; give --events-url")
    request: dict[str, Json] = {"request_url": events_url} if mode is Mode.HTTP else {}
    command: dict[str, Json] = {"url": events_url} if mode is Mode.HTTP else {}
    return {
        "display_information": {
            "name": name,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": _bot_name(name), "always_online": True},
            "slash_commands": [
                {"command": typed, **command, "description": does, "usage_hint": hint, "should_escape": True}
                for typed, (does, hint) in COMMANDS.items()
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode is Mode.SOCKET,
            "token_rotation_enabled": False,
        },
    }


def written(content: Mapping[str, Json], form: Form) -> str:
    """Return a manifest as text; in YAML every permission has its reason beside it."""
    if form is Form.JSON:
        return json.dumps(content, ensure_ascii=False, indent=2)
    text = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=10_000)
    return re.sub(r"(?m)^ +- (\S+)$", _with_reason, text).rstrip()


def _with_reason(line: re.Match[str]) -> str:
    scope = SCOPES.get(line[1])
    return f"{line[0]}  # {scope.reason}" if scope else line[0]


def _bot_name(name: str) -> str:
    """Bots are named in small Latin letters; an app that has none is called as we are."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "casebell"
