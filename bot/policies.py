"""`casebell policy`: open cases keep the policies they were opened under, until the operator moves them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.progress import Progress
from rich.table import Column, Table

from bot.cases.moving import due_at
from bot.configuration import Configuration, load_configuration
from bot.core.errors import CasebellError
from bot.core.people import CaseId, ContractId
from bot.ports import Store
from bot.services.editions import Moved, open_cases, perform
from bot.services.editions import preview as previewed
from bot.settings import Settings, load_settings
from bot.sla.promises import Met, Paused, Pending, Promise
from bot.upkeep import desk_at_rest, err, opened, out
from storage import server_lock

BATCH = 100
"""How many cases one transaction moves."""

MOST_SHOWN = 200
"""How many cases the table lists."""

policy = typer.Typer(
    help="Move open cases to the policies and contract terms in force.", no_args_is_help=True
)

Contract = Annotated[
    str, typer.Option("--contract", metavar="ID", help="Only cases of this contract; all if left out.")
]


@policy.command()
def preview(contract: Contract = "") -> None:
    """Show every deadline that would move; nothing is changed."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config)
    with opened(settings) as store:
        _show(store, configuration, _named(configuration, contract))


@policy.command()
def move(contract: Contract = "") -> None:
    """Move open cases, each with a record of it, while the desk does not run."""
    settings = load_settings(Settings)
    configuration = load_configuration(settings.config)
    only, moved = _named(configuration, contract), 0
    with server_lock(settings.database), opened(settings) as store:
        _show(store, configuration, only)
        store.run(configuration.keep)
        desk = desk_at_rest(configuration)
        with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
            for batch in progress.track(_batches(store), description="moving"):
                moved += store.run(partial(perform, desk=desk, cases=batch, contract=only))
    out.print(f"Moved: {moved}.")


def _named(configuration: Configuration, contract: str) -> ContractId | None:
    if contract and ContractId(contract) not in configuration.directory.contracts:
        raise CasebellError(f"the directory has no contract {contract}")
    return ContractId(contract) if contract else None


def _batches(store: Store) -> Sequence[Sequence[CaseId]]:
    cases = store.read(open_cases)
    return [cases[start : start + BATCH] for start in range(0, len(cases), BATCH)]


def _show(store: Store, configuration: Configuration, only: ContractId | None) -> None:
    desk = desk_at_rest(configuration)
    work = (partial(previewed, desk=desk, cases=batch, contract=only) for batch in _batches(store))
    found = [each for batch in work for each in store.read(batch)]
    if moving := [each for each in found if each.shifts]:
        out.print(_table(moving[:MOST_SHOWN]))
    out.print(f"Open cases under other policies or terms: {len(found)}, with other deadlines: {len(moving)}.")


def _table(found: Iterable[Moved]) -> Table:
    """Return every deadline that would move."""
    table = Table(*(Column(title, no_wrap=True) for title in ("case", "promise", "due", "becomes")), "clause")
    for each in found:
        zone = each.case.terms.zone
        for shift in each.shifts:
            target = shift.target
            was, becomes = (_due(promise, zone) for promise in (shift.before, shift.after))
            table.add_row(each.case.key, f"{target.scheme} {target.milestone}", was, becomes, target.clause)
    return table


def _due(promise: Promise | None, zone: ZoneInfo) -> str:
    at = due_at(promise)
    if at is not None:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    return "not promised" if promise is None else _STATES[type(promise)]


_STATES: Mapping[type[Promise], str] = {Pending: "not started", Paused: "paused", Met: "met"}
