"""What a row of the lifecycle table is, and how rows become one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.cases.model import FactKind, Status, To
from bot.cases.triggers import TriggerKind as T
from bot.sla.rules import ClockEvent


@dataclass(frozen=True, slots=True)
class Told:
    """A row's wish that somebody hears of it."""

    template: str
    to: To
    second_channel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A row of the table: the next status, the clock events, the fact, who hears, and by which clause."""

    to: Status
    fact: FactKind
    clocks: tuple[ClockEvent, ...] = ()
    tells: tuple[Told, ...] = ()
    clause: str


Row = tuple[tuple[Status, T], Transition]


def rows(  # noqa: PLR0913 - these are the columns of a row
    statuses: Iterable[Status],
    trigger: T,
    fact: FactKind,
    *,
    to: Mapping[Status, Status] | Status | None = None,
    clocks: tuple[ClockEvent, ...] = (),
    tells: tuple[Told, ...] = (),
    clause: str = "ours",
) -> Iterable[Row]:
    """One row a status; `to` None stays, a status goes there, a mapping names the exceptions."""
    for status in statuses:
        target = status if to is None else to if isinstance(to, Status) else to.get(status, status)
        yield (status, trigger), Transition(to=target, fact=fact, clocks=clocks, tells=tells, clause=clause)


def table(*groups: Iterable[Row]) -> Mapping[tuple[Status, T], Transition]:
    """Return all rows as one table; a pair that has two is a fault of the program."""
    found: dict[tuple[Status, T], Transition] = {}
    for group in groups:
        for pair, row in group:
            if pair in found:
                raise ValueError(f"two rows for {pair}")
            found[pair] = row
    return found
