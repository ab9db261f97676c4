"""Words of one meaning: found in both languages, counted, denied; training passes over trimmings."""

import pytest

from bot.triage.concepts import packaged
from bot.triage.known import Example
from bot.triage.passage import fold, read
from bot.triage.reading import Intent
from bot.triage.rules import load_rules
from bot.triage.trimmings import trimmed

CONCEPTS = packaged()


def meanings(text: str) -> set[str]:
    return {meaning for clause in CONCEPTS.read(fold(text)).clauses for meaning in clause.said}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("窗口前一个号都挂不出来", "nobody"),
        ("not a single till works", "nobody"),
        ("其余几台都正常", "rest_works"),
        ("the other sites are fine", "rest_works"),
        ("ＶＰＮ断了", "dead"),
        ("等了三个小时", "duration"),
        ("排了三百人", "hundreds"),
    ],
)
def test_words_are_known_by_what_they_mean(text: str, meaning: str) -> None:
    assert meaning in meanings(text)


def test_a_telephone_counts_nothing() -> None:
    assert "hundreds" not in meanings("tel 13800000000")
    assert "hundreds" in meanings("300 people")


def test_counted_numbers_are_compared() -> None:
    assert CONCEPTS.read("四十台里坏了两台").share == "hardly"
    assert CONCEPTS.read("坏了两台").share is None


def test_what_is_denied_means_that_it_is_not_so() -> None:
    passage = read("系统没有瘫痪", load_rules())
    said = {each for clause in CONCEPTS.read(passage.text, passage.denied).clauses for each in clause.said}
    assert "not dead" in said
    assert "dead" not in said


def test_places_are_those_of_the_words() -> None:
    text = "整栋楼都断网了"
    start, end = CONCEPTS.read(text).places["all"]
    assert text[start:end] == "整栋楼"


def test_a_third_of_the_examples_is_read_within_trimmings_and_keeps_its_label() -> None:
    examples = [Example(text=f"第{number}台打印机卡纸", intent=Intent.FAULT) for number in range(300)]
    again = list(trimmed(examples))
    assert 70 < len(again) < 130
    assert again == list(trimmed(examples))
    assert all(any(each.text in other.text for each in examples) for other in again)
    assert {each.intent for each in again} == {Intent.FAULT}
