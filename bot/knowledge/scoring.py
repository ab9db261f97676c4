"""How good predictions are: what is found, how far the confidence can be trusted, what is decided."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Reals
from bot.knowledge.predicting import Decision, Prediction
from bot.knowledge.sets import CLEAN, FAR, NEAR, NOISE, LabelledLine

Flags = NDArray[np.bool_]
BINS = 10
"""Equal steps of confidence that calibration is measured by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What part of some questions has a right entry first, among three, and the mean of one over its rank."""

    questions: int
    at_1: float
    at_3: float
    reciprocal: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Questions with a confidence in one range."""

    questions: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a threshold comes to.

    `right` of the answers given, `covered` of the questions in scope that are answered rightly, `given` of
    them that are answered at all, `outside` of those out of scope that are.
    """

    threshold: float
    right: float
    covered: float
    given: float
    outside: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Everything that is measured of one set."""

    recall: Mapping[str, Recall]
    """By kind of question: clean, noise altogether, and each kind of noise."""
    auroc: Mapping[str, float]
    """How likely a question in scope is given more confidence than one out of it: all, near, far."""
    decided: Decided
    offered: float
    """What part of the questions in scope that are not answered has a right entry among those offered."""
    curve: tuple[Decided, ...]
    steps: tuple[Step, ...]
    calibration_error: float


def measured(labels: Sequence[LabelledLine], predictions: Sequence[Prediction], threshold: float) -> Scores:
    """Return how good the predictions for some questions are, in the order of the questions."""
    ranks = np.array([_rank(label, each) for label, each in zip(labels, predictions, strict=True)])
    confidence = np.array([each.confidence for each in predictions])
    inside = np.array([bool(label.gold_ids) for label in labels])
    sorts = np.array([label.sort for label in labels])
    right = ranks == 1
    answered = np.array([each.decision is Decision.ANSWER for each in predictions])
    steps = _steps(confidence, right)
    return Scores(
        recall=_recalls(labels, ranks),
        auroc={
            name: auroc(confidence[inside], confidence[outside])
            for name, outside in (("all", ~inside), (NEAR, _near(sorts)), (FAR, sorts == FAR))
        },
        decided=_decided(answered, right, inside, threshold),
        offered=_share(
            np.array([_offers(*pair) for pair in zip(labels, predictions, strict=True)]), inside & ~answered
        ),
        curve=tuple(curve(confidence, right, inside)),
        steps=steps,
        calibration_error=sum(abs(s.confidence - s.right) * s.questions for s in steps) / max(len(labels), 1),
    )


def curve(confidence: Reals, right: Flags, inside: Flags) -> list[Decided]:
    """Return what every hundredth as threshold comes to."""
    return [_decided(confidence >= at, right, inside, float(at)) for at in np.arange(0, 101) / 100]


def auroc(positive: Reals, negative: Reals) -> float:
    """Return how likely a value of one kind is above one of the other; equals count half."""
    if not positive.size or not negative.size:
        return float("nan")
    below = np.searchsorted(np.sort(negative), positive, "left")
    upto = np.searchsorted(np.sort(negative), positive, "right")
    return float((below + upto).mean() / 2 / negative.size)


def _near(sorts: NDArray[np.str_]) -> Flags:
    return np.char.startswith(sorts, NEAR)


def _rank(label: LabelledLine, predicted: Prediction) -> int:
    return next((n for n, each in enumerate(predicted.ranked, 1) if each.id in label.gold_ids), 0)


def _offers(label: LabelledLine, predicted: Prediction) -> bool:
    return predicted.decision is Decision.OFFER and 0 < _rank(label, predicted) <= 3


def _recalls(labels: Sequence[LabelledLine], ranks: NDArray[np.int64]) -> dict[str, Recall]:
    kinds: dict[str, list[int]] = defaultdict(list)
    for label, rank in zip(labels, ranks.tolist(), strict=True):
        if label.gold_ids:
            for kind in dict.fromkeys((label.sort, label.kind)):
                kinds[kind].append(rank)
    first = (CLEAN, NOISE)
    names = [*(name for name in first if name in kinds), *sorted(kinds.keys() - set(first))]
    return {name: _recall(np.array(kinds[name])) for name in names}


def _recall(ranks: NDArray[np.int64]) -> Recall:
    found = ranks > 0
    return Recall(
        questions=ranks.size,
        at_1=float((ranks == 1).mean()),
        at_3=float((found & (ranks <= 3)).mean()),
        reciprocal=float((found / np.maximum(ranks, 1)).mean()),
    )


def _decided(answered: Flags, right: Flags, inside: Flags, threshold: float) -> Decided:
    return Decided(
        threshold=threshold,
        right=_share(right, answered),
        covered=_share(answered & right, inside),
        given=_share(answered, inside),
        outside=_share(answered, ~inside),
    )


def _share(of: Flags, among: Flags) -> float:
    return float(of[among].mean()) if among.any() else float("nan")


def _steps(confidence: Reals, right: Flags) -> tuple[Step, ...]:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        Step(
            questions=int((bins == number).sum()),
            confidence=float(confidence[bins == number].mean()),
            right=float(right[bins == number].mean()),
        )
        for number in range(BINS)
        if (bins == number).any()
    )
