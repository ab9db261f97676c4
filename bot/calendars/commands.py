"""The commands themselves: arithmetic, drawings, and the holidays of another year."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from bot.calendars.asked import duration, instant, named, period
from bot.calendars.drawn import MOST_SHOWN, changes, months, moving, overview, provisional
from bot.calendars.written import imported_list, missing, written
from bot.configuration import Configuration, load_configuration
from bot.core.clock import SystemClock
from bot.core.errors import CasebellError, StoreError
from bot.core.people import CaseId
from bot.ports import Store
from bot.services.coverage import doubts, running_out
from bot.services.holidays import declare, on_those_in_force
from bot.services.recompute import Change, Moving, Recomputation, come_into_force, pending_change
from bot.settings import Settings, load_settings
from bot.sla.calendar import BusinessCalendar
from bot.sla.calendar_files import CalendarData
from bot.sla.policy import Book
from bot.upkeep import FOUND_FAULTS, err, opened, out
from storage import server_lock

BATCH = 1000
"""How many cases one transaction counts anew while the desk does not run."""

calendar = typer.Typer(
    help="Count on a calendar, look at it, add the holidays of a year.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="CALENDAR", help="Such as s0_office.")]
Start = Annotated[str, typer.Argument(metavar="START", help="Local to the calendar: 2026-09-30T17:00.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change and move.")]


@calendar.command()
def add(
    name: Name,
    start: Start,
    length: Annotated[str, typer.Argument(metavar="DURATION", help="Of open time: PT60M, PT8H.")],
) -> None:
    """Print when so much open time has passed."""
    known = named(_book().calendars, name)
    start_at, open_time = instant(start, known.zone), duration(length)
    due_at = known.add(start_at, open_time).astimezone(known.zone)
    out.print(_iso(due_at))
    _say_if_provisional(known, start_at, due_at)


@calendar.command()
def between(
    name: Name,
    start: Start,
    end: Annotated[str, typer.Argument(metavar="END", help="Local to the calendar too.")],
) -> None:
    """Print how many minutes are open from one instant to another."""
    known = named(_book().calendars, name)
    start_at, end_at = instant(start, known.zone), instant(end, known.zone)
    out.print(known.between(start_at, end_at) // timedelta(minutes=1))
    _say_if_provisional(known, *sorted((start_at, end_at)))


@calendar.command()
def show(
    name: Annotated[str, typer.Argument(metavar="CALENDAR", help="All of them if left out.")] = "",
    when: Annotated[str, typer.Argument(metavar="YEAR|MONTH", help="2026 or 2026-10; else this month.")] = "",
) -> None:
    """Draw a year or a month of a calendar, or list the calendars."""
    book = _book()
    if not name:
        out.print(overview(book.calendars, book.data.specs))
        return
    known = named(book.calendars, name)
    first, last = period(when or f"{SystemClock().now().astimezone(known.zone):%Y-%m}")
    if book.data.specs[name].never_closes:
        out.print(f"{name} is open at every instant.")
        return
    if first < known.covers_from or last > known.covers_to:
        raise CasebellError(f"calendar {name} knows {known.covers_from} to {known.covers_to}")
    kinds = {day: kind for day, kind in book.data.kinds(name).items() if first <= day <= last}
    out.print(months(kinds, book.data.years(name)))


@calendar.command()
def check() -> None:
    """Tell which calendars run out of announced holidays, and which deadlines lie beyond them."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config)
    faults = running_out(configuration.directory, configuration.book, SystemClock().now())
    for name, announced_to in faults:
        err.print(f"[yellow]{name} knows announced holidays to {announced_to}; import the next year's[/]")
    for store in _stores(settings):
        found = store.read(lambda unit: doubts(unit, configuration.book))
        out.print(f"Open cases with provisional deadlines: {len({each.case.key for each in found})}")
        if found:
            out.print(provisional(found[:MOST_SHOWN]))
        _tell_pending(store, configuration)
    if faults:
        raise typer.Exit(FOUND_FAULTS)
    out.print("Every calendar in use knows the holidays of the next two months.")


@calendar.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON, CSV or iCalendar: days off, weekend days worked.")
    ],
    into: Annotated[str, typer.Option("--list", metavar="LIST", help="Which list.")] = "cn_statutory",
    source: Annotated[str, typer.Option(help="The notice; the file's name if left out.")] = "",
    dry_run: DryRun = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Add the holidays of a year to the configuration, or correct them; a running desk counts on them."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config)
    own, before = configuration.book.data, _in_force(settings, configuration)
    listed = imported_list(file, named(before.holidays, into, what="list of holidays"), source=source)
    after = before.on({into: listed})
    if after.days == before.days:
        out.print("These holidays are known already.")
        return
    _say_changes(before, after, into)
    for day in missing(listed, before=before.holidays[into]):
        err.print(f"[yellow]{day} is off in every year and the file does not say so: is it whole?[/]")
    for store in _stores(settings):
        _say_moves(store, configuration, after)
    if dry_run:
        out.print("Nothing was written.")
        return
    target = written(settings.config / "data" / f"{into}.toml", listed, before=own.holidays[into])
    load_configuration(settings.config)
    out.print(f"{escape(str(target))} holds them, edition {after.days}. {_declared(settings, after)}")


@calendar.command()
def apply(
    dry_run: DryRun = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Count the deadlines of open cases on the holidays as configured, while the desk does not run."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config)
    if dry_run:
        with opened(settings) as store:
            _say_moves(store, configuration, configuration.book.data)
        return
    with server_lock(settings.database), opened(settings) as store:
        store.run(lambda unit: declare(unit, configuration.book.data.holidays))
        change = store.read(lambda unit: pending_change(unit, configuration.book.data.holidays))
        if change is None:
            out.print("Open cases are counted on these holidays already.")
            return
        moved = _applied(store, configuration, change)
    out.print(f"{moved} of {len(change.cases)} cases that these days concern moved.")


def _in_force(settings: Settings, configuration: Configuration) -> CalendarData:
    """Return the calendars on the holidays in force, which another process may have been told of."""
    book = configuration.book
    try:
        with opened(settings) as store:
            return store.read(lambda unit: on_those_in_force(unit, book)).data
    except StoreError:
        return book.data


def _declared(settings: Settings, after: CalendarData) -> str:
    """Put holidays into force for every process, and return what follows."""
    try:
        with opened(settings) as store:
            store.run(lambda unit: declare(unit, after.holidays))
    except StoreError:
        return "They come into force when the desk starts."
    return (
        "They are in force: a desk that runs counts open cases anew within seconds, one that does not when "
        "it starts, or with `casebell calendar apply`."
    )


def _applied(store: Store, configuration: Configuration, change: Change) -> int:
    work = Recomputation(configuration.desk({}), change)
    moved = sum(store.run(partial(work.perform, cases=batch)) for batch in _batches(change))
    store.run(lambda unit: come_into_force(unit, change))
    return moved


def _say_moves(store: Store, configuration: Configuration, after: CalendarData) -> None:
    change = store.read(lambda unit: pending_change(unit, after.holidays))
    found, shown = 0, list[Moving]()
    for each in _moves(store, configuration, change) if change else ():
        if any(one.before.due_at != one.after.due_at for one in each.promises):
            found += 1
            shown += [each] if found <= MOST_SHOWN else []
    if shown:
        out.print(moving(shown))
    out.print(f"{found} open cases would get other deadlines.")


def _moves(store: Store, configuration: Configuration, change: Change) -> Iterator[Moving]:
    work = Recomputation(configuration.desk({}), change)
    for batch in _batches(change):
        yield from store.read(partial(work.preview, cases=batch))


def _batches(change: Change) -> Iterator[Sequence[CaseId]]:
    """Yield the cases some at a time, and show on a terminal how far it has come."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("counting anew", total=len(change.cases))
        for start in range(0, len(change.cases), BATCH):
            batch = change.cases[start : start + BATCH]
            yield batch
            progress.advance(task, len(batch))


def _say_changes(before: CalendarData, after: CalendarData, into: str) -> None:
    name = next((name for name, spec in sorted(before.specs.items()) if spec.holidays == into), None)
    if name is None:
        out.print(f"No calendar goes by {into}.")
        return
    for line in changes(before.kinds(name), after.kinds(name)):
        out.print(line)


def _tell_pending(store: Store, configuration: Configuration) -> None:
    change = store.read(lambda unit: pending_change(unit, configuration.book.data.holidays))
    if change and change.cases:
        out.print(
            "Open cases are counted on other holidays than those configured; the desk changes that while it "
            "runs, or `casebell calendar apply`."
        )


def _stores(settings: Settings) -> Iterator[Store]:
    """Yield the store, if there is a database to ask."""
    try:
        with opened(settings) as store:
            yield store
    except StoreError as error:
        out.print(f"Open cases were not looked at: {escape(str(error))}.")


def _book() -> Book:
    return Book.load(load_settings(Settings).config)


def _say_if_provisional(known: BusinessCalendar, start: datetime, end: datetime) -> None:
    if known.provisional(start, end):
        err.print(f"provisional: {known.name} knows announced holidays to {known.announced_to}")


def _iso(at: datetime) -> str:
    whole = at.second == at.microsecond == 0
    return at.isoformat(timespec="minutes" if whole else "auto")
