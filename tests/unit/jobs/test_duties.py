from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases.model import Case
from bot.core.people import Level, PersonId, Place, PlatformName
from bot.jobs.duties import DUTIES, Duties, Duty, duties, next_duty, perform_due
from bot.jobs.executor import Executor
from bot.jobs.heads import HeadFiles
from bot.ports import CaseQuery, Exchange, Unit
from bot.services.desk import Desk
from bot.services.keeping import MOST_FORGOTTEN
from tests.scenario.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
def world() -> World:
    world = World()
    world.say("qin-shuyao", "教务系统打不开了，全校学生都不能选课", group="huayue")
    return world


def perform(world: World) -> int:
    done = world.store.run(lambda unit: perform_due(unit, world.desk))
    world.settle()
    return done


def digests(world: World, who: str) -> list[str]:
    return [line.text for line in world.told(who) if "晨报" in line.text]


def at(world: World, moment: datetime) -> None:
    world.clock.set(moment)


def test_lead_and_manager_get_one_digest_on_a_working_day(world: World) -> None:
    at(world, MONDAY_MORNING)

    assert perform(world) == len(DUTIES)
    assert perform(world) == 0

    [digest] = digests(world, "zhou-lan")
    assert world.case().key in digest
    assert len(digests(world, "xu-zhiyuan")) == 1


def test_nothing_is_sent_before_nine_nor_at_the_weekend(world: World) -> None:
    at(world, MONDAY_MORNING - timedelta(days=1))
    perform(world)
    at(world, MONDAY_MORNING - timedelta(minutes=1))
    perform(world)

    assert digests(world, "zhou-lan") == []


def test_a_desk_that_slept_over_nine_sends_it_when_it_wakes(world: World) -> None:
    at(world, MONDAY_MORNING + timedelta(hours=3))
    perform(world)

    assert len(digests(world, "zhou-lan")) == 1


def test_when_nothing_needs_anybody_nothing_is_said() -> None:
    world = World()
    at(world, MONDAY_MORNING)
    perform(world)

    assert world.told("zhou-lan") == []


@pytest.mark.parametrize(("day", "told"), [("2026-10-30", False), ("2026-10-31", True)])
def test_holidays_that_are_announced_for_two_months_only_are_told_to_the_operator(
    world: World, day: str, *, told: bool
) -> None:
    at(world, datetime.fromisoformat(f"{day}T09:00+08:00"))
    perform(world)

    alarms = [text for _, text in world.store.run(lambda unit: unit.registry.alarms())]
    ends = "announced holidays end on 2026-12-31 ("
    assert [text.startswith(ends) and "`casebell calendar import FILE`" in text for text in alarms] == [
        True
    ] * told


def test_holidays_that_are_not_announced_are_told_once_a_week(world: World) -> None:
    for day in range(14):
        at(world, datetime(2026, 11, 2, 9, tzinfo=world.desk.directory.desk.zone) + timedelta(days=day))
        perform(world)

    assert len(world.store.run(lambda unit: unit.registry.alarms())) == 2


def test_a_case_stands_in_one_group_only(world: World) -> None:
    case: Case = world.store.read(lambda unit: unit.cases.select(CaseQuery()))[0]
    assert case.level is Level.CRITICAL
    at(world, MONDAY_MORNING)
    perform(world)

    assert digests(world, "zhou-lan")[0].count(case.key) == 1


def test_every_morning_has_a_head_of_what_has_grown(world: World) -> None:
    at(world, MONDAY_MORNING)
    perform(world)
    at(world, MONDAY_MORNING + timedelta(days=1))
    perform(world)

    days = world.store.read(lambda unit: unit.heads.days())
    assert days == ("2026-11-23", "2026-11-24")
    first = world.store.read(lambda unit: unit.heads.of(days[0]))
    assert world.case().key in first.body
    assert first.count == 1


def test_content_is_forgotten_after_its_time_in_batches(world: World) -> None:
    for number in range(MOST_FORGOTTEN):
        exchange = Exchange(
            place=Place(PlatformName("local"), "g:huayue"),
            person=PersonId(str(number)),
            said_at=world.clock.now(),
            text="words",
            outcome="answered",
        )
        world.store.run(lambda unit, exchange=exchange: unit.exchanges.put(exchange))  # type: ignore[misc] # no type on a default
    at(world, MONDAY_MORNING + timedelta(days=90))
    table = duties(retention=timedelta(days=2))

    taken = [world.store.run(lambda unit: perform_due(unit, world.desk, table)) for _ in range(3)]

    assert taken == [len(DUTIES), 1, 0]


async def test_a_duty_that_fails_holds_up_no_other_and_is_told_to_the_operator(world: World) -> None:
    def fail(_unit: Unit, _desk: Desk) -> None:
        raise ZeroDivisionError

    executor = Executor(world.store)
    table = (Duty("broken", time(8), fail), *DUTIES)
    job = Duties(executor, world.desk, HeadFiles(executor, None), table)
    at(world, MONDAY_MORNING)

    assert await job.step()
    assert not await job.step()
    world.settle()

    assert len(digests(world, "zhou-lan")) == 1
    assert world.store.read(lambda unit: unit.heads.days()) == ("2026-11-23",)
    alarms = [text for _, text in world.store.read(lambda unit: unit.registry.alarms())]
    assert [text for text in alarms if "calendar" not in text] == [
        "the daily duty 'broken' cannot be performed (ZeroDivisionError)"
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (MONDAY_MORNING - timedelta(hours=2), MONDAY_MORNING - timedelta(hours=1)),
        (MONDAY_MORNING - timedelta(hours=1), MONDAY_MORNING),
        (MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=23)),
    ],
)
def test_the_next_duty_is_strictly_later(now: datetime, expected: datetime) -> None:
    assert next_duty(now, SHANGHAI) == expected
