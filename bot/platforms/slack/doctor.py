"""What keeps the desk from working on Slack, found by asking Slack; nothing is changed or said there."""

from collections.abc import AsyncIterator, Iterator

from bot.core.clock import Clock
from bot.core.people import Audience
from bot.directory.lookup import Directory
from bot.directory.model import Group, Person
from bot.platforms.examination import Form, NoAnswerError, address_finding, clock_finding, open_session
from bot.platforms.slack.account import Mode, SlackAccount
from bot.platforms.slack.asking import BAD_BOT_TOKEN, NO_USER, REINSTALL, RefusedError, Slack, part, refusal
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.payload import SLACK
from bot.ports import Finding, Verdict

HOST = "slack.com"
SECRET_LENGTH = 32


async def examine(
    account: SlackAccount, directory: Directory | None, *, clock: Clock
) -> AsyncIterator[Finding]:
    """Ask Slack about the app, then about every group and person the directory places there."""
    if odd := address_finding("SLACK_API_URL", account.api_url, usual=HOST):
        yield odd
    async with open_session() as session:
        slack = Slack(account, session)
        team = ""
        try:
            answer = await slack.ask("auth.test")
            team = str(answer.body.get("team_id"))
            yield _workspace(answer.body)
            yield clock_finding(answer.headers.get("date", ""), clock.now())
            yield _scopes(answer.headers.get("x-oauth-scopes", ""))
        except (NoAnswerError, RefusedError) as error:
            yield refusal("bot token", "bot token", error)
        yield await _way_in(slack)
        if directory is None or not team:
            return
        try:
            for group, channel in _groups(directory):
                yield await _channel(slack, group, channel)
            for person, user in _people(directory):
                yield await _user(slack, person, user, team=team)
        except NoAnswerError as error:
            yield refusal("the rest", "group", error)


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


async def _way_in(slack: Slack) -> Finding:
    """Judge how events would come.

    The connection itself is not opened: a running desk would lose to it what Slack sends there meanwhile.
    """
    if slack.account.mode is Mode.HTTP:
        return _signing_secret(slack.account)
    try:
        await slack.ask("apps.connections.open", token=slack.account.app_token)
    except (NoAnswerError, RefusedError) as error:
        return refusal("app token", "app token", error)
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


async def _channel(slack: Slack, group: Group, channel: str) -> Finding:
    subject = f"group {group.id}"
    try:
        answer = await slack.ask("conversations.info", channel=channel)
    except RefusedError as error:
        return refusal(subject, "group", error)
    return channel_finding(group, subject, part(answer, "channel"))


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


async def _user(slack: Slack, person: Person, user: str, *, team: str) -> Finding:
    subject = f"person {person.id}"
    try:
        answer = await slack.ask("users.info", user=user)
    except RefusedError as error:
        return refusal(subject, "person", error)
    return user_finding(person, subject, part(answer, "user"), team=team)


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
