"""Training: from labelled messages to a table of weights, the same to the last bit for the same messages."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.triage.features import BUCKETS, Features
from bot.triage.known import Example
from bot.triage.model import COLUMNS, VERSION, About, Model, column_of, likelihoods

Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]

ROUNDS = 10
"""How often every example is looked at."""

PACE = 0.3
"""How far the weights move at the first example; later they move less, each by how often it has moved."""

RESTRAINT = 0.001
"""How much large weights cost."""

SEED = 1
"""Of the order in which examples are looked at."""

FINEST = 127
"""The largest whole number of the table."""

PARTS = 5
"""Into how many parts the examples of a single hand are cut."""

HEATS = tuple(0.4 + 0.05 * step for step in range(60))


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example as the model sees it, and whose it is: writers are known by a number each."""

    example: Example
    features: Features
    hand: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How likely each reading of each example was to a model that knew nothing by the same hand."""

    likely: Numbers
    meant: Rows

    @property
    def right(self) -> float:
        """The share of readings that were right."""
        return float((self.likely.argmax(axis=1) == self.meant).mean())


@dataclass(frozen=True, slots=True)
class _Seen:
    rows: Rows
    weights: Numbers
    meant: int


def train(lessons: Sequence[Lesson], files: Iterable[Path]) -> tuple[Model, LeftOut]:
    """Return the model that fits the examples, and how one does on hands it has not seen.

    Args:
        lessons: what is learned from.
        files: what they and their features were made from, for the record.
    """
    seen = [_seen(each) for each in lessons]
    weights = _fitted(seen)
    meant = np.array([each.meant for each in seen])
    sums = _left_out(seen, _hands(lessons))
    heat = _heat(sums, meant)
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / FINEST
    about = About(
        version=VERSION,
        made_from={
            f"{each.parent.name}/{each.name}": sha256(each.read_bytes()).hexdigest() for each in files
        },
        scales=tuple(round(float(each), 9) for each in scales),
        heat=heat,
    )
    return Model(np.rint(weights / scales).astype(np.int8), about), LeftOut(likelihoods(sums / heat), meant)


def _seen(lesson: Lesson) -> _Seen:
    weighted = lesson.features.weighted()
    rows = np.fromiter(weighted, np.intp, len(weighted))
    weights = np.fromiter(weighted.values(), np.float64, len(weighted))
    return _Seen(rows, weights, column_of(lesson.example.intent, lesson.example.level))


def _hands(lessons: Sequence[Lesson]) -> list[int]:
    """Return whose each lesson is; of a single hand, parts stand for hands."""
    hands = [each.hand for each in lessons]
    return hands if len(set(hands)) > 1 else [number % PARTS for number in range(len(hands))]


def _fitted(seen: Sequence[_Seen]) -> Numbers:
    """Return the weights: logistic regression, by descent with a pace of its own for every row."""
    weights = np.zeros((BUCKETS, COLUMNS))
    moved = np.full(BUCKETS, 0.01)
    order = list(range(len(seen)))
    chance = random.Random(SEED)  # noqa: S311 - an order of examples, no secret
    for turn in range(1, ROUNDS + 1):
        chance.shuffle(order)
        for each in (seen[number] for number in order):
            now = weights[each.rows]
            slope = likelihoods(each.weights @ now)
            slope[each.meant] -= 1
            slopes = np.outer(each.weights, slope) + RESTRAINT * now
            moved[each.rows] += (slopes * slopes).sum(axis=1)
            pace = PACE / np.sqrt(turn * moved[each.rows])
            weights[each.rows] = now - pace[:, np.newaxis] * slopes
    return weights


def _left_out(seen: Sequence[_Seen], hands: Sequence[int]) -> Numbers:
    """Return the sums of every example by a model that learned from the other hands."""
    sums = np.zeros((len(seen), COLUMNS))
    for hand in sorted(set(hands)):
        weights = _fitted([each for each, other in zip(seen, hands, strict=True) if other != hand])
        for number, each in enumerate(seen):
            if hands[number] == hand:
                sums[number] = each.weights @ weights[each.rows]
    return sums


def _heat(sums: Numbers, meant: Rows) -> float:
    """Return by what to divide sums so that likelihoods are as often right as they say."""

    def cost(heat: float) -> float:
        right = likelihoods(sums / heat)[np.arange(len(meant)), meant]
        return float(-np.log(np.maximum(right, 1e-12)).sum())

    best: float = min(HEATS, key=cost)
    return round(best, 2)
