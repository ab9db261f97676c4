"""The command line: `casebell demo` to look, `casebell run` to work, and what an operator needs besides."""

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from typer.core import TyperGroup

from bot.calendars.commands import calendar
from bot.cases.docs import lifecycle_md
from bot.configuration import DIRECTORY, load_configuration
from bot.core.errors import CasebellError, ConfigError
from bot.handlers.docs import access_md, commands_md
from bot.knowledge.app import kb
from bot.logs import start_logs
from bot.main import EVERYTHING, App, Role, build, on_sqlite
from bot.notify.texts import Texts
from bot.policies import policy
from bot.serving import HOST, listen, serve
from bot.settings import PROJECT, DemoSettings, Settings, load_settings
from bot.setup import doctor, slack
from bot.simulate.command import simulate
from bot.understanding.command import triage
from bot.upkeep import COMMANDS, FAILED, FOUND_FAULTS, err, out, progress, tell_conflicts
from storage import migrate as migrate_database
from storage.database import remove


class _OneLine(TyperGroup):
    """Commands whose expected failures are lines on stderr, never a traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override] # typer's own context, click's subclass
        try:
            return super().invoke(ctx)
        except CasebellError as error:
            reason = str(error)
        except OSError as error:
            reason = f"{error.filename or 'the system'}: {error.strerror or error}"
        err.print(f"[red]casebell:[/] {escape(reason)}")
        raise typer.Exit(FAILED)


app = typer.Typer(
    cls=_OneLine,
    name="casebell",
    help="A support desk in chat groups: no question is lost, no promise passes unnoticed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo and begin anew.")] = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Open a made-up desk in your browser; needs no account and no key."""
    start_logs(readable=True, level=logging.WARNING)
    settings = load_settings(DemoSettings)
    if port is not None:
        settings = settings.model_copy(update={"http_port": port})
    if fresh:
        remove(settings.database)
    _serve(settings, EVERYTHING, welcome=_say_where)


@app.command()
def run() -> None:
    """Run the whole desk in this process."""
    _work(EVERYTHING)


@app.command()
def chat() -> None:
    """Run only the connections to the chat platforms; needs PostgreSQL."""
    _work({Role.CHAT})


@app.command()
def worker() -> None:
    """Run only the work behind: lanes, clocks, delivery; needs PostgreSQL."""
    _work({Role.WORKER})


@app.command()
def web() -> None:
    """Run only the pages for operators; needs PostgreSQL."""
    _work({Role.WEB})


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    migrate_database(load_settings(Settings).database)
    out.print("The database has the newest schema.")


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The configuration; CASEBELL_CONFIG if left out.")
    ] = None,
) -> None:
    """Look for faults in the configuration, each with its file and line."""
    settings = load_settings(Settings)
    try:
        found = load_configuration(folder or settings.config, progress)
    except ConfigError as error:
        for fault in error.faults:
            err.print(f"[red]{escape(str(fault))}[/]")
        raise typer.Exit(FOUND_FAULTS) from error
    directory = found.directory
    for warning in found.warnings:
        out.print(f"[yellow]{escape(str(warning))}[/]")
    if folder is None:
        tell_conflicts(settings, found.desk({}))
    out.print(
        f"{found.folder} is well: {len(directory.customers)} customers, "
        f"{len(directory.contracts)} contracts, {len(directory.people)} people, "
        f"{len(directory.groups)} groups; {len(found.book.policies)} policies, "
        f"{len(found.book.calendars)} calendars, {len(found.knowledge.articles)} articles."
    )


for _command in (doctor, *COMMANDS):
    app.command()(_command)
app.command()(simulate)
app.add_typer(slack, name="slack")
app.add_typer(calendar, name="calendar")
app.add_typer(policy, name="policy")
app.add_typer(triage, name="triage")
app.add_typer(kb, name="kb")


@app.command()
def docs() -> None:
    """Write the documents that are generated from tables."""
    texts = Texts.load()
    documents = {
        "lifecycle.md": lifecycle_md(),
        "commands.md": commands_md(texts),
        "access.md": access_md(),
    }
    for name, text in documents.items():
        (PROJECT / "docs" / name).write_text(text, encoding="utf-8")
        out.print(f"docs/{name}")


def _work(roles: Collection[Role]) -> None:
    start_logs(readable=sys.stderr.isatty(), level=logging.INFO)
    settings = load_settings(Settings)
    if roles != EVERYTHING and on_sqlite(settings):
        raise CasebellError(
            "one process serves a SQLite file: use `casebell run`, or set DATABASE_URL to PostgreSQL"
        )
    _serve(settings, roles, welcome=_say_next)


def _serve(settings: Settings, roles: Collection[Role], *, welcome: Callable[[App, str], None]) -> None:
    with ExitStack() as stack:
        desk = stack.enter_context(build(settings, shown=progress))
        listening: socket.socket | None = None
        if Role.WEB in roles:
            listening = stack.enter_context(listen(settings.http_port))
        address = f"http://{HOST}:{listening.getsockname()[1]}/" if listening else ""
        gc.freeze()  # what is loaded by now stays: the process need not sweep it, and ends at once
        asyncio.run(serve(desk, roles, listening, ready=lambda: welcome(desk, address)))


def _say_where(_desk: App, address: str) -> None:
    out.print(f"[bold]Casebell's demo:[/] {address}   (Ctrl-C ends it; what you did is kept)")


def _say_next(desk: App, address: str) -> None:
    if not desk.desk.directory.groups:
        file = desk.configuration.folder / DIRECTORY
        out.print(
            f"No group is configured yet. Fill in {file} (its comments show how), check it with "
            "`casebell check` and start again. `casebell demo` shows a desk at work."
        )
    out.print(f"[bold]Casebell is running.[/] {address and f'Console: {address}'}".rstrip())


if __name__ == "__main__":
    app()
