"""What people wrote is shown as they wrote it: it formats nothing, rings nobody, and none of it is lost."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.message import (
    Attachment,
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
    Span,
)
from bot.core.people import CaseKey, Sender
from bot.notify.texts import Texts
from bot.platforms.dingtalk.markdown import BLANK, INVISIBLE, escaped
from bot.platforms.dingtalk.outgoing import by_webhook
from bot.platforms.dingtalk.payload import DINGTALK
from bot.platforms.dingtalk.render import MOST_TEXT, Part, parts
from bot.platforms.dingtalk.typed import Reader
from tests.fakes.dingtalk.markdown import PARSER, complaints, shown

PARAM_LIMIT = 15_000
WEBHOOK_LIMIT = 20_000

SIGNS = st.text(st.sampled_from(list("ab1 _*`~#>|-+=:.()[]<>&;!\\@/\t中é。\"'{}^$%")), max_size=30)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30)
STARTS = {"": "paragraph_open", "> ": "blockquote_open", "- ": "bullet_list_open", "#### ": "heading_open"}

LIN = Mention(Sender(DINGTALK, "user123", "林小北"))
GUEST = Mention(Sender(DINGTALK, "$:LWCP_v1:$guest", "外部客户"))
KEY = CaseKey("C-20261120-0007")


@pytest.fixture
def reader(texts: Texts) -> Reader:
    return Reader(texts=texts, direct=False, staff=True)


def paragraph(*line: Span) -> Message:
    return Message(blocks=(Paragraph(line),))


def only(found: tuple[Part, ...]) -> Part:
    [part] = found
    return part


def seen(text: str) -> str:
    """Return what people see of a text, wherever signs stand that they do not see."""
    return text.replace(INVISIBLE, "").replace(BLANK, " ")


# --- people's words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", STARTS)
@given(SIGNS | WORDS)
def test_words_are_shown_as_typed_and_format_nothing(start: str, words: str) -> None:
    drawn = start + escaped(words, opens=True)

    tokens = PARSER.parse(drawn)
    inner = [child for token in tokens for child in token.children or ()]
    opened = {token.type for token in tokens if token.type.endswith("_open")}
    assert {child.type for child in inner} <= {"text", "text_special"}
    assert opened <= {STARTS[start], "paragraph_open", "list_item_open"}
    assert complaints(drawn) == ()
    assert seen("".join(child.content for child in inner)).strip() == seen(words).replace("\t", " ").strip()


@given(SIGNS | WORDS)
def test_words_ring_nobody(words: str) -> None:
    assert not re.search(r"(?<![A-Za-z0-9._%+-])@(?=[^\s\u200b])", escaped(words, opens=False))


@pytest.mark.parametrize(
    "words", ["看 a_b_c 和 https://example.com/a_b", "zhang@example.com", "1 < 2 & 3 > 2"]
)
def test_what_formats_nothing_stays_as_it_is(words: str) -> None:
    assert escaped(words, opens=False) == words


def test_plain_words_go_as_plain_text(reader: Reader) -> None:
    drawn = only(parts(paragraph("*a* @all ", Code("C-1")), reader)).drawn(rings=True)

    assert not drawn.formatted
    assert drawn.text == f"*a* @{INVISIBLE}all C-1"


# --- mentions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), (Bold("急"),)], ids=["text", "markdown"])
def test_a_mention_rings_by_webhook_and_is_a_name_by_the_api(reader: Reader, more: Line) -> None:
    part = only(parts(paragraph(LIN, "请看", *more), reader))

    rings, names = part.drawn(rings=True), part.drawn(rings=False)

    assert rings.rung == ("user123",)
    assert rings.text.startswith("@user123 请看")
    assert names.rung == ()
    assert seen(names.text).startswith("@林小北请看")


def test_whom_dingtalk_does_not_know_is_called_by_name(reader: Reader) -> None:
    elsewhere = Mention(Sender(LIN.sender.platform.__class__("slack"), "U1", "Mia"))
    drawn = only(parts(paragraph(GUEST, elsewhere), reader)).drawn(rings=True)

    assert drawn.rung == ()
    assert seen(drawn.text) == "@外部客户@Mia"
    assert "at" not in by_webhook(drawn)


def test_a_webhook_names_whom_it_rings_and_never_everybody(reader: Reader) -> None:
    drawn = only(parts(paragraph(LIN, LIN), reader)).drawn(rings=True)

    assert by_webhook(drawn)["at"] == {"atUserIds": ["user123"], "isAtAll": False}


# --- messages --------------------------------------------------------------------------------------------


def test_a_message_with_everything_renders(reader: Reader) -> None:
    message = Message(
        title=("C-1 · ", Bold("已登记")),
        blocks=(
            Quote("打印机 *坏* 了\n\n# 三楼"),
            Fields((Field("等级", (Bold("P1（暂定）"), "，急")), Field("Owner", ("林小北",)))),
            Bullets((("一", Link("说明", "https://example.com/a(b)")), ("1. 二",))),
            Paragraph(("第一行\n第二行",)),
            Attachment(FileId("f1"), "a.log"),
        ),
    )

    drawn = only(parts(message, reader)).drawn(rings=True)

    assert drawn.formatted
    assert drawn.title == "C-1 · 已登记"
    assert complaints(drawn.text) == ()
    assert seen(shown(drawn.text)).splitlines() == [
        *("C-1 · 已登记", "打印机 *坏* 了", "# 三楼", "等级：P1（暂定），急", "Owner: 林小北"),
        *("一说明", "1. 二", "第一行", "第二行", "📎 a.log"),
    ]


@pytest.mark.parametrize(
    "line", [("甲", Bold("（乙）"), "丙"), (Bold("「甲」"), "乙"), ("a", Bold("b"), "c")]
)
def test_bold_words_are_bold_wherever_they_stand(reader: Reader, line: Line) -> None:
    text = only(parts(paragraph(*line), reader)).drawn(rings=False).text

    assert "strong_open" in {child.type for token in PARSER.parse(text) for child in token.children or ()}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "dingtalk://x", "https://a b", "", "https://a>b"])
def test_a_link_to_anything_but_the_web_is_only_told(reader: Reader, url: str) -> None:
    text = only(parts(paragraph(Bold("a"), Link("这里", url)), reader)).drawn(rings=False).text

    assert "link_open" not in {child.type for token in PARSER.parse(text) for child in token.children or ()}


def test_a_message_that_says_nothing_is_no_message(reader: Reader) -> None:
    assert parts(paragraph(" "), reader) == ()


# --- length ----------------------------------------------------------------------------------------------

SPANS = st.one_of(
    st.lists(st.sampled_from([*"ab *_中\\<&@\n😀", "e\u0301", "👨‍👩‍👧‍👦"]), max_size=1500).map("".join),
    st.builds(Bold, st.text(st.sampled_from(list("ab（）中*")), max_size=900)),
    st.builds(Code, st.text(max_size=20)),
    st.just(LIN),
)
BLOCKS = st.one_of(
    st.builds(Paragraph, st.lists(SPANS, max_size=4).map(tuple)),
    st.builds(Quote, st.text(st.sampled_from(list('ab *_"\\\n中🏳')), max_size=6000)),
    st.builds(lambda lines: Bullets(tuple((each,) for each in lines)), st.lists(st.text(), max_size=9)),
)
MESSAGES = st.lists(BLOCKS, min_size=1, max_size=4).map(lambda blocks: Message(blocks=tuple(blocks)))


@given(MESSAGES, st.booleans())
def test_every_part_keeps_the_limits(message: Message, rings: bool) -> None:
    reader = Reader(texts=Texts.load(), direct=True, staff=False)
    for part in parts(message, reader):
        drawn = part.drawn(rings=rings)
        assert len(drawn.text) <= MOST_TEXT
        param = json.dumps({"title": drawn.title, "text": drawn.text}, ensure_ascii=False)
        assert len(param.encode()) <= PARAM_LIMIT
        assert len(json.dumps(by_webhook(drawn), ensure_ascii=False).encode()) <= WEBHOOK_LIMIT


@given(MESSAGES)
def test_nothing_of_a_long_message_is_lost(message: Message) -> None:
    reader = Reader(texts=Texts.load(), direct=True, staff=False)
    found = [row.line for part in parts(message, reader) for row in part.rows]

    assert _letters(*found) == _letters(*_lines(message)) or not _letters(*_lines(message))


def _lines(message: Message) -> list[Line]:
    lines: list[Line] = []
    for block in message.blocks:
        match block:
            case Paragraph():
                lines.append(block.line)
            case Quote():
                lines.append((block.text,))
            case Bullets():
                lines.extend(block.lines)
            case _:
                raise AssertionError(block)
    return lines


def _letters(*lines: Line) -> str:
    spans = (span for line in lines for span in line)
    words = (
        span.text if isinstance(span, Bold | Code) else "@" if isinstance(span, Mention) else span
        for span in spans
    )
    return "".join("".join(str(each).split()) for each in words)


def test_signs_put_together_are_never_taken_apart(reader: Reader) -> None:
    family, flag, accent = "👨‍👩‍👧‍👦", "🇨🇳", "e\u0301"
    whole = (family + flag + accent) * 1500

    drawn = [part.drawn(rings=False).text for part in parts(paragraph(whole), reader)]

    assert "".join(drawn).replace("\n", "") == whole
    assert len(drawn) > 1
    for text in drawn:
        assert text[0] not in "\u200d\u0301"
        assert text.count("\U0001f1e8") == text.count("\U0001f1f3")
        assert not text.endswith("\u200d")


def test_a_long_quote_stays_a_quote_in_every_part(reader: Reader) -> None:
    drawn = [part.drawn(rings=False).text for part in parts(Message(blocks=(Quote("字" * 9000),)), reader)]

    assert len(drawn) == 3
    assert all(text.startswith("> 字") for text in drawn)


# --- buttons ---------------------------------------------------------------------------------------------


def typed(texts: Texts, *buttons: Button, direct: bool = False, staff: bool = True) -> list[str]:
    reader = Reader(texts=texts, direct=direct, staff=staff)
    message = Message(blocks=(Buttons(buttons),))
    return seen(shown(only(parts(message, reader)).drawn(rings=True).text)).splitlines()


@pytest.mark.parametrize(
    ("button", "line"),
    [
        (Button("催办", "chase", KEY), "催办 C-20261120-0007"),
        (Button("回复客户", "reply", KEY), "回复客户 C-20261120-0007 <内容>"),
        (Button("恢复处理", "resume", KEY), "恢复处理：恢复 C-20261120-0007"),
        (Button("★★★★ 满意", "rate", KEY, "4"), "★★★★ 满意：评价 C-20261120-0007 4"),
        (Button("转人工", "human", None, "打印机坏了"), "转人工 打印机坏了"),
        (Button("转人工", "human", None, "很长" * 30), "转人工"),
        (Button("另一个问题", "new", None, "很长" * 30), "另一个问题：报障 [代 客户] <问题> [于 时:分]"),
        (Button("怎样重置密码", "ask", None, "怎样重置密码"), "知识 怎样重置密码"),
        (Button("撤回", "takeback", KEY, "2"), "撤回 C-20261120-0007 2"),
        (Button("Chase", "chase", KEY), "Chase C-20261120-0007"),
        (Button("Reply to customer", "reply", KEY), "Reply to customer: reply C-20261120-0007 <text>"),
    ],
    ids=lambda value: value.label if isinstance(value, Button) else "",
)
def test_a_button_is_a_line_to_type(texts: Texts, button: Button, line: str) -> None:
    assert typed(texts, button)[1:] == [line]


def test_customers_are_told_only_what_they_may_type(texts: Texts) -> None:
    button = Button("另一个问题", "new", None, "很长" * 30)

    assert typed(texts, button, staff=False)[1:] == ["另一个问题：报障 <问题>"]


def test_in_a_group_the_bot_must_be_mentioned_and_alone_with_it_not(texts: Texts) -> None:
    button = Button("催办", "chase", KEY)

    assert typed(texts, button)[0] == "@我并写其中一行："
    assert typed(texts, button, direct=True)[0] == "写其中一行即可："


def test_an_answer_that_is_no_verb_is_a_word_to_answer_with(texts: Texts) -> None:
    answers = (Button("所有人", "clarify", KEY, "all"), Button("只有我", "clarify", KEY, "one"))

    assert typed(texts, *answers) == ["@我并回答其中一个：", "所有人", "只有我"]


def test_what_an_article_is_judged_by_is_typed_too(texts: Texts) -> None:
    helped = Button("有帮助", "kb", None, "有帮助 reset-password")
    lines = ["@我并写其中一行：", "有帮助：知识库 有帮助 reset-password", "转人工"]

    assert typed(texts, helped, Button("转人工", "human")) == lines


def test_cases_to_choose_from_are_told_in_the_language_around_them(texts: Texts) -> None:
    reader = Reader(texts=texts, direct=True, staff=False)
    message = Message(blocks=(Paragraph(("是哪一张？",)), Buttons((Button(KEY, "show", KEY),))))

    text = shown(only(parts(message, reader)).drawn(rings=False).text)

    assert text.splitlines()[-1] == "查询 C-20261120-0007"
