"""One call of the Web API: its arguments, what it may do, and how it is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack.state import KIND_SCOPES, Channel, Json, Posted, Workspace

STRUCTURED = frozenset({"blocks", "files", "metadata", "view"})
"""Arguments that are JSON, also where a form carries them."""


class RefusedError(Exception):
    """A call that gets `ok: false`; the client is to blame unless `blameless`."""

    def __init__(self, error: str, detail: str = "", *, blameless: bool = False, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail
        self.blameless = blameless
        self.more = more


@dataclass(frozen=True, slots=True)
class Call:
    """A method called with arguments, its token checked."""

    workspace: Workspace
    method: str
    args: Json

    def text(self, name: str) -> str:
        """Return an argument as a string; empty if it is missing."""
        value = self.args.get(name, "")
        return value if isinstance(value, str) else str(value)

    def flag(self, name: str) -> bool:
        """Return an argument as a truth, however it was written."""
        return str(self.args.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """Return an argument as a number."""
        return int(self.args.get(name) or default)

    def structure(self, name: str) -> Any:
        """Return an argument that is JSON; a form carries it as a string."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise RefusedError("invalid_arguments", f"{name} is no JSON") from None

    def needs(self, *scopes: str) -> None:
        """Refuse without all these scopes."""
        missing = [scope for scope in scopes if scope not in self.workspace.scopes]
        if missing:
            raise RefusedError(
                "missing_scope", needed=",".join(missing), provided=",".join(sorted(self.workspace.scopes))
            )

    def channel(self, name: str = "channel", *, scope: str = "", joined: bool = True) -> Channel:
        """Return the conversation an argument names; `scope` is history, read or write of its kind."""
        channel = self.workspace.channels.get(self.text(name))
        inside = channel is not None and self.workspace.bot_user in channel.members
        if channel is None or (channel.kind == "group" and not inside):
            raise RefusedError("channel_not_found")
        if scope:
            self.needs(f"{KIND_SCOPES[channel.kind]}:{scope}")
        if joined and not inside:
            raise RefusedError("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> Posted:
        """Return the message an argument names."""
        posted = channel.find(self.text(name))
        if posted is None:
            raise RefusedError("message_not_found")
        return posted


Run = Callable[[Call], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What a method needs; `tier` is how many calls a minute it bears."""

    run: Run
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    tier: int = 50
    by_app: bool = False
