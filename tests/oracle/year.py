"""A whole year of a mixed desk on a movable clock, every case compared with the model.

`make year` is the full one, ten thousand cases on two desks side by side; the tests do it with fewer.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop
from random import Random

import typer

from bot.core.clock import FixedClock, monotonic
from bot.core.people import Level
from tests.oracle.desk import CONTRACTS, Pair, keep_edition, opened, pass_time
from tests.oracle.hours import instant, minute
from tests.scenario.memory import fresh_store

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 365 * 24 * 60

PLANS: Sequence[tuple[str, ...]] = (
    ("speak", "diagnose", "solve", "confirm"),
    ("call", "solve", "confirm"),
    ("speak", "level", "diagnose", "solve", "confirm"),
    ("diagnose", "need", "arrive", "leave", "solve", "confirm"),
    ("need", "diagnose", "arrive", "solve", "reopen", "need", "solve", "confirm"),
    ("speak", "wait", "resume", "wait", "resume", "solve", "confirm"),
    ("wait", "level", "resume", "diagnose", "solve", "reopen", "solve", "confirm"),
    ("speak", "parts", "resume", "level", "level", "solve", "confirm"),
    ("written", "diagnose", "offer", "solve", "confirm"),
    ("disaster", "need", "arrive", "standby", "solve", "confirm"),
    ("received", "wait", "resume", "returned", "solve", "confirm"),
    ("late", "diagnose", "late", "solve", "confirm"),
    ("solve", "reopen", "late", "solve", "confirm"),
    ("diagnose", "standby", "cancel"),
    (),
)
"""What people do to a case, in order; the pauses between are drawn."""

PAUSES = (1, 5, 20, 29, 31, 45, 60, 61, 119, 180, 240, 480, 720, 1440, 2000, 2880, 5000, 10_080)


@dataclass(frozen=True, order=True)
class Deed:
    """Something to be done to one case at a minute of the year."""

    at: int
    case: int
    what: str


@dataclass(frozen=True)
class Result:
    """What a simulated year came to."""

    differences: tuple[str, ...]
    recorded: int
    deeds: int


def simulate(cases: int, *, seed: int) -> Result:
    """Let a year pass for so many cases and compare each with its model."""
    random, clock = Random(seed), FixedClock(BEGIN)
    store = fresh_store(clock)
    keep_edition(store)
    queue = [deed for number in range(cases) for deed in _life(random, number)]
    deeds = len(queue)
    heapify(queue)
    pairs: dict[int, Pair] = {}
    while queue:
        deed = heappop(queue)
        pass_time(store, clock, instant(deed.at))
        if deed.what == "open":
            contract, level = random.choice(list(CONTRACTS)), random.choice(list(Level))
            pairs[deed.case] = opened(store, clock, contract, level)
        else:
            _done(pairs[deed.case], deed, random)
    pass_time(store, clock, BEGIN + timedelta(minutes=YEAR + 30 * 24 * 60))
    for pair in pairs.values():
        pair.model.until(minute(clock.now()))
    found = tuple(each for pair in pairs.values() for each in pair.differences())
    store.close()
    return Result(found, sum(len(pair.model.log) for pair in pairs.values()), deeds)


def _life(random: Random, number: int) -> Iterator[Deed]:
    at = minute(BEGIN) + random.randrange(YEAR)
    yield Deed(at, number, "open")
    for what in random.choice(PLANS):
        at += random.choice(PAUSES)
        yield Deed(at, number, what)


def _done(pair: Pair, deed: Deed, random: Random) -> None:
    """Do what may be done; clocks of the model that are due by now have struck before."""
    pair.model.until(deed.at)
    if deed.what == "level":
        level = random.choice([each for each in Level if each != pair.model.level])
        if pair.may("level"):
            pair.level(level)
    elif deed.what == "late":
        if pair.may("speak"):
            pair.do("speak", said=deed.at - random.choice(PAUSES))
    elif pair.may(deed.what):
        pair.do(deed.what)


def main(cases: int = 10_000, seed: int = 1, desks: int = 2) -> None:
    """Simulate the year, the cases dealt to desks with a process each, and say what came of it."""
    began = monotonic()
    with ProcessPoolExecutor(desks) as processes:
        years = [processes.submit(simulate, cases // desks, seed=seed + number) for number in range(desks)]
        results = [year.result() for year in years]
    differences = [line for each in results for line in each.differences]
    for line in differences[:20]:
        print(line)
    print(
        f"{cases // desks * desks} cases, {sum(each.deeds for each in results)} deeds, "
        f"{sum(each.recorded for each in results)} alarms, rungs, breaches and corrections: "
        f"{len(differences)} differences from the model, {monotonic() - began:.0f} s"
    )
    raise typer.Exit(bool(differences))


if __name__ == "__main__":
    typer.run(main)
