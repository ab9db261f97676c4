"""Which words are taken for misspelt, and for what."""

import pytest

from bot.kb.spelling import Spelling, mended, words_in

KNOWN = words_in(["call the bank about a cash fee", "it is gone", "in the order of a chart", "export"])
SPELLINGS = (Spelling.of(KNOWN),)


def read(text: str) -> str:
    return mended(text, SPELLINGS, lambda word: word in KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"), [("exprot", "export"), ("csah", "cash"), ("exportcash", "export cash")]
)
def test_a_slip_is_read_as_what_was_meant(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("word", ["recall", "done", "being", "going", "border", "native", "plants", "doing"])
def test_a_word_of_its_own_is_never_taken_for_another(word: str) -> None:
    assert read(word) == word
