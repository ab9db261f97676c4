"""Many cases due at one instant: how long until what fired is committed for the last of them."""

from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from bench._bulk import copy, freshen, id_of
from bench._databases import bare_commits
from bench._desk import desk
from bench._idle import put_to_sleep
from bot.core.clock import monotonic
from bot.ports import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Seconds until all had fired, and until as many bare rows were committed one by one."""

    fired_s: float
    bare_s: float


async def measure_due(url: str, configuration: Path, *, cases: int) -> Due:
    """Let copies of one real case be due together, and wake them as a running desk does."""
    async with desk(url, configuration) as busy:
        await busy.app.crew.settle()
        template = await busy.open_one()
        due_at = put_to_sleep(busy, template)
        copy(url, template, first=0, count=cases)
        freshen(url)

        def make_due(unit: Unit) -> None:
            for number in range(cases):
                unit.cases.delay(id_of(number), until=due_at)

        busy.store.run(make_due)
        with bare_commits(url) as commit:
            began = monotonic()
            for _ in range(cases):
                commit()
            bare = monotonic() - began
        began = monotonic()
        with Progress(transient=True) as progress:
            task = progress.add_task("cases due at once", total=cases)
            while await busy.app.crew.wakes.step():
                progress.advance(task, 25)
        return Due(fired_s=monotonic() - began, bare_s=bare)
