"""A demo that dies like a killed process at a named step, once the file `armed` lies beside its database.

Arguments: the folder, and the step (or `none`). Everything else is set by the environment.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

from bot.jobs.steps import Step
from bot.logs import start_logs
from bot.main import EVERYTHING, build, listen, serve
from bot.settings import DemoSettings, load_settings

DIED = 9


def main(folder: Path, step: str) -> None:
    def on_step(reached: Step) -> None:
        if reached == step and (folder / "armed").exists():
            os._exit(DIED)

    start_logs(readable=True, level=logging.WARNING)
    settings = load_settings(DemoSettings, {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}"})
    with build(settings, on_step=on_step) as app, listen(0) as listening:
        port = listening.getsockname()[1]
        ready = f"http://127.0.0.1:{port}"
        asyncio.run(serve(app, EVERYTHING, listening, ready=lambda: print(ready, flush=True)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
