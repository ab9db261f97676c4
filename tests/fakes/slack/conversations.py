"""The conversations.*, users.*, auth.* and apps.* methods."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from copy import deepcopy
from typing import TypeVar

from tests.fakes.slack.calls import Call, Method, RefusedError
from tests.fakes.slack.state import Channel, Json, Member, Posted, Workspace

T = TypeVar("T")

MOST_A_PAGE = 999


def _page(call: Call, items: list[T], default: int) -> tuple[list[T], Json]:
    """Return one page and how to ask for the next; a cursor that was not given out is refused."""
    limit = call.number("limit", default)
    if not 1 <= limit <= MOST_A_PAGE:
        raise RefusedError("invalid_limit")
    start = 0
    if cursor := call.text("cursor"):
        try:
            start = int(b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise RefusedError("invalid_cursor") from None
    more = start + limit < len(items)
    cursor = b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return items[start : start + limit], {"has_more": more, "response_metadata": {"next_cursor": cursor}}


def _within(call: Call, messages: list[Posted]) -> list[Posted]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9" * 12
    if call.flag("inclusive"):
        return [each for each in messages if float(oldest) <= float(each.ts) <= float(latest)]
    return [each for each in messages if float(oldest) < float(each.ts) < float(latest)]


def _drawn(call: Call, posted: Posted) -> Json:
    raw = deepcopy(posted.raw)
    if posted.metadata and call.flag("include_all_metadata"):
        raw["metadata"] = deepcopy(posted.metadata)
    return raw


def _history(call: Call) -> Json:
    channel = call.channel(scope="history")
    top = [m for m in channel.messages if not m.thread or m.raw.get("subtype") == "thread_broadcast"]
    page, more = _page(call, _within(call, top)[::-1], 100)
    return {"messages": [_drawn(call, each) for each in page], "pin_count": 0, **more}


def _replies(call: Call) -> Json:
    channel = call.channel(scope="history")
    asked = channel.find(call.text("ts"))
    if asked is None:
        raise RefusedError("thread_not_found")
    root = asked.thread or asked.ts
    parent = [each for each in channel.messages if each.ts == root]
    answers = _within(call, [each for each in channel.messages if each.thread == root])
    page, more = _page(call, parent + answers, MOST_A_PAGE)
    return {"messages": [_drawn(call, each) for each in page], **more}


def _open(call: Call) -> Json:
    users = call.text("users")
    if "," in users:
        raise RefusedError("not_supported_by_this_fake", "several users")
    if users not in call.workspace.members:
        raise RefusedError("user_not_found")
    if call.workspace.members[users].deleted:
        raise RefusedError("user_disabled")
    if not _visible(call.workspace, users):
        raise RefusedError("user_not_visible")
    return {"channel": {"id": call.workspace.im(users).id}}


def _visible(workspace: Workspace, user: str) -> bool:
    return workspace.members[user].team == workspace.team or workspace.shares_a_channel(user)


def _channel(workspace: Workspace, channel: Channel) -> Json:
    if channel.kind == "im":
        return {"id": channel.id, "is_im": True, "user": channel.user, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": False,
        "is_im": False,
        "is_private": channel.kind == "group",
        "is_archived": channel.archived,
        "is_member": workspace.bot_user in channel.members,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "num_members": len(channel.members),
    }


def _info(call: Call) -> Json:
    return {"channel": _channel(call.workspace, call.channel(scope="read", joined=False))}


def _members(call: Call) -> Json:
    page, more = _page(call, sorted(call.channel(scope="read").members), 100)
    return {"members": page, "response_metadata": more["response_metadata"]}


def _list(call: Call) -> Json:
    call.needs("channels:read")
    seen = [
        _channel(call.workspace, each)
        for each in call.workspace.channels.values()
        if each.kind == "channel" or call.workspace.bot_user in each.members
    ]
    kinds = (call.text("types") or "public_channel").split(",")
    wanted = [each for each in seen if _kind(each) in kinds]
    page, more = _page(call, wanted, 100)
    return {"channels": page, "response_metadata": more["response_metadata"]}


def _kind(channel: Json) -> str:
    if channel["is_im"]:
        return "im"
    return "private_channel" if channel["is_private"] else "public_channel"


def _user(call: Call) -> Json:
    member = call.workspace.members.get(call.text("user"))
    if member is None:
        raise RefusedError("user_not_found")
    return {"user": _profile(call.workspace, member)}


def _profile(workspace: Workspace, member: Member) -> Json:
    email = {"email": member.email} if member.email and "users:read.email" in workspace.scopes else {}
    stranger = (
        {} if member.team == workspace.team else {"is_stranger": not workspace.shares_a_channel(member.id)}
    )
    return {
        "id": member.id,
        "team_id": member.team,
        "name": f"user.{member.id.lower()}",
        "real_name": member.name,
        "deleted": member.deleted,
        "is_bot": member.is_bot,
        "profile": {"real_name": member.name, "display_name": member.name, "team": member.team} | email,
    } | stranger


def _test(call: Call) -> Json:
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": "Desk",
        "user": "casebell",
        "team_id": workspace.team,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot,
        "is_enterprise_install": False,
    }


PAGED = ("cursor", "limit")
WINDOW = (*PAGED, "include_all_metadata", "inclusive", "latest", "oldest")
METHODS: Mapping[str, Method] = {
    "auth.test": Method(run=_test, tier=1000),
    "conversations.history": Method(run=_history, required=("channel",), optional=WINDOW),
    "conversations.info": Method(
        run=_info, required=("channel",), optional=("include_locale", "include_num_members")
    ),
    "conversations.list": Method(
        run=_list, optional=(*PAGED, "exclude_archived", "team_id", "types"), tier=20
    ),
    "conversations.members": Method(run=_members, required=("channel",), optional=PAGED, tier=100),
    "conversations.open": Method(
        run=_open, required=("users",), optional=("return_im",), scopes=("im:write",)
    ),
    "conversations.replies": Method(run=_replies, required=("channel", "ts"), optional=WINDOW),
    "users.info": Method(
        run=_user, required=("user",), optional=("include_locale",), scopes=("users:read",), tier=100
    ),
}
