"""Finding what the knowledge base lacks, in what people asked and in the articles themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice

from bot.cases.model import FINAL, Status
from bot.core.people import CaseKey, Language
from bot.kb.answer import Answer, decide
from bot.kb.article import Article, cleaned
from bot.kb.changing import language_of
from bot.kb.drafting import GONE, scrubbed
from bot.kb.normalise import normalise
from bot.kb.similar import SAME_QUESTION, alike, grouped
from bot.kb.twins import likely_twins
from bot.kb.wanted import Alias, Gap, Todo
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.learning import DAY, Asking, askings

LOOKED_BACK = timedelta(days=30)
STALE = timedelta(days=365)
"""How old an article is that somebody should look at again."""

ENDS_SOON = timedelta(days=30)
LONGEST_ALIAS = 60
LOOKED_AT = 2_000
"""How many pairs of articles that may say the same are read against each other."""


def todo(unit: Unit, desk: Desk) -> Todo:
    """Return what there is to do, from what is still remembered."""
    asked = askings(unit, desk, unit.now - LOOKED_BACK, unit.now + DAY)
    articles = desk.shelf.articles(unit)
    today = unit.now.astimezone(desk.directory_of(unit).desk.zone).date()
    return Todo(
        gaps=tuple(_gaps(unit, desk, asked)),
        aliases=_aliases(asked, articles.values()),
        drafts=tuple((each.number, each.case) for each in unit.articles.drafts()),
        twins=_twins(unit, desk, articles),
        stale=tuple(each for each in articles.values() if each.updated < today - STALE),
        ending=tuple(each for each in articles.values() if _ends(each, today)),
        conflicts=desk.shelf.conflicts(unit),
    )


def _gaps(unit: Unit, desk: Desk, asked: Sequence[Asking]) -> Iterator[Gap]:
    open_ = [each for each in asked if each.outcome == "unknown" or each.badly]
    for group in grouped(open_, lambda each: each.question):
        newest = max(group.members, key=lambda each: each.at)
        if _answered_since(unit, desk, newest):
            continue
        yield Gap(
            question=scrubbed(" ".join(newest.question.split()), ()),
            times=len(group.members),
            unanswered=sum(each.outcome == "unknown" for each in group.members),
            badly=sum(each.badly for each in group.members),
            people=len({each.person for each in group.members}),
            case=next(_solved(unit, group.members), None),
            given=tuple(dict.fromkeys(each.shown for each in group.members if each.badly and each.shown)),
        )


def _answered_since(unit: Unit, desk: Desk, asking: Asking) -> bool:
    """Whether an article that was written since then answers a question."""
    lang = language_of(asking.question, desk.directory_of(unit).desk.language)
    knowledge = desk.shelf.current(unit)
    hits = knowledge.search(asking.question, lang=lang, readable=lambda _: True)
    outcome = decide(hits, knowledge.thresholds)
    if not isinstance(outcome, Answer):
        return False
    edits = unit.articles.edits_of(outcome.hit.article.id)
    return bool(edits) and edits[-1].at >= asking.at


def _solved(unit: Unit, asked: Iterable[Asking]) -> Iterator[CaseKey]:
    """Yield the cases that followed and were solved: their solution may be the answer."""
    for key in dict.fromkeys(each.case for each in asked if each.case):
        case = next(iter(unit.cases.find(key)), None)
        if case and case.solution and case.status in (Status.SOLVED, Status.CLOSED, *FINAL):
            yield key


def _aliases(asked: Iterable[Asking], articles: Iterable[Article]) -> tuple[Alias, ...]:
    """Return wordings that led to an article by a choice or a second try, and that it does not know yet."""
    by_id = {article.id: article for article in articles}
    found: dict[tuple[str, Language, str], list[str]] = {}
    for each in asked:
        words = cleaned(scrubbed(each.question, ()), lines=False)
        chosen = each.outcome == "offered" and each.shown and not each.unhelped
        name = each.shown if chosen else each.again
        article = by_id.get(name)
        missed = each.outcome in ("unknown", "offered") or each.badly
        if article is None or not missed or len(words) > LONGEST_ALIAS or GONE in words:
            continue
        lang = article.spoken_to(language_of(words, article.languages[0]))
        if normalise(words) not in map(normalise, article.questions(lang)):
            found.setdefault((name, lang, normalise(words)), []).append(words)
    aliases = (
        Alias(article=name, language=lang, words=said[-1], times=len(said))
        for (name, lang, _), said in found.items()
    )
    return tuple(sorted(aliases, key=lambda alias: (-alias.times, alias.article, alias.words)))


def _twins(unit: Unit, desk: Desk, articles: Mapping[str, Article]) -> tuple[tuple[str, str], ...]:
    """Return pairs of articles that say nearly the same, the newest first."""
    index = desk.shelf.current(unit).engine.index
    likely = islice(likely_twins(index, SAME_QUESTION), LOOKED_AT)
    found = [pair for pair in likely if alike(articles[pair[0]], (articles[pair[1]],))]
    return tuple(sorted(found, key=lambda pair: max(articles[name].updated for name in pair), reverse=True))


def _ends(article: Article, today: date) -> bool:
    return article.valid_until is not None and article.valid_until <= today + ENDS_SOON
