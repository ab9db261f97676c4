"""What tells how likely the best entry is the right one."""

from collections.abc import Sequence

import numpy as np

from bot.kb.collection import Reals
from bot.kb.features import FEATURES
from bot.kb.keys import Kind
from bot.kb.question import Question

FARTHEST = 5.0
"""A lead of more says no more."""

NOBODY = 0.0
"""The score of a rival that is not there."""

SCALE = 10.0
"""Brings scores near 1."""

TENTH = 10

JUDGED = (
    "matched",
    "characters",
    "frame",
    "grams",
    "concepts",
    "covered",
    "answered",
    "answered_words",
    "concept_cosine",
    "wording_covers",
    "wording_covered",
    "name",
    "token_ratio",
    "ratio",
    "negation",
    "length",
)
"""The features of the best entry that tell something; the others only made it fit the sets."""

FEATURE_OF = [FEATURES.index(name) for name in JUDGED]
COVERS, TOKENS = FEATURES.index("wording_covers"), FEATURES.index("token_ratio")

EVIDENCE = (
    "level",
    "lead",
    "lead_over_fourth",
    "tenth",
    "lead_in_token_ratio",
    *JUDGED,
    "wording_covers_squared",
    "question_length",
    "question_words",
    "question_characters",
)
"""The names of the values."""


def shares(scores: Reals) -> Reals:
    """Return what part of the likelihood each score has."""
    likely: Reals = np.exp(scores - scores.max())
    return np.asarray(likely / likely.sum())


def evidence(question: Question, scores: Reals, features: Reals) -> Reals:
    """Return the evidence for the best entry.

    Args:
        question: what was asked.
        scores: of all candidates by what was learned; the first is the best, by rule perhaps.
        features: of all candidates in the same order.
    """
    first, *others = scores.tolist()
    rivals = sorted(others, reverse=True)
    tokens = features[:, TOKENS]
    return np.array(
        [
            first / SCALE,
            _lead(first, rivals, 1),
            _lead(first, rivals, 3),
            min([first, *rivals][:TENTH]) / SCALE,
            tokens[0] - tokens[1:].max(initial=0.0),
            *features[0, FEATURE_OF].tolist(),
            features[0, COVERS] ** 2,
            len(question.text.words) / 100,
            np.count_nonzero(question.kinds == Kind.WORD) / 10,
            np.count_nonzero(question.kinds == Kind.HAN1) / 10,
        ]
    )


def is_strange(question: Question) -> bool:
    """Say whether the question names what no entry does, while entries do name others of its kind."""
    if not question.text.names:
        return False
    named = question.kinds == Kind.NAME
    known_kind = question.held[question.kinds == Kind.FAMILY] > 0
    return bool(np.any(question.held[named] == 0) and np.any(known_kind))


def _lead(first: float, rivals: Sequence[float], place: int) -> float:
    rival = rivals[place - 1] if len(rivals) >= place else NOBODY
    return min(max(first - rival, -FARTHEST), FARTHEST)
