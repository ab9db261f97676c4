"""Words read as requests: numbers, names in both languages, and plain words that only look like verbs."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.errors import UserError
from bot.core.people import Level
from bot.core.verbs import Verb
from bot.handlers.commands.table import HANDLERS
from bot.handlers.parser import head, meant, parse, unknown_verb
from bot.handlers.registry import BY_VERB, NAMES, ROWS
from tests.unit.handlers.test_arguments import CUSTOMER, EVE, STAFF


def number_and_text(text: str, *, implied: bool = False) -> tuple[str, str]:
    read = parse(text, STAFF, implied=implied)
    return read.number, read.given.text


@pytest.mark.parametrize(
    ("text", "verb", "number"),
    [
        ("ack 7", Verb.ACK, "7"),
        ("/case ack 7", Verb.ACK, "7"),
        ("ACK #7", Verb.ACK, "7"),
        ("接单 0007", Verb.ACK, "0007"),
        ("接单0007", Verb.ACK, "0007"),
        ("接单：００07", Verb.ACK, "0007"),
        ("接单　C-20261120-0007", Verb.ACK, "C-20261120-0007"),
        ("接单c-20261120-0007", Verb.ACK, "c-20261120-0007"),
        ("take 20261120-0007", Verb.TAKE, "20261120-0007"),
        ("接管", Verb.TAKE, ""),
        ("进度", Verb.SHOW, ""),
        ("进度 0007", Verb.SHOW, "0007"),
        ("已解决 7", Verb.CONFIRM, "7"),
        ("确认。", Verb.CONFIRM, ""),
        ("仍有问题", Verb.REOPEN, ""),
        ("催办", Verb.CHASE, ""),
        ("时限 7", Verb.WHY, "7"),
        ("take-back", Verb.TAKEBACK, ""),
        ("help", Verb.HELP, ""),
    ],
)
def test_a_verb_and_its_number(text: str, verb: Verb, number: str) -> None:
    read = parse(text, STAFF)

    assert (read.verb, read.number) == (verb, number)


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("reply 7 hello\nsecond  line", "7", "hello\nsecond  line"),
        ("回复 0007：您好，请重启。", "0007", "您好，请重启。"),
        ("补充0007，二楼也不行", "0007", "二楼也不行"),
        ("补充 0007二楼也不行", "0007", "二楼也不行"),
        ("solve C-20261120-0007 changed the cable", "C-20261120-0007", "changed the cable"),
        ("note #12 vendor is slow", "12", "vendor is slow"),
    ],
)
def test_a_number_before_free_words(text: str, number: str, words: str) -> None:
    assert number_and_text(text) == (number, words)
    assert number_and_text(text.replace(" 7 ", " #7 "), implied=True) == (number, words)


def test_a_short_number_belongs_to_the_words_where_the_case_goes_without_saying() -> None:
    assert number_and_text("补充 3 台电脑也不行", implied=True) == ("", "3 台电脑也不行")
    assert number_and_text("补充 3 台电脑也不行") == ("3", "台电脑也不行")


def test_digits_grown_together_with_words_are_no_number() -> None:
    assert number_and_text("补充 3台电脑也不行") == ("", "3台电脑也不行")
    assert number_and_text("add 2nd floor too") == ("", "2nd floor too")


@pytest.mark.parametrize(
    ("text", "implied", "number", "level"),
    [
        ("level 7 2 mail only", False, "7", Level.SEVERE),
        ("level 0007 P2 mail only", True, "0007", Level.SEVERE),
        ("level 2 mail only", True, "", Level.SEVERE),
        ("level 3 2 mail only", False, "3", Level.SEVERE),
        ("level 2 mail only", False, "", Level.SEVERE),
        ("定级P1", True, "", Level.CRITICAL),
        ("定级 7 一级", True, "7", Level.CRITICAL),
    ],
)
def test_a_level_is_not_taken_for_a_number(text: str, implied: bool, number: str, level: Level) -> None:
    read = parse(text, STAFF, implied=implied)

    assert (read.number, read.given.level) == (number, level)


def test_stars_are_not_taken_for_a_number() -> None:
    assert parse("rate 5", CUSTOMER, implied=True).given.number == 5
    assert parse("评价 5 很快", CUSTOMER, implied=True).given.text == "很快"
    assert parse("rate 7 5", CUSTOMER, implied=True).number == "7"
    assert parse("rate 0003 5 fine", CUSTOMER).number == "0003"


def test_of_two_numbers_the_second_is_the_case_to_merge_into() -> None:
    both, one = parse("merge 7 9", STAFF), parse("合并 9", STAFF, implied=True)

    assert (both.number, both.given.case) == ("7", "9")
    assert (one.number, one.given.case) == ("", "9")


@pytest.mark.parametrize(
    ("text", "verb", "choice", "number"),
    [
        ("到场 0007", Verb.ONSITE, "arrive", "0007"),
        ("需上门", Verb.ONSITE, "need", ""),
        ("onsite 7 go", Verb.ONSITE, "go", "7"),
        ("超时", Verb.LIST, "overdue", ""),
        ("我的工单", Verb.LIST, "mine", ""),
        ("等客户 0007 到明天10:00", Verb.WAIT, "customer", "0007"),
        ("周报", Verb.REPORT, "weekly", ""),
    ],
)
def test_a_name_may_stand_for_words_too(text: str, verb: Verb, choice: str, number: str) -> None:
    read = parse(text, STAFF)

    assert (read.verb, read.given.choice, read.number) == (verb, choice, number)


@pytest.mark.parametrize(
    "text",
    [
        "解决不了，帮忙看看",
        "升级后登录不了",
        "升级Windows后蓝屏",
        "进度条不动了",
        "确认不了订单",
        "补充说明在附件里",
        "回复邮件打不开",
        "评价系统打不开",
        "值班表在哪里",
        "newer version fails",
        "add-on does not load",
        "show's over, server down",
        "level-up screen hangs",
        "setup fails",
        "",
        "   ",
        "/",
        "打印机坏了",
    ],
)
def test_plain_words_are_no_verb(text: str) -> None:
    assert head(text) is None


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("催办", True),
        ("转人工", True),
        ("help", True),
        ("确认 0007", True),
        ("add #7 second floor too", True),
        ("确认", False),
        ("已解决", False),
        ("add 3 more users", False),
        ("cancel the maintenance tonight", False),
        ("cancel 2024 budget", False),
        ("list of failing hosts", False),
    ],
)
def test_what_is_meant_for_the_bot_though_nobody_called_it(text: str, clear: bool) -> None:
    found = head(text)

    assert found is not None
    assert found.clear is clear


@pytest.mark.parametrize(
    ("text", "verb", "words"),
    [
        ("kb helped vpn-1", Verb.KB, "vpn-1"),
        ("kb", Verb.KB, None),
        ("kb how do I reset my password", Verb.ASK, "how do I reset my password"),
        ("知识库 怎么重置密码", Verb.ASK, "怎么重置密码"),
        ("知识 怎么重置密码", Verb.ASK, "怎么重置密码"),
    ],
)
def test_the_knowledge_base_is_asked_unless_it_is_to_be_edited(
    text: str, verb: Verb, words: str | None
) -> None:
    if words is None:
        with pytest.raises(UserError, match="argument_missing"):
            parse(text, STAFF)
    else:
        read = parse(text, STAFF)
        assert (read.verb, read.given.text) == (verb, words)


def test_a_mention_is_given_to_whom_it_is_meant_for() -> None:
    read = parse("转派 0007 @Eve Turner", replace(STAFF, mentions=(EVE,)))

    assert (read.number, read.given.mention) == ("0007", EVE)


@pytest.mark.parametrize(
    ("text", "verb"),
    [("akc 7", Verb.ACK), ("replay 7 hi", Verb.REPLY), ("内部备住 7", Verb.NOTE), ("接弹 7", Verb.ACK)],
)
def test_the_nearest_verb_is_suggested(text: str, verb: Verb) -> None:
    error = unknown_verb(text)

    assert (error.key, error.values["verb"]) == ("unknown_verb_meant", verb)


def test_words_that_are_near_to_nothing_get_no_suggestion() -> None:
    assert {unknown_verb(word).key for word in ("xylophone", "frobnicate", "工作")} == {"unknown_verb"}
    assert unknown_verb(" / ").key == "no_verb"
    assert meant("server", 75) is None


def test_every_verb_has_a_row_and_one_function() -> None:
    assert [row.verb for row in ROWS if row.verb not in HANDLERS] == []
    assert set(BY_VERB) == set(HANDLERS) == set(Verb)


def test_no_name_belongs_to_two_verbs() -> None:
    assert sum(len(row.names) for row in ROWS) == len(NAMES)


def test_every_name_is_read_as_its_verb() -> None:
    assert {name: found.row.verb for name in NAMES if (found := head(f"{name}："))} == {
        name: verb for name, (verb, _) in NAMES.items()
    }


WORDS = st.one_of(
    st.text(),
    st.builds(
        "{} {}{}".format,
        st.sampled_from(sorted(NAMES)),
        st.text(max_size=20),
        st.sampled_from(
            ["", " at 25:00", " until 2026-02-30", " 到明天", " from:99-99", " 7 2", "@x", " 0007"]
        ),
    ),
)


@given(text=WORDS, staff=st.booleans(), implied=st.booleans())
@example(text="wait 7 customer until 0000-00-00 99:99", staff=True, implied=False)
@example(text="lıst mİne", staff=True, implied=False)
@example(text="assign 7 @", staff=True, implied=False)
@example(text="find from:²", staff=True, implied=False)
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(text: str, staff: bool, implied: bool) -> None:
    setting = replace(STAFF if staff else CUSTOMER, mentions=(EVE,) if implied else ())
    with suppress(UserError):
        assert parse(text, setting, implied=implied).verb in BY_VERB
