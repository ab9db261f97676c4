"""New public holidays come into force while very many cases are open, and move the deadlines of some."""

import gc
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.progress import Progress

from bench._bulk import FIRST, copy, freshen
from bench._databases import execute
from bench._desk import START, Desk, desk
from bot.core.clock import monotonic
from bot.platforms.local.payload import Said, Somebody
from bot.services.holidays import HEARD
from bot.services.recompute import pending_change
from bot.settings import PROJECT
from bot.sla.promises import Running
from storage.columns import micros
from storage.tables import MilestoneRow

CHUNK = 20_000
HOLIDAYS = "cn_statutory.toml"
LAST_DAYS = "    [2026-10-01, 2026-10-07],\n"
FIRST_DAY = date(2026, 11, 23)
"""The Monday after the bench's Friday; each further holiday is the day after the one before."""

TROUBLE = "导出的报表少了一列，只有个别人遇到"
"""Of the third level: answered within twelve service hours, so on the next working day."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

APART = "(-case_id % 600000) * 1000"
"""Their clocks start a millisecond apart, within ten minutes."""

ASLEEP = (
    "UPDATE case_ SET wake_at = :soon WHERE id = :id",
    "UPDATE milestone SET due_at = :soon WHERE case_id = :id AND due_at IS NOT NULL",
)
RESTING = (
    "UPDATE case_ SET wake_at = :soon WHERE id BETWEEN -:last AND -:first",
    "UPDATE milestone SET due_at = :soon WHERE case_id BETWEEN -:last AND -:first AND due_at IS NOT NULL",
)
DUE = (
    f"UPDATE milestone SET start_at = :start + {APART}, due_at = :due + {APART} "
    "WHERE case_id BETWEEN -:last AND -:first AND due_at IS NOT NULL"
)
"""Cases by their numbers: what they want first is a reminder, soon; their answer is due before the new days,
or on the next of them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One change: what it concerned and moved, and seconds until it was found and until all was counted.

    `longest_s` is the longest transaction, for which others waited on SQLite.
    """

    concerned: int
    found_s: float
    counted_s: float
    longest_s: float


async def measure_recount(
    url: str, configuration: Path, *, cases: int, concerned: Sequence[int]
) -> tuple[Counted, ...]:
    """Open so many cases; let a new holiday concern some of them, and the next one more of them."""
    async with desk(url, configuration) as before:
        await _settled(before)
        promise = await _load(url, before, cases)
    counted = []
    for days, count in enumerate(concerned, start=1):
        group = {"first": FIRST, "last": FIRST + count - 1}
        due_at = promise.due_at + (days - 1) * DAY
        execute(url, DUE, values={**group, "start": micros(promise.start_at), "due": micros(due_at)})
        async with desk(url, _with_new_days(configuration, days), at=START + days * HOUR) as after:
            counted.append(await _counted(after))
        if count < cases:
            execute(url, *RESTING, values={**group, "soon": micros(START + HOUR)})
    return tuple(counted)


async def _counted(after: Desk) -> Counted:
    after.clock.advance(HEARD)
    gc.freeze()  # as the desk does when it starts
    recount, holidays, began = after.app.crew.recount, after.app.desk.book.data.holidays, monotonic()
    change = after.read(lambda unit: pending_change(unit, holidays))
    found, turns = monotonic(), [0.0]
    await recount.step()
    looked = monotonic()
    with Progress(transient=True) as progress:
        task = progress.add_task("counting anew", total=recount.left)
        while await recount.step():
            turns.append(monotonic() - looked)
            looked = monotonic()
            progress.update(task, completed=len(change.cases) - recount.left if change else 0)
    if change is None or recount.moved != len(change.cases):
        raise RuntimeError(f"{recount.moved} cases moved")
    return Counted(
        concerned=len(change.cases),
        found_s=found - began,
        counted_s=looked - found,
        longest_s=max(turns),
    )


async def _settled(busy: Desk) -> None:
    busy.clock.advance(HEARD)
    await busy.app.crew.settle()
    while await busy.app.crew.recount.step():
        pass


async def _load(url: str, busy: Desk, cases: int) -> Running:
    """Copy a case that is promised one thing, so that its copies want nothing before the new days."""
    busy.hear(
        Said(
            event_id="recount",
            conversation="g:bluebay",
            by=Somebody(user="oliver-grant", name="Oliver Grant"),
            said_at=busy.clock.now(),
            line="recount",
            text=TROUBLE,
        )
    )
    await busy.app.crew.lanes.step()
    await busy.app.crew.delivery.drain()
    template = busy.newest()
    (promise,) = (each for each in template.promises if isinstance(each, Running))
    execute(url, *ASLEEP, values={"id": template.id, "soon": micros(START + HOUR)})
    with Progress(transient=True) as progress:
        task = progress.add_task("loading cases", total=cases)
        for first in range(0, cases, CHUNK):
            count = min(CHUNK, cases - first)
            copy(url, template, first=first, count=count, whole=frozenset({MilestoneRow}), apart=True)
            progress.advance(task, count)
    freshen(url)
    return promise


def _with_new_days(configuration: Path, days: int) -> Path:
    """Write a configuration in which so many days more are free."""
    folder = configuration.with_name(f"{configuration.name}-{days}")
    shutil.copytree(configuration, folder, dirs_exist_ok=True)
    shipped = (PROJECT / "bot" / "sla" / "data" / HOLIDAYS).read_text(encoding="utf-8")
    more = f"    [{FIRST_DAY}, {FIRST_DAY + (days - 1) * DAY}],\n"
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / HOLIDAYS).write_text(shipped.replace(LAST_DAYS, LAST_DAYS + more), encoding="utf-8")
    return folder
