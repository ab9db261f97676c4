"""What keeps the desk from working on Slack, found by asking Slack; nothing is changed or said there."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

import aiohttp

from bot.core.clock import Clock
from bot.core.errors import CasebellError
from bot.core.people import Audience, PlatformName
from bot.directory.lookup import Directory
from bot.directory.model import Group, Person
from bot.platforms.examination import (
    Answer,
    Form,
    NoAnswerError,
    address_finding,
    ask,
    clock_finding,
    open_session,
)
from bot.platforms.slack.account import Mode, SlackAccount
from bot.platforms.slack.manifest import SCOPES
from bot.ports import Finding, Verdict

SLACK = PlatformName("slack")
HOST = "slack.com"
SECRET_LENGTH = 32
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


class _RefusedError(CasebellError):
    """Slack says no; `code` is its own word for why, `needed` the scopes it asks for."""

    def __init__(self, code: str, needed: str) -> None:
        super().__init__(code)
        self.code = code
        self.needed = needed


@dataclass(frozen=True, slots=True)
class _Slack:
    """One app's way to ask."""

    account: SlackAccount
    session: aiohttp.ClientSession

    async def ask(self, method: str, *, token: str = "", **form: str) -> Answer:
        """Put a question, again after the pause that Slack asks for.

        Raises:
            NoAnswerError: nobody answers.
            _RefusedError: Slack says no.
        """
        answer = await self._ask(method, token, form)
        for _ in range(TIMES - 1):
            if answer.status != TOO_FAST:
                break
            await asyncio.sleep(_pause_s(answer))
            answer = await self._ask(method, token, form)
        if not answer.body.get("ok"):
            raise _RefusedError(str(answer.body.get("error")), str(answer.body.get("needed", "")))
        return answer

    async def _ask(self, method: str, token: str, form: Mapping[str, str]) -> Answer:
        headers = {"Authorization": f"Bearer {token or self.account.bot_token}"}
        return await ask(self.session, f"{self.account.api_url}{method}", headers=headers, form=form)


def _pause_s(answer: Answer) -> float:
    wanted = answer.headers.get("retry-after", "")
    return min(int(wanted) if wanted.isdecimal() else 1, LONGEST_PAUSE_S)


async def examine(
    account: SlackAccount, directory: Directory | None, *, clock: Clock
) -> AsyncIterator[Finding]:
    """Ask Slack about the app, then about every group and person the directory places there."""
    if odd := address_finding("SLACK_API_URL", account.api_url, usual=HOST):
        yield odd
    async with open_session() as session:
        slack = _Slack(account, session)
        team = ""
        try:
            answer = await slack.ask("auth.test")
            team = str(answer.body.get("team_id"))
            yield _workspace(answer.body)
            yield clock_finding(answer.headers.get("date", ""), clock.now())
            yield _scopes(answer.headers.get("x-oauth-scopes", ""))
        except (NoAnswerError, _RefusedError) as error:
            yield _refusal("bot token", "bot token", error)
        yield await _way_in(slack)
        if directory is None or not team:
            return
        for group, channel in _groups(directory):
            yield await _channel(slack, group, channel)
        for person, user in _people(directory):
            yield await _user(slack, person, user, team=team)


def _groups(directory: Directory) -> Iterator[tuple[Group, str]]:
    return ((group, group.places[SLACK]) for group in directory.groups if SLACK in group.places)


def _people(directory: Directory) -> Iterator[tuple[Person, str]]:
    return ((person, person.ids[SLACK]) for person in directory.people.values() if SLACK in person.ids)


def _workspace(answer: Form) -> Finding:
    if not answer.get("bot_id"):
        return Finding(
            subject="bot token",
            verdict=Verdict.FAULT,
            detail="is a person's token, not a bot's",
            next_step=BAD_BOT_TOKEN[1],
        )
    detail = f"@{answer.get('user')} in the workspace {answer.get('team')}"
    return Finding(subject="bot token", verdict=Verdict.WELL, detail=detail)


def _scopes(header: str) -> Finding:
    granted = {scope.strip() for scope in header.split(",")} - {""}
    missing = [scope for scope in SCOPES if scope not in granted]
    if not granted:
        return Finding(
            subject="scopes", verdict=Verdict.WARNING, detail="Slack does not tell which the token has"
        )
    if not missing:
        return Finding(subject="scopes", verdict=Verdict.WELL, detail=f"all {len(SCOPES)} are granted")
    return Finding(
        subject="scopes",
        verdict=Verdict.FAULT,
        detail="missing: " + "; ".join(f"{scope} ({SCOPES[scope].reason})" for scope in missing),
        next_step=REINSTALL,
    )


async def _way_in(slack: _Slack) -> Finding:
    """Judge how events would come.

    The connection itself is not opened: a running desk would lose to it what Slack sends there meanwhile.
    """
    if slack.account.mode is Mode.HTTP:
        return _signing_secret(slack.account)
    try:
        await slack.ask("apps.connections.open", token=slack.account.app_token)
    except (NoAnswerError, _RefusedError) as error:
        return _refusal("app token", "app token", error)
    return Finding(subject="app token", verdict=Verdict.WELL, detail="Slack offers a connection")


def _signing_secret(account: SlackAccount) -> Finding:
    usual = len(account.signing_secret) == SECRET_LENGTH and account.signing_secret.isalnum()
    return Finding(
        subject="signing secret",
        verdict=Verdict.WELL if usual else Verdict.WARNING,
        detail=f"is set; Slack's events must reach {account.events_host}:{account.events_port}/slack/events"
        if usual
        else f"does not look like one: they have {SECRET_LENGTH} letters and digits",
        next_step=""
        if usual
        else "copy it from the app's page, Basic Information, into SLACK_SIGNING_SECRET",
    )


async def _channel(slack: _Slack, group: Group, channel: str) -> Finding:
    subject = f"group {group.id}"
    try:
        answer = await slack.ask("conversations.info", channel=channel)
    except (NoAnswerError, _RefusedError) as error:
        return _refusal(subject, "group", error)
    return channel_finding(group, subject, _part(answer, "channel"))


def channel_finding(group: Group, subject: str, channel: Form) -> Finding:
    """Judge a channel as `conversations.info` tells it."""
    engineers = group.audience is Audience.ENGINEERS
    problems = (
        (
            channel.get("is_archived"),
            "is archived",
            "unarchive it in Slack, or take it out of directory.yaml",
        ),
        (
            not channel.get("is_member"),
            "the bot is not in it",
            "type /invite @ and the bot's name in the channel",
        ),
        (
            engineers and channel.get("is_ext_shared"),
            "another organisation reads what the engineers say",
            "give the engineers a channel of your own workspace",
        ),
    )
    for wrong, detail, next_step in problems:
        if wrong:
            return Finding(subject=subject, verdict=Verdict.FAULT, detail=detail, next_step=next_step)
    traits = ("is_private", "private"), ("is_ext_shared", "shared with another organisation")
    words = [f"#{channel.get('name')}", *(word for trait, word in traits if channel.get(trait))]
    return Finding(subject=subject, verdict=Verdict.WELL, detail=", ".join(words))


async def _user(slack: _Slack, person: Person, user: str, *, team: str) -> Finding:
    subject = f"person {person.id}"
    try:
        answer = await slack.ask("users.info", user=user)
    except (NoAnswerError, _RefusedError) as error:
        return _refusal(subject, "person", error)
    return user_finding(person, subject, _part(answer, "user"), team=team)


def user_finding(person: Person, subject: str, user: Form, *, team: str) -> Finding:
    """Judge a person as `users.info` tells them."""
    abroad = user.get("team_id") not in (None, team) and not user.get("enterprise_user")
    problems = (
        (user.get("is_bot"), Verdict.FAULT, "is a bot", NO_USER[1]),
        (
            user.get("deleted"),
            Verdict.FAULT if person.is_staff else Verdict.WARNING,
            "the account is deactivated",
            "take the ID, or the person, out of directory.yaml",
        ),
        (
            person.is_staff and abroad,
            Verdict.WARNING,
            "is of the staff, but of another workspace",
            "make sure that the ID is right: staff see more than customers",
        ),
    )
    for wrong, verdict, detail, next_step in problems:
        if wrong:
            return Finding(subject=subject, verdict=verdict, detail=detail, next_step=next_step)
    detail = "known, of another organisation" if abroad else "known"
    return Finding(subject=subject, verdict=Verdict.WELL, detail=detail)


def _part(answer: Answer, name: str) -> Form:
    part = answer.body.get(name)
    return part if isinstance(part, dict) else {}


def _refusal(subject: str, asked: str, error: NoAnswerError | _RefusedError) -> Finding:
    if isinstance(error, NoAnswerError):
        detail, next_step = f"Slack does not answer: {error}", REACH
    else:
        detail, next_step = ADVICE[asked].get(error.code, (f"Slack says {error.code}", UNHEARD_OF))
        detail += f": {error.needed} is missing" if error.needed else ""
    return Finding(subject=subject, verdict=Verdict.FAULT, detail=detail, next_step=next_step)
