"""The knowledge base: what the search engine finds, as articles that are for who asks."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property

from bot.core.people import Language
from bot.kb.answer import DEFAULT, Hit, Thresholds
from bot.kb.article import Article
from bot.kb.engine import Engine
from bot.kb.entry import Entry
from bot.kb.segment import Told


class KnowledgeBase:
    """An edition of the articles, ready to be searched; never changes."""

    def __init__(
        self,
        articles: Sequence[Article],
        thresholds: Thresholds = DEFAULT,
        told: Told = lambda _: None,
        *,
        complete: bool = True,
    ) -> None:
        """Make articles searchable.

        Args:
            articles: all of them.
            thresholds: from when on one is an answer.
            told: hears how many more are searchable, some hundreds at a time.
            complete: false if there are others that have yet to be read: nothing is answered till then.
        """
        self.thresholds = thresholds
        self.complete = complete
        self._by_id: Mapping[str, Article] = {article.id: article for article in articles}
        self._engine = Engine.of([_entry(article) for article in self._by_id.values()], told=told)

    @property
    def by_id(self) -> Mapping[str, Article]:
        """Everything that may be found by its id; in order of these, if it was given so."""
        return self._by_id

    @property
    def articles(self) -> tuple[Article, ...]:
        """Everything that may be found."""
        return tuple(self._by_id.values())

    @cached_property
    def edition(self) -> str:
        """A hash of everything the articles say."""
        content = json.dumps(
            [asdict(self._by_id[name]) for name in sorted(self._by_id)],
            sort_keys=True,
            default=str,
            ensure_ascii=False,
        )
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def engine(self) -> Engine:
        """The search itself, on articles as entries."""
        return self._engine

    def changed(self, changes: Mapping[str, Article | None]) -> "KnowledgeBase":
        """Return the same with articles new, or instead of those with their ids; None takes one away.

        Takes milliseconds, and finds exactly what a knowledge base built anew would.
        """
        new = {
            name: None if article is None else _entry(article)
            for name, article in changes.items()
            if article != self._by_id.get(name)
        }
        articles = dict(self._by_id)
        for name, article in changes.items():
            if article is None:
                articles.pop(name, None)
            else:
                articles[name] = article
        if not changes.keys() <= self._by_id.keys():
            articles = dict(sorted(articles.items()))
        changed = KnowledgeBase((), self.thresholds, complete=self.complete)
        changed._by_id = articles
        changed._engine = self._engine.after(new)
        return changed

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
            question: as it was typed, in any language.
            lang: language of who asks; among equals, articles written in it come first.
            readable: whether an article is for who asks; no other is found.
            limit: how many at most.
        """
        found = self._engine.search(
            question, readable=lambda entry: readable(self._by_id[entry.id]), limit=limit
        )
        hits = [Hit(self._by_id[each.entry.id], each.confidence) for each in found]
        return tuple(sorted(hits, key=lambda hit: (-hit.confidence, lang not in hit.article.titles)))


def _entry(article: Article) -> Entry:
    return Entry(
        id=article.id,
        asked=[asked for language in article.languages for asked in article.questions(language)],
        answer="\n".join(article.answers[language] for language in article.languages),
        tags=" ".join((*article.tags, *article.products)),
    )
