"""A demo that dies like a killed process at a named step, once the file `armed` lies beside its database.

Arguments: the folder, the step (or `none`), and how many seconds its clock is ahead: a lease of the process
that died runs out at once for the next one.
"""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.clock import SystemClock
from bot.jobs.steps import Step
from bot.main import EVERYTHING, build, listen, serve
from bot.settings import DemoSettings

DIED = 9


class EarlyClock:
    """A clock that is ahead."""

    def __init__(self, by: timedelta) -> None:
        self._by = by
        self._clock = SystemClock()

    def now(self) -> datetime:
        return self._clock.now() + self._by


def main(folder: Path, step: str, ahead: timedelta) -> None:
    def on_step(reached: Step) -> None:
        if reached == step and (folder / "armed").exists():
            os._exit(DIED)

    settings = DemoSettings.model_validate({"DATABASE_URL": f"sqlite:///{folder / 'demo.db'}"})
    with build(settings, clock=EarlyClock(ahead), on_step=on_step) as app, listen(0) as listening:
        port = listening.getsockname()[1]
        ready = f"http://127.0.0.1:{port}"
        asyncio.run(serve(app, EVERYTHING, listening, ready=lambda: print(ready, flush=True)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], timedelta(seconds=float(sys.argv[3])))
