"""What an operator does with a desk's data: prove it, copy it, erase somebody, look after what failed."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.configuration import Configuration, load_configuration
from bot.core.clock import SystemClock
from bot.core.errors import CasebellError, StoreError
from bot.core.people import LOCAL, PersonId, PlatformName, Sender
from bot.directory.lookup import Directory
from bot.directory.model import Person
from bot.jobs.clockguard import note_confirmation
from bot.kb.segment import Told
from bot.notify.plain import plain
from bot.ports import Alarm, Capabilities, GivenUp, Received, Somebody, Store, Traces, Unit
from bot.services.desk import Desk
from bot.services.keeping import article_line, conflict_line
from bot.services.operators import seen
from bot.settings import Settings, load_settings
from storage import SqlStore, Verdict, backup_command
from storage import backup as backup_database
from storage import verify as verify_database

FOUND_FAULTS = 1
FAILED = 2

LONG_WORK = 500
"""Things to do from which on it is shown how far they are."""

ALL = "all"

DRAWN_LATER = Capabilities(
    edits=True, threads=True, buttons=True, forms=True, reads_back=True, reactions=True, max_text=4000
)
"""What a platform can is known where it is: cards are noted here, and drawn by the desk."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Row = TypeVar("Row", Received, GivenUp, Alarm)


@contextmanager
def progress(words: str, total: int) -> Iterator[Told]:
    """Show how far long work is, on a terminal only, and forget it when it is done."""
    worth = err.is_terminal and total >= LONG_WORK
    with Progress(console=err, transient=True, disable=not worth) as shown:
        task = shown.add_task(words, total=total)
        yield lambda more: shown.advance(task, more)


class Action(StrEnum):
    """What can be done to a row that failed."""

    LIST = "list"
    RETRY = "retry"
    DROP = "drop"


Do = Annotated[Action, typer.Argument(help="What to do with them.")]
Which = Annotated[str, typer.Argument(metavar="ID", help="Which one; `all` for every one.")]
Yes = Annotated[bool, typer.Option("--yes", help="Really erase, instead of showing what would be.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="This is the right time.")]
Show = Annotated[bool, typer.Option("--show", help="Show the words too.")]


def verify() -> None:
    """Recompute every hash chain, check the daily heads, and show what was changed."""
    settings = load_settings(Settings)
    _tell(verify_database(settings.database, key=settings.head_signing_key, folder=settings.heads_folder))


def backup(
    file: Annotated[Path, typer.Argument(help="A new file for the copy.")],
) -> None:
    """Copy the database while it is served, and verify the copy."""
    settings = load_settings(Settings)
    command = backup_command(settings.database, file)
    if command is not None:
        out.print(escape(command))
        raise CasebellError("PostgreSQL copies its own databases; use the line above")
    _tell(backup_database(settings.database, file, key=settings.head_signing_key))
    out.print(f"{escape(str(file))} is a whole copy.")


def erase(
    person: Annotated[str, typer.Argument(help="An id of the directory, or `platform:user`.")],
    yes: Yes = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Erase a person: words, names, contact and pseudonyms. The histories still verify."""
    settings = load_settings(Settings)
    who = somebody(load_configuration(settings.config).directory, person)
    with opened(settings) as store:
        run = store.run if yes else store.rehearse
        traces = run(lambda unit: unit.keeping.erase(who))
    for line in _lines(traces):
        out.print(line)
    if yes:
        out.print("Erased. Take the person out of directory.yaml too, and let old backups expire.")
    else:
        out.print("Nothing was erased yet: add --yes.")


def parked(
    do: Do = Action.LIST,
    which: Which = "",
    show: Show = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """List events that failed three times; put them back, or drop them."""

    def line(row: Received) -> str:
        words = f"\n    {row.payload}" if show else ""
        return (
            f"{row.id}  {row.received_at:%Y-%m-%d %H:%M} UTC  {row.platform}  {row.lane}  "
            f"{row.attempts} attempts  {row.reason}{words}"
        )

    with opened(load_settings(Settings)) as store:
        rows = {str(row.id): row for row in store.read(lambda unit: unit.inbox.parked())}
        if do is Action.LIST:
            _list(rows.values(), line, "No event is parked.")
            return
        done = [store.run(partial(_inbox, do, row.id)) for row in _chosen(rows, which)]
    _say_done(do, done)


def dead(
    do: Do = Action.LIST,
    which: Which = "",
    show: Show = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """List messages that were refused for good; send them again, or drop them."""

    def line(row: GivenUp) -> str:
        words = "\n    ".join(["", *plain(row.message, buttons=False)]) if show and row.message else ""
        return (
            f"{row.name}  {row.at:%Y-%m-%d %H:%M} UTC  {row.lane}  {row.case or '-'}  "
            f"{row.attempts} attempts  {row.reason}{words}"
        )

    with opened(load_settings(Settings)) as store:
        rows = {row.name: row for row in store.read(lambda unit: unit.outbox.given_up())}
        if do is Action.LIST:
            _list(rows.values(), line, "No message was given up.")
            return
        done = [store.run(partial(_outbox, do, row)) for row in _chosen(rows, which)]
    _say_done(do, done)


def alarms(
    number: Annotated[int, typer.Argument(metavar="[NUMBER]", help="One alarm, to say who has seen it.")] = 0,
    noted: Annotated[str, typer.Option(metavar="PERSON", help="Who has seen it, as in the directory.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
) -> None:
    """List what operators were alarmed of: whom each reached, by which channel, who has seen it."""
    settings = load_settings(Settings)
    if noted and not number:
        raise CasebellError(f"say which alarm has been seen: `casebell alarms NUMBER --noted {noted}`")
    if noted and load_configuration(settings.config).directory.person(PersonId(noted)) is None:
        raise CasebellError(f"the directory has no person {noted}")
    with opened(settings) as store:
        if noted and store.run(lambda unit: seen(unit, number, by=PersonId(noted))) is None:
            raise CasebellError(f"there is no alarm {number}; `casebell alarms` lists them")
        found = store.read(lambda unit: _alarms(unit, number, limit))
    _list(found, _alarm_line, "There is no such alarm." if number else "There was no alarm.")


def _alarms(unit: Unit, number: int, limit: int) -> tuple[Alarm, ...]:
    if not number:
        return unit.alarms.latest(limit=limit)
    found = unit.alarms.of(number)
    return (found,) if found else ()


def _alarm_line(alarm: Alarm) -> str:
    """Return an alarm with what became of it, a line each."""
    facts = (
        f"\n    {fact.at:%Y-%m-%d %H:%M:%S} UTC  {fact.kind}  "
        + "  ".join(f"{name} {value}" for name, value in sorted(fact.data.items()))
        for fact in alarm.facts[1:]
    )
    number = alarm.number or "-"
    seen_by = alarm.noted_by or "nobody"
    text = alarm.text or "(erased)"
    return f"{number}  {alarm.at:%Y-%m-%d %H:%M} UTC  seen by {seen_by}  {text}{''.join(facts)}"


def clock(*, confirm: Confirm = False) -> None:
    """Show the desk's clock; confirm it where it was set and deadlines are held, so that they go on."""
    with opened(load_settings(Settings)) as store:
        now = store.read(lambda unit: unit.now)
        out.print(f"{now:%Y-%m-%d %H:%M:%S} UTC")
        if confirm:
            store.run(note_confirmation)
            out.print("Noted. A desk that holds its clocks goes on within a second.")


COMMANDS: tuple[Callable[..., None], ...] = (verify, backup, erase, parked, dead, alarms, clock)
"""The commands, in the order the help lists them."""


def tell_conflicts(settings: Settings, desk: Desk) -> None:
    """Print where what was done in chat disagrees with the files, if there is a database to ask."""
    try:
        with opened(settings) as store:
            conflicts, articles = store.read(
                lambda unit: (desk.directory_of(unit).conflicts, desk.shelf.conflicts(unit))
            )
    except StoreError as error:
        out.print(f"Groups tied from chat were not looked at: {escape(str(error))}.")
        return
    for conflict in conflicts:
        out.print(f"[yellow]{escape(conflict_line(conflict))}[/]")
    for each in articles:
        out.print(f"[yellow]{escape(article_line(each))}[/]")


def somebody(directory: Directory, name: str) -> Somebody:
    """Return everything a person is called: in the directory, on platforms, and before the directory knew.

    Raises:
        CasebellError: it is neither an id of the directory nor `platform:user`.
    """
    platform, colon, user = name.partition(":")
    known = directory.person(PersonId(name))
    if known is None and colon:
        known = directory.person_of(Sender(PlatformName(platform), user, ""))
    if known is None and not (platform and colon and user):
        raise CasebellError(f"the directory has no person {name}; somebody it does not know is platform:user")
    users = {(PlatformName(platform), user)} if colon else set()
    if known is not None:
        users |= {*known.ids.items(), (LOCAL, known.id)}
    ids = {PersonId(f"{where}:{id_}") for where, id_ in users} | ({known.id} if known else set())
    return Somebody(
        persons=frozenset(ids),
        users=frozenset(users),
        names=frozenset(_names(known)),
        emails=frozenset([known.email] if known and known.email else []),
        lanes=frozenset(way.place.lane for way in known.alerts) if known else frozenset(),
    )


def _names(person: Person | None) -> Iterator[str]:
    if person is not None:
        yield person.name
        if person.name_en:
            yield person.name_en


def desk_at_rest(configuration: Configuration) -> Desk:
    """Return the desk for what a command says and shows while it does not run: it draws that once it does."""
    places = (place for group in configuration.directory.groups for place in group.all_places())
    return configuration.desk({place.platform: DRAWN_LATER for place in places})


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Lend the desk's store for as long as a command needs it."""
    store = SqlStore.open(
        settings.database,
        clock=SystemClock(),
        demo=False,
        head_key=settings.head_signing_key,
    )
    try:
        yield store
    finally:
        store.close()


def _tell(verdict: Verdict) -> None:
    for line in verdict.checked:
        out.print(f"checked: {escape(line)}")
    for problem in verdict.problems:
        err.print(f"[red]{escape(str(problem))}[/]")
    if verdict.problems:
        raise typer.Exit(FOUND_FAULTS)
    out.print("Every case's history is as it was written.")


def _lines(traces: Traces) -> Iterator[str]:
    yield f"{traces.texts} words of facts"
    yield f"{traces.cases} cases of which the person is the reporter"
    yield f"{traces.pseudonyms} pseudonyms"
    yield f"{traces.events} handled events, {traces.messages} messages"
    yield f"{traces.lines} lines of the local chat"
    yield f"{traces.exchanges} remembered exchanges with the bot"
    yield f"{traces.files} files"
    if traces.live:
        yield f"still being worked on: {', '.join(traces.live)}"
    if traces.left:
        yield f"left alone: {traces.left} events and messages open, parked or given up; settle them, repeat"


def _list(rows: Collection[Row], line: Callable[[Row], str], nothing: str) -> None:
    for row in rows:
        out.print(escape(line(row)))
    if not rows:
        out.print(nothing)


def _chosen(rows: dict[str, Row], which: str) -> Sequence[Row]:
    if which == ALL:
        return tuple(rows.values())
    if which not in rows:
        raise CasebellError(f"there is no {which or 'ID'} among them; name one of the list, or {ALL}")
    return (rows[which],)


def _inbox(do: Action, row: int, unit: Unit) -> bool:
    return unit.inbox.unpark(row) if do is Action.RETRY else unit.inbox.drop(row)


def _outbox(do: Action, row: GivenUp, unit: Unit) -> bool:
    return unit.outbox.revive(row) if do is Action.RETRY else unit.outbox.bury(row)


def _say_done(do: Action, done: Sequence[bool]) -> None:
    said = "put back" if do is Action.RETRY else "dropped"
    out.print(f"{sum(done)} {said}.")
