"""What tells how likely the best entry is the right one."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from bot.kb.collection import Reals
from bot.kb.features import FEATURES, GROUP_OF, GROUPS, Group, asked_of
from bot.kb.question import Question
from bot.kb.terms import Kind

FARTHEST = 5.0
"""A lead of more says no more."""

NOBODY = 0.0
"""The score of a rival that is not there."""

SCALE = 10.0
"""Brings scores near 1."""

BENDS = (1.0, 1.5, 2.0)
"""Levels (of scores near 1) from which on more of it may say something else."""

CURVED = tuple(map(FEATURES.index, ("wording_covers", "wording_covers_words", "cosine")))
UNKNOWN = (Group.CHARACTER, Group.HAN, Group.WORD, Group.FRAME, Group.GRAM, Group.SOUND, Group.CONCEPT)

EVIDENCE = (
    "level",
    "lead",
    "lead_over_fourth",
    "log_share",
    "share",
    "small_lead",
    *(f"level_above_{bend}" for bend in BENDS),
    *FEATURES,
    *(f"{FEATURES[number]}_squared" for number in CURVED),
    *(f"unknown_{group.name.lower()}" for group in UNKNOWN),
    "question_length",
    "question_words",
    "question_characters",
    "question_names",
    "strange_name",
)
"""The names of the values."""


SIGNS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("level", "lead", "lead_over_fourth", "log_share", "share"), 1),
        **{f"unknown_{group.name.lower()}": -1 for group in UNKNOWN},
        "strange_name": -1,
    }
)
"""What can only speak for the best entry, or only against it; the rest may do either."""


def shares(scores: Reals) -> Reals:
    """Return what part of the likelihood each score has."""
    likely: Reals = np.exp(scores - scores.max())
    return np.asarray(likely / likely.sum())


def evidence(question: Question, scores: Reals, best: Reals) -> Reals:
    """Return the evidence for the best entry.

    Args:
        question: what was asked.
        scores: of all candidates by what was learned; the first is the best, by rule perhaps.
        best: the features of the best one.
    """
    level = scores[0] / SCALE
    lead, over_fourth = (_lead(scores, place) for place in (1, 3))
    share = shares(np.append(scores, NOBODY))[0]
    asked = asked_of(question)
    unknown = np.bincount(GROUP_OF[question.kinds], question.rarity * (question.held == 0), GROUPS) / asked
    return np.array(
        [
            level,
            lead,
            over_fourth,
            np.log(share),
            share,
            min(lead, 0.5),
            *(max(level - bend, 0.0) for bend in BENDS),
            *best,
            *(best[number] ** 2 for number in CURVED),
            *unknown[list(UNKNOWN)],
            len(question.text.words) / 100,
            np.count_nonzero(question.kinds == Kind.WORD) / 10,
            np.count_nonzero(question.kinds == Kind.HAN1) / 10,
            bool(question.text.names),
            is_strange(question),
        ]
    )


def is_strange(question: Question) -> bool:
    """Say whether the question names what no entry does, while entries do name others of its kind."""
    if not question.text.names:
        return False
    named = question.kinds == Kind.NAME
    known_kind = question.held[question.kinds == Kind.FAMILY] > 0
    return bool(np.any(question.held[named] == 0) and np.any(known_kind))


def _lead(scores: Reals, place: int) -> float:
    others = np.sort(scores[1:])[::-1]
    rival = others[place - 1] if others.size >= place else NOBODY
    return float(np.clip(scores[0] - rival, -FARTHEST, FARTHEST))
