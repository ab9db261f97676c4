"""What clocks make the bot say: to whom, once, and never what is out of date."""

from datetime import UTC, datetime, timedelta

from bot.cases.model import FactKind, Status
from bot.ports import Unit
from bot.services.wake import fire_due
from tests.scenario.world import Line, World

DOWN = "核心数据库无法启动，全校业务停了"
OWNER = "lin-xiaobei"


def titled(lines: list[Line], words: str) -> list[str]:
    """The local times at which messages whose first line has these words came."""
    found = [line for line in lines if words in line.text.splitlines()[0]]
    return [f"{line.at:%d %H:%M}" for line in found]


def test_at_45_minutes_whoever_did_not_answer_reads_one_line_that_says_why_the_case_went_on(
    world: World,
) -> None:
    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")
    owner = str(world.case().owner)

    world.wait(minutes=46)

    successor = str(world.case().owner)
    assert successor != owner
    assert titled(world.told(owner), "请回应客户") == ["20 02:30"]
    assert [line.text for line in world.told(owner) if line.at.minute == 45] == [
        "C-20261120-0001  45 分钟仍未回应客户，已改由 Eve Turner 负责，您不用再跟进。"
    ]
    assert len(world.happened(FactKind.REMINDED)) == 2
    assert titled(world.told(successor), "please answer") == []
    assert [line.at.minute for line in world.told(successor)] == [45]


def test_one_person_hears_one_of_several_clocks_at_one_instant_on_each_channel(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    for who, address in (("lin-xiaobei", "lin.xiaobei@example.com"), ("zhou-lan", "zhou.lan@example.com")):
        world.wait(hours=1)
        for lines in (world.told(who), world.mailed(address)):
            instants = [line.at for line in lines if "登记" not in line.text.splitlines()[0]]
            clocks = [at for at in instants if at.minute in (0, 30) and at > world.lines[0].at]
            assert len(set(clocks)) == len(clocks)


def test_a_rung_and_a_reminder_are_one_message_although_the_words_took_a_moment_to_reach_us(
    world: World,
) -> None:
    world.late = timedelta(seconds=2)
    world.say("qin-shuyao", DOWN, group="huayue")
    before = len(world.told(OWNER))

    world.wait(minutes=30)

    assert [line.text.splitlines()[0] for line in world.told(OWNER)[before:]] == [
        "C-20261120-0001 · 上报 · P1 · 重大故障"
    ]


def test_after_an_outage_only_the_highest_rung_is_told_and_every_rung_is_recorded(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.clock.set(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))

    world.settle()

    reached = [fact.data["choice"] for fact in world.happened(FactKind.RUNG_REACHED)]
    assert reached == ["engineer", "manager", "director", "vice_president"]
    assert len(world.told("jiang-muqing")) == 1
    assert (world.told("xu-zhiyuan"), world.told("helen-ward")) == ([], [])


def test_a_solved_case_closes_after_its_month_with_three_notices(world: World) -> None:
    """C30."""
    solve(world)

    world.wait(days=33)

    assert titled(world.in_group("huayue"), "请确认是否解决") == ["27 02:00", "11 02:00", "17 02:00"]
    assert world.case().status is Status.CLOSED


def test_after_a_long_outage_one_notice_is_given_and_the_case_closes_a_day_later(world: World) -> None:
    solve(world)
    world.clock.set(datetime(2027, 1, 15, 2, 0, tzinfo=UTC))

    world.settle()
    assert len(titled(world.in_group("huayue"), "请确认是否解决")) == 1
    world.wait(hours=23)
    assert world.case().status is Status.SOLVED
    world.wait(hours=2)

    assert world.case().status is Status.CLOSED
    assert len(world.happened(FactKind.CLOSING_NOTICE)) == 3


def test_nothing_closes_whose_last_notice_was_not_delivered_and_the_operator_hears_of_it(
    world: World,
) -> None:
    solve(world)
    for at in (datetime(2026, 12, 18, 2, 0, tzinfo=UTC), datetime(2027, 1, 15, 2, 0, tzinfo=UTC)):
        world.clock.set(at)
        world.store.run(lambda unit: fire_due(unit, world.desk, limit=10))

    assert world.case().status is Status.SOLVED
    assert "last notice was not delivered" in alarms(world)[0]
    world.wait(minutes=11)
    assert world.case().status is Status.CLOSED


def test_a_case_woken_for_nothing_sleeps_again(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    case = world.case()
    world.store.run(lambda unit: unit.cases.delay(case.id, until=unit.now))

    woken = [world.store.run(lambda unit: fire_due(unit, world.desk, limit=10)) for _ in range(2)]

    assert woken == [1, 0]
    assert world.case() == case


def solve(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.command(OWNER, f"solve {world.case().key} 换了电源", group="engineers")


def alarms(world: World) -> list[str]:
    def texts(unit: Unit) -> list[str]:
        return [text for _, text in unit.registry.alarms()]

    return world.store.read(texts)


def test_an_owner_who_lost_the_case_in_an_outage_is_alarmed_of_nothing(world: World) -> None:
    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")
    former, before = str(world.case().owner), len(world.lines)
    world.clock.advance(timedelta(hours=50))

    world.settle()

    titles = [line.text.splitlines()[0] for line in world.told(former) if line in world.lines[before:]]
    assert world.case().owner != former
    assert not [title for title in titles if "超时" in title or "时限" in title]
    assert [title for title in titles if "您不用再跟进" in title]


def test_a_manager_who_has_the_case_calls_whoever_stands_above(world: World) -> None:
    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")
    key = world.case().key

    world.command("xu-zhiyuan", f"take {key}", group="engineers")
    world.command("xu-zhiyuan", f"escalate {key} manager 需要协调资源", group="engineers")

    assert not [line for line in world.told("xu-zhiyuan") if "需要协调资源" in line.text]
    assert [line for line in world.told("helen-ward") if "需要协调资源" in line.text]
