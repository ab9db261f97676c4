"""Days on which a customer asked for special duty: announced, answered around the clock, by who is on it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cases.facts import FactKind
from bot.core.errors import ConfigError
from bot.services.recurring import remind_of_recurring
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.world import THREADED, World

NETWORK = "chengjiang-network"
GAMES = (
    "[{starts_on: 2026-11-28, ends_on: 2026-11-29, reason: {zh: 全省运动会, en: Provincial games},"
    " people: [he-miao], on_site: true}]"
)
FRIDAY_NINE = datetime(2026, 11, 27, 1, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 11, 28, 14, tzinfo=UTC)


def network(new_world: NewWorld, folder: Path, start: datetime, duty: str = GAMES) -> World:
    return new_world(THREADED, start, with_contract(folder, NETWORK, special_duty=duty))


def morning(world: World) -> None:
    world.store.run(lambda unit: remind_of_recurring(unit, world.desk))
    world.settle()


def test_s3_4_5_3_1_the_duty_list_is_announced_the_day_before_and_once(
    new_world: NewWorld, tmp_path: Path
) -> None:
    """Also S3-4.5.3-2: somebody on site where it is asked for."""
    world = network(new_world, tmp_path, datetime(2026, 11, 26, 1, tzinfo=UTC))

    for _ in range(6):
        morning(world)
        world.wait(days=1)

    (told,) = world.told("he-miao")
    assert told.at == FRIDAY_NINE
    assert told.text.splitlines() == [
        "专门值班：网络设备五级故障服务 / Network equipment, five fault levels",
        "全省运动会：2026年11月28日 至 2026年11月29日 专门安排人员在现场值班。",
        "值班人员：何苗 000-0000-0003",
    ]
    assert len(world.told("zhou-lan")) == 1
    (shown,) = world.in_group("chengjiang")
    assert shown.text.splitlines()[2:] == ["值班人员：何苗", "着急的话，请拨打 000-0000-0200。"]
    assert world.in_group("huayue") == []


def test_s3_4_5_3_1_on_its_days_whoever_is_on_duty_answers_around_the_clock(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = network(new_world, tmp_path, SATURDAY_NIGHT)

    world.say("fang-min", "@bot 打印机坏了", group="chengjiang")
    assert world.case().owner == "he-miao"
    world.wait(minutes=46)

    assert [fact.data["number"] for fact in world.happened(FactKind.REMINDED)] == [30, 45]
    assert world.mailed("he.miao@example.com")[0].at == SATURDAY_NIGHT


def test_on_other_days_the_contract_keeps_its_hours(new_world: NewWorld, tmp_path: Path) -> None:
    world = network(new_world, tmp_path, datetime(2026, 11, 21, 14, tzinfo=UTC))

    world.say("fang-min", "@bot 打印机坏了", group="chengjiang")
    world.wait(minutes=61)

    assert world.case().owner != "he-miao"
    assert world.happened(FactKind.REMINDED) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "expected"),
    [
        ("he-miao", "nobody", r"people\[0\]", "expected one of the staff, found 'nobody'"),
        ("he-miao", "fang-min", r"people\[0\]", "expected one of the staff, found 'fang-min'"),
        ("2026-11-29", "2026-11-27", "ends_on", "expected a day not before starts_on"),
    ],
)
def test_a_wrong_special_duty_is_a_fault_on_its_line(
    tmp_path: Path, old: str, new: str, field: str, expected: str
) -> None:
    told = rf"directory.yaml:\d+: contracts\[1\].special_duty\[0\].{field}: {expected}"
    with pytest.raises(ConfigError, match=told):
        with_contract(tmp_path, NETWORK, special_duty=GAMES.replace(old, new))
