"""An inverted index over the terms of short texts, scored by BM25."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log

SATURATION = 1.5
LENGTH_SHARE = 0.75


class TermIndex:
    """Which text holds which term, and how much that says."""

    def __init__(self, texts: Sequence[Iterable[str]]) -> None:
        counted = [Counter(terms) for terms in texts]
        lengths = [sum(terms.values()) for terms in counted]
        average = max(sum(lengths) / max(len(lengths), 1), 1.0)
        holders = Counter(term for terms in counted for term in terms)
        self._unseen = log(1 + len(counted) * 2)
        self._rarity = {term: log(1 + (len(counted) - n + 0.5) / (n + 0.5)) for term, n in holders.items()}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, terms in enumerate(counted):
            drag = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[number] / average)
            for term, times in terms.items():
                weight = self._rarity[term] * times * (SATURATION + 1) / (times + drag)
                self._postings[term].append((number, weight))

    def rarity(self, term: str) -> float:
        """Return how much a term tells texts apart; most for one that no text holds."""
        return self._rarity.get(term, self._unseen)

    def unknown_share(self, terms: Iterable[str]) -> float:
        """Return which part of what the terms say no text holds, 0 to 1."""
        wanted = set(terms)
        unknown = sum(self._unseen for term in wanted if term not in self._rarity)
        return unknown / (sum(map(self.rarity, wanted)) or 1.0)

    def scores(self, terms: Iterable[str]) -> Mapping[int, float]:
        """Return the score of every text that holds a term, near 1 for one that holds them all."""
        wanted = Counter(terms)
        ideal = sum(self.rarity(term) for term in wanted)
        found: dict[int, float] = defaultdict(float)
        for term in wanted:
            for number, weight in self._postings.get(term, ()):
                found[number] += weight
        return {number: score / ideal for number, score in found.items()}
