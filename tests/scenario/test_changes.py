"""Words changed or taken away after they were said."""

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from tests.scenario.conftest import NewWorld
from tests.scenario.stage import ZH, brought_to, opened
from tests.scenario.world import FLAT, World

PLAIN = "打印机坏了，只有我一个人"


def below_card(world: World) -> list[str]:
    return [line.text for line in world.in_group("engineers", world.in_group("engineers")[0].ref)]


def test_engineers_see_what_words_were_changed_to_and_that_they_were_taken_away(world: World) -> None:
    _, thread = opened(world, ZH)
    more = world.say("qin-shuyao", "二楼的也坏了", group="huayue", thread=thread)

    world.edit("qin-shuyao", more, "三楼的也坏了", group="huayue", thread=thread)
    world.delete("qin-shuyao", more, group="huayue", thread=thread)

    assert below_card(world)[1:] == ["秦书瑶 修改了消息，现在是：\n> 三楼的也坏了", "秦书瑶 删除了一条消息。"]
    [edited], [deleted] = world.happened(FactKind.EDITED), world.happened(FactKind.DELETED)
    assert (edited.text, edited.data["message"]) == ("三楼的也坏了", more)
    assert (deleted.text, deleted.data["message"]) == ("", more)


@pytest.mark.parametrize("text", ["系统瘫痪，全公司无法工作", "@bot close", "好了", "撤销"])
def test_changed_words_are_not_judged_again_and_nobody_is_answered(world: World, text: str) -> None:
    case, thread = opened(world, ZH)
    lines = len(world.in_group("huayue"))

    world.edit("qin-shuyao", thread, text, group="huayue")

    after = world.case()
    assert (after.status, after.level, len(world.cases())) == (case.status, case.level, 1)
    assert len(world.in_group("huayue")) == lines


@pytest.mark.parametrize("status", Status)
def test_a_change_is_noted_wherever_the_case_stands(world: World, status: Status) -> None:
    if status is Status.MERGED:
        return
    case, thread = brought_to(world, ZH, status)

    world.edit("qin-shuyao", thread, "二楼的也坏了", group="huayue")

    assert world.case(case.key).status is status
    assert len(world.happened(FactKind.EDITED, world.case(case.key))) == 1


def test_words_of_no_case_leave_nothing(world: World) -> None:
    small_talk = world.say("qin-shuyao", "谢谢", group="huayue")
    opened(world, ZH)
    lines = len(world.lines)

    world.edit("qin-shuyao", small_talk, "谢谢大家", group="huayue")
    world.delete("qin-shuyao", small_talk, group="huayue")
    world.edit("qin-shuyao", "m99", "别的", group="huayue", thread="m98")

    assert world.happened(FactKind.EDITED) == world.happened(FactKind.DELETED) == []
    assert len(world.lines) == lines


@pytest.mark.parametrize("directly", [True, False])
def test_in_one_stream_words_are_known_by_themselves(new_world: NewWorld, *, directly: bool) -> None:
    world = new_world(FLAT)
    group = None if directly else "huayue"
    message = world.say("qin-shuyao", f"@bot {PLAIN}", group=group)
    world.say("qin-shuyao", "@bot 谢谢", group=group)

    world.edit("qin-shuyao", message, "二楼的也坏了", group=group)

    assert [fact.text for fact in world.happened(FactKind.EDITED)] == ["二楼的也坏了"]


def test_what_staff_change_below_the_card_no_customer_sees(world: World) -> None:
    opened(world, ZH)
    card = world.in_group("engineers")[0].ref
    note = world.say("he-miao", "怀疑是硒鼓", group="engineers", thread=card)
    before = below_card(world)

    world.edit("he-miao", note, "怀疑是主板", group="engineers", thread=card)
    world.delete("he-miao", note, group="engineers", thread=card)

    assert below_card(world) == before
    world.command("qin-shuyao", "log 1", group="huayue")
    assert not {"主板", "修改", "删除"} & {
        word for word in ("主板", "修改", "删除") if word in seen(world, "huayue")
    }
    world.command("he-miao", "log 1", group="engineers")
    assert "怀疑是主板" in seen(world, "engineers")


def test_customers_see_in_the_history_what_they_changed(world: World) -> None:
    _, thread = opened(world, ZH)
    world.edit("qin-shuyao", thread, "二楼的也坏了", group="huayue")

    world.command("qin-shuyao", "log 1", group="huayue")

    assert "秦书瑶 修改了消息：二楼的也坏了" in seen(world, "huayue")


def test_another_customers_people_change_nothing(world: World) -> None:
    _, thread = opened(world, ZH)

    world.edit("fang-min", thread, "别的", group="huayue")

    assert world.happened(FactKind.EDITED) == []


def seen(world: World, group: str) -> str:
    return world.in_group(group)[-1].text
