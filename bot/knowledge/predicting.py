"""What the search makes of one question after the other, as lines for other programs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.kb.answer import OFFERED, Thresholds
from bot.kb.engine import Engine
from bot.knowledge.sets import QueryLine

RANKED = 10
DIGITS = 4


class Decision(StrEnum):
    """What is done with a question."""

    ANSWER = "answer"
    OFFER = "offer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry that was found, and the confidence that it is the right one."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is done with one question; the best entry first."""

    qid: str
    decision: Decision
    confidence: float
    ranked: tuple[Placed, ...]

    def line(self) -> str:
        """Return it as one line of JSON."""
        ranked = [{"id": each.id, "score": round(each.score, DIGITS)} for each in self.ranked]
        values = {
            "qid": self.qid,
            "decision": self.decision.value,
            "confidence": round(self.confidence, DIGITS),
            "ranked": ranked,
        }
        return json.dumps(values, ensure_ascii=False)


def predict(engine: Engine, questions: Iterable[QueryLine], thresholds: Thresholds) -> Iterator[Prediction]:
    """Yield what is done with each question."""
    for each in questions:
        found = engine.search(each.query, limit=RANKED)
        confidences = tuple(entry.confidence for entry in found)
        yield Prediction(
            qid=each.qid,
            decision=decision(confidences, thresholds),
            confidence=confidences[0] if found else 0.0,
            ranked=tuple(Placed(entry.entry.id, entry.confidence) for entry in found),
        )


def decision(confidences: tuple[float, ...], thresholds: Thresholds) -> Decision:
    """Return what confidences, the highest first, are good for."""
    best = confidences[0] if confidences else 0.0
    if confidences and best >= thresholds.answer:
        return Decision.ANSWER
    offered = any(each >= thresholds.offer for each in confidences[:OFFERED])
    return Decision.OFFER if offered else Decision.NONE
