"""What has struck a customer (S1 A2 4.2.4), and complaints by their kind (S1 A2 5.4): whom it goes to."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases.facts import FactKind
from bot.core.matters import Complaint, Emergency
from bot.core.people import Level
from bot.sla.promises import Pending, Running
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.world import World

FIRE = "机房着火了，服务器全停了"
MANAGER, LEAD, EXPERT = "xu-zhiyuan", "zhou-lan", "he-miao"
DIRECTOR, VICE_PRESIDENT, CHIEF = "helen-ward", "jiang-muqing", "helen-ward"


def who_heard(world: World, template: str) -> set[str]:
    """Return which people were told by a template."""
    return {key.rpartition("dm:")[2] for key in world.keys if f":{template}:" in key and ":dm:" in key}


def said_in(world: World, group: str) -> str:
    return "\n".join(line.text for line in world.in_group(group))


@pytest.fixture
def agreed(new_world: NewWorld, tmp_path: Path) -> World:
    """A desk whose customer has the clause on emergencies in their contract."""
    return new_world(
        setting=with_contract(tmp_path, "huayue-campus", schemes="[s1_phone, s1_p4, s1_disaster]")
    )


def arrival(world: World) -> Pending | Running:
    return next(
        each
        for each in world.case().promises
        if each.target.scheme == "s1_disaster" and isinstance(each, Pending | Running)
    )


def test_s1_a2_4_2_4_an_emergency_calls_leaders_and_experts_and_starts_four_hours(agreed: World) -> None:
    world = agreed
    world.say("qin-shuyao", FIRE, group="huayue")

    assert (world.case().level, world.case().kind) == (Level.CRITICAL, Emergency.FIRE)
    assert {
        (fact.actor, fact.data["choice"], fact.data["kind"]) for fact in world.happened(FactKind.MARKED)
    } == {("casebell", "disaster", "fire")}
    running = arrival(world)
    assert isinstance(running, Running)
    assert running.due_at == world.case().opened_at + timedelta(hours=4)
    assert who_heard(world, "emergency") == {EXPERT, VICE_PRESIDENT}, (
        "S1-A2.4.2.4-1 S1-A2.4.2.4-2 S1-A2.4.2.4-3"
    )
    assert "成立处理小组" in world.told(VICE_PRESIDENT)[-1].text
    assert len(world.mailed("jiang.muqing@example.com")) == 1
    told = said_in(world, "huayue")
    assert "应急小组会赶到现场" in told
    assert "119" in told
    assert "突发事件（火灾）" in world.in_group("engineers")[0].text


def test_without_the_clause_no_team_is_promised_and_the_desks_own_people_are_told(world: World) -> None:
    world.say("oliver-grant", "There is a fire in the server room", group="bluebay")

    assert who_heard(world, "emergency") == {MANAGER, EXPERT}
    told = said_in(world, "bluebay")
    assert "team" not in told
    assert "fire brigade" in told


@pytest.mark.parametrize(
    ("words", "kind", "level"),
    [
        ("机房进水了，一半网络断了，其他还能用", Emergency.FLOOD, Level.SEVERE),
        ("昨晚打雷把核心交换机打坏了，全院断网", Emergency.LIGHTNING, Level.CRITICAL),
        ("地震了，机房机柜倒了，系统全停", Emergency.EARTHQUAKE, Level.CRITICAL),
        ("昨晚机房被撬，服务器被偷走了", Emergency.THEFT, Level.CRITICAL),
        ("我们遭到勒索病毒攻击，所有文件都打不开", Emergency.ATTACK, Level.CRITICAL),
        ("Ransomware has encrypted all our servers", Emergency.ATTACK, Level.CRITICAL),
        ("The basement is flooded and the servers are under water", Emergency.FLOOD, Level.CRITICAL),
    ],
)
def test_whatever_has_struck_is_recognised_and_never_slight(
    world: World, words: str, kind: Emergency, level: Level
) -> None:
    world.say("qin-shuyao", words, group="huayue")

    assert (world.case().kind, world.case().level) == (kind, level)


@pytest.mark.parametrize(
    "words",
    [
        "机房没有着火，只是打印机坏了",
        "如果机房着火了，数据怎么恢复？",
        "防火墙的一个端口坏了，其他正常",
        "今天消防演习，机房着火是演练内容，打印机坏了",
        "地震局办公室的打印机坏了",
        "我的账号被盗了",
        "What happens to our data if there is a fire in the server room?",
        "The fire drill is over, but one printer is broken",
    ],
)
def test_what_only_sounds_like_an_emergency_is_none(world: World, words: str) -> None:
    world.say("qin-shuyao", words, group="huayue")

    assert all(case.kind is None for case in world.cases())
    assert who_heard(world, "emergency") == set()


def test_an_emergency_told_of_in_a_live_case_makes_it_one(agreed: World) -> None:
    world = agreed
    thread = world.say("qin-shuyao", "教务处打印机坏了，其他部门正常", group="huayue")

    world.say("qin-shuyao", FIRE, group="huayue", thread=thread)
    world.say("qin-shuyao", "火灾还在继续，机房着火了", group="huayue", thread=thread)

    assert world.case().kind is Emergency.FIRE
    assert len(world.happened(FactKind.MARKED)) == 1
    assert isinstance(arrival(world), Running)


@pytest.mark.parametrize("after", ["solve", "confirm", "cancel"])
def test_an_emergency_told_of_below_a_case_that_is_over_is_a_case_of_its_own(
    world: World, after: str
) -> None:
    thread = world.say("qin-shuyao", "教务处打印机坏了，其他部门正常", group="huayue")
    first = world.case().key
    for verb in {"solve": ["solve"], "confirm": ["solve", "confirm"], "cancel": ["cancel"]}[after]:
        world.command("lin-xiaobei", f"{verb} {first} 已换电源")

    world.say("qin-shuyao", FIRE, group="huayue", thread=thread)

    assert world.case().linked == first
    assert (world.case().kind, world.case().level) == (Emergency.FIRE, Level.CRITICAL)


def test_where_no_contract_is_known_an_emergency_is_told_all_the_same(world: World) -> None:
    world.say("访客", FIRE, group="nowhere")

    assert who_heard(world, "emergency") == {MANAGER, EXPERT}
    assert "应急小组" not in "".join(line.text for line in world.lines)


def test_whoever_knows_better_takes_an_emergency_back_by_one_press(agreed: World) -> None:
    world = agreed
    world.say("qin-shuyao", FIRE, group="huayue")

    world.press(EXPERT, "不是突发事件")

    assert world.case().kind is None
    assert isinstance(arrival(world), Pending)
    assert "不是突发事件" in world.in_group("huayue")[-1].text
    world.command(EXPERT, f"why {world.case().key}")
    assert "查明不是突发事件：此前到期时间为" in world.told(EXPERT)[-1].text
    world.command(EXPERT, f"标记 {world.case().key} 不是突发事件")
    assert "没有标记为突发事件" in world.told(EXPERT)[-1].text


def test_an_emergency_marked_by_hand_calls_the_same_people(agreed: World) -> None:
    world = agreed
    world.say("qin-shuyao", "教务处打印机坏了，其他部门正常", group="huayue")

    world.command("lin-xiaobei", f"mark {world.case().key} disaster")

    assert who_heard(world, "emergency") == {EXPERT, VICE_PRESIDENT}


# --- complaints ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "heard"),
    [
        ("我要投诉，你们工程师态度太差了", Complaint.ATTITUDE, {VICE_PRESIDENT, DIRECTOR}),
        ("投诉：报修三天了没人来", Complaint.DELAY, {VICE_PRESIDENT, LEAD}),
        ("我要投诉，你们工程师太不专业了", Complaint.TECHNICAL, {VICE_PRESIDENT, CHIEF}),
    ],
)
def test_s1_a2_5_4_a_complaint_goes_by_its_kind_and_the_manager_answers(
    world: World, words: str, kind: Complaint, heard: set[str]
) -> None:
    world.say("qin-shuyao", words, group="huayue")

    assert (world.case().owner, world.case().kind) == (MANAGER, kind)
    assert world.happened(FactKind.OPENED)[0].data["kind"] == kind, "S1-A2.5.4-8 S1-A2.5.4-9"
    assert who_heard(world, "complaint_opened") == heard
    assert world.in_group("engineers") == []


def test_a_complaint_by_another_contract_is_the_managers_alone(world: World) -> None:
    world.say("oliver-grant", "Complaint: your engineer was rude to me", group="bluebay")

    assert (world.case().owner, world.case().kind) == (MANAGER, Complaint.ATTITUDE)
    assert who_heard(world, "complaint_opened") == set()


def test_nobody_judges_a_complaint_about_themselves(world: World) -> None:
    thread = world.say("qin-shuyao", "教务处打印机坏了，其他部门正常", group="huayue")
    world.command(MANAGER, f"take {world.case().key}")

    world.say("qin-shuyao", "我要投诉，你们工程师态度太差了", group="huayue", thread=thread)

    assert world.case().linked is not None
    assert world.case().owner == DIRECTOR
