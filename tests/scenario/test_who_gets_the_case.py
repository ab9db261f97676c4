"""Who a case goes on to when its owner does not answer (S1 A2 8.2)."""

from bot.cases.model import FactKind
from tests.scenario.world import World

FIRST, SECOND, THIRD, MANAGER = "lin-xiaobei", "eve-turner", "he-miao", "xu-zhiyuan"


def printer(world: World) -> str:
    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")
    return str(world.case().key)


def hand(world: World, number: str, person: str) -> None:
    world.command("zhou-lan", f"assign {number} @{person}", group="engineers")
    world.command(person, f"reply {number} 我在看", group="engineers")


def owners(world: World, number: str) -> list[object]:
    return [fact.data["to"] for fact in world.happened(FactKind.REASSIGNED, world.case(number))]


def test_it_goes_to_whoever_on_duty_has_the_least_to_work_on(world: World) -> None:
    hand(world, printer(world), SECOND)
    number = printer(world)
    assert world.case(number).owner == FIRST

    world.wait(minutes=46)

    assert owners(world, number) == [THIRD]


def test_among_equals_the_rotas_order_stays(world: World) -> None:
    number = printer(world)

    world.wait(minutes=46)

    assert owners(world, number) == [SECOND]


def test_of_cases_that_go_on_at_once_the_second_goes_to_whom_the_first_left_free(world: World) -> None:
    numbers = [printer(world), printer(world)]
    assert [world.case(number).owner for number in numbers] == [FIRST, SECOND]

    world.wait(minutes=46)

    assert [owners(world, number) for number in numbers] == [[THIRD], [FIRST]]


def test_what_is_solved_is_no_work(world: World) -> None:
    busy = printer(world)
    hand(world, busy, SECOND)
    world.wait(minutes=1)
    world.command(SECOND, f"solve {busy} 换了电源", group="engineers")
    number = printer(world)

    world.wait(minutes=46)

    assert owners(world, number) == [SECOND]


def test_each_engineer_is_tried_once_and_then_the_manager_has_it(world: World) -> None:
    number = printer(world)

    world.wait(hours=3, minutes=1)

    assert owners(world, number) == [SECOND, THIRD, MANAGER]
    assert [line for line in world.told(MANAGER) if number in line.text]
