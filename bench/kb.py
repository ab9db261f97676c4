"""What a question to the knowledge base costs, beside other ways to search, in banks of growing size.

Run it alone (`python bench/kb.py --quick` takes seconds) or with everything else by `make bench`. A full run
writes its tables into docs/performance.md and its plot into docs/images. `--sets` measures recall on question
sets too, every engine on the same questions.
"""

import gc
import multiprocessing
import os
import re
import resource
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean, quantiles
from time import perf_counter, thread_time
from typing import Annotated, ParamSpec, TypeVar

import typer

from bench._bank import texts, typed
from bench._engines import CASEBELL, ENGINES, SLOW, WRATIO
from bench._meter import Report, machine
from bench._plot import plot
from bot.core.clock import monotonic
from bot.kb.engine import Engine
from bot.kb.entry import Entry
from bot.knowledge.sets import QuestionSet, read_sets
from bot.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
PICTURE = PROJECT / "docs" / "images" / "knowledge-search.svg"
BETWEEN = re.compile(r"(?<=<!-- kb -->\n).*(?=<!-- end of kb -->)", re.DOTALL)

SIZES, QUICK_SIZES = (1_000, 10_000, 100_000), (200, 1_000)
ASKED, ASKED_SLOWLY = 1_000, 30
QUICK_ASKED = 20
CHANGES = 200

WARM = 20

P50_MS, P99_MS, SMALL_P99_MS = 2.0, 5.0, 1.5
LEAST_LEAD, MOST_MB = 100.0, 400.0
BUILD_S, SMALL_BUILD_S, CHANGE_MS = 10.0, 0.2, 5.0

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one engine costs at one size: milliseconds of its own CPU, and by the clock on the wall."""

    build_s: float
    mb: float
    most_mb: float
    """At any time, building included."""
    p50_ms: float
    p99_ms: float
    wall_p50_ms: float
    wall_p99_ms: float
    found: float
    """What part of the questions found its own entry first."""


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes: does it run?")] = False,  # noqa: FBT002 - typer's way to say a flag
    pad: Annotated[
        Path | None, typer.Option(help="A bank's questions, one a line; made up if left out.")
    ] = None,
    sets: Annotated[Path | None, typer.Option(help="A folder of question sets to measure recall on.")] = None,
) -> None:
    """Measure the knowledge search."""
    report, began = Report(), monotonic()
    report.line(f"{machine()}; bank: {'a file of real questions' if pad else 'made up'}\n")
    sizes = QUICK_SIZES if quick else SIZES
    asked = {name: QUICK_ASKED if quick else ASKED_SLOWLY if name in SLOW else ASKED for name in ENGINES}
    costs = {size: {name: _alone(_cost, name, size, pad, asked[name]) for name in ENGINES} for size in sizes}
    for size, each in costs.items():
        _show(report, size, each)
    changes = _alone(_changes, sizes[-1], pad, QUICK_ASKED if quick else CHANGES)
    _verdicts(report, costs, changes)
    if sets:
        _recall(report, read_sets(sets))
    report.line(f"The run took {timedelta(seconds=round(monotonic() - began))}.")
    if not quick:
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(BETWEEN.sub(lambda _: report.text, document), encoding="utf-8")
        PICTURE.write_text(plot({name: [(s, costs[s][name].p50_ms) for s in sizes] for name in ENGINES}))


def _alone(measure: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what is measured in a process of its own: no engine pays for another's memory."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments, named)


def _cost(name: str, size: int, pad: Path | None, asked: int) -> Cost:
    known = texts(size, pad)
    ENGINES[name](known[:10])("what a first question loads: 怎么")
    gc.collect()
    before = _mb()
    began = thread_time()
    search = ENGINES[name](known)
    built = thread_time() - began
    questions = typed(known, asked)
    for question, _ in questions[:WARM]:
        search(question)
    times, walls, found = [], [], 0
    for question, number in questions:
        began, worked = perf_counter(), thread_time()
        hits = search(question)
        times.append(1e3 * (thread_time() - worked))
        walls.append(1e3 * (perf_counter() - began))
        found += bool(hits) and known[hits[0]] == known[number]
    hundredths, by_wall = (quantiles(each, n=100, method="inclusive") for each in (times, walls))
    return Cost(
        build_s=built,
        mb=max(_mb() - before, 0.0),
        most_mb=max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before, 0.0),
        p50_ms=hundredths[49],
        p99_ms=hundredths[98],
        wall_p50_ms=by_wall[49],
        wall_p99_ms=by_wall[98],
        found=found / len(questions),
    )


def _changes(size: int, pad: Path | None, count: int) -> list[float]:
    """Return the milliseconds of changing one entry after the other."""
    known = texts(size, pad)
    engine = Engine.of([Entry(id=str(number), asked=(text,)) for number, text in enumerate(known)])
    times = []
    for number in range(count):
        entry = Entry(
            id=str(number * 3 % size), asked=(f"{known[number]} 2", known[-number]), answer=known[0]
        )
        began = thread_time()
        engine = engine.changed(entry)
        times.append(1e3 * (thread_time() - began))
    return times


def _show(report: Report, size: int, costs: Mapping[str, Cost]) -> None:
    report.table(
        f"A question to a bank of {size:,} entries",
        (
            "engine",
            "build s",
            "MB",
            "most MB",
            "p50 ms",
            "p99 ms",
            "wall p50",
            "wall p99",
            "of Casebell's p50",
            "own first",
        ),
        [
            (
                name,
                f"{cost.build_s:.2f}",
                f"{cost.mb:.0f}",
                f"{cost.most_mb:.0f}",
                f"{cost.p50_ms:.2f}",
                f"{cost.p99_ms:.2f}",
                f"{cost.wall_p50_ms:.2f}",
                f"{cost.wall_p99_ms:.2f}",
                f"{cost.p50_ms / costs[CASEBELL].p50_ms:,.1f}",
                f"{cost.found:.2f}",
            )
            for name, cost in costs.items()
        ],
    )


def _verdicts(report: Report, costs: Mapping[int, Mapping[str, Cost]], changes: list[float]) -> None:
    smallest, largest = min(costs), max(costs)
    ours, small = costs[largest][CASEBELL], costs[smallest][CASEBELL]
    change = quantiles(changes, n=100, method="inclusive")
    lead = costs[largest][WRATIO].p50_ms / ours.p50_ms
    grown = ours.p50_ms / small.p50_ms
    for what, measured, limit, passed in (
        (f"p50 ms at {largest:,}", ours.p50_ms, P50_MS, ours.p50_ms <= P50_MS),
        (f"p99 ms at {largest:,}", ours.p99_ms, P99_MS, ours.p99_ms <= P99_MS),
        (f"p99 ms at {smallest:,}", small.p99_ms, SMALL_P99_MS, small.p99_ms <= SMALL_P99_MS),
        (f"WRatio / Casebell at {largest:,}", lead, LEAST_LEAD, lead >= LEAST_LEAD),
        (f"MB at {largest:,}", ours.mb, MOST_MB, ours.mb <= MOST_MB),
        (f"build s at {largest:,}", ours.build_s, BUILD_S, ours.build_s <= BUILD_S),
        (f"build s at {smallest:,}", small.build_s, SMALL_BUILD_S, small.build_s <= SMALL_BUILD_S),
        (f"one entry changed at {largest:,}, p50 ms", change[49], CHANGE_MS, change[49] <= CHANGE_MS),
        (f"one entry changed at {largest:,}, p99 ms", change[98], CHANGE_MS, change[98] <= CHANGE_MS),
        (
            f"p50 grows by, entries {largest / smallest:,.0f} times",
            grown,
            largest / smallest,
            grown < largest / smallest,
        ),
    ):
        report.line(f"- {what}: {measured:.2f} (wanted {limit:g}): {'PASS' if passed else 'FAIL'}")
    report.line("")


def _recall(report: Report, sets: Sequence[QuestionSet]) -> None:
    report.table(
        "Recall@1 / recall@3 on question sets, clean and noisy questions together",
        ("engine", *(each.name for each in sets), "mean"),
        [_recalls(name, sets) for name in ENGINES],
    )


def _recalls(name: str, sets: Sequence[QuestionSet]) -> tuple[str, ...]:
    pairs = [_recall_of(name, each) for each in sets]
    pairs.append((mean(first for first, _ in pairs), mean(third for _, third in pairs)))
    return (name, *(f"{first:.3f} / {third:.3f}" for first, third in pairs))


def _recall_of(name: str, questions: QuestionSet) -> tuple[float, float]:
    rows = [(entry.id, text) for entry in questions.bank for text in entry.asked]
    if name == CASEBELL:
        engine = Engine.of(questions.bank)

        def search(asked: str) -> list[str]:
            return [found.entry.id for found in engine.search(asked)]
    else:
        by_text = ENGINES[name]([text for _, text in rows])

        def search(asked: str) -> list[str]:
            return [rows[number][0] for number in by_text(asked)]

    labels = [label for label in questions.questions if label.gold_ids]
    hits = [[identity in label.gold_ids for identity in search(label.query)] for label in labels]
    return mean(any(hit[:1]) for hit in hits), mean(any(hit[:3]) for hit in hits)


def _mb() -> float:
    resident = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    typer.run(main)
