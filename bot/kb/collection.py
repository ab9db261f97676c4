"""Everything that can be found, in segments: an edit adds a small one and marks what it replaces as gone.

How rare a term is counts over all that is alive, so that an index that was edited finds exactly what one
built anew would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.entry import Entry
from bot.kb.keys import GROUPS, Keys, Places, distinct, word_key
from bot.kb.segment import Segment, Told
from bot.kb.terms import Flags, Numbers

LEVELS = (0, 32, 1024)
"""Segments of more entries than one level and at most the next are merged once there are too many of them."""

MOST = 4

COMMONEST = 0.02
"""What a term says that every entry holds."""

KEPT = 500_000
"""Terms of all wordings of a part up to which it is kept what each of these says."""

SIZES_KEPT = 4

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Part:
    """A segment with what is alive of it, and how many of all `size` live entries hold each of its terms."""

    segment: Segment
    alive: Flags
    held: Numbers
    size: int
    whole: bool
    """Whether all of it is alive."""

    @classmethod
    def of(cls, segment: Segment, held: NDArray[np.integer], size: int) -> Self:
        """Return a segment in which everything is alive."""
        alive = np.ones(len(segment.entries), np.bool_)
        return cls(segment, alive, held.astype(np.int32), size, whole=True)

    def after(self, gone: Sequence[int], keys: Keys, changes: NDArray[np.integer], size: int) -> "Part":
        """Return the same without some entries, after so many entries more or less hold each of the terms."""
        numbers = self.segment.numbers(keys)
        known = numbers >= 0
        held = self.held.copy()
        held[numbers[known]] += changes[known].astype(np.int32)
        alive = self.alive
        if gone:
            alive = alive.copy()
            alive[gone] = False
        return Part(self.segment, alive, held, size, whole=self.whole and not gone)

    def weights(self, rows: Places, terms: Numbers, counts: NDArray[np.integer]) -> "Weights":
        """Return how much wordings say.

        Args:
            rows: the wordings.
            terms: theirs, one after the other.
            counts: how many each has.
        """
        return self._weights.only(rows) if self._weights else self._weighed(terms, counts)

    @cached_property
    def _weights(self) -> "Weights | None":
        """How much every wording says, if there are not too many: nothing needs to be added up twice."""
        held = self.segment.held
        if held.row_terms.size > KEPT:
            return None
        return self._weighed(held.row_terms, np.diff(held.row_begins))

    def _weighed(self, terms: Numbers, counts: NDArray[np.integer]) -> "Weights":
        groups, rows = self.segment.groups[terms], np.arange(counts.size).repeat(counts)
        rarity = rarity_of(self.size).take(self.held.take(terms))
        return Weights(*(sums(groups, rows, values, counts.size) for values in (rarity, rarity**2)))


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """How much wordings say: sums of the rarity of their terms and of its square, a row for each group."""

    total: Reals
    squares: Reals

    def only(self, rows: Places) -> "Weights":
        """Return those of some wordings."""
        return Weights(self.total[:, rows], self.squares[:, rows])

    @classmethod
    def together(cls, every: Sequence[Self]) -> Self:
        """Return those of several parts."""
        return cls(
            np.concatenate([each.total for each in every], axis=1),
            np.concatenate([each.squares for each in every], axis=1),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An immutable collection of entries."""

    parts: tuple[Part, ...]
    size: int

    @classmethod
    def of(cls, entries: Sequence[Entry], told: Told = lambda _: None) -> Self:
        """Return the index of entries whose ids are all different; `told` hears how many more were read."""
        if not entries:
            return cls((), 0)
        segment = Segment.of(entries, told)
        return cls((Part.of(segment, np.diff(segment.postings.begins), len(entries)),), len(entries))

    def changed(self, changes: Mapping[str, Entry | None]) -> "Index":
        """Return the same with entries new, or instead of those with their ids; None takes one away."""
        gone = [
            [number for name in changes if (number := part.segment.places.get(name)) is not None]
            for part in self.parts
        ]
        gone = [[n for n in each if part.alive[n]] for part, each in zip(self.parts, gone, strict=True)]
        new = [entry for entry in changes.values() if entry is not None]
        segments = [Segment.of(new)] if new else []
        less = [
            part.segment.terms_in(number)
            for part, each in zip(self.parts, gone, strict=True)
            for number in each
        ]
        more = [segment.terms_in(number) for segment in segments for number in range(len(new))]
        keys, counts = _counted(more, less)
        size = self.size + len(new) - len(less)
        parts = [part.after(each, keys, counts, size) for part, each in zip(self.parts, gone, strict=True)]
        for segment in segments:
            own = segment.held.keys
            parts.append(Part.of(segment, self.held(own) + counts[keys.searchsorted(own)], size))
        living = tuple(part for part in parts if part.whole or part.alive.any())
        return _merged(Index(living, size))

    def held(self, keys: Keys) -> NDArray[np.int64]:
        """Return how many entries hold each term."""
        held = np.zeros(keys.size, np.int64)
        for part in self.parts:
            numbers = part.segment.numbers(keys)
            np.maximum(held, np.where(numbers >= 0, part.held[numbers], 0), out=held)
        return held

    def holds(self, word: str) -> int:
        """Return how many entries hold a Latin word."""
        return int(self.held(np.array([word_key(word)]))[0])


@lru_cache(maxsize=SIZES_KEPT)
def rarity_of(size: int) -> Reals:
    """Return how much a term tells `size` entries apart that none of them holds, that one does, and so on."""
    held = np.arange(size + 1)
    rarity: Reals = np.log1p((size - held + 0.5) / (held + 0.5))
    return np.maximum(rarity, COMMONEST)


def sums(groups: NDArray[np.uint8], of: Places, values: Reals, size: int) -> Reals:
    """Return for each group, a row each, the sums of what belongs to each of `size` things."""
    cells = groups * np.intp(size)
    cells += of
    return np.bincount(cells, values, GROUPS * size).reshape(GROUPS, size).astype(np.float64, copy=False)


def _counted(more: Sequence[Keys], less: Sequence[Keys]) -> tuple[Keys, NDArray[np.int64]]:
    """Return terms in order, and how many times more often than not each is added."""
    keys = distinct(np.concatenate([*more, *less])) if more or less else np.zeros(0, np.uint64)
    counts = np.zeros(keys.size, np.int64)
    for sign, every in ((1, more), (-1, less)):
        for each in every:
            counts[np.searchsorted(keys, each)] += sign
    return keys, counts


def _merged(index: Index) -> Index:
    """Return the same with segments of a level in one, if there are too many of them."""
    for least, most in pairwise(LEVELS):
        crowd = [part for part in index.parts if least < len(part.segment.entries) <= most]
        if len(crowd) > MOST:
            segment = Segment.together([(part.segment, part.alive) for part in crowd])
            others = [part for part in index.parts if not least < len(part.segment.entries) <= most]
            index = Index((*others, Part.of(segment, index.held(segment.held.keys), index.size)), index.size)
    return index
