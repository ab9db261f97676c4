"""What a contract bought to be done every so often: whoever does it reads it on the day, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.configuration import load_configuration
from bot.core.errors import ConfigError
from bot.services.recurring import remind_of_recurring
from tests.scenario.conftest import NewWorld
from tests.scenario.world import LOCAL, THREADED, Setting, World, demo


def with_duties(tmp_path: Path, duties: str) -> Setting:
    """The demo's desk, its campus contract with duties."""
    text = (demo().folder / "directory.yaml").read_text(encoding="utf-8")
    row = "    title: 校园平台全天候服务 / Campus platform, around the clock\n"
    assert row in text
    with_them = text.replace(row, f"{row}    duties: {duties}\n")
    (tmp_path / "directory.yaml").write_text(with_them, encoding="utf-8")
    return Setting(configuration=load_configuration(tmp_path), platforms={LOCAL: THREADED})


def morning(world: World) -> None:
    world.store.run(lambda unit: remind_of_recurring(unit, world.desk))
    world.settle()


def titles(world: World, who: str) -> list[str]:
    return [line.text.splitlines()[0] for line in world.told(who)]


def test_the_contracts_engineer_reads_on_the_day_what_is_due_and_by_when_its_report(
    new_world: NewWorld, tmp_path: Path
) -> None:
    setting = with_duties(tmp_path, "[s1_performance, s1_survey]")
    world = new_world(THREADED, datetime(2026, 12, 1, 1, tzinfo=UTC), setting)

    morning(world)
    morning(world)

    (line,) = world.told("lin-xiaobei")
    assert line.text.splitlines() == [
        "例行服务：性能数据采集和分析",
        "华岳大学的“校园平台全天候服务 / Campus platform, around the clock”，2026年12月1日 该做了。",
        "报告请在 2026年12月8日 前提交给客户。",
        "出处：S1 annex 2 §8.4 (1)",
    ]
    world.wait(days=31)
    morning(world)
    assert [each.text.splitlines()[0] for each in world.told("lin-xiaobei")].count(
        line.text.splitlines()[0]
    ) == 2
    assert [each.text.splitlines()[0] for each in world.told("xu-zhiyuan")] == ["例行服务：满意度调查"]


def test_what_fell_while_nobody_was_there_is_told_late_and_not_for_ever(
    new_world: NewWorld, tmp_path: Path
) -> None:
    setting = with_duties(tmp_path, "[s1_performance]")
    late = new_world(THREADED, datetime(2026, 12, 4, 1, tzinfo=UTC), setting)
    too_late = new_world(THREADED, datetime(2026, 12, 20, 1, tzinfo=UTC), setting)

    morning(late)
    morning(too_late)

    assert "2026年12月1日 该做了" in late.told("lin-xiaobei")[0].text
    assert too_late.told("lin-xiaobei") == []


def test_a_duty_nobody_defined_is_a_fault_on_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"directory.yaml:\d+: contracts\[0\].duties: there is no 'dance'"):
        with_duties(tmp_path, "[dance]")
