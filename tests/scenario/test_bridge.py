"""One case across two platforms: the customer on one, the engineer on the other."""

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from bot.core.message import Mention, Paragraph
from tests.scenario.bridge import DINGTALK, ON_BOTH, SECOND, SLACK, apart
from tests.scenario.conftest import NewWorld
from tests.scenario.world import Line, World

PNG = b"\x89PNG\r\n\x1a\n"
FAULT = "打印机坏了"
WAYS = pytest.mark.parametrize(
    "world",
    [(DINGTALK, SLACK), (SLACK, DINGTALK)],
    ids=["customer on a stream", "engineers on a stream"],
    indirect=True,
)
ON_A_STREAM = pytest.mark.parametrize(
    "world", [(DINGTALK, SLACK)], ids=["customer on a stream"], indirect=True
)
ENGINEERS_ON_A_STREAM = pytest.mark.parametrize(
    "world", [(SLACK, DINGTALK)], ids=["engineers on a stream"], indirect=True
)


@pytest.fixture
def world(request: pytest.FixtureRequest, new_world: NewWorld) -> World:
    """The demo's desk, its customers on the first platform and its staff on the second."""
    return new_world(setting=apart(*request.param))


def opened(world: World) -> str | None:
    """Let the customer report a fault; return the thread it stands in, where there are threads."""
    message = world.say("qin-shuyao", f"@bot {FAULT}", group="huayue")
    return message if world.case().place.thread else None


def internal(world: World) -> list[Line]:
    """What stands in the engineers' group beside the card."""
    return [line for line in world.in_group("engineers")[1:] if "：" in line.text or line.file]


@WAYS
def test_a_case_lives_its_whole_life_across_both(world: World) -> None:
    thread = opened(world)
    world.command("lin-xiaobei", "ack 1", group="engineers")
    world.command("lin-xiaobei", "reply 1 正在看", group="engineers")
    world.wait(seconds=31)
    world.say("qin-shuyao", "@bot 还是不打印", group="huayue", thread=thread)
    world.command("lin-xiaobei", "solve 1 换了硒鼓", group="engineers")
    world.say("qin-shuyao", "@bot 好了", group="huayue", thread=thread)

    assert world.case().status is Status.CLOSED
    heard = "\n".join(line.text for line in world.in_group("huayue"))
    for words in ("正在看", "换了硒鼓", "已关闭"):
        assert words in heard
    assert {line.place.platform for line in world.in_group("huayue")} == {world.platform("", "huayue")}
    assert {line.place.platform for line in world.told("lin-xiaobei")} == {world.platform("lin-xiaobei")}


@ON_A_STREAM
def test_what_the_customer_writes_stands_below_the_card(world: World) -> None:
    opened(world)
    card = world.in_group("engineers")[0]

    world.say("qin-shuyao", "@bot 二楼的也坏了", group="huayue")

    below = world.in_group("engineers", card.ref)
    assert [line.text for line in below] == ["秦书瑶：\n> 二楼的也坏了"]
    assert card.versions > 1


@ENGINEERS_ON_A_STREAM
def test_in_a_stream_each_line_names_its_case(world: World) -> None:
    thread = opened(world)

    world.say("qin-shuyao", "二楼的也坏了", group="huayue", thread=thread)

    assert internal(world)[-1].text == f"{world.case().key}  秦书瑶：\n> 二楼的也坏了"


@ON_A_STREAM
def test_what_staff_write_below_the_card_stays_internal(world: World) -> None:
    opened(world)
    card = world.in_group("engineers")[0]
    before = len(world.in_group("huayue"))

    world.say("he-miao", "怀疑是硒鼓", group="engineers", thread=card.ref)

    assert len(world.in_group("huayue")) == before
    assert [fact.text for fact in world.happened(FactKind.NOTED_INTERNALLY)] == ["怀疑是硒鼓"]


@ENGINEERS_ON_A_STREAM
def test_what_staff_talk_about_in_a_stream_is_nobodys_case(world: World) -> None:
    opened(world)
    facts, lines = len(world.facts()), len(world.lines)

    world.say("he-miao", "怀疑是硒鼓", group="engineers")

    assert (len(world.facts()), len(world.lines)) == (facts, lines)


@ON_A_STREAM
def test_in_a_stream_the_customer_is_called_and_directly_nobody_is(world: World) -> None:
    opened(world)
    world.command("lin-xiaobei", "reply 1 正在看", group="engineers")
    world.wait(seconds=31)
    world.command("qin-shuyao", "show 1", group="huayue")

    for line in world.in_group("huayue"):
        assert called(line) == ["qin-shuyao"]

    world.command("qin-shuyao", "show 1")
    world.say(ON_BOTH, "打印机坏了")
    assert [called(line) for who in ("qin-shuyao", ON_BOTH) for line in world.told(who)] == [[], []]


@ENGINEERS_ON_A_STREAM
def test_in_a_stream_of_engineers_who_asks_is_called(world: World) -> None:
    opened(world)

    world.say("he-miao", "@bot show 1", group="engineers")

    assert called(world.in_group("engineers")[-1]) == ["he-miao"]


def called(line: Line) -> list[str]:
    """Who is rung by a line: by its first paragraph."""
    first = next((block for block in line.message.blocks if isinstance(block, Paragraph)), Paragraph(()))
    return [span.sender.user for span in first.line if isinstance(span, Mention)]


@WAYS
def test_a_customer_on_both_platforms_has_one_view_answered_where_it_is_asked(world: World) -> None:
    opened(world)
    number = world.case().key

    for verb in ("list", "show 1", "log 1"):
        before = len(world.in_group("huayue"))
        world.command(ON_BOTH, verb, group=SECOND)
        assert number in world.in_group(SECOND)[-1].text
        assert len(world.in_group("huayue")) == before

    world.command(ON_BOTH, "add 1 二楼的也坏了", group=SECOND)
    assert number in world.in_group(SECOND)[-1].text
    assert "二楼的也坏了" in internal(world)[-1].text


@WAYS
@pytest.mark.parametrize("group", [SECOND, None], ids=["second group", "directly"])
def test_what_is_promised_goes_where_the_case_lives_and_answers_where_one_asks(
    world: World, group: str | None
) -> None:
    def answer() -> Line:
        return (world.in_group(SECOND) if group else world.told(ON_BOTH))[-1]

    opened(world)
    world.command("lin-xiaobei", "solve 1 换了硒鼓", group="engineers")

    world.command(ON_BOTH, "confirm 1", group=group)
    assert "已关闭" in answer().text
    assert "已关闭" in "".join(line.text for line in world.in_group("huayue"))
    world.command(ON_BOTH, "reopen 1 又坏了", group=group)
    assert world.case().key in answer().text
    assert world.case().status is Status.OPEN
    assert "重新处理" in world.in_group("huayue")[-1].text


@WAYS
def test_words_elsewhere_that_close_a_case_or_open_it_again_are_answered_there(world: World) -> None:
    world.say(ON_BOTH, f"@bot {FAULT}", group="huayue")
    world.command("lin-xiaobei", "solve 1 换了硒鼓", group="engineers")

    world.say(ON_BOTH, "好了")
    assert world.case().status is Status.CLOSED
    assert world.case().key in world.told(ON_BOTH)[-1].text
    world.say(ON_BOTH, "还是不行")

    assert world.case().status is Status.OPEN
    assert world.case().key in world.told(ON_BOTH)[-1].text


@WAYS
@pytest.mark.parametrize("verb", ["show 1", "log 1", "add 1 你好", "confirm 1", "reopen 1 又坏了", "list"])
def test_nobody_sees_another_customers_case_on_either_platform(world: World, verb: str) -> None:
    opened(world)
    facts = len(world.facts())

    for who, group in (("fang-min", "chengjiang"), ("fang-min", None), ("lin-xiaobei", "chengjiang")):
        world.command(who, verb, group=group)

    said = [*world.in_group("chengjiang"), *world.told("fang-min")]
    assert said
    assert world.case().key not in "".join(line.text for line in said)
    assert len(world.facts()) == facts


@WAYS
def test_people_of_the_other_platform_are_named_and_not_called(world: World) -> None:
    opened(world)

    for line in world.every:
        for sender in mentions(line):
            assert sender == line.place.platform


def mentions(line: Line) -> list[str]:
    paragraphs = [block for block in line.message.blocks if isinstance(block, Paragraph)]
    return [span.sender.platform for each in paragraphs for span in each.line if isinstance(span, Mention)]


@ON_A_STREAM
def test_files_go_from_either_side_to_the_other(world: World) -> None:
    opened(world)
    card = world.in_group("engineers")[0]

    world.say("qin-shuyao", "@bot 这是现场照片", group="huayue", files={"现场.png": PNG})
    assert [line.file for line in world.in_group("engineers", card.ref)] == [None, "现场.png"]
    assert [line.file for line in world.in_group("huayue") if line.file] == []

    world.say(
        "lin-xiaobei", "@bot reply 1 按图操作", group="engineers", thread=card.ref, files={"步骤.png": PNG}
    )
    assert [line.file for line in world.in_group("huayue") if line.file] == []
    world.wait(seconds=31)

    last = world.in_group("huayue")[-2:]
    assert ["按图操作" in last[0].text, last[1].file] == [True, "步骤.png"]


@ON_A_STREAM
def test_a_press_is_not_late_because_the_customer_changed_words(world: World) -> None:
    message = world.say("qin-shuyao", f"@bot {FAULT}", group="huayue")
    pressed = world.button("lin-xiaobei", "接单")

    world.edit("qin-shuyao", message, "打印机和扫描仪都坏了", group="huayue")
    world.push("lin-xiaobei", pressed)

    assert world.case().status is Status.ACKNOWLEDGED


@ENGINEERS_ON_A_STREAM
def test_what_came_with_a_report_stands_after_its_card_in_a_stream_too(world: World) -> None:
    world.say("qin-shuyao", f"@bot {FAULT}", group="huayue", files={"现场.png": PNG})

    first, *others = world.in_group("engineers")
    assert first.buttons
    assert any(line.file for line in others)


@ENGINEERS_ON_A_STREAM
def test_in_a_stream_each_change_of_note_is_one_line_and_said_once(world: World) -> None:
    thread = opened(world)
    for step in ("ack 1", "wait 1 vendor", "resume 1"):
        world.command("lin-xiaobei", step, group="engineers")
        world.say("qin-shuyao", "谢谢", group="huayue", thread=thread)

    lines = [line.text for line in world.in_group("engineers") if "  10:00  " in line.text]
    assert [text.split("  ")[-1] for text in lines] == [
        "林小北 接单",
        "林小北 挂起，等待厂商答复",
        "恢复处理",
    ]
