"""Entries that may say the same, found by what few others say: no entry is compared with all others."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice, pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import token_sort_ratio

from bot.kb.collection import Index, Part
from bot.kb.holding import ANSWER
from bot.kb.keys import Keys, Places
from bot.kb.terms import Numbers

FEW = 50
"""Entries at most that hold a term which makes two of them worth comparing."""

RAREST = 8
"""Terms of a wording or an answer by which others like it are sought."""

MOST_WORDINGS, MOST_ANSWERS = 50_000, 2_000
"""Pairs that are looked at, those with the rarest in common first: a second, however large the base is."""

IN_COMMON = 2
"""Rare terms that two answers share at least."""

Pair = tuple[str, str]


def likely_twins(index: Index, alike: float) -> Iterator[Pair]:
    """Yield the ids of entries that ask nearly the same or may answer so, each pair once.

    Args:
        index: where they are sought.
        alike: how alike wordings are at least, of 100.
    """
    pairs = chain(_same_words(index), _like_words(index, alike), _like_answers(index))
    yield from dict.fromkeys((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])


def _same_words(index: Index) -> Iterator[Pair]:
    """Yield neighbours among all with the very same wording."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for words, identity in _worded(index):
        if identity:
            found[words].append(identity)
    yield from chain.from_iterable(pairwise(dict.fromkeys(each)) for each in found.values())


def _like_words(index: Index, alike: float) -> Iterator[Pair]:
    worded = list(_worded(index))
    for one, other in islice(_sharing([_of_wordings(part) for part in index.parts]), MOST_WORDINGS):
        (words, identity), (others, theirs) = worded[one], worded[other]
        if identity != theirs and token_sort_ratio(words, others, score_cutoff=alike):
            yield identity, theirs


def _like_answers(index: Index) -> Iterator[Pair]:
    ids = [entry.id for part in index.parts for entry in part.segment.entries]
    pairs = Counter(islice(_sharing([_of_answers(part) for part in index.parts]), MOST_WORDINGS))
    often = (pair for pair, times in pairs.items() if times >= IN_COMMON)
    yield from ((ids[one], ids[other]) for one, other in islice(often, MOST_ANSWERS))


def _worded(index: Index) -> Iterator[tuple[str, str]]:
    """Yield every wording with the id of its entry; one that is gone has none."""
    for part in index.parts:
        wordings, entries = part.segment.wordings, part.segment.entries
        ids = [entry.id if alive else "" for entry, alive in zip(entries, part.alive.tolist(), strict=True)]
        owners = np.repeat(np.arange(part.alive.size), np.diff(wordings.begins)).tolist()
        yield from ((words, ids[owner]) for words, owner in zip(wordings.words, owners, strict=True))


def _sharing(every: Sequence[tuple[Keys, Places, int]]) -> Iterator[tuple[int, int]]:
    """Yield who shares a term, those of the rarest terms first."""
    starts = np.cumsum([0, *(size for _, _, size in every)])
    keys = np.concatenate([keys for keys, _, _ in every]) if every else np.zeros(0, np.uint64)
    owners = [owners + start for (_, owners, _), start in zip(every, starts, strict=False)]
    order = np.argsort(keys, kind="stable")
    keys, whose = keys[order], np.concatenate(owners)[order] if owners else order
    edges = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1], True]) if keys.size else order
    for begin, size in sorted(zip(edges[:-1].tolist(), np.diff(edges).tolist(), strict=True), key=_size):
        if size > 1:
            yield from combinations(whose[begin : begin + size].tolist(), 2)


def _size(bucket: tuple[int, int]) -> tuple[int, int]:
    return bucket[1], bucket[0]


def _of_wordings(part: Part) -> tuple[Keys, Places, int]:
    """Return the rarest terms of every wording, whose each is, and how many wordings there are."""
    held, wordings = part.segment.held, part.segment.wordings
    alive = np.repeat(part.alive, np.diff(wordings.begins))
    rows = np.arange(alive.size)
    return *_rarest(part, held.row_terms, np.repeat(rows, np.diff(held.row_begins)), alive), alive.size


def _of_answers(part: Part) -> tuple[Keys, Places, int]:
    held = part.segment.held
    told = held.fields & ANSWER > 0
    entries = np.repeat(np.arange(part.alive.size), np.diff(held.begins))
    return *_rarest(part, held.terms[told], entries[told], part.alive), part.alive.size


def _rarest(part: Part, terms: Numbers, owners: Places, alive: NDArray[np.bool_]) -> tuple[Keys, Places]:
    """Return the rarest terms of each owner that others have too, and their owners."""
    counts = part.held[terms]
    shared = np.flatnonzero((counts > 1) & (counts <= FEW) & alive[owners])
    terms, owners, counts = terms[shared], owners[shared], counts[shared]
    order = np.lexsort((terms, counts, owners))
    terms, owners = terms[order], owners[order]
    firsts = np.searchsorted(owners, np.arange(alive.size))
    few = np.arange(owners.size) - firsts[owners] < RAREST
    return part.segment.held.keys[terms[few]], owners[few]
