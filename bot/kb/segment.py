"""An inverted index over a fixed set of entries, and the way back from each entry to its terms."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.entry import Entry
from bot.kb.holding import Held, Postings, begins_of
from bot.kb.keys import GROUP_OF, Keys, Places, digest, kinds
from bot.kb.spelling import Spelling, words_in
from bot.kb.terms import Flags, terms_of
from bot.kb.text import DIGITS, NO_TEXT, Text, is_negated

LONGEST_WORDING, LONGEST_ANSWER = 400, 4000
"""Characters that are indexed."""

BATCH = 100_000
"""Characters, about, that are taken apart at once: the arrays of all together would need gigabytes."""

Told = Callable[[int], object]
"""Hears how many more entries have been read."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Wordings:
    """Every way of asking for some entries: those of entry n are `[begins[n]:begins[n + 1]]`."""

    begins: Places
    words: Sequence[str]
    sounds: Sequence[str]
    numbered: Flags
    """Whether there are numbers in each; so too whether it denies something."""
    negated: Flags

    @classmethod
    def of(cls, texts: Sequence[Text], counts: Sequence[int]) -> Self:
        """Return wordings, so many for each entry."""
        return cls(
            begins=begins_of(np.array(counts, np.intp)),
            words=[text.words for text in texts],
            sounds=[text.sound for text in texts],
            numbered=np.array([DIGITS.search(text.words) is not None for text in texts], np.bool_),
            negated=np.array([is_negated(text.words) for text in texts], np.bool_),
        )

    def only(self, chosen: Flags) -> "Wordings":
        """Return those of chosen entries."""
        counts = np.diff(self.begins)
        rows = np.repeat(chosen, counts)
        places = np.flatnonzero(rows).tolist()
        return Wordings(
            begins=begins_of(counts[chosen]),
            words=[self.words[row] for row in places],
            sounds=[self.sounds[row] for row in places],
            numbered=self.numbered[rows],
            negated=self.negated[rows],
        )

    @classmethod
    def together(cls, every: Sequence["Wordings"]) -> Self:
        """Return several as one, in their order."""
        return cls(
            begins=begins_of(np.concatenate([np.diff(each.begins) for each in every])),
            words=[words for each in every for words in each.words],
            sounds=[sound for each in every for sound in each.sounds],
            numbered=np.concatenate([each.numbered for each in every]),
            negated=np.concatenate([each.negated for each in every]),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Segment:
    """Entries of one go, numbered from 0, and their terms, numbered in order of their keys."""

    entries: Sequence[Entry]
    places: Mapping[str, int]
    marks: Keys
    """A number of each entry's own that its id alone decides; breaks ties."""
    spelling: Spelling
    wordings: Wordings
    held: Held
    postings: Postings
    groups: NDArray[np.uint8]
    """The group of each term."""

    @classmethod
    def of(cls, entries: Sequence[Entry], told: Told = lambda _: None) -> Self:
        """Return the index of some entries; `told` hears how many more have been read, a batch at a time."""
        helds: list[Held] = []
        wordings: list[Wordings] = []
        words: set[str] = set()
        for batch in _batches(entries):
            asked = [Text.of(wording[:LONGEST_WORDING]) for entry in batch for wording in entry.asked]
            told_, tagged = (
                [Text.of(text) if text else NO_TEXT for text in texts]
                for texts in (
                    [entry.answer[:LONGEST_ANSWER] for entry in batch],
                    [entry.tags for entry in batch],
                )
            )
            counts = [len(entry.asked) for entry in batch]
            entry_of = np.repeat(np.arange(len(batch), dtype=np.int32), counts)
            helds.append(Held.of(terms_of(asked), terms_of(told_), terms_of(tagged), entry_of, len(batch)))
            wordings.append(Wordings.of(asked, counts))
            words.update(words_in(text.words for text in chain(asked, told_)))
            told(len(batch))
        held = Held.together(helds)
        helds.clear()
        return cls._of(entries, Wordings.together(wordings), held, Spelling.of(words))

    @classmethod
    def together(cls, every: Sequence[tuple["Segment", Flags]]) -> Self:
        """Return the chosen entries of several segments as one; none of their texts is read anew."""
        entries = [
            entry
            for segment, chosen in every
            for entry, is_chosen in zip(segment.entries, chosen, strict=True)
            if is_chosen
        ]
        held = [segment.held.only(segment.wordings.begins, chosen) for segment, chosen in every]
        wordings = [segment.wordings.only(chosen) for segment, chosen in every]
        spelling = Spelling.together([segment.spelling for segment, _ in every])
        return cls._of(entries, Wordings.together(wordings), Held.together(held), spelling)

    @classmethod
    def _of(cls, entries: Sequence[Entry], wordings: Wordings, held: Held, spelling: Spelling) -> Self:
        return cls(
            entries=entries,
            places={entry.id: number for number, entry in enumerate(entries)},
            marks=np.array([digest(entry.id) for entry in entries], np.uint64),
            spelling=spelling,
            wordings=wordings,
            held=held,
            postings=Postings.of(held),
            groups=GROUP_OF[kinds(held.keys)],
        )

    def numbers(self, keys: Keys) -> Places:
        """Return the number of each term, -1 for one that no entry holds."""
        known = self.held.keys
        if not known.size:
            return np.full(keys.size, -1, np.intp)
        at = np.minimum(known.searchsorted(keys), known.size - 1)
        return np.where(known[at] == keys, at, -1)

    def terms_in(self, entry: int) -> Keys:
        """Return the keys of the terms that an entry holds."""
        held = self.held
        return held.keys[held.terms[held.begins[entry] : held.begins[entry + 1]]]


def _batches(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    begin = size = 0
    for number, entry in enumerate(entries):
        size += sum(map(len, entry.asked)) + len(entry.answer) + len(entry.tags)
        if size >= BATCH or number == len(entries) - 1:
            yield entries[begin : number + 1]
            begin, size = number + 1, 0
