"""Training: from labelled messages to a table of weights, the same to the last bit for the same messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.core.people import Level
from bot.triage.features import BUCKETS, Features
from bot.triage.known import Example
from bot.triage.model import INTENTS, LEVELS, VERSION, About, Model, likelihoods
from bot.triage.reading import Intent

Numbers = NDArray[np.float64]

PARTS = 5
"""Into how many parts the examples are cut: each is judged by a model that learned from the others."""

RESTRAINT = 0.05
"""How much large weights cost: found by leaving examples out."""

STEPS = 150
"""Of the descent, after which no weight moves by what is kept of it."""

FINEST = 127
"""The largest whole number of the table."""

HEATS = tuple(0.4 + 0.05 * step for step in range(60))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How likely each reading of each example was to a model that had not seen it."""

    intents: Numbers
    levels: Numbers


def train(
    examples: Sequence[Example], seen: Sequence[Features], files: Iterable[Path]
) -> tuple[Model, LeftOut]:
    """Return the model that fits the examples, and how it does on those it has not seen.

    Args:
        examples: what is learned from.
        seen: their features, in the same order.
        files: where they stand, for the record.
    """
    table = _table(seen)
    intents = np.array([INTENTS.index(each.intent) for each in examples])
    faults = np.array([n for n, each in enumerate(examples) if _is_fault(each)])
    levels = np.array([LEVELS.index(examples[n].level or Level.USAGE) for n in faults])
    likeness = table @ table.T
    of_faults = likeness[np.ix_(faults, faults)]
    weights = np.hstack(
        [
            table.T @ _fitted(likeness, intents, len(INTENTS)),
            table[faults].T @ _fitted(of_faults, levels, len(LEVELS)),
        ]
    )
    parts = np.arange(len(examples)) % PARTS
    unseen = _left_out(likeness, intents, parts, np.arange(len(examples)), len(INTENTS))
    unseen_levels = _left_out(likeness, levels, parts, faults, len(LEVELS))
    heat, levels_heat = _heat(unseen, intents), _heat(unseen_levels[faults], levels)
    scales = np.abs(weights).max(axis=0) / FINEST
    about = About(
        version=VERSION,
        made_from={each.name: sha256(each.read_bytes()).hexdigest() for each in files},
        scales=tuple(round(float(each), 9) for each in scales),
        intents_heat=heat,
        levels_heat=levels_heat,
    )
    rounded = np.rint(weights / scales).astype(np.int8)
    return Model(rounded, about), LeftOut(
        likelihoods(unseen / heat), likelihoods(unseen_levels / levels_heat)
    )


def _is_fault(example: Example) -> bool:
    return example.intent is Intent.FAULT and example.level in LEVELS


def _table(seen: Sequence[Features]) -> Numbers:
    table = np.zeros((len(seen), BUCKETS))
    for row, each in zip(table, seen, strict=True):
        weighted = each.weighted()
        row[list(weighted)] = list(weighted.values())
    return table


def _fitted(likeness: Numbers, classes: NDArray[np.intp], count: int) -> Numbers:
    """Return what each example adds to the weights: logistic regression with restraint, by descent."""
    wanted = np.eye(count)[classes]
    pace = 1 / (likeness.sum(axis=1).max() / 2 + RESTRAINT)
    now = ahead = np.zeros_like(wanted)
    for step in range(STEPS):
        slope = likelihoods(likeness @ ahead) - wanted + RESTRAINT * ahead
        before, now = now, ahead - pace * slope
        ahead = now + step / (step + 3) * (now - before)
    return now


def _left_out(
    likeness: Numbers, classes: NDArray[np.intp], parts: NDArray[np.intp], known: NDArray[np.intp], count: int
) -> Numbers:
    """Return the sums of every example by a model that learned from the `known` ones of the other parts."""
    sums = np.zeros((len(parts), count))
    for part in range(PARTS):
        others = parts[known] != part
        learned = known[others]
        fitted = _fitted(likeness[np.ix_(learned, learned)], classes[others], count)
        sums[parts == part] = likeness[np.ix_(parts == part, learned)] @ fitted
    return sums


def _heat(sums: Numbers, classes: NDArray[np.intp]) -> float:
    """Return by what to divide sums so that likelihoods are as often right as they say."""

    def cost(heat: float) -> float:
        right = likelihoods(sums / heat)[np.arange(len(classes)), classes]
        return float(-np.log(np.maximum(right, 1e-12)).sum())

    best: float = min(HEATS, key=cost)
    return round(best, 2)
