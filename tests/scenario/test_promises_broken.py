"""What a contract says of a promise not kept, objections, dates of the contract, and the call back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cases.model import CaseType, FactKind
from bot.core.errors import ConfigError
from bot.services.duties import send_digest
from bot.services.recurring import remind_of_recurring
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.stage import ZH, opened
from tests.scenario.world import START, THREADED, World

CAMPUS = "huayue-campus"
SCHEMES = "[s1_phone, s1_onsite, s1_p4, s1_objection]"


def campus(new_world: NewWorld, folder: Path, start: datetime = START, **fields: str) -> World:
    """The desk whose campus contract has these fields."""
    return new_world(THREADED, start, with_contract(folder, CAMPUS, **fields))


def lines(world: World, who: str, words: str) -> list[str]:
    """What somebody was told in which these words stand, a line each."""
    return [line for each in world.told(who) for line in each.text.splitlines() if words in line]


def morning(world: World) -> None:
    world.store.run(lambda unit: remind_of_recurring(unit, world.desk))
    world.settle()


@pytest.mark.parametrize("said", ["set {case} type 异议", "标记 {case} 书面异议"])
def test_s1_9_2_1_an_objection_is_answered_in_writing_within_a_day_or_counts_as_accepted(
    new_world: NewWorld, tmp_path: Path, said: str
) -> None:
    world = campus(new_world, tmp_path, schemes=SCHEMES)
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", said.format(case=case.key))
    assert world.case().type is CaseType.OBJECTION
    assert "异议的书面说明：明天(周六) 10:00 前" in world.in_group("huayue")[-1].text
    world.command("lin-xiaobei", f"call {case.key} 已说明情况")
    world.wait(hours=25)

    broken = [str(fact.data["choice"]) for fact in world.happened(FactKind.BREACHED)]
    assert "s1_objection:objection_reply" in broken
    assert "s1_phone:response" not in broken
    assert lines(world, "zhou-lan", "视为默认异议成立") == [
        "未在期限内书面说明，视为默认异议成立（S1 §9.2）。"
    ]
    assert lines(world, "lin-xiaobei", "视为默认异议成立")
    assert all("默认" not in line.text for line in world.in_group("huayue"))


def test_s1_9_2_1_a_written_answer_in_time_keeps_it(new_world: NewWorld, tmp_path: Path) -> None:
    world = campus(new_world, tmp_path, schemes=SCHEMES)
    case, _ = opened(world, ZH)
    world.command("lin-xiaobei", f"mark {case.key} objection")

    world.command("lin-xiaobei", f"reply {case.key} 已更换全新设备，说明如下")
    world.wait(hours=25)

    broken = [str(fact.data["choice"]) for fact in world.happened(FactKind.BREACHED)]
    assert "s1_objection:objection_reply" not in broken


def test_s1_9_2_1_a_second_objection_has_a_day_of_its_own(new_world: NewWorld, tmp_path: Path) -> None:
    world = campus(new_world, tmp_path, schemes=SCHEMES)
    case, _ = opened(world, ZH)
    world.command("lin-xiaobei", f"mark {case.key} objection")
    world.command("lin-xiaobei", f"reply {case.key} 已更换全新设备，说明如下")
    world.wait(hours=30)

    world.command("lin-xiaobei", f"mark {case.key} objection")

    assert "异议的书面说明：明天(周日) 16:00 前" in world.in_group("huayue")[-1].text
    world.wait(hours=25)
    broken = [str(fact.data["choice"]) for fact in world.happened(FactKind.BREACHED)]
    assert broken.count("s1_objection:objection_reply") == 1


def test_s1_8_4_1_a_missed_response_names_what_it_may_cost_to_staff_alone(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = campus(new_world, tmp_path, value="742700")
    opened(world, ZH)

    world.wait(hours=1, minutes=1)

    cost = "不按售后服务承诺响应，可能触发违约：合同总价的 2%，即 ¥14,854.00（S1 §8.4），请主管判断。"
    assert cost in lines(world, "zhou-lan", "违约")
    assert all("违约" not in line.text for line in world.in_group("huayue"))
    world.wait(hours=2)
    others = [each for each in world.told("zhou-lan") if "开始支持：没有在" in each.text]
    assert all("违约" not in each.text for each in others)


def test_s1_1_3_1_s1_8_1_1_s1_8_2_1_delivery_is_spoken_of_until_it_is_done(
    new_world: NewWorld, tmp_path: Path
) -> None:
    """Also S1-1.1-1: the contract's value is what the shares are of."""
    world = campus(
        new_world,
        tmp_path,
        datetime(2026, 11, 9, 1, tzinfo=UTC),
        dates="{signed: 2026-10-17}",
        duties="[s1_delivery, s1_delay_termination]",
        value="742700",
    )

    for _ in range(24):
        morning(world)
        morning(world)
        world.wait(days=1)

    assert [line.text.splitlines()[0] for line in world.told("xu-zhiyuan")] == [
        "合同期限将到：供货、安装、调试完毕",
        "合同期限将到：供货、安装、调试完毕",
        "合同期限今天到：供货、安装、调试完毕",
        "合同期限已过：供货、安装、调试完毕",
        "合同期限已过：供货、安装、调试完毕",
        "合同期限将到：逾期交付满十五日",
        "合同期限将到：逾期交付满十五日",
        "合同期限已过：供货、安装、调试完毕",
        "合同期限今天到：逾期交付满十五日",
        "合同期限已过：逾期交付满十五日",
    ]
    text = world.told("xu-zhiyuan")[3].text
    assert "不能按期交付或达不到验收标准：合同总价的 5%，即 ¥37,135.00（S1 §8.1），请主管判断。" in text
    assert "逾期交付：每日为合同总价的 2%，即 ¥14,854.00（S1 §8.2），请主管判断。" in text
    assert len(world.told("zhou-lan")) == 4
    assert world.in_group("huayue") == []


def test_s1_7_1_s1_8_5_1_what_is_done_is_not_spoken_of(new_world: NewWorld, tmp_path: Path) -> None:
    days = "accepted: 2026-11-02, invoiced: 2026-11-13"
    owed = campus(new_world, tmp_path, dates=f"{{{days}}}", duties="[s1_payment]")
    morning(owed)
    paid = campus(new_world, tmp_path, dates=f"{{{days}, paid: 2026-11-18}}", duties="[s1_payment]")
    morning(paid)

    (told,) = owed.told("xu-zhiyuan")
    assert "今天（2026年11月20日）到期。" in told.text
    assert paid.told("xu-zhiyuan") == []


def test_days_before_all_lists_of_holidays_keep_nobody_else_from_being_reminded(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = campus(
        new_world,
        tmp_path,
        datetime(2026, 11, 23, 1, tzinfo=UTC),
        dates="{accepted: 2022-11-02, invoiced: 2022-11-07, force_majeure_ended: 2026-11-22}",
        duties="[s1_payment, s1_force_majeure_notice]",
    )

    morning(world)
    morning(world)

    assert [line.text.splitlines()[0] for line in world.told("xu-zhiyuan")] == [
        "合同期限今天到：不可抗力结束后的通报"
    ]
    alarms = world.store.read(lambda unit: unit.registry.alarms(since=START))
    assert [text for _, text in alarms] == [
        "huayue-campus:s1_payment counts working days that no list of holidays has"
    ]


def test_s1_10_1_the_end_of_force_majeure_is_told_within_a_day(new_world: NewWorld, tmp_path: Path) -> None:
    world = campus(
        new_world, tmp_path, dates="{force_majeure_ended: 2026-11-20}", duties="[s1_force_majeure_notice]"
    )

    morning(world)
    world.wait(days=1)
    morning(world)

    assert [line.text.splitlines()[0] for line in world.told("xu-zhiyuan")] == [
        "合同期限将到：不可抗力结束后的通报",
        "合同期限今天到：不可抗力结束后的通报",
    ]


def test_s4_5_3_2_the_end_of_the_service_period_is_told_ahead(new_world: NewWorld, tmp_path: Path) -> None:
    world = campus(new_world, tmp_path, ends_on="2026-12-20", period="paid", duties="[s4_renewal]")

    for _ in range(33):
        morning(world)
        world.wait(days=1)

    told = [(line.at.date().isoformat(), line.text.splitlines()[0]) for line in world.told("xu-zhiyuan")]
    assert told == [
        ("2026-11-20", "合同期限将到：服务有效期届满"),
        ("2026-12-13", "合同期限将到：服务有效期届满"),
        ("2026-12-20", "合同期限今天到：服务有效期届满"),
        ("2026-12-21", "合同期限已过：服务有效期届满"),
    ]


def test_a_date_that_nothing_counts_from_is_a_fault_on_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"directory.yaml:\d+: contracts\[0\].dates: there is no 'singed'"):
        with_contract(tmp_path, CAMPUS, dates="{singed: 2026-10-17}")


def test_s1_a2_11_1_4_the_desk_calls_back_after_closing_and_is_reminded_until_it_has(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = campus(new_world, tmp_path, datetime(2026, 11, 19, 2, tzinfo=UTC), windows="s1_windows")
    case, thread = opened(world, ZH)
    world.command("lin-xiaobei", f"solve {case.key} 已更换硒鼓")
    world.say("qin-shuyao", "@bot 已解决", group="huayue", thread=thread)
    assert world.told("zhou-lan")[-1].text.startswith(f"{case.key} · 请回访客户")

    world.wait(hours=23)
    world.store.run(lambda unit: send_digest(unit, world.desk))
    world.settle()
    assert "待回访：1 张" in world.told("zhou-lan")[-1].text
    world.press("zhou-lan", "已电话", words="客户满意")

    assert not world.case().callback_owed
    assert world.happened(FactKind.CALLED)[-1].actor == "zhou-lan"
    assert world.case().status == "closed"
    assert world.in_group("huayue", thread)[-1].text.splitlines()[1:] == [
        "@秦书瑶 周岚 和您通过电话，要点如下：",
        "> 客户满意",
    ]
