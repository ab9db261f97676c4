"""Setting a desk up: the Slack app as a manifest, and an examination of everything a desk needs."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from rapidfuzz import process
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.configuration import DIRECTORY, Configuration, load_configuration
from bot.core.clock import SystemClock
from bot.core.errors import ConfigError, StoreError
from bot.core.people import LOCAL, PlatformName
from bot.directory.lookup import Directory
from bot.platforms.dingtalk.doctor import examine as examine_dingtalk
from bot.platforms.dingtalk.payload import DINGTALK
from bot.platforms.slack.account import Mode
from bot.platforms.slack.doctor import examine as examine_slack
from bot.platforms.slack.manifest import Form, manifest, written
from bot.ports import Finding, Verdict
from bot.services.keeping import conflict_line
from bot.settings import Settings, load_settings
from bot.upkeep import FOUND_FAULTS
from storage import SqlStore

MARKS = {Verdict.WELL: "[green]✓[/]", Verdict.WARNING: "[yellow]![/]", Verdict.FAULT: "[red]✗[/]"}

SUBJECT_WIDTH = 16

VENDORS = ("SLACK_", "DINGTALK_")
LIKE_OURS = 85
"""From which likeness on, of 100, a foreign setting's name looks like one of ours misspelt."""

SETTING = "correct it where the environment is set; the README lists every setting"


class Chosen(StrEnum):
    """A platform that can be examined."""

    SLACK = "slack"
    DINGTALK = "dingtalk"


TITLES = {Chosen.SLACK: "Slack", Chosen.DINGTALK: "DingTalk"}
FIRST_SETTING = {Chosen.SLACK: "SLACK_BOT_TOKEN", Chosen.DINGTALK: "DINGTALK_CLIENT_ID"}
GUIDE = {each: f"docs/how-to/{each}.md" for each in Chosen}

slack = typer.Typer(help="Set the Slack app up.", no_args_is_help=True)


@slack.callback()
def _slack() -> None:
    """Keep `manifest` a command of its own: alone it would become the whole of `casebell slack`."""


@slack.command("manifest")
def show_manifest(
    name: Annotated[str, typer.Option(help="What the app is called in Slack.")] = "Casebell",
    mode: Annotated[Mode, typer.Option(help="How events come.")] = Mode.SOCKET,
    events_url: Annotated[str, typer.Option(help="Where Slack sends events over HTTP.")] = "",
    form: Annotated[Form, typer.Option("--format", help="YAML has the reason of every scope.")] = Form.YAML,
) -> None:
    """Print the app's manifest, to be pasted where Slack creates an app."""
    typer.echo(written(manifest(name=name, mode=mode, events_url=events_url), form))


def doctor(
    platform: Annotated[Chosen | None, typer.Option(help="Examine only this platform.")] = None,
) -> None:
    """Examine settings, files, database and platforms, and say what to do next."""
    console = Console(highlight=False)
    try:
        settings = load_settings(Settings)
    except ConfigError as error:
        _tell(console, "Settings", [_fault(each.field, each.expected, SETTING) for each in error.faults])
        raise typer.Exit(FOUND_FAULTS) from error
    desk = _Desk.looked_at(settings)
    findings = [*_odd_names(os.environ), *desk.findings, *_unserved(desk.directory, settings)]
    _tell(console, "Desk", findings)
    for each in _chosen(settings) if platform is None else (platform,):
        found = _about(console, each, settings, desk, asked=platform is not None)
        _tell(console, TITLES[each], found)
        findings += found
    well, warnings, faults = (sum(finding.verdict is verdict for finding in findings) for verdict in Verdict)
    console.print(f"\n{well} well, {warnings} to look at, {faults} to mend.")
    if faults:
        raise typer.Exit(FOUND_FAULTS)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is known without asking anybody outside; no directory where the files have faults.

    `heard` is when each conversation of DingTalk was last heard, by lane.
    """

    findings: tuple[Finding, ...]
    directory: Directory | None = None
    heard: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def looked_at(cls, settings: Settings) -> "_Desk":
        try:
            found = load_configuration(settings.config)
        except ConfigError as error:
            advice = "correct that line; `casebell check` shows them all"
            faults = (
                _fault(f"{each.file}:{each.line}", f"{each.field}: {each.expected}", advice)
                for each in error.faults
            )
            return cls((*faults, _mail(settings)))
        told = (*_files(found), _mail(settings))
        try:
            directory, heard = _remembered(settings, found)
        except StoreError as error:
            return cls((*told, _fault("database", str(error), "")), found.directory)
        return cls((*told, *_database(directory)), directory, heard)


def _files(found: Configuration) -> Iterator[Finding]:
    directory = found.directory
    for warning in found.warnings:
        yield Finding(
            subject=f"{warning.file}:{warning.line}",
            verdict=Verdict.WARNING,
            detail=f"{warning.field}: {warning.expected}",
        )
    yield Finding(
        subject="configuration",
        verdict=Verdict.WELL,
        detail=f"{found.folder}: {len(directory.people)} people, {len(directory.groups)} groups",
    )


def _remembered(settings: Settings, found: Configuration) -> tuple[Directory, Mapping[str, datetime]]:
    """Return the directory with the groups tied from chat, and when DingTalk's were last heard.

    Raises:
        StoreError: the database is not there, or not of this version.
    """
    desk = found.desk({})
    with closing(SqlStore.open(settings.database, clock=SystemClock(), demo=False)) as store:
        return store.read(lambda unit: (desk.directory_of(unit), unit.inbox.heard(DINGTALK)))


def _database(directory: Directory) -> Iterator[Finding]:
    yield Finding(subject="database", verdict=Verdict.WELL, detail="answers, with the newest schema")
    for conflict in directory.conflicts:
        yield Finding(
            subject="groups",
            verdict=Verdict.WARNING,
            detail=conflict_line(conflict),
            next_step=f"correct {DIRECTORY}, or `bind` or `unbind` in the group",
        )


def _mail(settings: Settings) -> Finding:
    if settings.mail_url is not None:
        return Finding(subject="mail", verdict=Verdict.WELL, detail="is configured; none was sent to try it")
    return Finding(
        subject="mail",
        verdict=Verdict.WARNING,
        detail="nothing sends mail: whoever misses a chat message hears nothing more",
        next_step="set CASEBELL_MAIL_URL",
    )


def _odd_names(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Name settings that were probably misspelt: Slack's and DingTalk's other names are theirs, not ours."""
    known = [field.alias for field in Settings.model_fields.values() if field.alias]
    for name in sorted(environment):
        if name.startswith(VENDORS) and name not in known:
            nearest = process.extractOne(name, known, score_cutoff=LIKE_OURS)
            if nearest:
                yield Finding(
                    subject=name,
                    verdict=Verdict.WARNING,
                    detail=f"is not read; did you mean {nearest[0]}?",
                    next_step=SETTING,
                )


def _unserved(directory: Directory | None, settings: Settings) -> Iterator[Finding]:
    """Name the groups that stand on platforms nobody configured, and staff who cannot be written to."""
    if directory is None:
        return
    served = _served(settings)
    for group in directory.groups:
        if missing := [name for name in group.places if name not in served and name != LOCAL]:
            yield Finding(
                subject=f"group {group.id}",
                verdict=Verdict.WARNING,
                detail=f"stands on {', '.join(missing)}, which is not configured",
                next_step=f"configure it, or take the place out of {DIRECTORY}",
            )
    unwritten = [
        person.id
        for person in directory.people.values()
        if served and person.is_staff and served.isdisjoint(person.ids)
    ]
    if unwritten:
        yield Finding(
            subject="staff",
            verdict=Verdict.WARNING,
            detail=f"reminders cannot be written to {', '.join(unwritten)}: no id on a configured platform",
            next_step=f"add their `ids` in {DIRECTORY}",
        )


def _served(settings: Settings) -> frozenset[PlatformName]:
    accounts = {Chosen.SLACK: settings.slack, Chosen.DINGTALK: settings.dingtalk}
    return frozenset(PlatformName(each) for each, account in accounts.items() if account)


def _chosen(settings: Settings) -> tuple[Chosen, ...]:
    """Return the platforms that are configured; where none is, all, to say how to begin."""
    served = _served(settings)
    return tuple(each for each in Chosen if PlatformName(each) in served) or tuple(Chosen)


def _about(
    console: Console, platform: Chosen, settings: Settings, desk: _Desk, *, asked: bool
) -> list[Finding]:
    """Return what a platform's own examination finds, showing what it is at."""
    findings = _examination(platform, settings, desk)
    if findings is None:
        return [
            Finding(
                subject="app",
                verdict=Verdict.FAULT if asked else Verdict.WARNING,
                detail=f"not configured: {FIRST_SETTING[platform]} is not set",
                next_step=f"follow {GUIDE[platform]}",
            )
        ]
    with console.status(f"Asking {TITLES[platform]}") as status:
        return asyncio.run(_collected(findings, lambda at: status.update(f"Asking {TITLES[platform]}: {at}")))


def _examination(platform: Chosen, settings: Settings, desk: _Desk) -> AsyncIterator[Finding] | None:
    clock = SystemClock()
    if platform is Chosen.SLACK:
        account = settings.slack
        return examine_slack(account, desk.directory, clock=clock) if account else None
    robot = settings.dingtalk
    return examine_dingtalk(robot, desk.directory, clock=clock, heard=desk.heard) if robot else None


async def _collected(findings: AsyncIterator[Finding], tell: Callable[[str], None]) -> list[Finding]:
    found: list[Finding] = []
    async for finding in findings:
        tell(finding.subject)
        found.append(finding)
    return found


def _fault(subject: str, detail: str, next_step: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.FAULT, detail=detail, next_step=next_step)


def _tell(console: Console, title: str, findings: Iterable[Finding]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold", min_width=SUBJECT_WIDTH)
    table.add_column(overflow="fold")
    for finding in findings:
        next_step = f"\n[dim]→[/] {escape(finding.next_step)}" if finding.next_step else ""
        table.add_row(MARKS[finding.verdict], escape(finding.subject), escape(finding.detail) + next_step)
    console.print(f"\n[bold]{title}[/]")
    console.print(table)
