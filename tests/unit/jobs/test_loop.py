from datetime import timedelta

from bot.jobs.loop import held_back


async def test_what_is_held_back_waits_for_the_others_but_not_for_ever() -> None:
    turns: list[str] = []
    busy = True

    async def speak() -> bool:
        turns.append("speak")
        return True

    patient = held_back(speak, lambda: busy, at_most=timedelta(hours=1))
    assert await patient()
    assert not await patient()
    busy = False
    assert await patient()
    busy = True
    impatient = held_back(speak, lambda: busy, at_most=timedelta(0))

    assert await impatient()
    assert await impatient()
    assert len(turns) == 4
