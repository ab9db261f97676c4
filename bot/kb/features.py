"""What a question and an entry have in common, as numbers near 0 to 1."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.kb.beside import Beside
from bot.kb.collection import Reals, sums
from bot.kb.entry import Entry
from bot.kb.hits import Hits, Rows
from bot.kb.holding import ANSWER
from bot.kb.keys import Group, Places
from bot.kb.question import TINY, Question
from bot.kb.seeking import Matched

SAID = [Group.CHARACTER, Group.HAN, Group.WORD, Group.GRAM]
WRITTEN = [*SAID, Group.FRAME]
STRONG = (Group.CHARACTER, Group.WORD, Group.FRAME, Group.GRAM, Group.CONCEPT)

PREFERENCE = np.array([1.0, 0.4, 0.2])
"""How much likeness as written, in sound and in concepts decides which wording of an entry is the nearest."""

NEAREST = 3
"""Wordings of an entry that together say how near it is."""

FEATURES = (
    "matched",
    "characters",
    "words",
    "frame",
    "grams",
    "concepts",
    "covered",
    "answered",
    "answered_words",
    "cosine",
    "sound_cosine",
    "concept_cosine",
    "wording_covers",
    "wording_covers_words",
    "wording_covered",
    "wordings",
    "name",
    "same",
    "other_name",
    "token_ratio",
    "ratio",
    "sound_ratio",
    "numbers",
    "other_numbers",
    "negation",
    "length",
)
"""The names of the columns."""

AGAINST = frozenset({"other_name", "other_numbers", "negation"})
"""Features that speak against an entry."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Some entries with their features, and the wording of each that is nearest."""

    entries: Sequence[Entry]
    wordings: Sequence[str]
    features: Reals


@dataclass(frozen=True, slots=True, eq=False)
class _Wordings:
    """Every wording of the entries, and what of it is asked: sums of rarity, a row for each group."""

    whose: Places
    shared: Reals
    total: Reals
    cosines: Reals
    """Cosines of all that is written, of sounds and of concepts."""


def compare(question: Question, found: Sequence[Matched]) -> Compared:
    """Return the features of every entry found."""
    firsts = [0]
    for each in found:
        firsts.append(firsts[-1] + each.entries.size)
    size = firsts.pop()
    rows = [Rows.of(each, first) for each, first in zip(found, firsts, strict=True)]
    wordings = _wordings(question, Rows.together(rows))
    nearest, several = _nearest(wordings, size)
    beside = Beside.of(found, rows, nearest)
    shared, total, asked = wordings.shared[:, nearest], wordings.total[:, nearest], question.asked
    said = shared[SAID].sum(0)
    named = shared[Group.NAME] > 0
    columns = (
        np.concatenate([each.scores for each in found]),
        *_entries(
            question, Hits.together([Hits.of(*each) for each in zip(found, firsts, strict=True)]), size
        ),
        *wordings.cosines[nearest].T,
        said / asked[SAID].sum(),
        shared[Group.WORD] / asked[Group.WORD],
        said / (total[SAID].sum(0) + TINY),
        several,
        named,
        [question.text.words == words for words in beside.words],
        ~named & (total[Group.NAME] > 0) & (asked[Group.NAME] > TINY),
        *beside.columns(question),
    )
    entries = [each.sought.part.segment.entries[number] for each in found for number in each.entries]
    features = np.empty((size, len(FEATURES)))
    for number, column in enumerate(columns):
        features[:, number] = column
    return Compared(entries, beside.words, features)


def _entries(question: Question, hits: Hits, size: int) -> Iterator[Reals]:
    """Yield what of the question each entry holds, in any field and in its answer."""
    asked, rarity = question.asked, question.rarity[hits.terms]
    groups, told = question.groups[hits.terms], (hits.fields & ANSWER > 0).nonzero()[0]
    strong = sums(groups, hits.whose, rarity * hits.strengths, size)
    held = sums(groups, hits.whose, rarity, size)
    answered = sums(groups[told], hits.whose[told], rarity[told], size)
    said = asked[SAID].sum()
    yield from (strong[group] / asked[group] for group in STRONG)
    yield held[SAID].sum(0) / said
    yield answered[SAID].sum(0) / said
    yield answered[Group.WORD] / asked[Group.WORD]


def _wordings(question: Question, rows: Rows) -> _Wordings:
    size, hits = rows.whose.size, question.groups[rows.terms]
    rarity, squares = question.rarity[rows.terms], rows.weights.squares
    of_both = sums(hits, rows.hits, rarity**2, size)
    alone = np.zeros(question.keys.size, np.intp)
    of_question = _told_apart(sums(question.groups, alone, question.rarity**2, 1))
    cosines = _told_apart(of_both) / np.sqrt(_told_apart(squares) * of_question + TINY)
    return _Wordings(
        whose=rows.whose,
        shared=sums(hits, rows.hits, rarity, size),
        total=rows.weights.total,
        cosines=np.ascontiguousarray(cosines.T),
    )


def _told_apart(by_group: Reals) -> Reals:
    """Return what is written, heard and meant of sums by group, a row each."""
    return np.stack((by_group[WRITTEN].sum(0), by_group[Group.SOUND], by_group[Group.CONCEPT]))


def _nearest(wordings: _Wordings, entries: int) -> tuple[Places, Reals]:
    """Return which wording of each entry is the nearest, and how near its few nearest are together."""
    near = wordings.cosines @ PREFERENCE
    order = np.lexsort((-near, wordings.whose))
    begins = wordings.whose.searchsorted(np.arange(entries))
    few = np.arange(order.size) - begins[wordings.whose] < NEAREST
    whose, near = wordings.whose[few], near[order][few]
    return order[begins], np.bincount(whose, near, entries) / np.bincount(whose, minlength=entries)
