"""The views.* methods: what opens before a person, and one stack of it each."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from bot.core.clock import monotonic
from tests.fakes.slack.blocks import faults_of_view
from tests.fakes.slack.calls import Call, Method, RefusedError
from tests.fakes.slack.state import Json, Workspace

MOST_STACKED = 3


def checked(view: Any, *, home: bool = False) -> Json:
    """Return a view that Slack would take.

    Raises:
        RefusedError: it would not.
    """
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", "view must be an object")
    if faults := faults_of_view(view, home=home):
        code = "view_too_large" if faults == ["view: is too large"] else "invalid_arguments"
        raise RefusedError(code, "; ".join(faults))
    return view


def place(workspace: Workspace, user: str, view: Json, *, instead_of: str = "") -> Json:
    """Put a view before a person, above the others or in the place of one; return it as Slack keeps it."""
    stack = workspace.stacks.setdefault(user, [])
    name = instead_of or workspace.id("V")
    below = stack[: stack.index(name)] if instead_of else list(stack)
    blocks = [
        {**each, "block_id": each.get("block_id") or workspace.id("b")} for each in deepcopy(view["blocks"])
    ]
    kept = {
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        **view,
        "blocks": blocks,
        "id": name,
        "team_id": workspace.team,
        "app_id": workspace.app,
        "bot_id": workspace.bot,
        "app_installed_team_id": workspace.team,
        "hash": workspace.id(f"{workspace.ts()}."),
        "state": {"values": {}},
        "previous_view_id": below[-1] if below else None,
        "root_view_id": below[0] if below else name,
    }
    workspace.views[name] = kept
    if not instead_of:
        stack.append(name)
    workspace.bell.ring()
    return kept


def _presser(call: Call) -> str:
    trigger = call.workspace.triggers.get(call.text("trigger_id"))
    if trigger is None:
        raise RefusedError("invalid_trigger_id")
    if trigger.used:
        raise RefusedError("exchanged_trigger_id")
    if monotonic() > trigger.until:
        raise RefusedError("expired_trigger_id")
    trigger.used = True
    return trigger.user


def _open(call: Call) -> Json:
    view = checked(call.structure("view"))
    user = _presser(call)
    call.workspace.stacks[user] = []
    return {"view": place(call.workspace, user, view)}


def _push(call: Call) -> Json:
    view = checked(call.structure("view"))
    user = _presser(call)
    if len(call.workspace.stacks.get(user, ())) >= MOST_STACKED:
        raise RefusedError("push_limit_reached")
    return {"view": place(call.workspace, user, view)}


def _update(call: Call) -> Json:
    view, name = checked(call.structure("view")), call.text("view_id")
    owner = next((user for user, stack in call.workspace.stacks.items() if name in stack), None)
    if owner is None:
        raise RefusedError("not_found")
    if call.text("hash") and call.text("hash") != call.workspace.views[name]["hash"]:
        raise RefusedError("hash_conflict", blameless=True)
    return {"view": place(call.workspace, owner, view, instead_of=name)}


def _publish(call: Call) -> Json:
    view = checked(call.structure("view"), home=True)
    call.workspace.homes[call.text("user_id")] = view
    return {"view": view}


METHODS: Mapping[str, Method] = {
    "views.open": Method(run=_open, required=("trigger_id", "view"), tier=100),
    "views.push": Method(run=_push, required=("trigger_id", "view"), tier=100),
    "views.update": Method(run=_update, required=("view", "view_id"), optional=("hash",), tier=100),
    "views.publish": Method(run=_publish, required=("user_id", "view"), optional=("hash",), tier=100),
}
