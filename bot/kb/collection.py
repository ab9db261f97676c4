"""Everything that can be found, in segments: an edit adds a small one and marks what it replaces as gone.

How rare a term is counts over all that is alive, so that an index that was edited finds exactly what one
built anew would.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.entry import Entry
from bot.kb.segment import Segment
from bot.kb.terms import Keys, Numbers, word_key

LEVELS = (0, 32, 1024)
"""Segments of more entries than one level and at most the next are merged once there are too many of them."""

MOST = 8

COMMONEST = 0.02
"""What a term says that every entry holds."""

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment with what is alive of it, and how many live entries of all hold each of its terms."""

    segment: Segment
    alive: NDArray[np.bool_]
    held: Numbers

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """Return a segment in which everything is alive, as if there was no other."""
        return cls(
            segment,
            np.ones(len(segment.entries), np.bool_),
            np.diff(segment.posted).astype(np.int32),
        )

    def counted(self, keys: Keys, change: int) -> "Part":
        """Return the same after so many entries more hold each of the terms."""
        numbers = self.segment.numbers(keys)
        held = self.held.copy()
        held[numbers[numbers >= 0]] += change
        return replace(self, held=held)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An immutable collection of entries."""

    parts: tuple[Part, ...]
    size: int

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Self:
        """Return the index of entries whose ids are all different."""
        return cls((Part.of(Segment.of(entries)),) if entries else (), len(entries))

    def find(self, identity: str) -> Entry | None:
        """Return the entry of an id."""
        for part in self.parts:
            number = part.segment.places.get(identity)
            if number is not None and part.alive[number]:
                return part.segment.entries[number]
        return None

    def without(self, identity: str) -> "Index":
        """Return the same without an entry, if there is one of this id."""
        for at, part in enumerate(self.parts):
            number = part.segment.places.get(identity)
            if number is not None and part.alive[number]:
                alive = part.alive.copy()
                alive[number] = False
                parts = (*self.parts[:at], replace(part, alive=alive), *self.parts[at + 1 :])
                keys = part.segment.keys[part.segment.terms_in(number)]
                return Index(tuple(each.counted(keys, -1) for each in parts), self.size - 1)
        return self

    def changed(self, entry: Entry) -> "Index":
        """Return the same with an entry new or instead of the one with its id."""
        before = self.without(entry.id)
        new = Segment.of([entry])
        parts = tuple(part.counted(new.keys, 1) for part in before.parts)
        held = np.maximum(before.held(new.keys) + 1, 1).astype(np.int32)
        return _merged(Index((*parts, replace(Part.of(new), held=held)), before.size + 1))

    def held(self, keys: Keys) -> NDArray[np.int64]:
        """Return how many entries hold each term."""
        held = np.zeros(keys.size, np.int64)
        for part in self.parts:
            numbers = part.segment.numbers(keys)
            held = np.maximum(held, np.where(numbers >= 0, part.held[numbers], 0))
        return held

    def holds(self, word: str) -> int:
        """Return how many entries hold a Latin word."""
        return int(self.held(np.array([word_key(word)]))[0])


def rarity_of(held: NDArray[np.integer], size: int) -> Reals:
    """Return how much terms tell entries apart that so many of `size` entries hold."""
    rarity: Reals = np.log1p((size - held + 0.5) / (held + 0.5))
    return np.maximum(rarity, COMMONEST)


def _merged(index: Index) -> Index:
    """Return the same with segments of a level in one, if there are too many of them."""
    for more, most in pairwise(LEVELS):
        crowd = [part for part in index.parts if more < len(part.segment.entries) <= most]
        if len(crowd) > MOST:
            segment = Segment.of(
                [part.segment.entries[number] for part in crowd for number in np.flatnonzero(part.alive)]
            )
            held = index.held(segment.keys).astype(np.int32)
            others = [part for part in index.parts if not more < len(part.segment.entries) <= most]
            index = Index((*others, replace(Part.of(segment), held=held)), index.size)
    return index
