"""Which entry holds which terms, and how strongly: entry by entry, and the other way round."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.kb.keys import Keys, Places, distinct
from bot.kb.terms import Flags, Numbers, Terms

Floats = NDArray[np.float32]
Value = TypeVar("Value", bound=np.generic)

ASKED, ANSWER, TAGS = 1, 2, 4
"""The fields, as bits."""

FIELDS = (ASKED, ANSWER, TAGS)
FIELD_BITS = np.uint64(3)

SATURATION = 1.2
WEIGHT = {ASKED: 3.0, ANSWER: 1.0, TAGS: 0.7}
USUAL = {ASKED: 60.0, ANSWER: 400.0, TAGS: 20.0}
DRAG = {ASKED: 0.5, ANSWER: 0.6, TAGS: 0.5}
"""How much a field counts, how many terms it usually has, and how much a longer one counts less.

BM25F's average lengths are fixed here, so that what an entry says of a term never depends on the others.
"""

LOW, HIGH = np.uint64(0xFFFFFFFF), np.uint64(32)
"""Two numbers are sorted as one of 64 bits: several times faster than by two keys."""


LONG = 200
"""Elements of a stretch, on average, from which on copying it whole is faster."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Held:
    """The terms of some entries, numbered in order of their keys.

    `terms[begins[n]:begins[n + 1]]` are those of entry n, `row_terms` in the same way those of each wording,
    each once and in order. `strengths` are their impacts (0 to 1), `fields` the fields they stand in.
    """

    keys: Keys
    begins: Places
    terms: Numbers
    strengths: Floats
    fields: NDArray[np.uint8]
    row_begins: Places
    row_terms: Numbers

    @classmethod
    def of(cls, asked: Terms, told: Terms, tagged: Terms, entry_of: Numbers, entries: int) -> Self:
        """Count the terms of all fields together, as BM25F does.

        Args:
            asked: of each wording.
            told: of each entry's answer.
            tagged: of each entry's tags.
            entry_of: the entry of each wording.
            entries: how many there are.
        """
        owners = [entry_of[asked.owners], told.owners, tagged.owners]
        keys, numbers = _numbered(np.concatenate([asked.keys, told.keys, tagged.keys]))
        rows = distinct(_paired(asked.owners, numbers[: asked.keys.size]))
        marks = [np.full(each.size, bit, np.uint64) for bit, each in zip(FIELDS, owners, strict=True)]
        packed = _paired(np.concatenate(owners), numbers << FIELD_BITS | np.concatenate(marks))
        packed.sort()
        same = packed >> FIELD_BITS
        first = np.flatnonzero(np.r_[True, same[1:] != same[:-1]][: same.size])
        owner, field = (packed >> HIGH).astype(np.int32), (packed & np.uint64(7)).astype(np.uint8)
        weights, fields = np.zeros(0), field
        if first.size:
            weights = np.add.reduceat(_weights(owners, entries)[field, owner], first)
            fields = np.bitwise_or.reduceat(field, first)
        return cls(
            keys=keys,
            begins=begins_of(np.bincount(owner[first], minlength=entries)),
            terms=(same[first] & (LOW >> FIELD_BITS)).astype(np.int32),
            strengths=(weights / (weights + SATURATION)).astype(np.float32),
            fields=fields,
            row_begins=begins_of(np.bincount((rows >> HIGH).astype(np.intp), minlength=entry_of.size)),
            row_terms=(rows & LOW).astype(np.int32),
        )

    def only(self, rows: Places, chosen: Flags) -> "Held":
        """Return the same of chosen entries only; `rows` is where the wordings of each begin."""
        if chosen.all():
            return self
        of_rows = np.repeat(chosen, np.diff(rows))
        kept, kept_rows = (
            np.repeat(chosen, np.diff(self.begins)),
            np.repeat(of_rows, np.diff(self.row_begins)),
        )
        return Held(
            keys=self.keys,
            begins=begins_of(np.diff(self.begins)[chosen]),
            terms=self.terms[kept],
            strengths=self.strengths[kept],
            fields=self.fields[kept],
            row_begins=begins_of(np.diff(self.row_begins)[of_rows]),
            row_terms=self.row_terms[kept_rows],
        )

    @classmethod
    def together(cls, every: Sequence["Held"]) -> "Held":
        """Return what several hold as one, in their order; terms that none holds any more are left out."""
        if len(every) == 1 and _all_used(every[0]):
            return every[0]
        keys = distinct(np.concatenate([each.keys[_used(each)] for each in every]))
        numbers = [np.searchsorted(keys, each.keys).astype(np.int32) for each in every]
        return cls(
            keys=keys,
            begins=begins_of(np.concatenate([np.diff(each.begins) for each in every])),
            terms=np.concatenate([new[each.terms] for new, each in zip(numbers, every, strict=True)]),
            strengths=np.concatenate([each.strengths for each in every]),
            fields=np.concatenate([each.fields for each in every]),
            row_begins=begins_of(np.concatenate([np.diff(each.row_begins) for each in every])),
            row_terms=np.concatenate([new[each.row_terms] for new, each in zip(numbers, every, strict=True)]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The entries that hold each term, in order, and how strongly: those of term n begin at `begins[n]`."""

    begins: Places
    holders: Numbers
    impacts: Floats

    @classmethod
    def of(cls, held: Held) -> Self:
        """Return the postings of all terms."""
        packed = held.terms.astype(np.uint64)
        packed <<= HIGH
        packed |= np.arange(packed.size, dtype=np.uint64)
        packed.sort()
        packed &= LOW
        places = packed.astype(np.int32)
        del packed
        counts = np.diff(held.begins)
        entries = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
        begins = begins_of(np.bincount(held.terms, minlength=held.keys.size))
        return cls(begins, entries[places], held.strengths[places])


def gathered(begins: Places, of: Places) -> tuple[Places, Places]:
    """Return the places that belong to each of `of`, one after the other, and whose (by position in `of`)."""
    firsts = begins[of]
    counts = begins[of + 1] - firsts
    ends = counts.cumsum()
    whose = np.arange(of.size).repeat(counts)
    return np.arange(whose.size) + (firsts - ends + counts).repeat(counts), whose


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of arrays, one after the other."""

    begins: Places
    ends: Places
    lasts: Places
    """Where each ends once they stand one after the other."""

    @classmethod
    def of(cls, begins: Places, ends: Places) -> Self:
        """Return the stretches from and up to these places."""
        return cls(begins, ends, (ends - begins).cumsum())

    def out_of(self, array: NDArray[Value]) -> NDArray[Value]:
        """Return an array's stretches as one; long ones as they are, short ones element by element."""
        if not self.lasts.size or self.lasts[-1] < LONG * self.lasts.size:
            return array.take(self._places)
        pairs = zip(self.begins.tolist(), self.ends.tolist(), strict=True)
        return np.concatenate([array[begin:end] for begin, end in pairs])

    @cached_property
    def _places(self) -> Places:
        """Where each element was before."""
        counts = self.ends - self.begins
        places: Places = np.arange(counts.sum(), dtype=np.intp)
        places += (self.ends - self.lasts).repeat(counts)
        return places

    def whose(self, places: Places) -> Places:
        """Return which stretch each of some places is in, once they stand one after the other."""
        return self.lasts.searchsorted(places, "right")

    def before(self, places: Places, whose: Places) -> Places:
        """Return where places of known stretches were before."""
        return places + (self.ends - self.lasts)[whose]


def begins_of(counts: NDArray[np.integer]) -> Places:
    """Return where each of some parts begins that are so long; one more for the end."""
    begins = np.zeros(counts.size + 1, np.intp)
    np.cumsum(counts, out=begins[1:])
    return begins


def _numbered(keys: Keys) -> tuple[Keys, Keys]:
    """Return keys in order, each once, and which of them each one was."""
    order = np.argsort(keys)
    ordered = keys[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]][: ordered.size]
    numbers = np.empty(keys.size, np.uint64)
    numbers[order] = np.cumsum(new, dtype=np.uint64) - np.uint64(1)
    return ordered[new], numbers


def _paired(high: Numbers, low: Keys) -> Keys:
    return high.astype(np.uint64) << HIGH | low


def _weights(owners: Sequence[Numbers], entries: int) -> NDArray[np.float64]:
    """Return by field what a term in it counts, for each entry."""
    weights = np.zeros((TAGS + 1, entries))
    for bit, each in zip(FIELDS, owners, strict=True):
        lengths = np.bincount(each, minlength=entries)
        weights[bit] = WEIGHT[bit] / (1 - DRAG[bit] + DRAG[bit] * lengths / USUAL[bit])
    return weights


def _used(held: Held) -> Flags:
    used = np.zeros(held.keys.size, np.bool_)
    used[held.terms] = True
    return used


def _all_used(held: Held) -> bool:
    return bool(_used(held).all())
