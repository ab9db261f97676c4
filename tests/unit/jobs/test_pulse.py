import asyncio

from bot.jobs.pulse import Pulse


async def test_a_loop_that_ended_by_itself_is_dead() -> None:
    pulse = Pulse()
    endless = asyncio.create_task(asyncio.Event().wait(), name="wakes")
    brief = asyncio.create_task(asyncio.sleep(0), name="delivery")
    pulse.watch(endless, brief)  # type: ignore[arg-type] # what a loop returns does not matter
    await brief

    assert (pulse.alive(), pulse.dead()) == (1, ("delivery",))
    endless.cancel()
