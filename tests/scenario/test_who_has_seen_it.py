"""A rung that nobody acknowledged goes out again, and every alarm is on record (S1 A2 7.2, 8.2)."""

import pytest

from bot.cases.facts import OUTCOMES, FactKind
from bot.ports import MAIL
from tests.scenario.conftest import NewWorld
from tests.scenario.edited import edited
from tests.scenario.world import LOCAL, World

OWNER, LEAD, MANAGER, DEPUTY = "lin-xiaobei", "zhou-lan", "xu-zhiyuan", "zhou-lan"
MANAGERS_MAIL = "xu.zhiyuan@example.com"
DOWN = "核心数据库无法启动，全校业务停了"


def titles(world: World, address: str) -> list[tuple[str, str]]:
    """The minutes and titles of what came beside chat."""
    return [(f"{line.at:%H:%M}", line.text.splitlines()[0].split(" · ")[1]) for line in world.mailed(address)]


def to_the_managers_rung(world: World) -> str:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.command(OWNER, f"reply {world.case().key} 正在看", group="engineers")
    world.wait(hours=1)
    return str(world.case().key)


def repeated(world: World) -> list[tuple[object, object]]:
    return [
        (fact.data["choice"], fact.data["how"])
        for fact in world.happened(FactKind.RUNG_REPEATED)
        if fact.data["choice"] == "manager"
    ]


def test_what_nobody_acknowledged_goes_out_by_the_second_channel_again(world: World) -> None:
    to_the_managers_rung(world)
    in_chat = len(world.told(MANAGER))

    world.wait(minutes=15)

    assert titles(world, MANAGERS_MAIL)[-2:] == [("03:00", "上报"), ("03:15", "上报未确认")]
    assert len(world.told(MANAGER)) == in_chat
    assert ("manager", "same") in repeated(world)
    again = [fact for fact in world.outcomes() if fact.data["what"] == "rung_again"]
    assert (again[-1].data["to"], again[-1].data["channel"]) == (MANAGER, MAIL)


def test_who_has_no_second_channel_reads_it_in_chat_again(new_world: NewWorld) -> None:
    world = new_world(setting=edited((f"    email: {MANAGERS_MAIL}\n", "")))
    to_the_managers_rung(world)

    world.wait(minutes=15)

    assert world.told(MANAGER)[-1].text.splitlines()[0].split(" · ")[1] == "上报未确认"


def test_then_the_next_one_in_the_role_is_told_and_nobody_above(new_world: NewWorld) -> None:
    world = new_world(setting=edited(("roles: [lead]", "roles: [lead, manager]")))
    number = to_the_managers_rung(world)
    first = next(fact.data["to"] for fact in world.outcomes() if fact.data["cause"] == "rung:manager:1")
    other = DEPUTY if first == MANAGER else MANAGER

    world.wait(minutes=30)

    assert world.told(other)[-1].text.splitlines()[0].split(" · ")[1] == "上报未确认"
    assert world.told("helen-ward") == []
    world.wait(hours=3)
    assert any(number in line.text for line in world.told("helen-ward"))


def test_a_rung_whose_supervisor_was_told_on_a_lower_one_is_not_told_again(new_world: NewWorld) -> None:
    both = edited(("roles: [manager]", "roles: [manager, director]"), ("roles: [director]", "roles: [admin]"))
    world = new_world(setting=both)
    number = to_the_managers_rung(world)
    world.command(MANAGER, f"noted {number}", group="engineers")
    mailed = [title for _, title in titles(world, MANAGERS_MAIL)]

    world.wait(hours=3, minutes=45)

    assert [fact.data["choice"] for fact in world.happened(FactKind.RUNG_REACHED)][-1] == "director"
    assert [fact.data["choice"] for fact in world.happened(FactKind.RUNG_REPEATED)] == []
    assert [title for _, title in titles(world, MANAGERS_MAIL)] == mailed


@pytest.mark.parametrize("deed", ["noted {n}", "note {n} 我在协调", "assign {n} @he-miao", "take {n}"])
def test_a_word_or_a_press_of_whoever_was_told_is_enough(world: World, deed: str) -> None:
    number = to_the_managers_rung(world)

    world.command(MANAGER, deed.format(n=number), group="engineers")
    world.wait(hours=1)

    assert repeated(world) == []


def test_what_others_do_is_no_acknowledgement(world: World) -> None:
    number = to_the_managers_rung(world)

    world.command("he-miao", f"note {number} 路过看到", group="engineers")
    world.say("qin-shuyao", f"@bot 补充 {number} 还是不行", group="huayue")
    world.wait(minutes=15)

    assert ("manager", "same") in repeated(world)


def test_what_is_solved_is_told_nobody_again(world: World) -> None:
    number = to_the_managers_rung(world)

    world.command(OWNER, f"solve {number} 已恢复", group="engineers")
    world.wait(hours=1)

    assert repeated(world) == []


def test_who_was_told_again_and_has_not_seen_it_is_in_the_log(world: World) -> None:
    number = to_the_managers_rung(world)
    world.wait(minutes=15)

    world.command(LEAD, f"log {number}")

    log = world.told(LEAD)[-1].text
    assert "上报经理 15 分钟没有人确认，已再次通知" in log
    assert "再次上报已送达 许致远（邮件）" in log


def test_every_alarm_records_whom_it_reached_by_which_channel_and_when(world: World) -> None:
    """First assignment, reminders, passing on, due soon, breach, rungs, chase: each twice (S1-A2.7.2-10)."""
    world.say("qin-shuyao", DOWN, group="huayue")
    number = str(world.case().key)
    world.wait(minutes=5)
    world.say("qin-shuyao", f"@bot 催办 {number}", group="huayue")
    world.wait(hours=1, minutes=30)

    alarms = {
        "assigned", "urgent_opened", "reminder", "passed_on", "due_soon", "alarm",
        "breach", "rung", "rung_again", "chased",
    }  # fmt: skip
    reached: dict[object, set[object]] = {}
    for fact in world.outcomes():
        assert fact.kind in OUTCOMES
        assert fact.data["to"]
        assert fact.data["cause"]
        reached.setdefault(fact.data["what"], set()).add(fact.data["channel"])
    assert alarms <= set(reached)
    assert {what for what in alarms - {"rung_again"} if reached[what] != {LOCAL, MAIL}} == set()
