import asyncio
from datetime import timedelta

from bot.jobs.bell import POLL, Bell
from bot.jobs.loop import held_back, keep


async def test_what_is_held_back_waits_for_the_others_but_not_for_ever() -> None:
    turns: list[str] = []
    busy = True

    async def speak() -> bool:
        turns.append("speak")
        return True

    patient = held_back(speak, lambda: busy, at_most=timedelta(hours=1))
    assert await patient()
    assert await patient()
    assert len(turns) == 1
    busy = False
    assert await patient()
    busy = True
    impatient = held_back(speak, lambda: busy, at_most=timedelta(0))

    assert await impatient()
    assert await impatient()
    assert len(turns) == 4


async def test_what_was_held_back_comes_when_the_others_are_done_though_nobody_rings() -> None:
    """An answer whose event took longer to handle than a breath left up to a second later."""
    stopping, came = asyncio.Event(), asyncio.Event()
    looks = iter((False, True))
    turns: list[str] = []

    async def speak() -> bool:
        turns.append("speak")
        if len(turns) == 2:
            came.set()
        return len(turns) < 2

    patient = held_back(speak, lambda: next(looks, False), at_most=timedelta(hours=1))
    loop = asyncio.create_task(keep("delivery", patient, bell=Bell(), stopping=stopping))
    async with asyncio.timeout(POLL.total_seconds() / 2):
        await came.wait()

    stopping.set()
    await loop
