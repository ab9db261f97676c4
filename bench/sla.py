"""What clocks cost: working time beside other tools, many cases due at once, new holidays, lateness.

Run it alone (`python bench/sla.py --quick` takes half a minute) or with everything else by `make bench`. A
full run on both engines writes its tables into docs/performance.md.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench._databases import Databases, Engine, databases
from bench._desk import configure
from bench._due import measure_due
from bench._late import PACE, measure_late
from bench._meter import Report, machine
from bench._reckoning import BUSINESSTIMEDELTA, CASEBELL, Reckoned, reckon_adding, reckon_between
from bench._recount import measure_recount
from bot.core.clock import monotonic
from bot.logs import start_logs
from bot.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
BETWEEN = re.compile(r"(?<=<!-- sla -->\n).*(?=<!-- end of sla -->)", re.DOTALL)

LEAST_LEAD, LEAST_OVER_BUSINESSTIMEDELTA = 5.0, 50.0
"""How many times faster than the best tool that is right, and than businesstimedelta."""

LATEST_MS = 50.0
"""How late the 99th of a hundred clocks may be."""

MOST_COUNTED_S = 60.0
"""Within how many seconds all open cases are counted anew, if every one of them moves."""

LENGTHS = (timedelta(hours=8), timedelta(hours=80), timedelta(hours=800))
SPANS = (timedelta(days=1), timedelta(days=10), timedelta(days=100))


TOUCHED = (1_000, 25_000, 1_000_000)
"""How many cases a new holiday moves: one in a thousand, as many as next year's do, and every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    sums: int
    checked: int
    due: int
    clocks: int
    open_cases: int
    concerned: tuple[int, ...]


FULL = Sizes(sums=100, checked=100, due=10_000, clocks=600, open_cases=1_000_000, concerned=TOUCHED)
QUICK = Sizes(sums=5, checked=2, due=30, clocks=6, open_cases=60, concerned=(5, 10, 60))


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes: does it run?")] = False,  # noqa: FBT002 - typer's way to say a flag
    engine: Annotated[str, typer.Option(help="sqlite, postgresql or both.")] = "both",
) -> None:
    """Measure what clocks cost."""
    start_logs(readable=True, level=50)
    engines = list(Engine) if engine == "both" else [Engine(engine)]
    report, sizes, began = Report(), QUICK if quick else FULL, monotonic()
    report.line(f"{machine()}\n")
    _reckoning(report, sizes)
    with TemporaryDirectory(prefix="casebell-bench-") as folder:
        configuration = configure(Path(folder) / "configuration")
        for each in engines:
            with databases(each) as made:
                _due(report, made, configuration, sizes)
                _recount(report, made, configuration, sizes)
                if each is Engine.POSTGRESQL:
                    _late(report, made, configuration, sizes)
    report.line(f"The run took {timedelta(seconds=round(monotonic() - began))}.")
    if not quick and engines == list(Engine):
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(BETWEEN.sub(lambda _: report.text, document), encoding="utf-8")


def _reckoning(report: Report, sizes: Sizes) -> None:
    adding = [reckon_adding(each, sums=sizes.sums, checked=sizes.checked) for each in LENGTHS]
    between = [reckon_between(each, sums=sizes.sums, checked=sizes.checked) for each in SPANS]
    for title, columns in (
        (("Adding working time", "8 h", "80 h", "800 h"), adding),
        (("Working time between two instants", "1 day", "10 days", "100 days"), between),
    ):
        report.table(
            f"{title[0]} (median µs; of {sizes.checked} sums each)",
            ("tool", *title[1:], "wrong sums", "times Casebell's"),
            [_row(name, columns) for name in columns[0]],
        )
        _verdicts(report, columns)
    _plot(
        report,
        "Best other tool that is right / Casebell: first line adding, second between",
        "working days",
        ("1", "10", "100"),
        "times as long",
        (_leads(adding), _leads(between)),
    )


def _row(name: str, columns: list[Mapping[str, Reckoned]]) -> tuple[str, ...]:
    times = [column[name].us for column in columns]
    leads = [column[name].us / column[CASEBELL].us for column in columns]
    return (
        name,
        *(f"{each:,.1f}" for each in times),
        " / ".join(str(column[name].wrong) for column in columns),
        " / ".join(f"{lead:,.0f}" for lead in leads),
    )


def _leads(columns: list[Mapping[str, Reckoned]]) -> list[float]:
    """Return how many times as long as Casebell the best other tool takes that gives no wrong sum."""
    right = [name for name in columns[0] if name != CASEBELL and not any(c[name].wrong for c in columns)]
    return [min(column[name].us for name in right) / column[CASEBELL].us for column in columns]


def _verdicts(report: Report, columns: list[Mapping[str, Reckoned]]) -> None:
    leads = _leads(columns)
    over = columns[0][BUSINESSTIMEDELTA].us / columns[0][CASEBELL].us
    grows = leads == sorted(leads)
    report.line(
        f"Best other that is right / Casebell: {' / '.join(f'{lead:.1f}' for lead in leads)} (at least "
        f"{LEAST_LEAD:.0f} at the first, and growing): {_verdict(leads[0] >= LEAST_LEAD and grows)}; "
        f"{BUSINESSTIMEDELTA} / Casebell: {over:,.0f} (at least {LEAST_OVER_BUSINESSTIMEDELTA:.0f}): "
        f"{_verdict(over >= LEAST_OVER_BUSINESSTIMEDELTA)}\n"
    )


def _plot(
    report: Report, title: str, across: str, at: Sequence[str], up: str, lines: Sequence[Sequence[float]]
) -> None:
    """Draw lines, as Markdown pages draw them."""
    report.line(f'```mermaid\nxychart-beta\n    title "{title}"')
    report.line(f'    x-axis "{across}" [{", ".join(at)}]\n    y-axis "{up}"')
    for each in lines:
        report.line(f"    line [{', '.join(f'{value:.1f}' for value in each)}]")
    report.line("```\n")


def _due(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    due = asyncio.run(measure_due(made.new(), configuration, cases=sizes.due))
    report.table(
        f"{sizes.due:,} cases due at one instant, {made.engine}",
        ("until the last is committed, s", "ms a case", "as many bare commits, s", "bare commits a case"),
        [
            (
                f"{due.fired_s:,.1f}",
                f"{1e3 * due.fired_s / sizes.due:.2f}",
                f"{due.bare_s:,.1f}",
                f"{due.fired_s / due.bare_s:.1f}",
            )
        ],
    )


def _recount(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    counted = asyncio.run(
        measure_recount(made.new(), configuration, cases=sizes.open_cases, concerned=sizes.concerned)
    )
    announced, everything = counted[-2], counted[-1]
    report.table(
        f"A new public holiday, {sizes.open_cases:,} open cases, {made.engine}",
        (
            "of them it moves",
            "cases",
            "found after, s",
            "all counted after, s",
            "ms a case",
            "longest turn, ms",
        ),
        [
            (
                f"{100 * each.concerned / sizes.open_cases:.1f} %",
                f"{each.concerned:,}",
                f"{each.found_s:.1f}",
                f"{each.counted_s:.1f}",
                f"{1e3 * each.counted_s / each.concerned:.3f}",
                f"{1e3 * each.longest_s:.0f}",
            )
            for each in counted
        ],
    )
    for what, each in (("As many as next year's holidays move", announced), ("Every open case", everything)):
        seconds = each.found_s + each.counted_s
        report.line(
            f"{what}, {each.concerned:,}, in {seconds:,.1f} s (at most {MOST_COUNTED_S:.0f}): "
            f"{_verdict(seconds <= MOST_COUNTED_S)}\n"
        )


def _late(report: Report, made: Databases, configuration: Path, sizes: Sizes) -> None:
    late = measure_late(made.new(), configuration, clocks=sizes.clocks)
    percentiles = (late.p50_ms, late.p90_ms, late.p99_ms, late.latest_ms)
    report.table(
        f"Lateness of {sizes.clocks:,} clocks, from due to committed, two replicas on {made.engine}",
        ("clocks a second", "p50 ms", "p90 ms", "p99 ms", "latest ms", "fired twice", "lost"),
        [
            (
                str(PACE),
                *(f"{each:.1f}" for each in percentiles),
                str(late.twice),
                str(late.lost),
            )
        ],
    )
    aim = [LATEST_MS] * len(percentiles)
    names = ("p50", "p90", "p99", "latest")
    _plot(report, "Lateness, and its aim", "of all clocks", names, "ms", (percentiles, aim))
    report.line(f"p99 {late.p99_ms:.1f} ms (at most {LATEST_MS:.0f}): {_verdict(late.p99_ms < LATEST_MS)}\n")


def _verdict(passed: bool) -> str:  # noqa: FBT001 - the one thing it is about
    return "PASS" if passed else "FAIL"


if __name__ == "__main__":
    typer.run(main)
