"""What no longer tells two questions apart, and what still does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kb.normalise import FILLERS, SYNONYMS, family, identifiers, normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＶＰＮ 怎么用？", "vpn怎么用"),
        ("怎麼導出日誌", "怎么导出日志"),
        ("你好，请问密码如何重置", "密码怎么重置"),
        ("啥是备机", "什么是备机"),
        ("Hi, how do I reset my PWD?", "how do i reset my password"),
        ("怎么 导出 日志", "怎么导出日志"),
    ],
)
def test_wordings_that_mean_the_same_become_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_a_question_of_fillers_only_keeps_its_words() -> None:
    assert normalise("你好！") == "你好"


def test_a_latin_filler_is_dropped_only_as_a_whole_word() -> None:
    assert normalise("shipping history") == "shipping history"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VPS-B1 是什么", {"vps-b1"}),
        ("错误 691", {"691"}),
        ("V6.0.7.1 升级", {"6.0.7.1"}),
        ("从6.0升到 v6.1", {"6.0", "6.1"}),
        ("P2 多久", {"p2"}),
        ("怎么重置密码", set()),
    ],
)
def test_names_are_read_exactly(text: str, expected: set[str]) -> None:
    assert identifiers(text) == expected


def test_names_of_one_making_are_a_family() -> None:
    assert family("vps-b1") == family("vps-b12")
    assert family("691") != family("8022")


def test_every_script_of_chinese_becomes_one() -> None:
    assert normalise("請問備份後臺數據庫還原失敗") == normalise("备份后台数据库还原失败")


def test_particles_are_dropped_only_at_the_end_of_a_clause() -> None:
    assert normalise("酒吧在哪里呢，哈尔滨吧？") == "酒吧在哪里,哈尔滨"


PIECES = st.sampled_from([*FILLERS, *SYNONYMS, *"啊呀呢吧，, .-_怎么你好密码", "thank", "you", "ﬁ", "İ", "ß"])


@given(st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join))
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "  " not in once
