"""What a desk with many open cases does while nothing, or little, is due."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.progress import Progress

from bench._bulk import WHOLE, copy, freshen, id_of
from bench._desk import Desk, desk
from bench._meter import Meter
from bot.cases.model import Case
from bot.ports import Unit
from bot.services.wake import fire_due

SEED = 20261120
CHUNK = 10_000
DUE = 100
REPEATS_DUE = 3
REPEATS_OPEN = 9
LATER = timedelta(days=1)

IDLE = "idle"
FIRED = "fired"
OPENED = "opened"
PARTS = ("wakes", "next wake", "outbox", "inbox")


@dataclass(frozen=True, slots=True)
class Crowd:
    """A desk, the case its many open cases are copies of, and when those that are due were due."""

    busy: Desk
    url: str
    template: Case
    due_at: datetime
    chosen: random.Random

    async def measure(self, size: int, *, ticks: int) -> Meter:
        """Look how long the loops' questions take with so many open cases."""
        meter = Meter()
        self._tick(Meter())
        for _ in range(ticks):
            self._tick(meter)
        for _ in range(REPEATS_DUE):
            self._make_due(self.chosen.sample(range(min(size, WHOLE)), min(DUE, size)))
            with meter.timing(FIRED):
                self.busy.store.run(lambda unit: fire_due(unit, self.busy.app.desk, limit=DUE))
            await self.busy.app.crew.delivery.drain()
        for _ in range(REPEATS_OPEN):
            self.busy.hear(self.busy.trouble())
            with meter.timing(OPENED):
                await self.busy.app.crew.lanes.step()
            await self.busy.app.crew.delivery.drain()
        return meter

    def _tick(self, meter: Meter) -> None:
        """Ask everything the loops ask once a second, and find nothing."""
        store, desk_ = self.busy.store, self.busy.app.desk
        with meter.timing(IDLE):
            with meter.timing(PARTS[0]):
                fired = store.run(lambda unit: fire_due(unit, desk_, limit=DUE))
            with meter.timing(PARTS[1]):
                store.read(lambda unit: unit.cases.next_wake())
            with meter.timing(PARTS[2]):
                claimed = store.run(_claim)
            with meter.timing(PARTS[3]):
                event = store.run(lambda unit: unit.inbox.claim())
        if fired or claimed or event:
            raise RuntimeError("something was due")

    def _make_due(self, numbers: Iterable[int]) -> None:
        def work(unit: Unit) -> None:
            for number in numbers:
                unit.cases.delay(id_of(number), until=self.due_at)

        self.busy.store.run(work)


async def measure_idle(
    url: str, configuration: Path, *, sizes: tuple[int, ...], ticks: int
) -> Mapping[int, Meter]:
    """Load ever more open cases into a database and measure at each size."""
    measured: dict[int, Meter] = {}
    loaded = 0
    async with desk(url, configuration) as busy:
        await busy.app.crew.settle()
        template = await busy.open_one()
        crowd = Crowd(busy, url, template, put_to_sleep(busy, template), random.Random(SEED))
        with Progress(transient=True) as progress:
            task = progress.add_task("loading cases", total=sizes[-1])
            for size in sizes:
                while loaded < size:
                    count = min(CHUNK, size - loaded)
                    copy(url, template, first=loaded, count=count)
                    loaded += count
                    progress.update(task, completed=loaded)
                freshen(url)
                measured[size] = await crowd.measure(size, ticks=ticks)
    return measured


def put_to_sleep(busy: Desk, template: Case) -> datetime:
    """Let the clock stand where the template is due, and its copies be due later; return that instant."""
    due_at = busy.read(lambda unit: unit.cases.next_wake())
    if due_at is None:
        raise RuntimeError("an open case has no wake")
    busy.store.run(lambda unit: unit.cases.delay(template.id, until=due_at + LATER))
    busy.clock.set(due_at)
    return due_at


def _claim(unit: Unit) -> bool:
    outbox = unit.outbox
    return bool(
        outbox.claim_sayings(owner="bench", limit=16) or outbox.claim_showings(owner="bench", limit=16)
    )
