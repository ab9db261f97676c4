"""What no longer tells two questions apart, and what still does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kb.normalise import SIMPLIFIED, TRADITIONAL, family, grams, identifiers, normalise, sounds


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


def test_a_wrong_character_with_the_right_sound_sounds_the_same() -> None:
    assert list(sounds("蚕看日志")) == list(sounds("惨看日志"))


def test_sounds_that_people_confuse_are_one() -> None:
    assert list(sounds("升级")) == list(sounds("森级"))


def test_grams_of_both_scripts_are_taken() -> None:
    assert {"日志", "导", "=vpn", "^vp", "pn$"} <= set(grams("导出日志vpn"))


def test_the_table_of_scripts_is_aligned() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL))


@given(st.text(max_size=80))
def test_any_text_can_be_normalised_twice(text: str) -> None:
    once = normalise(text)
    assert list(grams(once)) == list(grams(once))
    assert "  " not in once
