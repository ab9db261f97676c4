"""A text made comparable: its words, its sound, and the names in it."""

import re
from dataclasses import dataclass
from typing import Self

from bot.kb.normalise import NOTHING, fold, identifiers_in, normalised
from bot.kb.sound import heard

DIGITS = re.compile(r"\d+")
NEGATION = re.compile(r"不(?!同)|没|无法|未|失败|\b(?:not|no|cannot|cant|t|without|unable|fail\w*|never)\b")
"""A text with and one without ask for different things."""


@dataclass(frozen=True, slots=True)
class Text:
    """One wording as the search sees it."""

    words: str
    sound: str
    names: frozenset[str]

    @classmethod
    def of(cls, written: str) -> Self:
        """Return what the search sees of a text as somebody wrote it."""
        folded = fold(written)
        words = normalised(folded)
        return cls(words, heard(words), identifiers_in(folded))


NO_TEXT = Text("", "", NOTHING)


def numerals(words: str) -> frozenset[str]:
    """Return the numbers in a normalised text."""
    return frozenset(DIGITS.findall(words))


def is_negated(words: str) -> bool:
    """Say whether a normalised text denies something."""
    return NEGATION.search(words) is not None
