"""What a contract settles for itself: schemes, hours, zone, period, distance, ladder, specialist, closing."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from bot.sla.promises import Running
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.stage import EN, ZH, opened
from tests.scenario.world import START, THREADED, World

CAMPUS, PORTAL = "huayue-campus", "bluebay-portal"
FRIDAY_EVENING = datetime(2026, 11, 20, 11, tzinfo=UTC)
HOURS = """\
[calendars.s4_customer_hours]
zone = "Asia/Shanghai"
holidays = "cn_statutory"
working_hours = ["08:00-20:00"]
weekend_hours = ["10:00-14:00"]
"""


def desk(
    new_world: NewWorld, folder: Path, contract: str = CAMPUS, start: datetime = START, **fields: str
) -> World:
    return new_world(THREADED, start, with_contract(folder, contract, **fields))


def dues(world: World) -> dict[str, str]:
    """When each promise of the newest case is due, local time."""
    case = world.case()
    return {
        promise.target.key: f"{promise.due_at.astimezone(case.terms.zone):%m-%d %H:%M}"
        for promise in case.promises
        if isinstance(promise, Running)
    }


def test_c02_extra_promises_stand_beside_a_scheme_and_the_earliest_is_read(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = desk(new_world, tmp_path, schemes="[s0_fault5, s1_phone, s1_diagnosis_notice]")

    opened(world, ZH)

    assert dues(world) == {
        "s0_fault5:fix": "11-22 10:00",
        "s1_phone:response": "11-20 11:00",
        "s1_phone:support_started": "11-20 11:30",
        "s1_diagnosis_notice:diagnosis": "11-21 10:00",
    }
    world.command("lin-xiaobei", "list mine")
    assert "响应 今天(周五) 11:00" in world.told("lin-xiaobei")[-1].text


def test_c07_of_a_range_the_lower_figure_is_read_as_the_best_case(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = desk(new_world, tmp_path, schemes="[s0_fault5]")
    case, _ = opened(world, ZH)

    world.command("qin-shuyao", f"why {case.key}", group="huayue")

    assert "最快 1 小时，不作为承诺。" in world.in_group("huayue")[-1].text


def test_s4_3_3_1_working_time_may_count_in_the_customers_own_hours(
    new_world: NewWorld, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "calendars.toml").write_text(HOURS, encoding="utf-8")
    world = desk(new_world, tmp_path, PORTAL, FRIDAY_EVENING, calendar="s4_customer_hours")

    opened(world, EN)

    assert dues(world) == {"s4_response5:response": "11-23 11:00"}


def test_clock_times_are_told_in_the_contracts_zone(new_world: NewWorld, tmp_path: Path) -> None:
    world = desk(new_world, tmp_path, PORTAL, zone="Europe/London", schemes="[s1_phone]")

    opened(world, EN)

    fields = [line.text for line in world.in_group("bluebay")]
    assert "Response: by today (Fri) 03:00" in fields[0]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "promised"),
    [
        ("2026-11-20", "2026-11-20", True),
        ("2024-01-01", "2026-11-19", False),
        ("2026-11-21", "2027-11-20", False),
    ],
)
def test_s4_5_3_1_outside_its_service_period_nothing_is_promised(
    new_world: NewWorld, tmp_path: Path, starts_on: str, ends_on: str, promised: bool
) -> None:
    world = desk(new_world, tmp_path, starts_on=starts_on, ends_on=ends_on)

    opened(world, ZH)

    assert bool(dues(world)) is promised
    assert any("没有承诺时间的工单" in line.text for line in world.told("zhou-lan")) is not promised


def test_s0_4_4_1_6_a_distance_agreed_in_advance_is_in_the_time_that_is_told(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = desk(new_world, tmp_path, schemes="[s0_fault5]", site_allowance_hours="3.5")

    opened(world, ZH)

    assert dues(world) == {"s0_fault5:fix": "11-22 13:30"}
    assert "解决：11月22日 周日 13:30 前" in world.in_group("huayue")[0].text
    world.command("lin-xiaobei", f"why {world.case().key}")
    assert "另加路程 3 小时 30 分钟。" in world.told("lin-xiaobei")[-1].text


@pytest.mark.parametrize(("in_hours", "climbed"), [("true", []), ("false", ["engineer", "manager"])])
def test_c11_a_ladder_counts_every_hour_or_service_hours(
    new_world: NewWorld, tmp_path: Path, in_hours: str, climbed: list[str]
) -> None:
    world = desk(
        new_world, tmp_path, start=FRIDAY_EVENING, calendar="s0_office", ladder_in_service_hours=in_hours
    )
    opened(world, ZH)

    world.wait(hours=13)

    assert [fact.data["choice"] for fact in world.happened(FactKind.RUNG_REACHED)] == climbed


def test_s1_a2_7_1_the_contracts_own_specialist_gets_the_case(new_world: NewWorld, tmp_path: Path) -> None:
    world = desk(new_world, tmp_path, specialist="he-miao")

    opened(world, ZH)

    assert world.case().owner == "he-miao"


def test_s1_a2_8_2_43_the_survey_comes_once_and_what_is_closed_is_found_and_not_listed(
    world: World,
) -> None:
    case, thread = opened(world, ZH)
    world.command("lin-xiaobei", f"solve {case.key} 已更换硒鼓")
    assert f"{case.key}" in _answer(world, "list all")

    world.say("qin-shuyao", "@bot 已解决", group="huayue", thread=thread)
    world.wait(days=20)

    assert world.case().status is Status.CLOSED
    surveys = [line for line in world.in_group("huayue") if "请评价" in line.text.splitlines()[0]]
    assert len(surveys) == 1
    assert f"{case.key}" not in _answer(world, "list all")
    assert f"{case.key}" in _answer(world, "find 打印机")
    world.wait(days=20)
    assert world.case().status is Status.ENDED
    assert f"{case.key}" in _answer(world, "find 打印机")


def test_s4_4_4_nothing_closes_on_anybodys_word_but_the_customers(world: World) -> None:
    """S1-A2.8.2-42: staff who close say who confirmed it, and the customer is told."""
    case, _ = opened(world, ZH)
    world.command("lin-xiaobei", f"solve {case.key} 已更换硒鼓")

    world.command("lin-xiaobei", f"confirm {case.key}")
    assert world.case().status is Status.SOLVED
    world.command("lin-xiaobei", f"confirm {case.key} 秦老师电话确认")

    assert world.case().status is Status.CLOSED
    assert "林小北 根据您方的确认关闭了工单：" in "\n".join(line.text for line in world.in_group("huayue"))


def _answer(world: World, words: str) -> str:
    world.command("zhou-lan", words)
    return world.told("zhou-lan")[-1].text


def test_c36_a_contract_with_surveys_of_its_own_asks_nobody_after_each_case(
    new_world: NewWorld, tmp_path: Path
) -> None:
    (tmp_path / "policies").mkdir()
    shipped = files("bot.sla").joinpath("policies", "s4_windows.toml").read_text(encoding="utf-8")
    (tmp_path / "policies" / "quiet.toml").write_text(f"{shipped}survey = false\n", encoding="utf-8")
    world = desk(new_world, tmp_path, windows="quiet")
    case, thread = opened(world, ZH)
    world.command("lin-xiaobei", f"solve {case.key} 已更换硒鼓")

    world.say("qin-shuyao", "@bot 已解决", group="huayue", thread=thread)

    assert world.case().status is Status.CLOSED
    assert not any("请评价" in line.text for line in world.in_group("huayue"))
    world.command("qin-shuyao", f"rate {case.key} 5", group="huayue")
    assert world.case().rating == 5
