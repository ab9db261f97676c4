"""Entries that may say the same are found wherever they are, without comparing all with all."""

from collections.abc import Iterator
from random import Random

import pytest

from bot.kb.engine import Engine
from bot.kb.entry import Entry
from bot.kb.similar import SAME_QUESTION
from bot.kb.twins import likely_twins

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ANSWER = "在登录页点忘记密码，收到短信后输入六位验证码，再设一个新密码即可。"


def others(count: int) -> Iterator[Entry]:
    random = Random(1)
    for number in range(count):
        words = ("".join(random.choices(LETTERS, k=6)) for _ in range(6))
        yield Entry(id=f"other{number}", asked=(" ".join(words),), answer=f"see page {number}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Entry(id="one", asked=("怎么重置门户密码",)), Entry(id="two", asked=("怎么重置门户的密码",))),
        (
            Entry(id="one", asked=("how do I reset the portal password",)),
            Entry(id="two", asked=("x", "how do I reset the portal passwords")),
        ),
        (
            Entry(id="one", asked=("密码",), answer=ANSWER),
            Entry(id="two", asked=("登录",), answer=f"{ANSWER}！"),
        ),
    ],
)
def test_a_twin_is_found_among_many(one: Entry, other: Entry) -> None:
    engine = Engine.of([one, *others(800)])
    assert ("one", "two") not in likely_twins(engine.index, SAME_QUESTION)
    both = engine.changed(other)
    assert ("one", "two") in likely_twins(both.index, SAME_QUESTION)
    assert ("one", "two") not in likely_twins(both.without("one").index, SAME_QUESTION)


def test_what_has_nothing_in_common_is_no_twin() -> None:
    assert list(likely_twins(Engine.of(list(others(300))).index, SAME_QUESTION)) == []
    assert list(likely_twins(Engine.of([]).index, SAME_QUESTION)) == []


def test_a_thousand_copies_are_a_thousand_pairs_and_no_million() -> None:
    copies = [Entry(id=f"copy{number:04}", asked=("怎么重置密码",), answer=ANSWER) for number in range(1000)]
    assert len(list(likely_twins(Engine.of(copies).index, SAME_QUESTION))) == 999
