"""Articles that say nearly the same, and questions that ask nearly the same."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from bot.core.people import Language
from bot.kb.article import Article
from bot.kb.normalise import normalise

SAME_QUESTION = 88
SAME_ANSWER = 92
"""How alike, of 100, two wordings or two answers are that nobody needs twice."""

ONE_GROUP = 72
"""How alike questions of one group are: they want one answer."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group(Generic[T]):
    """Questions that ask nearly the same; the first one was there first."""

    members: tuple[T, ...]


def alike(article: Article, others: Iterable[Article]) -> tuple[Article, ...]:
    """Return those of the others that ask or answer nearly the same as an article."""
    return tuple(other for other in others if other.id != article.id and _is_alike(article, other))


def grouped(items: Sequence[T], words: Callable[[T], str]) -> tuple[Group[T], ...]:
    """Put together what asks nearly the same, the largest group first; words of nothing stand alone."""
    leaders: dict[int, str] = {}
    groups: list[list[T]] = []
    for item in items:
        text = normalise(words(item))
        found = process.extractOne(text, leaders, scorer=fuzz.token_sort_ratio, score_cutoff=ONE_GROUP)
        if text and found is not None:
            groups[found[2]].append(item)
        else:
            leaders[len(groups)] = text
            groups.append([item])
    order = sorted(range(len(groups)), key=lambda number: (-len(groups[number]), number))
    return tuple(Group(tuple(groups[number])) for number in order)


def _is_alike(one: Article, other: Article) -> bool:
    return any(
        _likeness(one.questions(lang), other.questions(lang)) >= SAME_QUESTION
        or _likeness((one.answers[lang],), (other.answers[lang],)) >= SAME_ANSWER
        for lang in Language
        if lang in one.titles and lang in other.titles
    )


def _likeness(texts: Iterable[str], others: Iterable[str]) -> float:
    """Return how alike the two most alike are; what tells of other numbers is not alike at all."""
    known = [(normalise(each), _numbers(each)) for each in others]
    said = [(normalise(each), _numbers(each)) for each in texts]
    return max(
        fuzz.token_sort_ratio(one, other) if numbers == theirs else 0.0
        for one, numbers in said
        for other, theirs in known
    )


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+|[一二三四五六七八九十两]", text))
