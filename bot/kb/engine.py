"""The search: candidates by their terms, put in order by weighted features, the best with a confidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from bot.kb.collection import Index, Reals
from bot.kb.entry import Entry
from bot.kb.evidence import evidence, is_strange, shares
from bot.kb.features import FEATURES, Compared, compare
from bot.kb.keys import Kind
from bot.kb.model import Model, Route, Weights, fitted
from bot.kb.question import Question
from bot.kb.seeking import DIGITS, Readable, matched
from bot.kb.segment import Told

CANDIDATES = 32
BY_RULE = np.array([{"same": 10.0, "name": 5.0}.get(name, 0.0) for name in FEATURES])
"""What is ahead of everything else, whatever was learned: the very wording, the very name in the question."""

SAME = FEATURES.index("same")
CERTAIN = 0.98
"""The confidence at least in the only entry with the very wording."""

CONFIDENCE_DIGITS = 6

STRANGE_NAME = 0.5
"""What remains of the confidence if the question names a VPS-B7 and entries only know a VPS-B1."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """An entry, the wording of it that is nearest, its score and how likely it is the right one (0 to 1)."""

    entry: Entry
    wording: str
    score: float
    confidence: float
    features: Reals


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The candidates of a question in order, before any confidence."""

    question: Question
    entries: Sequence[Entry]
    wordings: Sequence[str]
    features: Reals
    scores: Reals
    learned: Reals
    """The scores without what goes by rule: confidence is learned from these."""


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """Entries ready to be searched; never changes."""

    index: Index
    model: Model

    @classmethod
    def of(cls, entries: Sequence[Entry], model: Model | None = None, told: Told = lambda _: None) -> Self:
        """Return the engine for entries whose ids are all different; `told` hears how many more were read."""
        return cls(Index.of(entries, told), model or fitted())

    def changed(self, *entries: Entry) -> "Engine":
        """Return the same with entries new or instead of those with their ids."""
        return self.after({entry.id: entry for entry in entries})

    def without(self, *identities: str) -> "Engine":
        """Return the same without some entries."""
        return self.after(dict.fromkeys(identities))

    def after(self, changes: Mapping[str, Entry | None]) -> "Engine":
        """Return the same after all these changes at once; None takes an entry away."""
        return replace(self, index=self.index.changed(changes))

    def search(self, asked: str, *, readable: Readable | None = None, limit: int = 3) -> tuple[Found, ...]:
        """Return the entries that may answer a question, the likeliest first.

        Args:
            asked: the question as it was typed.
            readable: whether an entry is for who asks; no other is found.
            limit: how many at most.
        """
        question = Question.of(asked, self.index)
        if not question.keys.size:
            return ()
        weights = self.model.routes[route(question)]
        compared = candidates(question, readable)
        if compared is None:
            return ()
        ranked = rank(compared, question, weights)
        confidences = _confidences(ranked, weights)
        return tuple(
            Found(
                entry=entry,
                wording=ranked.wordings[place],
                score=float(ranked.scores[place]),
                confidence=round(float(confidences[place]), CONFIDENCE_DIGITS),
                features=ranked.features[place],
            )
            for place, entry in enumerate(ranked.entries[:limit])
        )


def route(question: Question) -> Route:
    """Return by which weights a question is judged."""
    return Route.HAN if (question.kinds == Kind.HAN1).any() else Route.OTHER


def candidates(question: Question, readable: Readable | None = None) -> Compared | None:
    """Return the entries worth ranking with their features; None if there are none."""
    found = matched(question, readable, CANDIDATES)
    return compare(question, found) if found else None


def rank(compared: Compared, question: Question, weights: Weights) -> Ranked:
    """Return the candidates in order; equals in order of their ids."""
    learned = (compared.features @ weights.order).round(DIGITS)
    scores = learned + compared.features @ BY_RULE
    values, ids = scores.tolist(), [entry.id for entry in compared.entries]
    order = sorted(range(len(ids)), key=lambda place: (-values[place], ids[place]))
    return Ranked(
        question,
        [compared.entries[place] for place in order],
        [compared.wordings[place] for place in order],
        compared.features[order],
        scores[order],
        learned[order],
    )


def _confidences(ranked: Ranked, weights: Weights) -> Reals:
    """Return how likely each candidate is the right one; together at most 1."""
    said = evidence(ranked.question, ranked.learned, ranked.features) @ weights.evidence + weights.offset
    first = float((STRANGE_NAME if is_strange(ranked.question) else 1.0) / (1 + np.exp(-said)))
    same = ranked.features[:2, SAME]
    if same[0] > same[1:].sum():
        first = max(first, CERTAIN)
    share = shares(ranked.scores)
    others = (1 - first) / max(1 - share[0], np.finfo(float).tiny)
    likely: Reals = share * min(first / share[0], others)
    likely[0] = first
    return likely
