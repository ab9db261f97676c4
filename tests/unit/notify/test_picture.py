"""Words that fit a picture which is read on a phone."""

import pytest

from bot.notify.picture import PHRASES, wrapped


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Due soon: Support begins", ("Due soon:", "Support", "begins")),
        ("即将到期：解决（五级）", ("即将到期：", "解决（五", "级）")),
        ("一二三四五，六", ("一二三四", "五，六")),
        ("一二三四，五六", ("一二三四，", "五六")),
        ("an answer to the engineer’s", ("an answer", "to the", "engineer's")),
        ("Beispielhaftigkeit", ("Beispielhaftigkeit",)),
        ("", ("",)),
    ],
)
def test_words_are_broken_where_a_reader_expects_it_and_nothing_is_lost(
    words: str, lines: tuple[str, ...]
) -> None:
    assert wrapped(words, 9) == lines


def test_phrases_between_dots_stay_together() -> None:
    under = "一级 · 今天 16:50 · 暂定：尚未公布"

    assert wrapped(under, 18, at=PHRASES) == ("一级 · 今天 16:50", "暂定：尚未公布")
