"""How well messages are understood, beside what a person says they mean."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.core.people import Level
from bot.triage.reading import Intent, Likeliest, Reading

BINS = 10
"""Into how many steps of confidence the reliability is told."""

WITH_LEVEL = frozenset({Intent.FAULT, Intent.HOW_TO, Intent.FEATURE_REQUEST})
"""Intents whose level counts."""

P_CLASSES: Mapping[Level, str] = {
    Level.CRITICAL: "P1",
    Level.SEVERE: "P2",
    Level.MINOR: "P3",
    Level.USAGE: "P4",
}
"""The P class of a level; a request has none (售后服务承诺 10.5)."""


class Labelled(BaseModel):
    """A message with what a person says it means; near a boundary several answers are acceptable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    text: str
    intent: Intent
    acceptable_intents: tuple[Intent, ...] = ()
    level: Level | None = None
    acceptable_levels: tuple[Level | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    name: str
    right: int
    of: int

    @property
    def share(self) -> float:
        """The share; 0 of none is 0."""
        return self.right / max(self.of, 1)


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings about as sure as one another: how many, how sure, and how often right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Score:
    """What came out."""

    shares: tuple[Share, ...]
    confusions: tuple[tuple[Intent, Intent, int], ...]
    bins: tuple[Bin, ...]

    @property
    def calibration_error(self) -> float:
        """How far, on average, confidence is from how often readings are right."""
        total = sum(each.count for each in self.bins)
        return sum(each.count * abs(each.confidence - each.right) for each in self.bins) / max(total, 1)


def likeliest(reading: Reading) -> Likeliest:
    """Return what a message most probably means."""
    return reading.likeliest or Likeliest(reading.intent, reading.level)


def read_labelled(file: Path) -> list[Labelled]:
    """Return the messages of a file of JSON lines.

    Raises:
        ConfigError: a line is not a labelled message.
    """
    lines: list[Labelled] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").rstrip().split("\n"), start=1):
        try:
            lines.append(Labelled.model_validate(json.loads(line)))
        except (json.JSONDecodeError, ValidationError) as error:
            raise ConfigError(Fault(str(file), number, "line", "a labelled message in JSON")) from error
    return lines


def score(gold: Sequence[Labelled], readings: Sequence[Reading]) -> Score:
    """Compare readings with labels, in the same order."""
    pairs = [(each, likeliest(reading)) for each, reading in zip(gold, readings, strict=True)]
    levelled = [(each, told) for each, told in pairs if each.intent in WITH_LEVEL]
    outages = [(each, told) for each, told in pairs if each.level is Level.CRITICAL]
    calm = [
        (each, told)
        for each, told in pairs
        if each.level is not Level.CRITICAL and Level.CRITICAL not in each.acceptable_levels
    ]
    shares = (
        _share("intent strict", (told.intent is each.intent for each, told in pairs)),
        _share("intent lenient", (_intent_fits(each, told) for each, told in pairs)),
        _share("level strict", (told.level == each.level for each, told in levelled)),
        _share("level lenient", (_level_fits(each, told) for each, told in levelled)),
        _share("missed outages", (not _is_outage(told) for _, told in outages)),
        _share("false outages", (_is_outage(told) for _, told in calm)),
    )
    wrong = Counter((each.intent, told.intent) for each, told in pairs if told.intent is not each.intent)
    sure = [
        (
            reading.confidence,
            _intent_fits(each, told) and (each.intent not in WITH_LEVEL or _level_fits(each, told)),
        )
        for (each, told), reading in zip(pairs, readings, strict=True)
    ]
    confusions = tuple((meant, told, count) for (meant, told), count in wrong.most_common(10))
    return Score(shares, confusions, tuple(_bins(sure)))


def _intent_fits(gold: Labelled, told: Likeliest) -> bool:
    return told.intent in (gold.intent, *gold.acceptable_intents)


def _level_fits(gold: Labelled, told: Likeliest) -> bool:
    return told.intent in WITH_LEVEL and told.level in (gold.level, *gold.acceptable_levels)


def _is_outage(told: Likeliest) -> bool:
    return told.intent is Intent.FAULT and told.level is Level.CRITICAL


def _share(name: str, right: Iterator[bool]) -> Share:
    every = list(right)
    return Share(name=name, right=sum(every), of=len(every))


def _bins(sure: Sequence[tuple[float, bool]]) -> Iterator[Bin]:
    for step in range(BINS):
        within = [each for each in sure if min(int(each[0] * BINS), BINS - 1) == step]
        if within:
            count = len(within)
            yield Bin(count, sum(at for at, _ in within) / count, sum(right for _, right in within) / count)
