"""Words as people type them, on their way from Slack and back."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.text import escape, mentioned, read, unescape

NAMES = {"U0LIN": "林小北", "U0QIN": "秦书瑶"}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("登录不上", "登录不上"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<@U0LIN> 看一下", "@林小北 看一下"),
        ("<@U0404|somebody>", "@somebody"),
        ("<@U0404>", "@U0404"),
        ("<#C0ENG|engineers>", "#engineers"),
        ("<#C0ENG>", "#C0ENG"),
        ("<#C0ENG|>", "#C0ENG"),
        ("<!here>", "@here"),
        ("<!channel> 停电", "@channel 停电"),
        ("<!here|here>", "@here"),
        ("<!subteam^S0OPS|@ops>", "@ops"),
        ("<!subteam^S0OPS>", "@subteam"),
        ("<!date^1795150800^{date_num}^https://example.com|2026-11-20>", "2026-11-20"),
        ("<https://example.com>", "https://example.com"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com/|example.com>", "example.com"),
        ("<https://example.com|这里>", "这里 (https://example.com)"),
        ("<mailto:qin@example.com|qin@example.com>", "qin@example.com"),
        ("<mailto:qin@example.com>", "qin@example.com"),
        ("<tel:+8610000|+86 10000>", "+86 10000 (tel:+8610000)"),
        ("<b>粗</b> <>", "<b>粗</b> <>"),
        ("*bold* _it_ `code` :smile:", "*bold* _it_ `code` :smile:"),
    ],
)
def test_people_read_what_was_meant(sent: str, seen: str) -> None:
    assert read(sent, bot="U0BELL", names=NAMES).text == seen


@pytest.mark.parametrize(
    "sent",
    [
        "<@U0BELL> 登录不上",
        "<@U0BELL>登录不上",
        "<@U0BELL>，登录不上",
        "登录不上 <@U0BELL>",
        "<@U0BELL|casebell>: 登录不上",
        "<@U0BELL> <@U0BELL> 登录不上",
    ],
)
def test_the_bot_hears_its_name_and_does_not_repeat_it(sent: str) -> None:
    words = read(sent, bot="U0BELL", names=NAMES)

    assert words.text == "登录不上"
    assert words.to_bot
    assert words.users == ()


def test_a_message_full_of_blanks_takes_no_time() -> None:
    started = time.perf_counter()

    words = read(f"<@U0BELL> 登录{' ' * 40_000}不上", bot="U0BELL", names=NAMES)

    assert words.text == f"登录{' ' * 40_000}不上"
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "sent", ["登录不上", "@casebell 登录不上", "<#U0BELL>", "&lt;@U0BELL&gt;", "<U0BELL>"]
)
def test_the_bot_is_called_by_a_mention_only(sent: str) -> None:
    assert not read(sent, bot="U0BELL", names=NAMES).to_bot


def test_everybody_mentioned_is_told_once_in_order() -> None:
    sent = "<@U0QIN> 和 <@U0LIN|lin>，<@U0QIN>，<@U0BELL>"

    assert read(sent, bot="U0BELL", names=NAMES).users == ("U0QIN", "U0LIN")
    assert mentioned(sent) == ("U0QIN", "U0LIN", "U0BELL")


@given(st.text())
def test_words_come_back_as_they_were_typed(typed: str) -> None:
    words = read(escape(typed), bot="U0BELL", names=NAMES)

    assert words.text == typed
    assert not words.to_bot
    assert words.users == ()


@given(st.text(alphabet="<>&;@#!|UCW0BEL:/ltgamp^ \n"))
def test_reading_never_fails(sent: str) -> None:
    read(sent, bot="U0BELL", names=NAMES)


@given(st.text())
def test_nothing_of_ours_can_mention_or_link(text: str) -> None:
    escaped = escape(text)

    assert not {"<", ">"} & set(escaped)
    assert unescape(escaped) == text
