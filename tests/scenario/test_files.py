"""Pictures and files that people send along."""

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from bot.core.inbound import Sent
from tests.scenario.conftest import NewWorld
from tests.scenario.stage import EN, ZH, Side, opened
from tests.scenario.world import FLAT, LOCAL, Line, World

PNG = b"\x89PNG\r\n\x1a\n"
LOG = "内存不足".encode()
PLAIN = "打印机坏了，只有我一个人"


def below_card(world: World, number: int = 0) -> list[Line]:
    cards = [line for line in world.in_group("engineers") if line.place.thread is None]
    return world.in_group("engineers", cards[number].ref)


def files(lines: list[Line]) -> list[str]:
    return [line.file for line in lines if line.file]


def test_a_file_with_the_first_words_belongs_to_the_case(world: World) -> None:
    world.say("qin-shuyao", PLAIN, group="huayue", files={"现场.png": PNG, "a.log": LOG})

    [reported, *_] = world.facts()
    assert reported.text == f"{PLAIN}\n📎 现场.png\n📎 a.log"
    assert len(str(reported.data["files"]).split()) == 2
    assert files(below_card(world)) == ["现场.png", "a.log"]
    assert below_card(world)[0].text == f"秦书瑶：\n> {PLAIN}"


def test_a_file_alone_in_a_case_is_an_answer(world: World) -> None:
    case, thread = opened(world, ZH)
    world.command("lin-xiaobei", f"wait {case.key} customer", group="engineers")
    lines = len(world.in_group("huayue"))

    world.say("qin-shuyao", "", group="huayue", thread=thread, files={"现场.png": PNG})

    assert world.case().status is Status.ACKNOWLEDGED
    assert world.happened(FactKind.CUSTOMER_WROTE)[-1].text == "📎 现场.png"
    assert files(below_card(world)) == ["现场.png"]
    assert "📎 现场.png" in world.told("lin-xiaobei")[-1].text
    assert len(world.in_group("huayue")) == lines


@pytest.mark.parametrize("side", [ZH, EN], ids=["zh", "en"])
def test_a_file_alone_is_asked_about_and_goes_with_the_next_words(world: World, side: Side) -> None:
    world.say(side.customer, "", group=side.group, files={"screen.png": PNG})
    assert world.cases() == ()
    assert "screen.png" in world.in_group(side.group)[-1].text

    world.wait(minutes=29)
    world.say(side.customer, side.fault, group=side.group)

    assert files(below_card(world)) == ["screen.png"]
    assert world.facts()[0].text == f"{side.fault}\n📎 screen.png"


def test_files_that_came_one_by_one_go_together_and_once(world: World) -> None:
    asked = world.say("qin-shuyao", "", group="huayue", files={"1.png": PNG})
    world.say("qin-shuyao", "", group="huayue", files={"2.png": PNG})

    world.say("qin-shuyao", PLAIN, group="huayue", thread=asked)
    assert files(below_card(world)) == ["1.png", "2.png"]
    world.say("qin-shuyao", "还有复印机坏了", group="huayue")

    assert files(below_card(world, 1)) == []


def test_a_question_answered_in_between_loses_no_file(world: World) -> None:
    asked = world.say("oliver-grant", "", group="bluebay", files={"screen.png": PNG})
    world.say("oliver-grant", "How do I reset my password?", group="bluebay", thread=asked)
    assert world.cases() == ()

    world.command("oliver-grant", "human", group="bluebay", thread=asked)

    assert files(below_card(world)) == ["screen.png"]


def test_a_verb_that_is_refused_takes_no_file(world: World) -> None:
    world.say("qin-shuyao", "", group="huayue", files={"1.png": PNG})
    world.command("qin-shuyao", "confirm 0001", group="huayue")
    world.say("qin-shuyao", "@bot chase 0001", group="huayue", files={"2.png": PNG})

    world.say("qin-shuyao", PLAIN, group="huayue")
    world.say("qin-shuyao", "@bot ack 0001", group="huayue", files={"3.png": PNG})

    assert files(below_card(world)) == ["1.png"]
    assert not world.store.run(lambda unit: unit.files.known(LOCAL, Sent(ref="m5/3.png", name="3.png")))


def test_files_long_ago_are_nobodys(world: World) -> None:
    world.say("qin-shuyao", "", group="huayue", files={"1.png": PNG})
    world.wait(minutes=31)

    world.say("qin-shuyao", PLAIN, group="huayue")

    assert files(below_card(world)) == []


def test_a_file_nobody_asked_us_about_is_left_alone(world: World) -> None:
    world.say("fang-min", "", group="chengjiang", files={"1.png": PNG})
    world.say("fang-min", "", files={"2.png": PNG})

    assert world.in_group("chengjiang") == []
    assert "2.png" in world.told("fang-min")[-1].text


def test_in_one_stream_a_file_is_asked_about_by_name(new_world: NewWorld) -> None:
    world = new_world(FLAT)

    world.say("fang-min", "@bot", group="chengjiang", files={"1.png": PNG})
    world.say("fang-min", f"@bot {PLAIN}", group="chengjiang")

    assert "1.png" in world.in_group("chengjiang")[0].text
    assert files(world.in_group("engineers")) == ["1.png"]


def test_what_goes_with_a_reply_leaves_with_it_or_is_taken_back(world: World) -> None:
    opened(world, ZH)
    for name in ("错.png", "对.png"):
        world.say("lin-xiaobei", "@bot reply 1 按图操作", group="engineers", files={name: PNG})
        assert name in world.in_group("engineers")[-1].text
        if name == "错.png":
            world.command("lin-xiaobei", "takeback 1", group="engineers")
    world.wait(seconds=31)

    assert files(world.in_group("huayue")) == ["对.png"]
    assert world.happened(FactKind.REPLIED)[-1].text == "按图操作\n📎 对.png"


@pytest.mark.parametrize("verb", ["solve", "diag", "add"])
def test_a_file_with_words_to_the_customer_goes_to_the_customer(world: World, verb: str) -> None:
    opened(world, ZH)

    world.say("lin-xiaobei", f"@bot {verb} 1 按图操作", group="engineers", files={"步骤.png": PNG})

    assert files(world.in_group("huayue")) == ["步骤.png"]
    assert files(world.in_group("engineers")) == []


def test_a_file_below_the_card_stays_internal(world: World) -> None:
    opened(world, ZH)
    card = world.in_group("engineers")[0].ref

    world.say("he-miao", "", group="engineers", thread=card, files={"内部.png": PNG})

    assert world.happened(FactKind.NOTED_INTERNALLY)[-1].text == "📎 内部.png"
    assert files(world.lines) == []


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("setup.exe", b"MZ\x90\0", "不转交程序和网页文件"),
        ("page.html", b"<html></html>", "不转交程序和网页文件"),
        ("现场.png", b"MZ\x90\0", "不转交程序和网页文件"),
    ],
)
def test_what_is_not_carried_is_said_in_its_place(world: World, name: str, data: bytes, why: str) -> None:
    world.say("qin-shuyao", PLAIN, group="huayue", files={name: data})

    assert files(below_card(world)) == []
    assert why in below_card(world)[-1].text
    assert name in below_card(world)[-1].text


def test_what_is_not_carried_is_said_in_the_customers_language(world: World) -> None:
    opened(world, EN)

    world.say("lin-xiaobei", "@bot add 1 42", group="engineers", files={"steps.exe": b"MZ"})

    assert "programs and web pages are not" in world.in_group("bluebay")[-1].text
