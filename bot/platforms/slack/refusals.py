"""What Slack's refusals mean: which pass, which do not, and what somebody must do about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.slack.intake import Notice


class NotThereError(PermanentDeliveryError):
    """The bot is not where something was to be said."""


PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Refusals that are over some time later."""

CREDENTIALS = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Refusals of our token."""

MEANINGS: Mapping[str, str] = {
    "cannot_dm_bot": "bots have no direct conversations",
    "channel_not_found": "no such channel, or a private one without the bot: invite it",
    "is_archived": "the channel is archived: unarchive it, or change the directory",
    "not_in_channel": "the bot is not in the channel: invite it",
    "restricted_action": "the workspace lets only some people post there",
    "user_disabled": "this account is no longer active",
    "user_not_found": "no such person, or nobody who shares a channel with the bot",
    "user_not_visible": "the bot may not see this person",
}
"""What a refusal means to whoever reads the alarm; the others speak for themselves."""

NOT_THERE = frozenset({"channel_not_found", "not_in_channel"})
"""Refusals of a channel that does not know us."""

NO_SUCH_MESSAGE = frozenset({"message_not_found", "thread_not_found"})

MENDING = timedelta(minutes=1)
"""When to try again what waits for a new token: what is to be said then stays wanted."""

REST = timedelta(seconds=30)
"""How long to leave Slack alone that does not say how long."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Slack did not do something; `status` is HTTP's, `code` Slack's own word for it.

    Without a code it was not Slack who answered, but something between us.
    """

    method: str
    status: int
    code: str
    needed: str = ""
    rest: timedelta | None = None

    def error(self) -> DeliveryError:
        """Return it as the inside knows it."""
        reason = f"{self.method}: {self.code or f'HTTP {self.status}'}"
        if not self.code or self.status >= 500 or self.rest is not None or self.code in PASSING:
            return TemporaryDeliveryError(reason, self.rest)
        if self.code in CREDENTIALS:
            return TemporaryDeliveryError(reason, MENDING)
        meaning = MEANINGS.get(self.code, "")
        kind = NotThereError if self.code in NOT_THERE else PermanentDeliveryError
        return kind(f"{reason}: {meaning}" if meaning else reason)

    def notice(self) -> Notice | None:
        """Return what the operator must do about it, if it is not about one message only."""
        if self.code == "missing_scope":
            told = f"{self.method} needs the scope {self.needed}: add it to the app and install it again"
            return Notice(f"slack:{self.code}:{self.needed}", f"Slack: {told}")
        if self.code in CREDENTIALS:
            token = "app-level" if self.method.startswith("apps.") else "bot"
            told = f"refuses the {token} token ({self.code}): look whether it is right and still valid"
            return Notice(f"slack:{self.code}:{token}", f"Slack {told}")
        return None


def refusal(method: str, error: SlackApiError) -> Refusal:
    """Read a refusal; an answer that nobody can read is one without status and code."""
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return Refusal(method, 0, "")
    data = response.data if isinstance(response.data, dict) else {}
    return Refusal(
        method,
        response.status_code,
        str(data.get("error", "")),
        needed=str(data.get("needed", "")),
        rest=_rest(response.headers) if response.status_code == 429 else None,
    )


def _rest(headers: Mapping[str, str]) -> timedelta:
    told = str(headers.get("Retry-After", ""))
    return timedelta(seconds=int(told)) if told.isdecimal() else REST
