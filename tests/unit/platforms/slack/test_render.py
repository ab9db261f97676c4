"""Our messages on Slack: nothing of them is lost, nothing in them mentions or formats."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.message import (
    Attachment,
    Block,
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Field,
    Fields,
    FileId,
    Line,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
    Style,
    Tone,
)
from bot.core.people import CaseKey, PlatformName, Sender
from bot.platforms.slack.payload import SLACK
from bot.platforms.slack.render import FALLBACK_LIMIT, PART_LIMIT, VALUE_LIMIT, Part, only_part, parts
from bot.platforms.slack.text import unescape
from tests.fakes.slack.blocks import faults_of_blocks

Json = dict[str, Any]

LIN = Mention(Sender(SLACK, "U0LIN", "林小北"))
ABROAD = Mention(Sender(PlatformName("dingtalk"), "U0LIN", "张三"))
HARMLESS = {"text", "rich_text", "rich_text_section", "rich_text_quote", "rich_text_list"}
SHOUTS = "<!channel> <@U0LIN> <https://example.com|x> *b* `c` &lt; @here :smile: [x](http://y)"


def elements(part: Part) -> Iterator[Mapping[str, Any]]:
    """Yield everything in a message's blocks that has a type."""
    waiting: list[Any] = list(part.blocks)
    while waiting:
        each = waiting.pop(0)
        yield each
        waiting = [*each.get("elements", ()), *waiting]


def texts(message: Message) -> str:
    found = (each["text"] for part in parts(message) for each in elements(part) if each["type"] == "text")
    return "".join(found)


def only(message: Message) -> Part:
    (part,) = parts(message)
    return part


def rich(message: Message) -> list[Json]:
    (block,) = only(message).blocks
    return json.loads(json.dumps(block))["elements"]  # type: ignore[no-any-return]  # JSON


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*inside: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inside)}


DRAWN: tuple[tuple[Block, Json], ...] = (
    (Paragraph(("a", Bold("b"), Code("c"))), section(text("a"), text("b", bold=True), text("c", code=True))),
    (Paragraph((LIN,)), section({"type": "user", "user_id": "U0LIN"})),
    (Paragraph((ABROAD,)), section(text("@张三"))),
    (Paragraph((Mention(Sender(SLACK, "no id", "某人")),)), section(text("@某人"))),
    (
        Paragraph((Link("这里", "https://example.com"),)),
        section({"type": "link", "url": "https://example.com", "text": "这里"}),
    ),
    (Paragraph((Link("x", "javascript:alert(1)"),)), section(text("x (javascript:alert(1))"))),
    (Quote("一\n二"), {"type": "rich_text_quote", "elements": [text("一\n二")]}),
    (
        Fields((Field("负责人", (Bold("林"),)), Field("Owner", ("Lin",)))),
        section(
            text("负责人：", bold=True),
            text("林", bold=True),
            text("\n"),
            text("Owner: ", bold=True),
            text("Lin"),
        ),
    ),
    (
        Bullets((("一",), ("二", Bold("三")))),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section(text("一")), section(text("二"), text("三", bold=True))],
        },
    ),
    (Attachment(FileId("f"), "截图.png"), section(text("📎 截图.png"))),
)


@pytest.mark.parametrize(("block", "drawn"), DRAWN)
def test_every_block_is_drawn(block: Block, drawn: Json) -> None:
    message = Message(blocks=(block,))

    assert rich(message) == [drawn]
    assert faults_of_blocks(list(only(message).blocks)) == []


def test_lines_stand_below_each_other_and_quotes_for_themselves() -> None:
    message = Message(("标题",), (Paragraph(("一",)), Quote("二"), Quote("三"), Paragraph(("四",))))

    assert [each["type"] for each in rich(message)] == [
        "rich_text_section",
        "rich_text_quote",
        "rich_text_quote",
        "rich_text_section",
    ]
    assert rich(message)[0]["elements"] == [text("标题", bold=True), text("\n"), text("一")]
    assert only(message).text == "标题\n一\n二\n三\n四"


@pytest.mark.parametrize(("tone", "mark"), [(Tone.GOOD, "🟢 "), (Tone.WARNING, "🟠 "), (Tone.ALARM, "🔴 ")])
def test_a_colour_is_added_to_the_title_and_says_nothing_alone(tone: Tone, mark: str) -> None:
    assert only(Message(("工单",), tone=tone)).text == f"{mark}工单"
    assert parts(Message(blocks=(Paragraph(("好",)),), tone=tone))[0].text == "好"


def test_buttons_carry_what_they_do() -> None:
    row = (
        Button("接单", "ack", CaseKey("C-20261120-0007"), as_of=3, style=Style.PRIMARY),
        Button("撤销", "cancel", words="x", style=Style.DANGER),
        Button("进度", "show"),
    )
    (block,) = only(Message(blocks=(Buttons(row),))).blocks
    drawn: list[Json] = json.loads(json.dumps(block))["elements"]

    assert [each.get("style") for each in drawn] == ["primary", "danger", None]
    assert [json.loads(each["value"]) for each in drawn] == [
        {"verb": "ack", "case": "C-20261120-0007", "as_of": 3},
        {"verb": "cancel", "words": "x"},
        {"verb": "show"},
    ]
    assert len({each["action_id"] for each in drawn}) == 3


def test_not_more_than_five_buttons_stand_side_by_side() -> None:
    message = Message(blocks=(Buttons(tuple(Button(str(each), "show") for each in range(12))),))

    assert [len(block["elements"]) for block in map(dict, only(message).blocks)] == [5, 5, 2]  # type: ignore[arg-type]  # JSON


@pytest.mark.parametrize("letter", ["字", '"', "\n", "😀"])
def test_words_too_long_for_a_button_are_cut(letter: str) -> None:
    button = Button("请工程师" * 30, "human", words=letter * 5000)
    (drawn,) = (
        each for each in elements(only(Message(blocks=(Buttons((button,)),)))) if each["type"] == "button"
    )

    assert len(drawn["value"]) <= VALUE_LIMIT
    assert json.loads(drawn["value"])["words"].startswith(letter * 900)
    assert len(drawn["text"]["text"]) == 75


def test_words_of_people_neither_mention_nor_format() -> None:
    message = Message((SHOUTS,), (Paragraph((SHOUTS,)), Quote(SHOUTS), Bullets(((SHOUTS,),))))
    part = only(message)

    assert {each["type"] for each in elements(part)} <= HARMLESS
    assert not {"<", ">"} & set(part.text)
    assert unescape(part.text) == "\n".join([SHOUTS] * 4)


words = st.text(min_size=1)
lines = st.lists(
    st.one_of(words, st.builds(Bold, words), st.builds(Code, words)), min_size=1, max_size=4
).map(tuple)
blocks = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Quote, words),
    st.builds(Bullets, st.lists(lines, min_size=1, max_size=3).map(tuple)),
    st.builds(Fields, st.lists(st.builds(Field, words, lines), min_size=1, max_size=3).map(tuple)),
)


@given(lines, st.lists(blocks, max_size=5).map(tuple))
def test_whatever_people_write_is_only_ever_text(title: Line, blocks: tuple[Block, ...]) -> None:
    for part in parts(Message(title, blocks)):
        assert {each["type"] for each in elements(part)} <= HARMLESS
        assert faults_of_blocks(list(part.blocks)) == []
        assert not {"<", ">"} & set(part.text)


@settings(max_examples=30)
@given(st.text(alphabet="字a \n", min_size=1, max_size=400), st.integers(1, 200))
def test_splitting_loses_nothing(piece: str, times: int) -> None:
    said = piece * times
    drawn = parts(Message(blocks=(Quote(said),)))

    assert texts(Message(blocks=(Quote(said),))) == said
    for part in drawn:
        assert sum(len(each["text"]) for each in elements(part) if each["type"] == "text") <= PART_LIMIT
        assert len(part.text) <= FALLBACK_LIMIT


def test_a_long_message_becomes_several_and_its_buttons_come_last() -> None:
    message = Message(("长",), (Quote("字" * 25_000), Buttons((Button("进度", "show"),))))
    drawn = parts(message)

    assert len(drawn) == 3
    assert [any(each["type"] == "button" for each in elements(part)) for part in drawn] == [
        False,
        False,
        True,
    ]
    assert texts(message) == "长" + "字" * 25_000


def test_very_many_rows_of_buttons_stay_below_slacks_blocks() -> None:
    row = Buttons((Button("进度", "show"),))
    message = Message(blocks=tuple(block for _ in range(60) for block in (Paragraph(("一",)), row)))

    assert [faults_of_blocks(list(part.blocks)) for part in parts(message)] == [[], [], []]


def test_an_edited_message_stays_one_and_keeps_its_buttons() -> None:
    message = Message(("长",), (Quote("字" * 25_000), Buttons((Button("进度", "show"),))))
    part = only_part(message)

    assert [each["type"] for each in part.blocks] == ["rich_text", "actions"]
    assert faults_of_blocks(list(part.blocks)) == []
    assert only_part(Message(("短",))) == only(Message(("短",)))


@pytest.mark.parametrize("letter", ["&", "<", "字"])
def test_the_words_for_those_who_see_no_blocks_are_cut_whole(letter: str) -> None:
    fallback = only(Message(blocks=(Quote(letter * 3000),))).text

    assert len(fallback) <= FALLBACK_LIMIT
    assert set(unescape(fallback)) <= {letter, "…"}
