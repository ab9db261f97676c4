"""A whole desk in this process: the demo with other ids put in, a real database, a clock to move."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from bot.core.clock import SystemClock
from bot.directory.loader import load_directory
from bot.main import App, build
from bot.settings import Settings, load_settings
from tests.e2e.process.desk import Books, until

DEMO = Path(__file__).parents[2] / "demo"
DIRECTORY = load_directory(DEMO / "directory.yaml")

Ids = Callable[[str], Mapping[str, str]]
"""The id on each platform of a person or a group of the demo."""


@dataclass
class MovedClock:
    """The machine's clock, some time ahead."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead


@dataclass(frozen=True)
class Office:
    """A running desk."""

    app: App
    clock: MovedClock
    books: Books

    async def at_rest(self) -> None:
        """Wait until everything that came is handled and everything to say is said."""
        await asyncio.to_thread(until, self.books.at_rest)

    def wait(self, **length: float) -> None:
        """Move the clock ahead (`timedelta`'s arguments); a message on its way would outlive its lease."""
        self.clock.ahead += timedelta(**length)
        self.app.bell.ring()


def write_configuration(folder: Path, *, people: Ids, groups: Ids) -> Path:
    """Write the demo's configuration with these ids into a folder of its own."""
    config = folder / "config"
    shutil.copytree(DEMO, config)
    document = yaml.safe_load((DEMO / "directory.yaml").read_text(encoding="utf-8"))
    for person in document["people"]:
        person["ids"] = dict(people(person["id"]))
    for group in document["groups"]:
        group["places"] = dict(groups(group["id"]))
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (config / "directory.yaml").write_text(text, encoding="utf-8")
    return config


@asynccontextmanager
async def office(folder: Path, config: Path, environment: Mapping[str, str]) -> AsyncIterator[Office]:
    """Run a desk on a database file in a folder."""
    database = folder / "casebell.db"
    clock = MovedClock()
    settings = load_settings(
        Settings,
        {"DATABASE_URL": f"sqlite:///{database}", "CASEBELL_CONFIG": str(config), **environment},
    )
    with build(settings, clock=clock) as app:
        async with app.running():
            yield Office(app=app, clock=clock, books=Books(database))


async def listening(port: int) -> None:
    """Wait until somebody listens on a port of this machine."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
