"""The trained part: how likely each reading is, from what the rules found and the words themselves.

A table of small whole numbers, one row per bucket of features, one column per reading; written by
`casebell triage train`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from bot.core.people import Level
from bot.triage.features import BUCKETS, MEANS, VIEWS, Features, Place, bucket
from bot.triage.reading import Intent

WEIGHTS = Path(__file__).parent / "model" / "weights.npy"
VERSION = 2
"""Of the features and the table: a table of another version is not read."""

LEVELS = (Level.CRITICAL, Level.SEVERE, Level.MINOR, Level.USAGE)
"""The levels a fault can have."""
OTHERS = tuple(intent for intent in Intent if intent is not Intent.FAULT)
WORDS = "words"
"""What evidence is called that no rule and no list has."""
COLUMNS = len(LEVELS) + len(OTHERS)
"""A fault of each level, and each intent that is no fault."""


class About(BaseModel):
    """What goes with a table of weights.

    `scales` has what one step of each column is worth, `heat` by how much the likelihoods are too sure of
    messages by people whose writing was not learned from, `made_from` the checksum of each source.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    made_from: dict[str, str]
    scales: tuple[float, ...]
    heat: float


@dataclass(frozen=True, slots=True)
class Guess:
    """How likely each intent is, and each level if it is a fault."""

    intents: Mapping[Intent, float]
    levels: Mapping[Level, float]


class Model:
    """Weighs the features of messages."""

    def __init__(self, weights: NDArray[np.int8], about: About) -> None:
        self.weights = weights
        self.about = about
        self._scales = np.array(about.scales)

    def guess(self, features: Features) -> Guess:
        """Return how likely each reading is."""
        weighted = features.weighted()
        rows = self.weights[np.fromiter(weighted, np.intp, len(weighted))]
        sums = np.fromiter(weighted.values(), np.float64, len(weighted)) @ rows * self._scales
        likely = likelihoods(sums / self.about.heat)
        faults, others = likely[: len(LEVELS)], likely[len(LEVELS) :]
        intents = {Intent.FAULT: float(faults.sum())} | dict(zip(OTHERS, others.tolist(), strict=True))
        return Guess(intents, dict(zip(LEVELS, (faults / faults.sum()).tolist(), strict=True)))

    def telling(self, features: Features, intent: Intent, level: Level | None) -> list[tuple[str, Place]]:
        """Return what speaks most for a reading and where it stands, the clearest first.

        Words of a list are told by what they mean, others are "words".
        """
        column = self.weights[:, column_of(intent, level)]
        worth = {
            (name if view == MEANS else WORDS, place): int(column[bucket(view, name)]) * VIEWS[view]
            for view, places in features.places.items()
            for name, place in places.items()
        }
        return sorted((told for told in worth if worth[told] > 0), key=lambda told: (-worth[told], told[1]))


def column_of(intent: Intent, level: Level | None) -> int:
    """Return the column of a reading; a fault of no level is the mildest."""
    if intent is not Intent.FAULT:
        return len(LEVELS) + OTHERS.index(intent)
    return LEVELS.index(level) if level in LEVELS else len(LEVELS) - 1


def likelihoods(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares of one, along the last axis."""
    powers = np.exp(sums - sums.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


@cache
def packaged() -> Model:
    """Return the model that was trained for this version."""
    return load(WEIGHTS)


def load(file: Path) -> Model:
    """Return the model of a table and what goes with it.

    Raises:
        ValueError: the table is of another version, or of another shape.
    """
    about = About.model_validate_json(file.with_suffix(".json").read_text(encoding="utf-8"))
    weights: NDArray[np.int8] = np.load(file, allow_pickle=False)
    if about.version != VERSION or weights.shape != (BUCKETS, COLUMNS):
        raise ValueError(f"{file.name}: not a model of version {VERSION}; train it anew")
    return Model(weights, about)


def save(model: Model, file: Path) -> None:
    """Write a model as `load` reads it, byte for byte the same for the same examples."""
    np.save(file, model.weights, allow_pickle=False)
    file.with_suffix(".json").write_text(model.about.model_dump_json(indent=1) + "\n", encoding="utf-8")
