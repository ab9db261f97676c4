"""What texts are made of."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kb.sound import heard
from bot.kb.terms import Kind, kinds, terms_of
from bot.kb.text import Text


def counted(*texts: str) -> list[Counter[int]]:
    found = terms_of([Text.of(text) for text in texts])
    each: list[Counter[int]] = [Counter() for _ in texts]
    for owner, key in zip(found.owners.tolist(), found.keys.tolist(), strict=True):
        each[owner][key] += 1
    return each


def of_kind(text: str, kind: Kind) -> set[int]:
    keys = terms_of([Text.of(text)]).keys
    return set(keys[kinds(keys) == kind].tolist())


def test_both_scripts_have_terms_of_every_kind() -> None:
    keys = terms_of([Text.of("怎么导出日志 how to export vpn logs 691")]).keys
    assert set(kinds(keys).tolist()) == set(range(len(Kind)))


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6))
def test_a_text_has_the_same_terms_alone_and_among_others(texts: list[str]) -> None:
    assert counted(*texts) == [counted(text)[0] for text in texts]


def test_a_wrong_character_with_the_right_sound_sounds_the_same() -> None:
    assert heard("蚕看日志") == heard("惨看日志")


def test_sounds_that_people_confuse_are_one() -> None:
    assert heard("升级") == heard("森级")


def test_pinyin_sounds_like_what_it_spells() -> None:
    assert heard("重置mima") == heard("重置密码")
    assert heard("password") == " " * len("password")


def test_words_that_mean_the_same_share_a_concept_in_both_languages() -> None:
    assert of_kind("delete", Kind.CONCEPT) & of_kind("remove", Kind.CONCEPT) & of_kind("删除", Kind.CONCEPT)


def test_numbers_are_whole_or_nothing() -> None:
    assert not of_kind("2048", Kind.GRAM3)
    assert of_kind("2048", Kind.WORD) != of_kind("2049", Kind.WORD)


def test_short_names_are_not_taken_for_each_other() -> None:
    assert not of_kind("IPS", Kind.WORD) & of_kind("NIPS", Kind.WORD)


def test_no_text_is_no_terms() -> None:
    assert terms_of([]).keys.dtype == np.uint64
    assert terms_of([Text.of("？！")]).keys.size == 0
