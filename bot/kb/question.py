"""A question as the index can look for it: its terms, how much each says, and what no entry knows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Index, Part, Reals, rarity_of
from bot.kb.keys import GROUP_OF, GROUPS, Keys, Kind, Places, distinct, kinds
from bot.kb.sound import heard
from bot.kb.spelling import mended
from bot.kb.terms import terms_of
from bot.kb.text import Text, is_negated, numerals

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
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Sought:
    """A part of the index, and the numbers there of the question's terms, -1 for those it does not have."""

    part: Part
    numbers: Places

    @cached_property
    def known(self) -> Places:
        """Which of the question's terms the part has."""
        return np.flatnonzero(self.numbers >= 0)

    @cached_property
    def positions(self) -> NDArray[np.uint16]:
        """Which of the question's terms each term of the part is, counted from 1; 0 for none."""
        table = np.zeros(self.part.held.size, np.uint16)
        table[self.numbers[self.known]] = self.known + 1
        return table


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is looked for."""

    text: Text
    keys: Keys
    kinds: NDArray[np.uint8]
    groups: NDArray[np.uint8]
    sought: tuple[Sought, ...]
    held: NDArray[np.int64]
    """How many entries hold each term."""
    rarity: Reals
    weight: Reals
    asked: Reals
    """How much the terms of each group say; never quite nothing."""
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
        keys = distinct(terms_of([text]).keys)
        kind = kinds(keys)
        sought = tuple(Sought(part, part.segment.numbers(keys)) for part in index.parts)
        held = np.zeros(keys.size, np.int64)
        for each in sought:
            held[each.known] = each.part.held[each.numbers[each.known]]
        rarity, groups = rarity_of(index.size)[held], GROUP_OF[kind]
        return cls(
            text=text,
            keys=keys,
            kinds=kind,
            groups=groups,
            sought=sought,
            held=held,
            rarity=rarity,
            weight=rarity * SAYING[kind],
            asked=np.asarray(np.bincount(groups, rarity, GROUPS) + TINY, np.float64),
            entries=index.size,
            numerals=numerals(text.words),
            negated=is_negated(text.words),
            sounds=bool((kind == Kind.SOUND1).any()),
        )
