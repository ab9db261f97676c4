"""`casebell triage candidates`, `review`, `figures`: what was read, looked through by people and counted."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.configuration import EXAMPLES, TRIAGE, load_configuration
from bot.core.errors import CasebellError, UserError
from bot.core.people import Level, PersonId
from bot.directory.lookup import Directory
from bot.ports import Unit
from bot.services.candidates import Candidate, Review, candidate, reviewed
from bot.services.candidates import candidates as all_candidates
from bot.services.privacy import private_names
from bot.services.understood import Figure
from bot.services.understood import figures as understood
from bot.settings import Settings, load_settings
from bot.triage.known import read_examples
from bot.triage.reading import Intent
from bot.upkeep import opened, out

LEVELLED = frozenset({Intent.FAULT, Intent.HOW_TO, Intent.FEATURE_REQUEST})
"""Intents that have a level."""

DAY = "%Y-%m-%d"
MONTH = timedelta(days=30)

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
All = Annotated[bool, typer.Option("--all", help="Also those that were looked through.")]


def candidates(
    json_: Json = False,  # noqa: FBT002 - typer's way to say a flag
    all_: All = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """List what people decided otherwise than it was read, without private data."""
    settings = load_settings(Settings)
    names = private_names(load_configuration(settings.config).directory)

    def listed(unit: Unit) -> list[Candidate]:
        return [each for each in all_candidates(unit, names) if all_ or each.review is None]

    with opened(settings) as store:
        found = store.read(listed)
    if json_:
        for each in found:
            typer.echo(json.dumps(_plain(each), ensure_ascii=False))
        return
    table = Table("id", "why", "words", "read as", "decided", "by", "reviewed")
    for each in found:
        table.add_row(
            each.id,
            each.why,
            escape(each.text),
            f"{each.read_intent} {each.read_level or '–'} ({each.confidence} %)",
            f"{each.intent or '?'} {int(each.level) if each.level else '–'}",
            escape(each.by),
            each.review or "",
        )
    out.print(table)


def review(
    id: Annotated[str, typer.Argument(help="Of the candidate, as `candidates` lists it.")],  # noqa: A002 - what it is called
    decision: Annotated[Review, typer.Argument(help="Whether it becomes an example.")],
    by: Annotated[str, typer.Option(help="Who looked through it: an id of the directory.")],
    intent: Annotated[
        Intent | None, typer.Option(help="What the words want, if it is another thing.")
    ] = None,
    level: Annotated[
        int | None, typer.Option(min=1, max=5, help="Their fault level, if another one.")
    ] = None,
) -> None:
    """Accept a candidate into the desk's own examples, or refuse it; who did is on record."""
    settings = load_settings(Settings)
    directory = load_configuration(settings.config).directory
    person = _reviewer(directory, by)
    names = private_names(directory)
    examples = settings.config / TRIAGE / EXAMPLES
    with opened(settings) as store:
        found = _labelled(_found(store.read(lambda unit: _one(unit, id, names)), id), intent, level)
        if decision is Review.ACCEPTED:
            _append(examples, found)
        store.run(lambda unit: reviewed(unit, found, decision, by=person))
    if decision is Review.ACCEPTED:
        out.print(f"{escape(id)} is an example in {escape(str(examples))}; `kill -HUP` puts it into force.")
    else:
        out.print(f"{escape(id)} is refused.")


def figures(
    from_: Annotated[datetime | None, typer.Option("--from", formats=[DAY], help="The first day.")] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=[DAY], help="The last day.")] = None,
    json_: Json = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Count how cases were understood, what people changed, emergencies, complaints; a month by default."""
    settings = load_settings(Settings)
    zone = load_configuration(settings.config).directory.desk.zone

    def counted(unit: Unit) -> Counter[Figure]:
        last = to.date() if to else unit.now.astimezone(zone).date()
        first = from_.date() if from_ else last - MONTH
        since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        return understood(unit, since=since, until=until)

    with opened(settings) as store:
        found = store.read(counted)
    if json_:
        rows = [{"what": what, "kind": kind, "cases": count} for (what, kind), count in sorted(found.items())]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("what", "kind", "cases")
    for (what, kind), count in sorted(found.items()):
        table.add_row(what, kind, str(count))
    out.print(table)


def _one(unit: Unit, id_: str, names: frozenset[str]) -> Candidate | None:
    try:
        return candidate(unit, id_, names)
    except UserError:
        return None


def _found(found: Candidate | None, id_: str) -> Candidate:
    if found is None:
        raise CasebellError(f"there is no candidate {id_}; `casebell triage candidates` lists them")
    if found.review is not None:
        raise CasebellError(f"{id_} was looked through already ({found.review})")
    return found


def _reviewer(directory: Directory, name: str) -> PersonId:
    person = directory.person(PersonId(name))
    if person is None or not person.is_staff:
        raise CasebellError(f"{name} is nobody of the staff in the directory")
    return person.id


def _labelled(found: Candidate, intent: Intent | None, level: int | None) -> Candidate:
    """Return a candidate with the label a person gives it; what has no level keeps none."""
    named = intent or found.intent
    if named is None:
        raise CasebellError(f"{found.id} has no intent yet: say --intent")
    given = Level(level) if level else found.level
    return replace(found, intent=named, level=given if named in LEVELLED else None)


def _append(file: Path, found: Candidate) -> None:
    """Add an example once, however often this is tried.

    Raises:
        ConfigError: a line that is there already is not a labelled message.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    if before and any(each.origin == found.id for each in read_examples(file)):
        return
    line = {
        "text": found.text,
        "intent": found.intent,
        "level": None if found.level is None else int(found.level),
        "from": found.id,
    }
    ending = "" if before.endswith("\n") or not before else "\n"
    with file.open("a", encoding="utf-8") as stream:
        stream.write(ending + json.dumps(line, ensure_ascii=False) + "\n")


def _plain(each: Candidate) -> dict[str, object]:
    return {
        "id": each.id,
        "case": each.case,
        "at": each.at.isoformat(),
        "why": each.why,
        "text": each.text,
        "read": {
            "intent": each.read_intent,
            "level": each.read_level,
            "confidence": each.confidence / 100,
            "rules": each.rules.split(),
        },
        "decided": {
            "intent": each.intent,
            "level": None if each.level is None else int(each.level),
            "by": each.by,
        },
        "review": each.review,
    }
