"""The warranty of what a contract delivered: which promises hold, what staff read of it, parts, repairs."""

from pathlib import Path

import pytest

from bot.cases.model import CaseType
from bot.core.errors import ConfigError
from bot.services.editions import perform
from bot.sla.warranty import after
from tests.scenario.acts import ENGINEERS
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.stage import ZH, opened
from tests.scenario.world import START, THREADED, World

CAMPUS = "huayue-campus"
S3 = "[s3_service, s3_equipment, s3_after_warranty]"


def campus(new_world: NewWorld, folder: Path, **fields: str) -> World:
    return new_world(THREADED, START, with_contract(folder, CAMPUS, **fields))


def schemes(world: World) -> set[str]:
    return {promise.target.scheme for promise in world.case().promises}


def shown(world: World, who: str = "lin-xiaobei") -> list[str]:
    """What one of the staff reads of the case, alone."""
    world.command(who, f"show {world.case().key}")
    return world.told(who)[-1].text.splitlines()


@pytest.mark.parametrize(
    ("requirement", "accepted", "held", "says"),
    [
        (
            "S3-4.5.1-1 S3-4.5.1-15 S3-4.5.1-16 C18",
            "2024-09-01",
            "s3_equipment",
            "质保：在保，到 2027年9月1日",
        ),
        ("S3-4.5.1-15, its last day", "2023-11-20", "s3_equipment", "质保：在保，到 2026年11月20日"),
        (
            "S3-4.5.1-2 S3-4.5.1-7 C19",
            "2023-11-19",
            "s3_after_warranty",
            "质保：不在保，保修期到 2026年11月19日",
        ),
    ],
)
def test_which_promise_holds_is_decided_by_the_warranty(
    new_world: NewWorld, tmp_path: Path, requirement: str, accepted: str, held: str, says: str
) -> None:
    """What is free for life stands beside it: updates of software (S3-4.5.1-8)."""
    world = campus(new_world, tmp_path, schemes=S3, warranty="s3_warranty", dates=f"{{accepted: {accepted}}}")

    opened(world, ZH)

    assert schemes(world) == {"s3_service", held}, requirement
    assert says in shown(world)
    assert all("质保" not in line.text for line in world.in_group("huayue"))


def test_somebody_may_judge_otherwise_and_a_move_of_policies_keeps_their_word(
    new_world: NewWorld, tmp_path: Path
) -> None:
    """S0-2-5 S0-2-6: a seal broken, misuse."""
    world = campus(new_world, tmp_path, schemes=S3, warranty="s3_warranty", dates="{accepted: 2024-09-01}")
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", f"set {case.key} 质保 过保")
    assert schemes(world) == {"s3_service", "s3_after_warranty"}
    assert "质保：不在保，保修期到 2027年9月1日（人工判定）" in shown(world)
    world.store.run(lambda unit: perform(unit, world.desk, [case.id], None))
    assert schemes(world) == {"s3_service", "s3_after_warranty"}

    world.command("lin-xiaobei", f"set {case.key} warranty in")
    assert schemes(world) == {"s3_service", "s3_equipment"}
    world.command("lin-xiaobei", f"set {case.key} warranty 也许")
    assert "质保可以写：在保、过保。" in world.told("lin-xiaobei")[-1].text


@pytest.mark.parametrize(
    ("requirement", "warranty", "said", "says"),
    [
        ("S1-6.5-1", "s1_warranty", "replaced 硒鼓", "配件：硒鼓（更换，质保到 2029年11月20日）"),
        ("S0-2-4 S0-3.2.3-6", "s0_warranty", "repaired 电源", "配件：电源（维修，质保到 2027年2月20日）"),
        ("no figure for it", "s0_warranty", "更换配件 电源", "配件：电源（更换）"),
    ],
)
def test_a_part_replaced_or_repaired_has_a_warranty_of_its_own(
    new_world: NewWorld, tmp_path: Path, requirement: str, warranty: str, said: str, says: str
) -> None:
    world = campus(new_world, tmp_path, warranty=warranty, dates="{accepted: 2026-01-05}")
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", f"set {case.key} {said}")

    assert says in shown(world), requirement


@pytest.mark.parametrize(
    ("warranty", "accepted", "until"),
    [
        ("s0_warranty", "2025-12-01", "2026年12月1日"),
        ("s1_warranty", "2024-02-29", "2027年2月28日"),
    ],
)
def test_s0_2_1_s1_6_3_1_s1_6_4_1_how_long_a_warranty_lasts(
    new_world: NewWorld, tmp_path: Path, warranty: str, accepted: str, until: str
) -> None:
    world = campus(new_world, tmp_path, warranty=warranty, dates=f"{{accepted: {accepted}}}")
    opened(world, ZH)

    assert f"质保：在保，到 {until}" in shown(world)


def test_what_the_document_says_of_repairs_is_for_staff_alone(new_world: NewWorld, tmp_path: Path) -> None:
    """S0-3.2.1-5 S0-3.2.1-6 S0-3.2.3-2 S0-3.2.3-3 S0-3.2.3-4: forms, freight, refusal, payment (C21)."""
    world = campus(
        new_world,
        tmp_path,
        schemes="[s0_fault5, s0_rma]",
        calendar="s0_office",
        warranty="s0_warranty",
        dates="{accepted: 2026-01-05}",
    )
    case, _ = opened(world, ZH)
    assert not any("产品发回承诺书" in line for line in shown(world))

    world.command("lin-xiaobei", f"mark {case.key} received")
    assert world.case().type is CaseType.REPAIR

    text = "\n".join(shown(world))
    for words in (
        "产品发回承诺书",
        "维修结算单",
        "运保费",
        "防伪商标",
        "固定检修费",
        "不保的情形：用户私自揭开",
    ):
        assert words in text
    world.say("qin-shuyao", f"@bot show {case.key}", group="huayue")
    world.say("lin-xiaobei", f"@bot show {case.key}", group="huayue")
    assert not any("费" in line.text for line in world.in_group("huayue"))
    assert not any("费" in line.text for line in world.in_group(ENGINEERS))


def test_s4_5_3_2_the_kind_of_service_period_is_read_beside_the_contract(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = campus(new_world, tmp_path, period="paid")
    opened(world, ZH)

    assert any(line.startswith("合同：") and line.endswith("（有偿服务期）") for line in shown(world))


def test_a_warranty_without_its_date_is_a_fault_on_its_line(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"directory.yaml:\d+: contracts\[0\].dates: there is no 'accepted'"
    ):
        with_contract(tmp_path, CAMPUS, warranty="s0_warranty")
    with pytest.raises(ConfigError, match=r"contracts\[0\].warranty: there is no 'gold'"):
        with_contract(tmp_path, CAMPUS, warranty="gold")


def test_a_month_too_short_ends_with_its_last_day(new_world: NewWorld) -> None:
    book = new_world().desk.book
    row = book.policies["s0_warranty"].warranty

    assert row is not None
    assert row.repaired is not None
    assert str(after(START.date().replace(day=30, month=11), row.repaired)) == "2027-02-28"
