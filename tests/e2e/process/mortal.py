"""A demo that dies like a killed process at a named step, once the file `armed` lies beside its database.

Its processes are forked from one that has everything imported: a desk starts in a fraction of the time.
"""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.jobs.steps import Step
from bot.logs import start_logs
from bot.main import EVERYTHING, build, listen, serve
from bot.settings import DemoSettings, load_settings
from tests.e2e.process.desk import PATIENCE_S, Served

DIED = 9


@dataclass
class Mortal(Served):
    """A process that can die; whoever starts it says where."""

    process: ForkServerProcess
    folder: Path

    @classmethod
    def start(
        cls,
        folder: Path,
        *steps: Step,
        spared: int = 0,
        settings: Mapping[str, str] | None = None,
    ) -> "Mortal":
        """Start a desk; whatever its page is asked from now on is answered if it lives so long.

        Once armed it dies at one of these steps; so many of them are spared it before.
        """
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        hears, tells = context.Pipe(duplex=False)
        process = context.Process(
            target=_live, args=(folder, steps, spared, settings or {}, tells), daemon=True
        )
        process.start()
        tells.close()
        with hears:
            assert hears.poll(PATIENCE_S), "it did not start in time"
            return cls(hears.recv(), process, folder)

    @property
    def lives(self) -> bool:
        return self.process.is_alive()

    def arm(self) -> None:
        """Let it finish what it is at, the step after its last commit too; from then on it may die."""
        self.advance("PT1S")
        (self.folder / "armed").touch()

    def died(self) -> bool:
        """Wait for its end and tell whether it died at its step."""
        self.process.join(PATIENCE_S)
        return self.process.exitcode == DIED

    def kill(self) -> None:
        self.process.kill()
        self.process.join(PATIENCE_S)


def _live(
    folder: Path, steps: Collection[Step], spared: int, settings: Mapping[str, str], tells: Connection
) -> None:
    left = spared

    def on_step(reached: Step) -> None:
        nonlocal left
        if reached in steps and (folder / "armed").exists():
            if left == 0:
                os._exit(DIED)
            left -= 1

    os.chdir(folder)
    start_logs(readable=True, level=logging.WARNING)
    environment = {**settings, "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}"}
    with (
        build(load_settings(DemoSettings, environment), on_step=on_step) as app,
        listen(0) as listening,
    ):
        with tells:  # before it serves, for it may die before it answers
            tells.send(f"http://127.0.0.1:{listening.getsockname()[1]}")
        asyncio.run(serve(app, EVERYTHING, listening, ready=lambda: None))
