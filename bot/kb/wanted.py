"""What the knowledge base lacks: questions without a good answer, wordings, articles to look at again."""

from dataclasses import dataclass

from bot.core.people import CaseKey, Language
from bot.kb.article import Article
from bot.kb.editing import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions that want one answer: how often nothing answered them, and how often something did badly.

    `case` is one that followed and has a solution by now, `given` the articles that were no good answer.
    """

    question: str
    times: int
    unanswered: int
    badly: int
    people: int
    case: CaseKey | None
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Words that found their article only on the second try, and how often."""

    article: str
    language: Language
    words: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Everything somebody who keeps the knowledge base should look at, the weightiest first of each kind."""

    gaps: tuple[Gap, ...] = ()
    aliases: tuple[Alias, ...] = ()
    drafts: tuple[tuple[int, CaseKey], ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    stale: tuple[Article, ...] = ()
    ending: tuple[Article, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether all is well."""
        return self == Todo()
