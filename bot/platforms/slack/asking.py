"""Asking Slack one question, and what its refusals mean."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.core.errors import CasebellError
from bot.platforms.examination import Answer, Form, NoAnswerError, ask
from bot.platforms.slack.account import SlackAccount
from bot.ports import Finding, Verdict

TIMES = 3
"""How often a question is put when Slack says that we ask too fast."""

LONGEST_PAUSE_S = 60
TOO_FAST = 429

BAD_BOT_TOKEN = (
    "Slack does not know this bot token",
    "copy the Bot User OAuth Token (xoxb-…) from the app's page, OAuth & Permissions, into SLACK_BOT_TOKEN",
)
BAD_APP_TOKEN = (
    "Slack does not take this as an app-level token",
    "make one (xapp-…) with connections:write on the app's page, Basic Information, for SLACK_APP_TOKEN",
)
NO_CHANNEL = (
    "no such channel, or a private one the bot is not in",
    "type /invite @ and the bot's name there; the ID stands at the foot of the channel's details",
)
NO_USER = (
    "Slack knows nobody by this ID",
    "take the member ID (U… or W…) from the person's profile, ⋮ Copy member ID",
)
REACH = "let this machine reach slack.com and *.slack.com on port 443, or set HTTPS_PROXY"
UNHEARD_OF = "try again; if it stays, look the word up in Slack's API"
REINSTALL = "compare the app with `casebell slack manifest`, then reinstall it to the workspace"

ADVICE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "bot token": {
        **dict.fromkeys(("invalid_auth", "not_authed", "not_allowed_token_type"), BAD_BOT_TOKEN),
        **dict.fromkeys(
            ("account_inactive", "token_expired", "token_revoked"),
            ("this bot token was revoked", "install the app to the workspace again and copy the new token"),
        ),
    },
    "app token": {
        **dict.fromkeys(("invalid_auth", "not_authed", "not_allowed_token_type"), BAD_APP_TOKEN),
        "missing_scope": ("may not open connections", BAD_APP_TOKEN[1]),
        "too_many_websockets": (
            "ten connections are open already",
            "stop forgotten processes: events go to any one of the connections",
        ),
    },
    "group": {"channel_not_found": NO_CHANNEL, "missing_scope": ("may not be looked at", REINSTALL)},
    "person": {
        "user_not_found": NO_USER,
        "user_not_visible": (
            "out of the bot's sight",
            "people of other organisations are seen once they share a channel with the bot",
        ),
        "missing_scope": ("may not be looked at", REINSTALL),
    },
}
"""By what was asked and Slack's error code: what is wrong, and what to do."""


class RefusedError(CasebellError):
    """Slack says no; `code` is its own word for why, `needed` the scopes it asks for."""

    def __init__(self, code: str, needed: str) -> None:
        super().__init__(code)
        self.code = code
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Slack:
    """One app's way to ask."""

    account: SlackAccount
    session: aiohttp.ClientSession

    async def ask(self, method: str, *, token: str = "", **form: str) -> Answer:
        """Put a question, again after the pause that Slack asks for.

        Raises:
            NoAnswerError: nobody answers.
            RefusedError: Slack says no.
        """
        answer = await self._ask(method, token, form)
        for _ in range(TIMES - 1):
            if answer.status != TOO_FAST:
                break
            await asyncio.sleep(_pause_s(answer))
            answer = await self._ask(method, token, form)
        if not answer.body.get("ok"):
            raise RefusedError(str(answer.body.get("error")), str(answer.body.get("needed", "")))
        return answer

    async def _ask(self, method: str, token: str, form: Mapping[str, str]) -> Answer:
        headers = {"Authorization": f"Bearer {token or self.account.bot_token}"}
        return await ask(self.session, f"{self.account.api_url}{method}", headers=headers, form=form)


def _pause_s(answer: Answer) -> float:
    wanted = answer.headers.get("retry-after", "")
    return min(int(wanted) if wanted.isdecimal() else 1, LONGEST_PAUSE_S)


def part(answer: Answer, name: str) -> Form:
    """Return an object within an answer; empty if it is not there."""
    found = answer.body.get(name)
    return found if isinstance(found, dict) else {}


def refusal(subject: str, asked: str, error: NoAnswerError | RefusedError) -> Finding:
    """Return what a question that failed means; `asked` is a row of ADVICE."""
    if isinstance(error, NoAnswerError):
        detail, next_step = f"Slack does not answer: {error}", REACH
    else:
        detail, next_step = ADVICE[asked].get(error.code, (f"Slack says {error.code}", UNHEARD_OF))
        detail += f": {error.needed} is missing" if error.needed else ""
    return Finding(subject=subject, verdict=Verdict.FAULT, detail=detail, next_step=next_step)
