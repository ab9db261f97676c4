"""Casebell as its own process, told what to do over HTTP and looked at in its database."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
PATIENCE_S = 30
CASEBELL = (sys.executable, "-m", "bot")


def until(true: Callable[[], bool]) -> None:
    """Look again and again until something is true."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def environment(**settings: str) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings}


def finish(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*CASEBELL, *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@dataclass
class Served:
    """A desk whose page answers at its `address`."""

    address: str

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=PATIENCE_S)

    def say(self, person: str, group: str, text: str) -> None:
        with self.client as client:
            body = {"conversation": f"g:{group}", "text": text}
            client.post(f"/api/people/{person}/messages", json=body).raise_for_status()

    def advance(self, by: str) -> None:
        with self.client as client:
            client.post("/demo/clock", json={"advance": by}).raise_for_status()


@dataclass
class Desk(Served):
    """A command that runs as a process of its own."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, *command: str, folder: Path, **settings: str) -> "Desk":
        """Start a process and wait until it says that it answers."""
        process = subprocess.Popen(
            command, cwd=folder, env=environment(**settings), stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        said = process.stdout.readline()
        return cls(next(word for word in said.split() if word.startswith("http")), process)

    def stop(self) -> float:
        """Press Ctrl-C and return how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self._end()
        return time.monotonic() - began

    def kill(self) -> None:
        self.process.kill()
        self._end()

    def _end(self) -> None:
        self.process.wait(timeout=PATIENCE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()


@dataclass(frozen=True)
class Books:
    """The database of a desk, read from outside."""

    file: Path

    def rows(self, query: str) -> list[tuple[str | int, ...]]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            return list(connection.execute(query))

    def at_rest(self) -> bool:
        """Whether everything that came in is handled and everything to say is said and shown."""
        return self.rows(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
            " + (SELECT count(*) FROM outbox WHERE state = 'open')"
            " + (SELECT count(*) FROM showing WHERE shown < wanted)"
        ) == [(0,)]

    def lines(self) -> Counter[tuple[str | int, ...]]:
        """How many lines everybody wrote in each conversation."""
        return Counter(self.rows("SELECT conversation, author FROM chat_line"))

    def states(self, table: str) -> set[str | int]:
        return {state for (state,) in self.rows(f"SELECT DISTINCT state FROM {table}")}

    def count(self, table: str) -> int:
        [(count,)] = self.rows(f"SELECT count(*) FROM {table}")
        return int(count)
