"""What keeps the desk from working on DingTalk, found by asking DingTalk; nothing is changed or said there.

The questions are free of the monthly quota: DingTalk counts neither tokens nor the address book.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

import aiohttp

from bot.core.clock import Clock
from bot.core.errors import CasebellError
from bot.core.people import Place
from bot.directory.lookup import Directory
from bot.directory.model import Group, Person
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.faults import Kind, Trouble, trouble_of
from bot.platforms.dingtalk.payload import DINGTALK, OUTSIDER
from bot.platforms.dingtalk.raw import words
from bot.platforms.dingtalk.stream import OPEN, TOPICS
from bot.platforms.examination import (
    Answer,
    Form,
    NoAnswerError,
    address_finding,
    ask,
    clock_finding,
    open_session,
)
from bot.ports import Finding, Verdict

OPENAPI_HOST = "api.dingtalk.com"
OAPI_HOST = "oapi.dingtalk.com"

HEADERS = {"Accept": "application/json"}
TOO_FAST = 403
PAUSE_S = 1.0
"""DingTalk counts calls by the second."""

CONVERSATION = re.compile(r"cid\S+")
PERMISSION = re.compile(r"qyapi_\w+|\b[A-Z]\w+(?:\.[A-Z]\w+)+")

REACH = (
    "let this machine reach api.dingtalk.com, oapi.dingtalk.com and wss-open-connection.dingtalk.com on "
    "port 443, or set HTTPS_PROXY"
)
UNHEARD_OF = "try again; if it stays, look the code up in DingTalk's error codes"

NEXT_STEPS: Mapping[Kind, str] = {
    Kind.BUSY: "wait a minute and try again",
    Kind.CREDENTIALS: (
        "copy Client ID and Client Secret from the app's page in the developer console, 凭证与基础信息, into "
        "DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET"
    ),
    Kind.PERMISSION: "apply for it in the developer console, 权限管理, and publish a version",
    Kind.QUOTA: "messages no longer arrive; buy more calls, or wait for the first of the month",
}

UNKNOWN_PERSON = ("33012", "60121")
NO_PERSON = (
    "nobody in the organisation has this staff id",
    "take it from the admin console, 通讯录, or let the person write to the bot once and say `bind`",
)
MEANINGS: Mapping[str, tuple[str, str]] = {
    "authFailed": (str(Kind.CREDENTIALS), NEXT_STEPS[Kind.CREDENTIALS]),
    **dict.fromkeys(UNKNOWN_PERSON, NO_PERSON),
    "Forbidden.AccessDenied.IpNotInWhiteList": (
        "this machine's address is not on the app's list",
        "add it in the developer console, 安全设置, or empty the list",
    ),
}
"""Refusals that an examination meets and the desk does not, by their codes."""


class _RefusedError(CasebellError):
    """DingTalk says no; `needs` names the permissions it asks for."""

    def __init__(self, trouble: Trouble, needs: tuple[str, ...]) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble
        self.needs = needs


async def examine(
    account: DingTalkAccount, directory: Directory | None, *, clock: Clock, heard: Mapping[str, datetime]
) -> AsyncIterator[Finding]:
    """Ask DingTalk about the app, then about everybody the directory places there.

    Whether the robot is in a group cannot be asked; `heard` says when it last heard from one, by lane.
    """
    for setting, url, usual in (
        ("DINGTALK_OPENAPI_ENDPOINT", account.openapi_endpoint, OPENAPI_HOST),
        ("DINGTALK_OAPI_ENDPOINT", account.oapi_endpoint, OAPI_HOST),
    ):
        if odd := address_finding(setting, url, usual=usual):
            yield odd
    async with open_session() as session:
        try:
            answer = await _token(session, account)
        except (NoAnswerError, _RefusedError) as error:
            yield _refusal("credentials", error)
            return
        detail = f"taken; the robot's code is {account.robot_code}"
        yield Finding(subject="credentials", verdict=Verdict.WELL, detail=detail)
        yield clock_finding(answer.headers.get("date", ""), clock.now())
        yield await _stream(session, account)
        token = str(answer.body.get("accessToken"))
        try:
            for person, user in _people(directory):
                yield await _person(session, account, token, person, user)
        except (NoAnswerError, _RefusedError) as error:
            yield _refusal("people", error)
    for group, conversation in _groups(directory):
        yield group_finding(group, conversation, heard)


def _people(directory: Directory | None) -> Iterator[tuple[Person, str]]:
    people = directory.people.values() if directory else ()
    return ((person, person.ids[DINGTALK]) for person in people if DINGTALK in person.ids)


def _groups(directory: Directory | None) -> Iterator[tuple[Group, str]]:
    groups = directory.groups if directory else ()
    return ((group, group.places[DINGTALK]) for group in groups if DINGTALK in group.places)


async def _token(session: aiohttp.ClientSession, account: DingTalkAccount) -> Answer:
    return await _asked(
        session,
        f"{account.openapi_endpoint}/v1.0/oauth2/accessToken",
        {"appKey": account.client_id, "appSecret": account.client_secret},
    )


async def _stream(session: aiohttp.ClientSession, account: DingTalkAccount) -> Finding:
    """Ask for a connection.

    It is not opened: a running desk would lose to it what DingTalk pushes there meanwhile.
    """
    try:
        await _asked(
            session,
            f"{account.openapi_endpoint}{OPEN}",
            {
                "clientId": account.client_id,
                "clientSecret": account.client_secret,
                "subscriptions": [{"type": "CALLBACK", "topic": topic} for topic in TOPICS],
            },
        )
    except (NoAnswerError, _RefusedError) as error:
        return _refusal("stream", error)
    return Finding(subject="stream", verdict=Verdict.WELL, detail="DingTalk offers a connection")


async def _person(
    session: aiohttp.ClientSession, account: DingTalkAccount, token: str, person: Person, user: str
) -> Finding:
    """Ask for one person; what would be the same for everybody else is raised."""
    subject = f"person {person.id}"
    if user.startswith(OUTSIDER):
        return _outsider(person, subject)
    url = f"{account.oapi_endpoint}/topapi/v2/user/get?{urlencode({'access_token': token})}"
    try:
        answer = await _asked(session, url, {"userid": user})
    except _RefusedError as error:
        if error.trouble.code not in UNKNOWN_PERSON:
            raise
        return _refusal(subject, error)
    found = answer.body.get("result")
    if isinstance(found, dict) and found.get("active") is False:
        return Finding(
            subject=subject,
            verdict=Verdict.WARNING,
            detail="has never signed in to DingTalk",
            next_step="messages wait until they do; ask them",
        )
    return Finding(subject=subject, verdict=Verdict.WELL, detail="known")


def _outsider(person: Person, subject: str) -> Finding:
    if person.is_staff:
        return Finding(
            subject=subject,
            verdict=Verdict.FAULT,
            detail="is not of the organisation: reminders cannot be written to them",
            next_step="give staff the staff id they have in the robot's organisation",
        )
    detail = "is not of the organisation: answered in the group, never written to alone"
    return Finding(subject=subject, verdict=Verdict.WELL, detail=detail)


def group_finding(group: Group, conversation: str, heard: Mapping[str, datetime]) -> Finding:
    """Judge a group by its id, and by whether anything ever came from it."""
    subject = f"group {group.id}"
    if not CONVERSATION.fullmatch(conversation):
        return Finding(
            subject=subject,
            verdict=Verdict.FAULT,
            detail="this is no openConversationId: those begin with cid",
            next_step="say `bind` to the bot in the group; it answers with the id",
        )
    at = heard.get(Place(DINGTALK, conversation).lane)
    if at is None:
        return Finding(
            subject=subject,
            verdict=Verdict.WARNING,
            detail="nothing was heard from it yet; DingTalk does not tell whether the robot is in it",
            next_step="mention the bot there once, while the desk runs",
        )
    return Finding(subject=subject, verdict=Verdict.WELL, detail=f"last heard {at:%Y-%m-%d %H:%M} UTC")


async def _asked(session: aiohttp.ClientSession, url: str, body: Form) -> Answer:
    """Put a question to either API, again after a pause where we ask too fast.

    Raises:
        NoAnswerError: nobody answers.
        _RefusedError: DingTalk says no.
    """
    answer = await ask(session, url, headers=HEADERS, body=body)
    trouble = trouble_of(answer.status, answer.body)
    if answer.status == TOO_FAST and trouble is not None and trouble.kind is Kind.BUSY:
        await asyncio.sleep(PAUSE_S)
        answer = await ask(session, url, headers=HEADERS, body=body)
        trouble = trouble_of(answer.status, answer.body)
    if trouble is not None:
        raise _RefusedError(trouble, trouble.scopes or _named(answer.body))
    return answer


def _named(body: Form) -> tuple[str, ...]:
    """Return the permissions that the old API names within its words."""
    said = f"{words(body, 'errmsg')} {words(body, 'sub_msg')}"
    return tuple(dict.fromkeys(PERMISSION.findall(said)))


def _refusal(subject: str, error: NoAnswerError | _RefusedError) -> Finding:
    if isinstance(error, NoAnswerError):
        detail, next_step = f"DingTalk does not answer: {error}", REACH
    else:
        usual = (
            f"{error.trouble.kind} ({error.trouble.code})",
            NEXT_STEPS.get(error.trouble.kind, UNHEARD_OF),
        )
        detail, next_step = MEANINGS.get(error.trouble.code, usual)
        detail += f": {', '.join(error.needs)}" if error.needs else ""
    return Finding(subject=subject, verdict=Verdict.FAULT, detail=detail, next_step=next_step)
