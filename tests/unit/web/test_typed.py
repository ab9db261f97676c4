"""What people typed, as HTML."""

import pytest

from bot.web.typed import is_log, typed_html

NAMES = ("小铃", "Eve", "Eve Turner", "bot")


def test_whoever_is_mentioned_is_set_off_by_the_longest_name() -> None:
    assert '<span class="mention">@Eve Turner</span>, please' in typed_html("@Eve Turner, please", NAMES)


def test_an_address_mentions_nobody_and_everything_is_escaped() -> None:
    assert typed_html("a@example.com <b>", NAMES) == '<p class="typed">a@example.com &lt;b&gt;</p>'


@pytest.mark.parametrize(
    "text",
    [
        "```\nplain words\n```",
        "2026-11-20 09:00 one\n2026-11-20 09:01 two\n  and its rest\n[warn] three",
        'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no',
        "ERROR one\nERROR two\nWARN three",
    ],
)
def test_what_a_machine_wrote_stays_as_it_stands(text: str) -> None:
    assert is_log(text)
    assert typed_html(text, NAMES).startswith("<pre")


@pytest.mark.parametrize("text", ["", "```", "one line", "1. 先重启\n2. 再登录\n3. 还是不行", "a\nb\nc\n[d]"])
def test_what_a_person_wrote_is_no_log(text: str) -> None:
    assert not is_log(text)
