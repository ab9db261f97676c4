"""`casebell kb` for whoever keeps articles: import, export, check, list, todo, report."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.markup import escape
from rich.table import Column, Table

from bot.configuration import ARTICLES, Configuration, load_configuration
from bot.core.clock import SystemClock
from bot.core.errors import CasebellError, ConfigError, Fault, StoreError
from bot.core.people import Language
from bot.kb.article import Article
from bot.kb.loader import load_article, load_articles
from bot.kb.markdown import dump, parse
from bot.kb.wanted import Todo
from bot.knowledge.others import read_export
from bot.knowledge.printed import article_lines, figures_table, question_lines, questions_table, summed
from bot.knowledge.rows import Assumed
from bot.knowledge.sheets import read_csv, read_xlsx, write_csv, write_xlsx
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.learning import outcomes, put_down_figures
from bot.services.todo import todo as what_to_do
from bot.settings import Settings, load_settings
from bot.upkeep import FOUND_FAULTS, err, opened, out, progress

T = TypeVar("T")

MONTH = timedelta(days=30)
WIDE = 110
"""Columns that a table of figures needs: a narrower terminal wraps its lines."""

Source = Annotated[
    Path, typer.Argument(help="A folder of Markdown, a .md, .csv, .xlsx, or Zendesk's or Zammad's .json.")
]
Target = Annotated[Path, typer.Argument(help="A folder, or a .csv, .xlsx or .jsonl file; new.")]
Replace = Annotated[bool, typer.Option("--replace", help="Put imported articles in place of others.")]
Rehearse = Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")]
FilesOnly = Annotated[bool, typer.Option("--files-only", help="Leave out what was written in chat.")]
First = Annotated[str, typer.Option("--from", metavar="DAY", help="First day; a month ago if left out.")]
Last = Annotated[str, typer.Option("--to", metavar="DAY", help="Last day; today if left out.")]


def import_(source: Source, replace: Replace = False, dry_run: Rehearse = False) -> None:  # noqa: FBT002 - flags
    """Write articles from elsewhere into the configuration's folder, all or none."""
    settings = load_settings(Settings)
    folder = settings.config / ARTICLES
    found, left_out = _read(source, SystemClock().now().date())
    present = {each.id: each for each in load_articles(folder)} if any(folder.glob("*.md")) else {}
    faults = [
        Fault(str(source), 1, each.id, "an id of its own: there is another such article (--replace)")
        for each in found
        if each.id in present and present[each.id] != each and not replace
    ]
    new = [each for each in found if present.get(each.id) != each]
    faults.extend(_unreadable(source, new))
    _end_with(faults)
    if not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
        for each in new:
            (folder / f"{each.id}.md").write_text(dump(each), encoding="utf-8")
    for line in left_out:
        out.print(f"[yellow]left out {escape(line)}[/]")
    done = "would be written" if dry_run else "written"
    out.print(
        f"{len(new)} articles {done} to {escape(str(folder))}, {len(found) - len(new)} were there already."
    )
    out.print("A running desk takes them up when it is told to read its files anew (SIGHUP).")


def export(target: Target, files_only: FilesOnly = False) -> None:  # noqa: FBT002 - a flag
    """Write every article in force, with what was written in chat, to a folder or a file."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config, progress)
    articles = configuration.knowledge.articles if files_only else _in_force(settings, configuration)
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise CasebellError(f"{target} is there already; name a new one")
    _writer(target)(target, articles)
    out.print(f"{len(articles)} articles written to {escape(str(target))}.")


def check(folder: Annotated[Path | None, typer.Argument(help="Another folder of articles.")] = None) -> None:
    """Look for faults in articles, each with its file and line; for contradictions, twins and old ones."""
    settings = load_settings(Settings)
    if folder is not None:
        try:
            out.print(f"{len(load_articles(folder))} articles are well.")
        except ConfigError as error:
            _end_with(error.faults)
        return
    try:
        configuration = load_configuration(settings.config, progress)
    except ConfigError as error:
        _end_with(error.faults)
        raise
    for line in article_lines(_ask(settings, configuration, what_to_do) or Todo()):
        out.print(line)
    out.print(f"{len(configuration.knowledge.articles)} articles are well.")


def list_() -> None:
    """List every article in force."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config, progress)
    table = Table(Column("id", no_wrap=True), "version", "updated", "audience", "languages", "question")
    for each in _in_force(settings, configuration):
        languages = " ".join(each.languages)
        title = each.titles[each.languages[0]]
        table.add_row(each.id, str(each.version), f"{each.updated}", each.audience, languages, escape(title))
    out.print(table)


def todo() -> None:
    """Say what the knowledge base lacks: questions without a good answer, the most frequent first."""
    settings = load_settings(Settings)
    with opened(settings) as store:
        desk = load_configuration(settings.config, progress).desk({})
        found = store.read(lambda unit: what_to_do(unit, desk))
    for line in (*question_lines(found), *article_lines(found)):
        out.print(line)
    if found.nothing:
        out.print("Nothing to do.")


def report(first: First = "", last: Last = "") -> None:
    """Count how questions went, day by day put down; deflected is only what helped and no case followed."""
    settings = load_settings(Settings)
    with opened(settings) as store:
        configuration = load_configuration(settings.config, progress)
        desk = configuration.desk({})
        store.run(lambda unit: put_down_figures(unit, desk))
        today = store.read(lambda unit: unit.now).date()
        to = _day(last) if last else today
        since = _day(first) if first else to - MONTH
        tallies = store.read(lambda unit: unit.articles.tallies(since, to))
        asked_since = store.read(lambda unit: outcomes(unit, desk, since, to))
    out.print(figures_table(tallies), width=max(out.width, WIDE), crop=False)
    if asked_since.questions:
        out.print(questions_table(asked_since), width=max(out.width, WIDE), crop=False)
    totals = summed(tallies).get("", {})
    asked, deflected = totals.get("asked", 0), totals.get("deflected", 0)
    share = f"{deflected / asked:.0%}" if asked else "none asked"
    out.print(f"Deflected: {deflected} of {asked} questions ({share}), from {since} to {to}.")


COMMANDS: Mapping[str, Callable[..., None]] = {
    "import": import_,
    "export": export,
    "check": check,
    "list": list_,
    "todo": todo,
    "report": report,
}
"""The commands by their names."""


def _read(source: Path, day: date) -> tuple[Sequence[Article], Sequence[str]]:
    assumed = Assumed(day=day, source=source.name)
    if source.is_dir():
        return load_articles(source), ()
    match source.suffix.casefold():
        case ".md":
            return (load_article(source),), ()
        case ".csv":
            return read_csv(source, assumed), ()
        case ".xlsx":
            return read_xlsx(source, assumed), ()
        case ".json":
            found = read_export(source, day)
            return found.articles, found.left_out
        case _:
            raise CasebellError(f"{source} is no folder and no .md, .csv, .xlsx or .json file")


def _unreadable(source: Path, articles: Iterable[Article]) -> Iterable[Fault]:
    for each in articles:
        try:
            parse(dump(each), str(source))
        except ConfigError as error:
            yield from (Fault(str(source), 1, f"{each.id}.{f.field}", f.expected) for f in error.faults)


def _writer(target: Path) -> Callable[[Path, Sequence[Article]], None]:
    writers: Mapping[str, Callable[[Path, Sequence[Article]], None]] = {
        "": _write_folder,
        ".csv": write_csv,
        ".xlsx": write_xlsx,
        ".jsonl": _write_lines,
    }
    if target.suffix.casefold() not in writers:
        raise CasebellError(f"{target} is no folder and no .csv, .xlsx or .jsonl file")
    return writers[target.suffix.casefold()]


def _write_folder(folder: Path, articles: Iterable[Article]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in articles:
        (folder / f"{each.id}.md").write_text(dump(each), encoding="utf-8")


def _write_lines(file: Path, articles: Iterable[Article]) -> None:
    """Write what `casebell kb predict` reads."""
    entries = (
        {
            "id": each.id,
            "question": each.titles[each.languages[0]],
            "aliases": [words for lang in Language for words in each.questions(lang)][1:],
            "answer": "\n".join(each.answers.values()),
        }
        for each in articles
    )
    lines = (json.dumps(entry, ensure_ascii=False) for entry in entries)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _in_force(settings: Settings, configuration: Configuration) -> tuple[Article, ...]:
    edited = _ask(settings, configuration, lambda unit, desk: desk.shelf.articles(unit))
    return configuration.knowledge.articles if edited is None else tuple(edited.values())


def _ask(settings: Settings, configuration: Configuration, work: Callable[[Unit, Desk], T]) -> T | None:
    """Return what the database says with the files, if there is one to ask."""
    desk = configuration.desk({})
    try:
        with opened(settings) as store:
            return store.read(lambda unit: work(unit, desk))
    except StoreError as error:
        err.print(f"What was written in chat was not looked at: {escape(str(error))}.")
        return None


def _end_with(faults: Iterable[Fault]) -> None:
    found = tuple(faults)
    for fault in found:
        err.print(f"[red]{escape(str(fault))}[/]")
    if found:
        raise typer.Exit(FOUND_FAULTS)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CasebellError(f"{given} is no day such as 2026-11-20") from None
