"""An inverted index over a fixed set of entries, and the way back from each entry to its terms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.entry import Entry
from bot.kb.spelling import Spelling
from bot.kb.terms import Keys, Numbers, Terms, kinds, terms_of
from bot.kb.text import Text

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

ASKED, ANSWER, TAGS = 1, 2, 4
"""The fields, as bits."""

SATURATION = 1.2
WEIGHT = {ASKED: 3.0, ANSWER: 1.0, TAGS: 0.7}
USUAL = {ASKED: 60.0, ANSWER: 400.0, TAGS: 20.0}
DRAG = {ASKED: 0.5, ANSWER: 0.6, TAGS: 0.5}
"""How much a field counts, how many terms it usually has, and how much a longer one counts less.

BM25F's average lengths are fixed here, so that what an entry says of a term never depends on the others.
"""

LONGEST_WORDING, LONGEST_ANSWER = 400, 4000
"""Characters that are indexed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Segment:
    """Entries of one go, numbered from 0, and their terms, numbered in order of their keys."""

    entries: tuple[Entry, ...]
    places: Mapping[str, int]
    marks: Keys
    """A number of each entry's own that its id alone decides; breaks ties."""
    spelling: Spelling
    rows: Places
    """Where the wordings of each entry begin; one more for the end. So too below."""
    texts: tuple[Text, ...]
    keys: Keys
    kinds: NDArray[np.uint8]
    posted: Places
    holders: Numbers
    impacts: Floats
    """The postings of each term: which entry holds it, and how strongly (0 to 1)."""
    begins: Places
    terms: Numbers
    strengths: Floats
    fields: NDArray[np.uint8]
    """The same of each entry: its terms, their impacts, the fields they stand in."""
    row_begins: Places
    row_terms: Numbers
    """The terms of each wording, each once."""

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Self:
        """Return the index of some entries."""
        texts = [Text.of(wording[:LONGEST_WORDING]) for entry in entries for wording in entry.asked]
        answers = [Text.of(entry.answer[:LONGEST_ANSWER]) for entry in entries]
        counts = np.array([len(entry.asked) for entry in entries], np.intp)
        asked = terms_of(texts)
        entry_of = np.repeat(np.arange(len(entries), dtype=np.int32), counts)
        told, tagged = terms_of(answers), terms_of([Text.of(entry.tags) for entry in entries])
        fields = {ASKED: Terms(entry_of[asked.owners], asked.keys), ANSWER: told, TAGS: tagged}
        held = _Held.of(fields, len(entries))
        back = np.argsort(held.holders, kind="stable")
        row_terms, row_begins = _each_once(asked.owners, held.numbers[: asked.keys.size], len(texts))
        return cls(
            entries=tuple(entries),
            places={entry.id: number for number, entry in enumerate(entries)},
            marks=np.array([_mark(entry.id) for entry in entries], np.uint64),
            spelling=Spelling(_words(texts, answers)),
            rows=_begins(counts),
            texts=tuple(texts),
            keys=held.keys,
            kinds=kinds(held.keys),
            posted=_begins(np.bincount(held.terms, minlength=held.keys.size)),
            holders=held.holders,
            impacts=held.impacts,
            begins=_begins(np.bincount(held.holders, minlength=len(entries))),
            terms=held.terms[back],
            strengths=held.impacts[back],
            fields=held.fields[back],
            row_begins=row_begins,
            row_terms=row_terms,
        )

    def numbers(self, keys: Keys) -> Places:
        """Return the number of each term, -1 for one that no entry holds."""
        if not self.keys.size:
            return np.full(keys.size, -1, np.intp)
        at = np.minimum(np.searchsorted(self.keys, keys), self.keys.size - 1)
        return np.where(self.keys[at] == keys, at, -1)

    def terms_in(self, entry: int) -> Numbers:
        """Return the numbers of the terms that an entry holds."""
        return self.terms[self.begins[entry] : self.begins[entry + 1]]


def gathered(begins: Places, of: Places) -> tuple[Places, Places]:
    """Return the places that belong to each of `of`, one after the other, and whose (by position in `of`)."""
    counts = begins[of + 1] - begins[of]
    whose = np.repeat(np.arange(of.size), counts)
    return np.arange(whose.size) + np.repeat(begins[of] - np.cumsum(counts) + counts, counts), whose


@dataclass(frozen=True, slots=True)
class _Held:
    """Every term, which of them stands where, and which entry holds which, in order of terms."""

    keys: Keys
    numbers: Numbers
    terms: Numbers
    holders: Numbers
    impacts: Floats
    fields: NDArray[np.uint8]

    @classmethod
    def of(cls, fields: Mapping[int, Terms], entries: int) -> Self:
        """Count the terms of all fields together, as BM25F does."""
        keys = np.concatenate([each.keys for each in fields.values()])
        owners = np.concatenate([each.owners for each in fields.values()])
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        new = np.r_[True, keys[1:] != keys[:-1]][: keys.size]
        first = np.flatnonzero(new | np.r_[True, owners[1:] != owners[:-1]][: keys.size])
        number = np.cumsum(new, dtype=np.int32) - 1
        numbers = np.empty_like(number)
        numbers[order] = number
        weights = np.concatenate([_weights(bit, each.owners, entries) for bit, each in fields.items()])[order]
        marks = np.concatenate([np.full(each.keys.size, bit, np.uint8) for bit, each in fields.items()])[
            order
        ]
        if first.size:
            weights, marks = np.add.reduceat(weights, first), np.bitwise_or.reduceat(marks, first)
        impacts = (weights / (weights + SATURATION)).astype(np.float32)
        return cls(keys[new], numbers, number[first], owners[first], impacts, marks)


def _weights(bit: int, owners: Numbers, entries: int) -> NDArray[np.float64]:
    lengths = np.bincount(owners, minlength=entries)
    drag = 1 - DRAG[bit] + DRAG[bit] * lengths / USUAL[bit]
    return np.asarray(WEIGHT[bit] / drag[owners], np.float64)


def _each_once(owners: Numbers, numbers: Numbers, rows: int) -> tuple[Numbers, Places]:
    pairs = np.unique(owners.astype(np.int64) << 32 | numbers)
    return (pairs & 0xFFFFFFFF).astype(np.int32), _begins(np.bincount(pairs >> 32, minlength=rows))


def _begins(counts: NDArray[np.intp]) -> Places:
    begins = np.zeros(counts.size + 1, np.intp)
    np.cumsum(counts, out=begins[1:])
    return begins


def _mark(identity: str) -> int:
    return int.from_bytes(blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _words(*groups: Sequence[Text]) -> Iterator[str]:
    for group in groups:
        yield from (text.words for text in group)
