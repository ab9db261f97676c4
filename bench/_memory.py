"""What a real process of the demo holds in memory."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from bench._databases import execute
from bench._desk import desk, put, trouble
from bot.core.clock import SystemClock
from bot.ports import Unit
from bot.settings import PROJECT
from storage import SqlStore

POLL_S = 0.1
AT_ONCE = 20  # messages
MIB = 1024  # kB


@dataclass(frozen=True, slots=True)
class Resident:
    """Memory of a process in MiB: now, and the most it ever was."""

    now: float
    most: float

    @classmethod
    def of(cls, pid: int) -> "Resident":
        """Look at a process; Linux only."""
        status = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        )
        return cls(*(int(status[name].split()[0]) / MIB for name in ("VmRSS", "VmHWM")))


def measure_memory(
    url: str, configuration: Path, *, delivered: int, remembered: int, rest_s: float
) -> Mapping[str, Resident]:
    """Start the demo, let it open cases and deliver all they say, and start it again with many more."""
    with _process(url, configuration) as pid:
        time.sleep(rest_s)
        idle = Resident.of(pid)
        _work_through(url, cases=delivered)
        time.sleep(rest_s)
        after = Resident.of(pid)
    asyncio.run(_open_quickly(url, configuration, first=delivered + 1, cases=remembered - delivered))
    with _process(url, configuration) as pid:
        time.sleep(rest_s)
        return {
            "idle, no case yet": idle,
            f"after it opened {delivered:,} cases and delivered what they say": after,
            f"started again with {remembered:,} open cases in its database": Resident.of(pid),
        }


def _work_through(url: str, *, cases: int) -> None:
    """Feed a running desk some messages at a time, as people do, and wait each time until it is at rest."""
    store = SqlStore.open(url, clock=SystemClock(), demo=True)
    for number in track(range(1, cases + 1), description="a running desk", transient=True):
        store.run(lambda unit, number=number: put(unit, trouble(number, unit.now)))  # type: ignore[misc] # no type on a default
        while number % AT_ONCE == 0 and not store.read(_is_at_rest):
            time.sleep(POLL_S)
    store.close()


async def _open_quickly(url: str, configuration: Path, *, first: int, cases: int) -> None:
    """Open more cases where nothing else runs, and take what they say as delivered."""
    async with desk(url, configuration, at=SystemClock().now(), first=first) as opening:
        for _ in track(range(cases), description="more cases", transient=True):
            opening.hear(opening.trouble())
            await opening.app.crew.lanes.step()
    execute(url, "UPDATE outbox SET state = 'sent'", "UPDATE showing SET shown = wanted")


@contextmanager
def _process(url: str, configuration: Path) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0"],
        env={**os.environ, "DATABASE_URL": url, "CASEBELL_CONFIG": str(configuration)},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("the demo did not start")
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def _is_at_rest(unit: Unit) -> bool:
    return unit.inbox.claim() is None and unit.outbox.idle()
