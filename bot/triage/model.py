"""The trained part: how likely each intent and level is, from what the rules found and the words themselves.

A table of small whole numbers, one row per bucket of features, one column per intent and level; written by
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
from bot.triage.features import BUCKETS, Features, bucket
from bot.triage.reading import Intent

WEIGHTS = Path(__file__).parent / "model" / "weights.npy"
VERSION = 1
"""Of the features and the table: a table of another version is not read."""

INTENTS = tuple(Intent)
LEVELS = (Level.CRITICAL, Level.SEVERE, Level.MINOR, Level.USAGE)
"""The levels a fault can have."""


class About(BaseModel):
    """What goes with a table of weights.

    `scales` has what one step of each column is worth, `intents_heat` and `levels_heat` by how much leaving
    examples out showed the likelihoods to be too sure, `made_from` the checksum of each source.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    made_from: dict[str, str]
    scales: tuple[float, ...]
    intents_heat: float
    levels_heat: float


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
        intents = likelihoods(sums[: len(INTENTS)] / self.about.intents_heat)
        levels = likelihoods(sums[len(INTENTS) :] / self.about.levels_heat)
        return Guess(
            dict(zip(INTENTS, intents.tolist(), strict=True)), dict(zip(LEVELS, levels.tolist(), strict=True))
        )

    def telling(self, features: Features, intent: Intent) -> list[tuple[int, int]]:
        """Return the places of the pieces of words that speak most for an intent, the clearest first."""
        column = self.weights[:, INTENTS.index(intent)]
        worth = {place: int(column[bucket(name)]) for name, place in features.places.items()}
        return sorted(
            (place for place in worth if worth[place] > 0), key=lambda place: (-worth[place], place)
        )


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
    if about.version != VERSION or weights.shape != (BUCKETS, len(INTENTS) + len(LEVELS)):
        raise ValueError(f"{file.name}: not a model of version {VERSION}; train it anew")
    return Model(weights, about)


def save(model: Model, file: Path) -> None:
    """Write a model as `load` reads it, byte for byte the same for the same examples."""
    np.save(file, model.weights, allow_pickle=False)
    file.with_suffix(".json").write_text(model.about.model_dump_json(indent=1) + "\n", encoding="utf-8")
