"""Whom a contract demands for a level, and who gets a case first (S0 4.4.1, S1 A2 3.1, 8.2)."""

import pytest

from bot.core.people import Level
from bot.ports import Unit
from tests.scenario.conftest import NewWorld
from tests.scenario.edited import ENGINEERS, edited
from tests.scenario.world import World

ROTA_FIRST, SECOND, THIRD, LEAD, MANAGER = "lin-xiaobei", "eve-turner", "he-miao", "zhou-lan", "xu-zhiyuan"
ONE_SPECIALIST = (ENGINEERS, "roles: [engineer]")
"""Only he-miao, the last of the rota, is one."""

NO_SPECIALIST = (", specialist", "")
DOWN, PRINTER = "@bot 核心交换机坏了，全院停诊", "@bot 打印机偶尔脱机"


def reported(world: World, words: str, group: str = "chengjiang", who: str = "fang-min") -> str:
    world.say(who, words, group=group)
    return str(world.case().key)


def titles(world: World, who: str) -> list[str]:
    return [line.text.splitlines()[0].split(" · ")[1] for line in world.told(who)]


def card(world: World) -> str:
    return next(line.text for line in reversed(world.in_group("engineers")) if "负责人" in line.text)


def alarms(world: World) -> list[str]:
    def texts(unit: Unit) -> list[str]:
        return [text for _, text in unit.registry.alarms()]

    return world.store.read(texts)


@pytest.mark.parametrize(
    ("requirement", "words", "level", "along"),
    [
        ("S0-4.4.1-1", DOWN, Level.CRITICAL, ["请参与处理"]),
        ("S0-4.4.1-2", "@bot 部分设备故障，影响部分业务", Level.SEVERE, ["请参与处理"]),
        ("S0-4.4.1-3", "@bot 打印机坏了", Level.MINOR, []),
    ],
)
def test_a_specialist_gets_it_and_whoever_else_is_demanded_is_called(
    new_world: NewWorld, requirement: str, words: str, level: Level, along: list[str]
) -> None:
    world = new_world(setting=edited(ONE_SPECIALIST))

    reported(world, words)

    assert (world.case().level, world.case().owner) == (level, THIRD), requirement
    assert titles(world, LEAD) == along
    assert "技术专项工程师 何苗" in card(world)
    assert ("主管 周岚" in card(world)) is bool(along)
    assert world.told(ROTA_FIRST) == []


def test_who_is_no_specialist_is_told_in_two_channels_when_the_level_comes_to_demand_them(
    new_world: NewWorld,
) -> None:
    world = new_world(setting=edited(ONE_SPECIALIST))
    number = reported(world, "@bot 怎么修改打印机的默认纸张？转人工")
    world.command(ROTA_FIRST, f"take {number}", group="engineers")
    world.command(ROTA_FIRST, f"level {number} 4 只是使用问题", group="engineers")
    before = len(world.mailed("he.miao@example.com"))

    world.command(ROTA_FIRST, f"level {number} 1 全院停诊", group="engineers")

    assert world.case(number).owner == ROTA_FIRST
    assert titles(world, THIRD)[-1] == titles(world, LEAD)[-1] == "请参与处理"
    assert len(world.mailed("he.miao@example.com")) == before + 1
    called = [
        (fact.data["to"], fact.data["what"]) for fact in world.outcomes() if fact.data["what"] == "involved"
    ]
    assert set(called) == {(THIRD, "involved"), (LEAD, "involved")}
    assert "技术专项工程师 何苗" in card(world)


def test_a_role_nobody_fills_falls_to_the_next_above_and_the_operator_hears_of_it(
    new_world: NewWorld,
) -> None:
    world = new_world(setting=edited(NO_SPECIALIST))

    reported(world, DOWN)

    assert world.case().owner == LEAD, "S0-4.4.1-7"
    assert "nobody has the role specialist" in alarms(world)
    assert "技术专项工程师 周岚（代）" in card(world)


def test_the_contracts_own_specialist_is_one_for_it(new_world: NewWorld) -> None:
    contract = "    title: 网络设备五级故障服务 / Network equipment, five fault levels\n"
    world = new_world(setting=edited(NO_SPECIALIST, (contract, f"{contract}    specialist: {SECOND}\n")))

    reported(world, DOWN)

    assert world.case().owner == SECOND, "S1-A2.3.1-2"
    assert alarms(world) == []


def test_without_a_demand_whoever_on_duty_has_the_least_to_work_on_gets_the_next_case(world: World) -> None:
    owners = []
    for _ in range(4):
        number = reported(world, PRINTER)
        owners.append(world.case(number).owner)

    assert owners == [ROTA_FIRST, SECOND, THIRD, ROTA_FIRST]


def test_the_contracts_specialist_comes_first_however_busy(world: World) -> None:
    owners = []
    for _ in range(3):
        number = reported(world, "打印机坏了，只有我一个人", "huayue", "qin-shuyao")
        owners.append(world.case(number).owner)
        world.wait(minutes=31)

    assert set(owners) == {ROTA_FIRST}


def test_a_complaint_demands_nobody(world: World) -> None:
    number = reported(world, "@bot 我要投诉你们的工程师，态度太差")

    assert (world.case(number).owner, world.told(LEAD)) == (MANAGER, [])
    world.command(MANAGER, f"show {number}")
    assert "技术专项工程师" not in world.told(MANAGER)[-1].text


def test_no_engineer_is_called_into_a_complaint_that_turns_out_to_be_urgent(world: World) -> None:
    number = reported(world, "@bot 我要投诉你们的工程师，态度太差")
    before = [len(world.told(person)) for person in (ROTA_FIRST, SECOND, THIRD)]

    world.command(MANAGER, f"level {number} 1 影响很坏")

    assert world.case(number).level is Level.CRITICAL
    assert [len(world.told(person)) for person in (ROTA_FIRST, SECOND, THIRD)] == before
    assert len(world.told(LEAD)) == 1
