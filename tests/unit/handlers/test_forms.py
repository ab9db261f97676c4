"""What a form asks, and the words its answers become."""

import pytest

from bot.core.people import Language
from bot.core.verbs import Verb
from bot.handlers.forms import fields, join
from bot.notify.texts import Texts

OFFERED = {
    Language.EN: ("emergency", "the vendor has answered", "repaired unit sent back"),
    Language.ZH: ("突发事件", "厂商已答复", "返修件已寄回"),
}


@pytest.mark.parametrize("lang", Language)
def test_what_can_be_marked_is_offered_in_words_that_say_what_they_mean(lang: Language) -> None:
    what, at = fields(Verb.MARK, lang, Texts.load(), staff=True)
    offered = [choice.label for choice in what.choices]

    assert set(OFFERED[lang]) <= set(offered)
    assert len(set(offered)) == len(what.choices)
    assert (at.required, at.before) == (False, "at ")


def test_what_is_chosen_becomes_the_words_one_would_type() -> None:
    assert join(Verb.MARK, {"mark": "answered", "at": "10:30"}, staff=True) == "answered at 10:30"


def test_who_asks_for_the_clocks_is_asked_nothing() -> None:
    assert fields(Verb.WHY, Language.EN, Texts.load(), staff=True) == ()
