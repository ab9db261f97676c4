"""The knowledge base: candidates from inverted indexes, ranked by likeness, each with a confidence.

Three indexes find candidates: the questions by their grams, the questions by their sounds (so a wrong
character that sounds right still finds) and the answers by their grams. The weighted sum of a few features
ranks them; a logistic curve over the score, its lead and what is unknown tells how likely one is right.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from heapq import nlargest
from math import exp

from rapidfuzz.fuzz import token_sort_ratio

from bot.core.people import Language
from bot.kb.answer import Hit
from bot.kb.article import Article
from bot.kb.index import TermIndex
from bot.kb.normalise import family, grams, identifiers, normalise, sounds

CANDIDATES = 24
QUESTION_LIMIT = 400
"""Characters of a question that are looked at: more is a pasted log."""


STRANGE_NAME = 0.5
"""What remains of the confidence if the question names a VPS-B7 and articles only know a VPS-B1."""
KINSHIP = 10.0
"""How fast an article behind the best one loses confidence with its distance."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each feature counts, and the curve from scores to a confidence.

    Features lie near 0 to 1. `level`, `lead` and `unknown` weigh the best score, how far it leads and which
    part of the question no article knows. Fitted on public question sets in both languages.
    """

    question: float = 3.0
    sound: float = 2.7
    answer: float = 2.0
    ratio: float = 1.33
    names: float = 1.0
    other_language: float = -0.05
    offset: float = -1.35
    level: float = 0.87
    lead: float = 21.1
    unknown: float = -0.58


FITTED = Weights()


@dataclass(frozen=True, slots=True)
class _Row:
    """One way of asking for one article."""

    article: int
    language: Language
    text: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, made comparable."""

    text: str
    language: Language
    names: frozenset[str]

    @classmethod
    def of(cls, question: str, language: Language) -> "_Asked":
        return cls(normalise(question), language, identifiers(question))


class KnowledgeBase:
    """An edition of the articles, ready to be searched; never changes."""

    def __init__(self, articles: Sequence[Article], weights: Weights = FITTED) -> None:
        self.articles = tuple(articles)
        self.edition = _edition(self.articles)
        self._weights = weights
        self._rows = tuple(
            _Row(number, language, normalise(asked), identifiers(asked))
            for number, article in enumerate(self.articles)
            for language in Language
            for asked in article.questions(language)
        )
        self._rows_by_article: dict[int, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            self._rows_by_article[row.article].append(number)
        self._names = frozenset(name for row in self._rows for name in row.names)
        self._families = frozenset(map(family, self._names))
        self._asked = TermIndex([grams(row.text) for row in self._rows])
        self._heard = TermIndex([sounds(row.text) for row in self._rows])
        self._told = TermIndex([grams(normalise("\n".join(each.answers.values()))) for each in self.articles])

    def search(
        self,
        question: str,
        *,
        lang: Language,
        readable: Callable[[Article], bool],
        limit: int = 3,
    ) -> tuple[Hit, ...]:
        """Return the articles that may answer `question`, the likeliest first.

        Args:
            question: as it was typed.
            lang: language of who asks; wordings in it count a little more.
            readable: whether an article is for who asks; no other is found.
            limit: how many at most.
        """
        asked = _Asked.of(question[:QUESTION_LIMIT], lang)
        best: dict[int, float] = {}
        for row, score in self._ranked(asked, readable):
            best[row.article] = max(best.get(row.article, score), score)
        order = sorted(best, key=lambda number: (-best[number], number))
        scores = [best[number] for number in order]
        first = self._confidence(asked, scores)
        return tuple(
            Hit(self.articles[number], first * exp(-KINSHIP * (scores[0] - best[number])))
            for number in order[:limit]
        )

    def _ranked(self, asked: _Asked, readable: Callable[[Article], bool]) -> Iterator[tuple[_Row, float]]:
        """Yield every candidate wording with its score."""
        weights = self._weights
        alike = self._asked.scores(grams(asked.text))
        heard = self._heard.scores(sounds(asked.text))
        told = self._told.scores(grams(asked.text))
        scale = weights.question + weights.answer + weights.ratio + weights.sound * bool(heard)
        answering = nlargest(CANDIDATES, told, key=told.__getitem__)
        rough = {
            number: weights.question * alike.get(number, 0.0)
            + weights.sound * heard.get(number, 0.0)
            + weights.answer * told.get(self._rows[number].article, 0.0)
            for number in alike.keys() | heard.keys() | self._rows_of(answering)
            if readable(self.articles[self._rows[number].article])
        }
        for number in nlargest(CANDIDATES, rough, key=rough.__getitem__):
            row = self._rows[number]
            yield row, (rough[number] + self._likeness(asked, row)) / scale

    def _rows_of(self, articles: Sequence[int]) -> set[int]:
        return {row for article in articles for row in self._rows_by_article[article]}

    def _likeness(self, asked: _Asked, row: _Row) -> float:
        """Return what two wordings side by side have in common beyond their terms."""
        weights = self._weights
        ratio = token_sort_ratio(asked.text, row.text) / 100
        names = bool(asked.names & row.names) - bool(
            asked.names and row.names and not asked.names & row.names
        )
        other = asked.language is not row.language
        return weights.ratio * ratio + weights.names * names + weights.other_language * other

    def _confidence(self, asked: _Asked, scores: Sequence[float]) -> float:
        """Return how likely the best of the ranked articles is the right one."""
        weights = self._weights
        level, rival = (*scores, 0.0, 0.0)[:2]
        unknown = self._asked.unknown_share(grams(asked.text))
        evidence = (
            weights.offset
            + weights.level * level
            + weights.lead * (level - rival)
            + weights.unknown * unknown
        )
        strange = any(name not in self._names and family(name) in self._families for name in asked.names)
        return (STRANGE_NAME if strange else 1.0) / (1 + exp(-evidence))


def _edition(articles: Sequence[Article]) -> str:
    """Return a hash of everything the articles say."""
    content = json.dumps(
        [asdict(article) for article in articles], sort_keys=True, default=str, ensure_ascii=False
    )
    return hashlib.sha256(content.encode()).hexdigest()
