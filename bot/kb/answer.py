"""What to do with what the search found: answer, offer a choice, or say nothing."""

from dataclasses import dataclass

from bot.kb.article import Article

OFFERED = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found, and how likely it is the one that was asked for (0 to 1)."""

    article: Article
    confidence: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidence from which an article is given as the answer, and from which it is offered."""

    answer: float
    offer: float


DEFAULT = Thresholds(answer=0.44, offer=0.15)
"""Right about nine times of ten on the sets the weights were fitted to; `casebell kb tune` finds yours."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One article answers the question."""

    hit: Hit


@dataclass(frozen=True, slots=True)
class Offer:
    """Up to three articles may answer it: the person chooses."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing the desk knows answers it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Nobody can say yet: the articles are still being read."""


Outcome = Answer | Offer | Unknown | Unread


def decide(hits: tuple[Hit, ...], thresholds: Thresholds = DEFAULT) -> Answer | Offer | Unknown:
    """Return what the hits of a search, best first, are good for."""
    if hits and hits[0].confidence >= thresholds.answer:
        return Answer(hits[0])
    offered = tuple(hit for hit in hits[:OFFERED] if hit.confidence >= thresholds.offer)
    return Offer(offered) if offered else Unknown()
