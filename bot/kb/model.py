"""What training found: how much each feature counts, for the order and for the confidence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.kb.collection import Reals
from bot.kb.evidence import EVIDENCE
from bot.kb.features import FEATURES

VERSION = 1
DIGITS = 3
"""Decimal places of a weight: more would not survive another processor's rounding."""


class Route(StrEnum):
    """Questions with Chinese in them and others are weighed differently."""

    HAN = "han"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weights of one route: of features for the order, of evidence for the confidence."""

    order: Reals
    evidence: Reals
    offset: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything that was learned."""

    routes: Mapping[Route, Weights]

    def text(self) -> str:
        """Return the model as its file holds it."""
        return _File.of(self).model_dump_json(indent=1) + "\n"


class _Weights(BaseModel):
    model_config = ConfigDict(extra="forbid")

    order: dict[str, float]
    evidence: dict[str, float]
    offset: float


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = VERSION
    routes: dict[Route, _Weights]

    @classmethod
    def of(cls, model: Model) -> Self:
        return cls(
            routes={
                route: _Weights(
                    order=_named(FEATURES, weights.order),
                    evidence=_named(EVIDENCE, weights.evidence),
                    offset=round(weights.offset, DIGITS),
                )
                for route, weights in model.routes.items()
            },
        )

    def model(self) -> Model:
        return Model(
            routes={
                route: Weights(
                    np.array([weights.order[name] for name in FEATURES]),
                    np.array([weights.evidence[name] for name in EVIDENCE]),
                    weights.offset,
                )
                for route, weights in self.routes.items()
            },
        )


def load_model(path: Path) -> Model:
    """Return the model of a file.

    Raises:
        ConfigError: it is no model, or one for other features.
    """
    try:
        return _read(path.read_text(encoding="utf-8"))
    except (ValidationError, KeyError, UnicodeDecodeError) as error:
        raise ConfigError(
            Fault(str(path), 1, "model", f"weights that `casebell kb train` wrote: {error}")
        ) from error


@cache
def fitted() -> Model:
    """Return the model that is shipped."""
    return _read((files("bot.kb") / "data" / "model.json").read_text(encoding="utf-8"))


def rounded(model: Model) -> Model:
    """Return a model as it would be read from its own file."""
    return _read(model.text())


def _read(text: str) -> Model:
    return _File.model_validate(json.loads(text)).model()


def _named(names: tuple[str, ...], values: Reals) -> dict[str, float]:
    return {name: round(float(value), DIGITS) + 0.0 for name, value in zip(names, values, strict=True)}
