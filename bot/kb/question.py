"""A question as the index can look for it: its terms, how much each says, and what no entry knows."""

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Index, Reals, rarity_of
from bot.kb.sound import heard
from bot.kb.spelling import mended
from bot.kb.terms import Keys, Kind, kinds, terms_of
from bot.kb.text import Text

LONGEST = 400
"""Characters of a question that are looked at: more is a pasted log."""

SAYS = {
    Kind.HAN1: 0.5,
    Kind.HAN2: 1.0,
    Kind.HAN3: 1.0,
    Kind.WORD: 1.2,
    Kind.FRAME: 0.3,
    Kind.GRAM3: 0.7,
    Kind.GRAM4: 0.7,
    Kind.SOUND1: 0.25,
    Kind.SOUND2: 0.5,
    Kind.CONCEPT: 0.6,
    Kind.NAME: 1.0,
    Kind.FAMILY: 0.0,
}
"""How much a term of each kind says when candidates are sought."""

SAYING = np.array([SAYS[kind] for kind in Kind])
DIGITS = re.compile(r"\d+")
NEGATION = re.compile(r"不(?!同)|没|无法|未|失败|\b(?:not|no|cannot|cant|t|without|unable|fail\w*|never)\b")
"""A text with and one without ask for different things."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is looked for."""

    text: Text
    keys: Keys
    kinds: NDArray[np.uint8]
    held: NDArray[np.int64]
    """How many entries hold each term."""
    rarity: Reals
    weight: Reals
    entries: int
    numerals: frozenset[str]
    negated: bool
    sounds: bool
    """Whether any of it can be heard as Chinese."""

    @classmethod
    def of(cls, asked: str, index: Index) -> Self:
        """Return a question as it was typed, made ready for an index."""
        read = Text.of(asked[:LONGEST])
        words = mended(read.words, (part.segment.spelling for part in index.parts), index.holds)
        text = read if words == read.words else Text(words, heard(words), read.names)
        keys = np.unique(terms_of([text]).keys)
        held, kind = index.held(keys), kinds(keys)
        rarity = rarity_of(held, index.size)
        return cls(
            text=text,
            keys=keys,
            kinds=kind,
            held=held,
            rarity=rarity,
            weight=rarity * SAYING[kind],
            entries=index.size,
            numerals=numerals(text.words),
            negated=is_negated(text.words),
            sounds=bool(np.any(kind == Kind.SOUND1)),
        )


def numerals(words: str) -> frozenset[str]:
    """Return the numbers in a normalised text."""
    return frozenset(DIGITS.findall(words))


def is_negated(words: str) -> bool:
    """Say whether a normalised text denies something."""
    return NEGATION.search(words) is not None
