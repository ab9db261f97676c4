"""A question and the nearest wording of each entry, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from rapidfuzz.fuzz import ratio, token_sort_ratio
from rapidfuzz.process import cdist

from bot.kb.collection import Reals
from bot.kb.hits import Rows
from bot.kb.keys import Places
from bot.kb.normalise import NOTHING
from bot.kb.question import Question
from bot.kb.seeking import Matched
from bot.kb.terms import Flags
from bot.kb.text import numerals


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The nearest wording of each entry."""

    words: Sequence[str]
    sounds: Sequence[str]
    numbered: Flags
    negated: Flags

    @classmethod
    def of(cls, found: Sequence[Matched], rows: Sequence[Rows], nearest: Places) -> Self:
        """Look them up; `nearest` is where each stands among the wordings of all parts."""
        words: list[str] = []
        sounds: list[str] = []
        numbered: list[Flags] = []
        negated: list[Flags] = []
        entry = row = 0
        for each, those in zip(found, rows, strict=True):
            wordings = each.sought.part.segment.wordings
            places = those.places[nearest[entry : entry + each.entries.size] - row]
            words.extend([wordings.words[place] for place in places])
            sounds.extend([wordings.sounds[place] for place in places])
            numbered.append(wordings.numbered[places])
            negated.append(wordings.negated[places])
            entry, row = entry + each.entries.size, row + those.places.size
        return cls(words, sounds, np.concatenate(numbered), np.concatenate(negated))

    def columns(self, question: Question) -> tuple[ArrayLike, ...]:
        """Return how alike the question and each are side by side."""
        ours, most = question.numerals, max(len(question.numerals), 1)
        theirs = [
            numerals(words) if has else NOTHING for words, has in zip(self.words, self.numbered, strict=True)
        ]
        return (
            _alike(token_sort_ratio, question.text.words, self.words),
            _alike(ratio, question.text.words, self.words),
            _alike(ratio, question.text.sound, self.sounds) if question.sounds else np.zeros(len(self.words)),
            [len(ours & each) / most for each in theirs],
            [ours != each for each in theirs],
            self.negated != question.negated,
            _lengths(len(question.text.words), np.array([len(words) for words in self.words])),
        )


def _lengths(one: int, others: Places) -> Reals:
    return np.minimum(one, others) / np.maximum(np.maximum(one, others), 1)


def _alike(scorer: Callable[..., float], one: str, others: Sequence[str]) -> Reals:
    return np.asarray(cdist([one], others, scorer=scorer, dtype=np.float64)[0] / 100)
