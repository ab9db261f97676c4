"""What a question and an entry have in common, as numbers near 0 to 1."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio, token_sort_ratio

from bot.kb.collection import Reals, rarity_of
from bot.kb.question import Question, is_negated, numerals
from bot.kb.seeking import Matched, positions
from bot.kb.segment import ANSWER, Places, gathered
from bot.kb.terms import Kind
from bot.kb.text import Text


class Group(IntEnum):
    """Kinds of terms that are weighed together."""

    CHARACTER = 0
    HAN = 1
    WORD = 2
    FRAME = 3
    GRAM = 4
    SOUND = 5
    CONCEPT = 6
    NAME = 7
    FAMILY = 8


GROUPS = len(Group)
GROUP_OF = np.array(
    [
        {
            Kind.HAN1: Group.CHARACTER,
            Kind.HAN2: Group.HAN,
            Kind.HAN3: Group.HAN,
            Kind.WORD: Group.WORD,
            Kind.FRAME: Group.FRAME,
            Kind.GRAM3: Group.GRAM,
            Kind.GRAM4: Group.GRAM,
            Kind.SOUND1: Group.SOUND,
            Kind.SOUND2: Group.SOUND,
            Kind.CONCEPT: Group.CONCEPT,
            Kind.NAME: Group.NAME,
            Kind.FAMILY: Group.FAMILY,
        }[kind]
        for kind in Kind
    ]
)
SAID = [Group.CHARACTER, Group.HAN, Group.WORD, Group.GRAM]
WRITTEN = [*SAID, Group.FRAME]

PREFERENCE = np.array([1.0, 0.4, 0.2])
"""How much likeness as written, in sound and in concepts decides which wording of an entry is the nearest."""

NEAREST = 3
"""Wordings of an entry that together say how near it is."""

TINY = 1e-9

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
)
"""The names of the columns."""

AGAINST = frozenset({"other_name", "other_numbers", "negation"})
"""Features that speak against an entry."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Some entries of one part with their features, and the wording of each that is nearest."""

    found: Matched
    features: Reals
    wordings: Places


@dataclass(frozen=True, slots=True, eq=False)
class _Wordings:
    """Every wording of the entries, and what of it is asked: sums of rarity by group."""

    places: Places
    whose: Places
    shared: Reals
    total: Reals
    cosines: Reals
    """Cosines of all that is written, of sounds and of concepts."""


def compare(question: Question, found: Matched) -> Compared:
    """Return the features of every entry found."""
    asked = asked_of(question)
    table = positions(question, found.part)
    wordings = _wordings(question, found, table)
    nearest, several = _nearest(wordings, found.entries.size)
    shared, total = wordings.shared[nearest], wordings.total[nearest]
    rows = wordings.places[nearest]
    named = shared[:, Group.NAME] > 0
    columns = np.column_stack(
        [
            found.scores,
            _entries(question, found, table, asked),
            wordings.cosines[nearest],
            shared[:, SAID].sum(1) / asked[SAID].sum(),
            shared[:, Group.WORD] / asked[Group.WORD],
            shared[:, SAID].sum(1) / (total[:, SAID].sum(1) + TINY),
            several,
            named,
            [question.text.words == found.part.segment.texts[row].words for row in rows],
            ~named & (total[:, Group.NAME] > 0) & (asked[Group.NAME] > TINY),
        ]
    )
    beside = [_beside(question, found.part.segment.texts[row]) for row in rows]
    return Compared(found, np.column_stack([columns, beside]), rows)


def asked_of(question: Question) -> Reals:
    """Return how much the terms of each group say in a question; never quite nothing."""
    return np.asarray(_sums(GROUP_OF[question.kinds], question.rarity, 1)[0] + TINY)


def _entries(question: Question, found: Matched, table: NDArray[np.uint16], asked: Reals) -> Reals:
    """Return what of the question each entry holds, in any field and in its answer."""
    segment, size = found.part.segment, found.entries.size
    places, whose = gathered(segment.begins, found.entries)
    of_question = table[segment.terms[places]]
    hits = of_question > 0
    places, whose, term = places[hits], whose[hits], of_question[hits] - 1
    rarity, cell = question.rarity[term], whose * GROUPS + GROUP_OF[question.kinds[term]]
    strong = _sums(cell, rarity * segment.strengths[places], size) / asked
    held = _sums(cell, rarity, size)
    told = segment.fields[places] & ANSWER > 0
    answered = _sums(cell[told], rarity[told], size)
    said = asked[SAID].sum()
    return np.column_stack(
        [
            strong[:, [Group.CHARACTER, Group.WORD, Group.FRAME, Group.GRAM, Group.CONCEPT]],
            held[:, SAID].sum(1) / said,
            answered[:, SAID].sum(1) / said,
            answered[:, Group.WORD] / asked[Group.WORD],
        ]
    )


def _wordings(question: Question, found: Matched, table: NDArray[np.uint16]) -> _Wordings:
    segment = found.part.segment
    rows, whose = gathered(segment.rows, found.entries)
    places, row = gathered(segment.row_begins, rows)
    terms = segment.row_terms[places]
    cell = row * GROUPS + GROUP_OF[segment.kinds[terms]]
    rarity = rarity_of(found.part.held[terms], question.entries)
    hits = table[terms] > 0
    shared = _sums(cell[hits], rarity[hits], rows.size)
    squares = _sums(cell, rarity**2, rows.size)
    of_both = _sums(cell[hits], rarity[hits] ** 2, rows.size)
    of_question = np.bincount(GROUP_OF[question.kinds], question.rarity**2, GROUPS)
    cosines = [
        of_both[:, group].sum(1) / np.sqrt(squares[:, group].sum(1) * of_question[group].sum() + TINY)
        for group in (WRITTEN, [Group.SOUND], [Group.CONCEPT])
    ]
    return _Wordings(rows, whose, shared, _sums(cell, rarity, rows.size), np.column_stack(cosines))


def _nearest(wordings: _Wordings, entries: int) -> tuple[Places, Reals]:
    """Return which wording of each entry is the nearest, and how near its few nearest are together."""
    near = wordings.cosines @ PREFERENCE
    order = np.lexsort((-near, wordings.whose))
    begins = np.searchsorted(wordings.whose[order], np.arange(entries))
    few = np.arange(order.size) - begins[wordings.whose[order]] < NEAREST
    counted = np.bincount(wordings.whose[order[few]], minlength=entries)
    return order[begins], np.bincount(wordings.whose[order[few]], near[order[few]], entries) / counted


def _beside(question: Question, wording: Text) -> tuple[float, ...]:
    """Return how alike two texts are side by side."""
    asked, numbers = question.text, numerals(wording.words)
    return (
        token_sort_ratio(asked.words, wording.words) / 100,
        ratio(asked.words, wording.words) / 100,
        ratio(asked.sound, wording.sound) / 100 if question.sounds else 0.0,
        len(question.numerals & numbers) / max(len(question.numerals), 1),
        float(question.numerals != numbers),
        float(question.negated != is_negated(wording.words)),
    )


def _sums(cells: Places, values: Reals, rows: int) -> Reals:
    return np.bincount(cells, values, rows * GROUPS).reshape(rows, GROUPS).astype(np.float64, copy=False)
