"""What a case costs: each step of its life, opening many, memory, and a desk full of open cases at rest.

Run it alone (`python bench/life.py --quick` takes seconds) or with everything else by `make bench`. A full
run on both engines writes its tables into docs/performance.md.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench._databases import WORKERS, Databases, Engine, databases, is_sqlite
from bench._desk import configure
from bench._idle import DUE, FIRED, IDLE, OPENED, PARTS, measure_idle
from bench._life import BARE, measure_steps
from bench._memory import measure_memory
from bench._meter import Meter, Report, Spread, machine
from bench._opening import measure_opening, measure_processes
from bot.core.clock import monotonic
from bot.logs import start_logs
from bot.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
BETWEEN = re.compile(r"(?<=<!-- life -->\n).*(?=<!-- end of life -->)", re.DOTALL)
MOST_RATIO = 2.0
"""How much longer a desk at rest may take with the most open cases than with the fewest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    lives: int
    openings: int
    delivered: int
    remembered: int
    open_cases: tuple[int, ...]
    ticks: int
    rest_s: float


FULL = Sizes(
    lives=100,
    openings=400,
    delivered=1_000,
    remembered=10_000,
    open_cases=(1_000, 100_000, 1_000_000),
    ticks=2_000,
    rest_s=5,
)
QUICK = Sizes(lives=1, openings=8, delivered=3, remembered=6, open_cases=(10, 20), ticks=5, rest_s=0.1)


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes: does it run?")] = False,  # noqa: FBT002 - typer's way to say a flag
    engine: Annotated[str, typer.Option(help="sqlite, postgresql or both.")] = "both",
) -> None:
    """Measure what a case costs."""
    start_logs(readable=True, level=50)
    engines = list(Engine) if engine == "both" else [Engine(engine)]
    report, sizes, began = Report(), QUICK if quick else FULL, monotonic()
    report.line(f"{machine()}\n")
    with TemporaryDirectory(prefix="casebell-bench-") as folder:
        configuration = configure(Path(folder) / "configuration")
        for each in engines:
            with databases(each) as made:
                _steps(report, made, configuration, sizes)
                _openings(report, made, configuration, sizes)
                _idle(report, made, configuration, sizes)
                if each is Engine.SQLITE:
                    _memory(report, made, configuration, sizes)
    report.line(f"The run took {timedelta(seconds=round(monotonic() - began))}.")
    if not quick and engines == list(Engine):
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(BETWEEN.sub(lambda _: report.text, document), encoding="utf-8")


def _steps(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    meter = asyncio.run(measure_steps(made.new(), configuration, rounds=sizes.lives))
    bare = meter.spread(BARE).median
    report.table(
        f"Steps of a case's life, {made.engine}",
        ("step", "median µs", "10th–90th percentile", "own CPU µs", "bare commits"),
        [_row(name, meter.spread(name), bare) for name in meter.names],
    )


def _row(name: str, spread: Spread, bare: float) -> tuple[str, ...]:
    return name, f"{spread.median:,.0f}", str(spread), f"{spread.cpu:,.0f}", f"{spread.median / bare:.1f}"


def _openings(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    url = made.new()
    alone, hands = asyncio.run(measure_opening(url, configuration, cases=sizes.openings))
    rows = [("one after the other", f"{alone:,.0f}")]
    if not is_sqlite(url):
        several = measure_processes(made.new(), configuration, cases=sizes.openings)
        rows += [
            (f"one process, {WORKERS} workers", f"{hands:,.0f}"),
            (f"{WORKERS} processes", f"{several:,.0f}"),
        ]
    report.table(f"Cases opened per second, {made.engine}", ("how", "cases/s"), rows)


def _idle(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    measured = asyncio.run(measure_idle(made.new(), configuration, sizes=sizes.open_cases, ticks=sizes.ticks))
    report.table(
        f"A desk at rest, {made.engine}: everything the loops ask once a second (median µs)",
        ("open cases", "all", "10th–90th", *PARTS, f"{DUE} due", "one more opened"),
        [(f"{cases:,}", *_figures(meter)) for cases, meter in measured.items()],
    )
    fewest, most = (
        measured[size].spread(IDLE).median for size in (sizes.open_cases[0], sizes.open_cases[-1])
    )
    verdict = "PASS" if most / fewest <= MOST_RATIO else "FAIL"
    report.line(
        f"{sizes.open_cases[-1]:,} / {sizes.open_cases[0]:,} open cases at rest: "
        f"{most / fewest:.2f} (at most {MOST_RATIO:.0f}): {verdict}\n"
    )


def _figures(meter: Meter) -> Iterator[str]:
    yield f"{meter.spread(IDLE).median:,.0f}"
    yield str(meter.spread(IDLE))
    for name in (*PARTS, FIRED, OPENED):
        yield f"{meter.spread(name).median:,.0f}"


def _memory(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    if not Path("/proc/self/status").exists():
        report.line("Memory is only measured on Linux.\n")
        return
    found = measure_memory(
        made.new(),
        configuration,
        delivered=sizes.delivered,
        remembered=sizes.remembered,
        rest_s=sizes.rest_s,
    )
    report.table(
        f"Memory of the demo's process, {made.engine} (resident MiB)",
        ("when", "then", "most so far"),
        [(when, f"{resident.now:.0f}", f"{resident.most:.0f}") for when, resident in found.items()],
    )


if __name__ == "__main__":
    typer.run(main)
