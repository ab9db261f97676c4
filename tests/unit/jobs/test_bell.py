import asyncio
from datetime import timedelta

import pytest

from bot.jobs.backoff import backoff
from bot.jobs.bell import Bell
from bot.jobs.loop import keep
from bot.jobs.scheduler import Scheduler
from tests.unit.jobs.test_duties import SHANGHAI

SOON = timedelta(milliseconds=20)
LONG = timedelta(minutes=1)


async def test_everybody_who_waits_hears_the_bell() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.heard(bell.rings, within=LONG)) for _ in range(2)]
    await asyncio.sleep(0)

    bell.ring()

    await asyncio.gather(*waiting)


async def test_a_ring_between_looking_and_waiting_is_not_missed() -> None:
    bell = Bell()
    looked = bell.rings
    bell.ring()

    await bell.heard(looked, within=LONG)


async def test_without_a_ring_the_wait_ends_by_itself() -> None:
    await Bell().heard(0, within=SOON)


async def test_a_branch_rings_with_the_bell_and_can_be_rung_alone() -> None:
    bell = Bell()
    branch = bell.branch()

    branch.ring()
    assert (bell.rings, branch.rings) == (0, 1)
    bell.ring()

    assert (bell.rings, branch.rings) == (1, 2)


async def test_the_scheduler_rings_at_the_armed_instant() -> None:
    bell = Bell()

    async def no_duties() -> None:
        return

    scheduler = Scheduler(no_duties, bell=bell, zone=SHANGHAI)
    scheduler.start()
    scheduler.arm(LONG)
    scheduler.arm(SOON)

    await bell.heard(0, within=timedelta(seconds=5))
    scheduler.stop()

    assert bell.rings == 1


async def test_a_loop_survives_a_turn_that_fails() -> None:
    stopping = asyncio.Event()
    turns = iter((True, False))

    async def turn() -> bool:
        if next(turns):
            raise LookupError
        stopping.set()
        return True

    await keep("job", turn, bell=Bell(), stopping=stopping)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2), (2, 4), (3, 8), (9, 300), (1000, 300)])
def test_pauses_double_up_to_five_minutes(failures: int, seconds: int) -> None:
    assert backoff(failures) == timedelta(seconds=seconds)
