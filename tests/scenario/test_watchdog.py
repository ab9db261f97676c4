"""Nothing that should wake a case is forgotten, whatever became of what is stored."""

from datetime import UTC, datetime, timedelta

from bot.cases.model import Case, Status
from bot.core.people import CaseId
from bot.jobs.executor import Executor
from bot.jobs.watchdog import Watchdog
from bot.ports import Unit
from bot.services.watchdog import mend
from tests.scenario.world import World

LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)
DOWN = "核心数据库无法启动，全校业务停了"


def watchdog(world: World) -> Watchdog:
    return Watchdog(Executor(world.store), world.desk)


def stored(world: World, case: Case) -> datetime | None:
    [(_, at)] = world.store.read(lambda unit: unit.cases.asleep(after=CaseId(case.id - 1), limit=1))
    return at


def alarms(world: World) -> list[str]:
    def texts(unit: Unit) -> list[str]:
        return [text for _, text in unit.registry.alarms()]

    return world.store.read(texts)


async def test_a_desk_at_work_has_nothing_to_mend(world: World) -> None:
    dog = watchdog(world)
    for group, who, words in (("huayue", "qin-shuyao", DOWN), ("chengjiang", "fang-min", "@bot 打印机脱机")):
        world.say(who, words, group=group)
        world.wait(minutes=50)
        await dog.round()
    world.command("lin-xiaobei", f"solve {world.case().key} 好了", group="engineers")
    await dog.round()

    assert (dog.mended, dog.rounds, alarms(world)) == (0, 3, [])


def test_a_case_that_ended_since_it_was_looked_at_is_left_alone(world: World) -> None:
    """It was compared with the next case's wake, or with none at all."""
    world.say("qin-shuyao", DOWN, group="huayue")
    over = world.case()
    world.command("lin-xiaobei", f"cancel {over.key} 演练", group="engineers")
    assert not world.store.run(lambda unit: mend(unit, world.desk, over.key))

    world.say("fang-min", "@bot 打印机脱机", group="chengjiang")
    assert not world.store.run(lambda unit: mend(unit, world.desk, over.key))
    assert alarms(world) == []


async def test_a_case_that_would_sleep_too_long_or_for_ever_is_woken_in_time(world: World) -> None:
    dog = watchdog(world)
    world.say("qin-shuyao", DOWN, group="huayue")
    case = world.case()
    right = stored(world, case)
    for wrong in (LONG_AFTER, None):
        world.store.run(lambda unit, wrong=wrong: unit.cases.delay(case.id, until=wrong))  # type: ignore[misc] # no type on a default
        await dog.round()
        assert stored(world, case) == right

    assert dog.mended == 2
    assert len(alarms(world)) == 2
    assert f"{case.key} would have woken never instead of 2026-11-20 02:30:00 UTC" in "".join(alarms(world))
    world.wait(minutes=30)
    assert len(world.told("lin-xiaobei")) == 2


async def test_a_case_that_was_put_off_is_left_alone(world: World) -> None:
    dog = watchdog(world)
    world.say("qin-shuyao", DOWN, group="huayue")
    case = world.case()
    world.clock.advance(timedelta(minutes=31))
    later = world.clock.now() + timedelta(minutes=5)
    world.store.run(lambda unit: unit.cases.delay(case.id, until=later))

    await dog.round()

    assert stored(world, case) == later
    assert dog.mended == 0


async def test_what_has_ended_is_not_looked_at(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.command("qin-shuyao", f"cancel {world.case().key} 误报", group="huayue")
    dog = watchdog(world)

    assert world.case().status is Status.CANCELLED
    assert (await dog.look()).looked == 0
