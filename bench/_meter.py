"""A stopwatch with a memory, and the tables its figures are printed in."""

import os
import platform
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

from rich import box
from rich.console import Console
from rich.table import Table

from bot.core.clock import SystemClock

PAGE = 130  # columns


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, the 10th and 90th percentile, and the median of our own CPU time; in microseconds."""

    median: float
    low: float
    high: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.low:,.0f}–{self.high:,.0f}"


class Meter:
    """Samples by name, in seconds: by the clock, and of our own CPU, which neighbours hardly disturb."""

    def __init__(self) -> None:
        self._samples: defaultdict[str, list[float]] = defaultdict(list)
        self._cpu: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Take one sample."""
        began, worked = perf_counter(), process_time()
        yield
        self._samples[name].append(perf_counter() - began)
        self._cpu[name].append(process_time() - worked)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything sampled, in the order of its first sample."""
        return tuple(self._samples)

    def spread(self, name: str) -> Spread:
        """Return what the samples of a name come to."""
        samples = [1e6 * each for each in self._samples[name]]
        if len(samples) == 1:
            samples *= 2
        tenths = quantiles(samples, n=10, method="inclusive")
        return Spread(median(samples), tenths[0], tenths[-1], 1e6 * median(self._cpu[name]))


class Report:
    """Prints tables as they are measured and keeps them for the document."""

    def __init__(self) -> None:
        self.text = ""
        self._console = Console(width=PAGE, highlight=False)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table; its first column holds words, the others figures."""
        table = Table(*columns, box=box.MARKDOWN)
        for column in table.columns[1:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*row)
        with self._console.capture() as drawn:
            self._console.print(table)
        self.line(f"**{title}**\n")
        self.line("\n".join(line for line in drawn.get().splitlines() if line.strip()) + "\n")

    def line(self, text: str) -> None:
        """Print a line of text."""
        self._console.print(text, markup=False, soft_wrap=True)
        self.text += text + "\n"


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that the threads of a process have used; not a number but on Linux."""
    threads = list(Path(f"/proc/{pid}/task").glob("*/schedstat"))
    used = sum(int(each.read_text(encoding="utf-8").split()[0]) for each in threads)
    return used / 1e9 if threads else nan


def machine() -> str:
    """Return where and when something is measured."""
    return (
        f"{SystemClock().now():%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )
