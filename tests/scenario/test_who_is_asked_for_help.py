"""Help inside the supplier step by step, the vendor by leave of an expert (S1 A2 4.2.3, 6.2, 8.2)."""

import pytest

from bot.cases.model import FactKind
from bot.ports import Unit
from tests.scenario.conftest import NewWorld
from tests.scenario.edited import edited
from tests.scenario.world import World

OWNER, SOFTWARE, EXPERT, LEAD, MANAGER = "lin-xiaobei", "eve-turner", "he-miao", "zhou-lan", "xu-zhiyuan"
CHIEF, PANEL = "helen-ward", "xu-zhiyuan"
PRINTER = "打印机坏了"


def reported(world: World, words: str = PRINTER, group: str = "huayue", who: str = "qin-shuyao") -> str:
    world.say(who, words, group=group)
    return str(world.case().key)


def escalate(world: World, words: str, *, by: str = OWNER) -> list[str]:
    """Let somebody ask for help and return who else of the staff was told something."""
    before = len(world.lines)
    world.command(by, f"escalate {world.case().key} {words}", group="engineers")
    new = {line.place.conversation.removeprefix("dm:") for line in world.lines[before:] if line.place.direct}
    return sorted(new - {by})


def alarms(world: World) -> list[str]:
    def texts(unit: Unit) -> list[str]:
        return [text for _, text in unit.registry.alarms()]

    return world.store.read(texts)


@pytest.mark.parametrize(
    ("requirement", "words", "asked"),
    [("S1-A2.6.2-2", "设备驱动起不来", [EXPERT]), ("S1-A2.6.2-2", "门户应用报错", [SOFTWARE])],
)
def test_whoever_is_about_the_thing_is_asked_first_then_the_chief_then_the_panel(
    world: World, requirement: str, words: str, asked: list[str]
) -> None:
    reported(world)

    steps = [escalate(world, f"expert {words}") for _ in range(3)]

    assert steps == [asked, [CHIEF], [PANEL]], requirement
    units = [fact.data["units"] for fact in world.happened(FactKind.ESCALATED)]
    assert units == ["software implementation", "chief_engineer", "panel"], "S1-A2.6.2-3 S1-A2.6.2-4"


def test_where_nothing_tells_departments_apart_both_are_asked(world: World) -> None:
    reported(world)

    assert escalate(world, "expert 查不出原因") == [SOFTWARE, EXPERT]
    assert "请求升级到软件部、项目实施部" in world.told(EXPERT)[-1].text
    assert len(world.mailed("he.miao@example.com")) == 1


def test_beyond_the_last_step_an_expert_is_asked(world: World) -> None:
    reported(world)
    for _ in range(3):
        escalate(world, "expert 查不出原因")

    assert escalate(world, "expert 还是查不出") == [EXPERT]


def test_a_wish_goes_to_business_and_then_to_the_panel(world: World) -> None:
    reported(world, "希望增加导出 PDF 的功能")

    assert [escalate(world, "expert 需要报价") for _ in range(2)] == [[LEAD], [PANEL]], "S1-A2.6.2-1"


def test_a_department_the_directory_does_not_have_is_passed_over(new_world: NewWorld) -> None:
    software = "  - id: software\n", "  - id: tools\n"
    implementation = "  - id: implementation\n", "  - id: field\n"
    world = new_world(setting=edited(software, implementation))
    reported(world)

    assert escalate(world, "expert 查不出原因") == [CHIEF]
    assert [alarm for alarm in alarms(world) if "the unit software" in alarm]


def test_without_a_path_an_expert_is_asked_and_without_one_the_lead(new_world: NewWorld) -> None:
    with_expert = new_world()
    reported(with_expert, "@bot 打印机偶尔脱机", "chengjiang", "fang-min")
    without = new_world(setting=edited((", expert]", "]")))
    reported(without, "@bot 打印机偶尔脱机", "chengjiang", "fang-min")

    assert escalate(with_expert, "expert 查不出原因") == [EXPERT], "S1-A2.8.2-6"
    assert escalate(without, "expert 查不出原因") == [LEAD]


def test_a_reopened_case_begins_its_path_anew(world: World) -> None:
    number = reported(world)
    escalate(world, "expert 查不出原因")
    world.command(OWNER, f"solve {number} 好了", group="engineers")
    world.say("qin-shuyao", f"@bot 重开 {number} 又坏了", group="huayue")

    assert escalate(world, "expert 查不出原因") == [SOFTWARE, EXPERT]


# --- the vendor -------------------------------------------------------------------------------------------


def test_an_expert_must_agree_before_the_vendor_is_asked(world: World) -> None:
    number = reported(world)

    assert escalate(world, "vendor 需要固件日志") == [EXPERT], "S1-A2.8.2-7"
    assert len(world.mailed("he.miao@example.com")) == 1
    world.press(EXPERT, "批准")

    assert "何苗 同意请原厂商协助" in world.told(OWNER)[-1].text
    [approved] = world.happened(FactKind.VENDOR_APPROVED)
    assert (approved.actor, approved.data["for"]) == (EXPERT, OWNER)
    world.command(EXPERT, f"批准 {number}", group="engineers")
    assert "没有等待答复的厂商支持申请" in world.in_group("engineers")[-1].text


def test_an_expert_may_decline_with_a_reason_and_be_asked_again(world: World) -> None:
    number = reported(world)
    escalate(world, "vendor 需要固件日志")

    world.command(EXPERT, f"驳回 {number} 先查配置", group="engineers")

    assert "> 先查配置" in world.told(OWNER)[-1].text or "先查配置" in world.told(OWNER)[-1].text
    assert world.happened(FactKind.VENDOR_DECLINED)
    assert escalate(world, "vendor 配置已查") == [EXPERT]


def test_an_expert_needs_nobodys_leave(world: World) -> None:
    number = reported(world)
    world.command(EXPERT, f"take {number}", group="engineers")

    assert EXPERT not in escalate(world, "vendor 需要固件日志", by=EXPERT), "S1-A2.8.2-9"
    assert world.happened(FactKind.ESCALATED)[-1].data["approved"] is True


def test_nobody_gives_leave_to_themselves(new_world: NewWorld) -> None:
    world = new_world(setting=edited((", expert]", "]")))
    number = reported(world)
    world.command(LEAD, f"take {number}", group="engineers")

    assert escalate(world, "vendor 需要固件日志", by=LEAD) == [MANAGER]
    world.command(LEAD, f"批准 {number}", group="engineers")

    assert "要由别人答复" in world.in_group("engineers")[-1].text
    assert not world.happened(FactKind.VENDOR_APPROVED)


def test_a_second_request_waits_for_the_first_answer(world: World) -> None:
    reported(world)
    escalate(world, "vendor 需要固件日志")

    assert escalate(world, "vendor 需要固件日志") == []
    assert len(world.happened(FactKind.ESCALATED)) == 1


def test_engineers_who_are_no_experts_may_not_agree(world: World) -> None:
    number = reported(world)
    escalate(world, "vendor 需要固件日志")

    world.command(SOFTWARE, f"approve {number}", group="engineers")

    assert not world.happened(FactKind.VENDOR_APPROVED)


# --- the customer's shortcut, and what the manager hears --------------------------------------------------


def test_a_customer_may_ask_the_head_of_the_centre_for_a_visit(world: World) -> None:
    number = reported(world)

    world.say("qin-shuyao", f"@bot 需上门 {number}", group="huayue")

    assert "客户请求上门" in world.told(MANAGER)[-1].text, "S1-A2.4.2.3-2"
    assert len(world.mailed("xu.zhiyuan@example.com")) == 1


def test_a_visit_that_comes_after_the_diagnosis_is_due_is_warned_of(world: World) -> None:
    number = reported(world, "部分设备故障，影响部分业务")
    assert world.case(number).level == 2
    world.command(EXPERT, f"onsite {number} need", group="engineers")

    for who in (OWNER, EXPERT):
        assert "诊断时限是 今天(周五) 12:00，早于到场时限 今天(周五) 13:00" in world.told(who)[-1].text, "C13"


def test_where_somebody_comes_before_the_diagnosis_is_due_nothing_is_warned_of(world: World) -> None:
    number = reported(world)

    world.command(OWNER, f"onsite {number} need", group="engineers")

    assert not [line for line in world.told(OWNER) if "诊断时限先到" in line.text]


def test_a_loan_unit_is_reminded_of_at_20_hours_and_its_breach_told_to_the_manager(
    new_world: NewWorld,
) -> None:
    world = new_world(setting=edited(("schemes: [s1_phone, s1_onsite, s1_p4]", "schemes: [s3_service]")))
    number = reported(world)
    world.command(OWNER, f"diag {number} 电源坏了", group="engineers")

    world.wait(hours=24)

    about = [line for line in world.told(OWNER) if "代用设备" in line.text.splitlines()[1]]
    assert [f"{line.at:%d %H:%M}" for line in about] == ["20 22:00", "21 02:00"], "S3-4.5.2-2"
    for lines in (world.told(MANAGER), world.mailed("xu.zhiyuan@example.com")):
        assert [
            f"{line.at:%d %H:%M}" for line in lines if "承诺已超时" in line.text and "代用设备" in line.text
        ] == ["21 02:00"]
