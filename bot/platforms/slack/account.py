"""How the bot is known to a Slack workspace."""

from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How events come: over a connection we open, or to a server of ours."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAccount:
    """The app's tokens, where Slack's API is, and how events come; `api_url` ends with `/api/`."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    mode: Mode = Mode.SOCKET
    events_host: str = "127.0.0.1"
    events_port: int = 3000
