"""The list that lead and manager read in the morning."""

from dataclasses import replace

from bot.cases.model import Case, Status
from bot.core.people import CaseKey
from bot.services.duties import LISTED, send_digest
from tests.scenario.world import World


def test_every_group_of_the_morning_list_has_its_heading(world: World) -> None:
    world.say("oliver-grant", "Please add a dark mode", group="bluebay")
    world.command("eve-turner", "reply 0001 We will ask the vendor", group="engineers")
    world.wait(minutes=1)
    world.command("eve-turner", "wait 0001 vendor", group="engineers")
    world.wait(days=4)
    world.say("qin-shuyao", "打印机坏了，只有我一个人", group="huayue")
    world.wait(hours=3)
    world.command("tang-kai", "new 门户图标模糊", group="huayue")
    again = world.say("tang-kai", "扫描仪坏了，只有我一个人", group="huayue")
    number = world.case().key
    world.command("lin-xiaobei", f"solve {number} 已修复", group="engineers")
    world.say("tang-kai", "还是不行", group="huayue", thread=again)

    world.store.run(lambda unit: send_digest(unit, world.desk))
    world.settle()

    listed = world.told("zhou-lan")[-1].text
    assert all(heading in listed for heading in ("已超时", "即将到期", "挂起较久")), listed


def many(world: World, case: Case, count: int, first: int = 100) -> None:
    """Store so many cases that are like one."""
    keys = [CaseKey(f"C-20261101-{number:04d}") for number in range(first, first + count)]
    world.store.run(lambda unit: [unit.cases.add(replace(case, key=key), wake_at=None) for key in keys])
    world.heard.append(case.key)  # whoever listens looks at a hundred cases, and this is not among them


def digest(world: World) -> str:
    world.store.run(lambda unit: send_digest(unit, world.desk))
    world.settle()
    return world.told("zhou-lan")[-1].text


def test_whoever_is_to_be_called_back_is_found_among_any_number_of_closed_cases(world: World) -> None:
    world.say("qin-shuyao", "打印机坏了，只有我一个人", group="huayue")
    closed = replace(world.case(), status=Status.CLOSED, promises=())
    many(world, closed, 210)
    many(world, replace(closed, callback_owed=True), 2, first=900)

    listed = digest(world)

    assert "待回访：2 张" in listed
    assert "C-20261101-0900" in listed


def test_reopened_cases_are_found_among_any_number_of_live_ones(world: World) -> None:
    world.say("qin-shuyao", "打印机坏了，只有我一个人", group="huayue")
    live = replace(world.case(), promises=())
    many(world, live, 210)
    many(world, replace(live, round=12), 1, first=900)

    listed = digest(world)

    assert "重开：1 张" in listed
    assert "C-20261101-0900" in listed


def test_a_long_group_is_counted_whole_and_its_first_cases_are_listed(world: World) -> None:
    world.say("qin-shuyao", "打印机坏了，只有我一个人", group="huayue")
    many(world, world.case(), 30)
    world.wait(minutes=61)

    listed = digest(world)

    assert "已超时：31 张" in listed
    assert f"另有 {31 - LISTED} 张" in listed
