"""What passed between a person and the bot around the opening of a case: it goes into the case."""

from collections.abc import Iterable

from bot.cases.model import SYSTEM, Case
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.people import Language
from bot.kb.article import Article
from bot.ports import Exchange
from bot.services.cases import perform
from bot.services.turn import Turn

TOLD = ("answered", "offered", "unknown", "read", "unhelped")
"""Outcomes that have a line each."""


def attach(turn: Turn, case: Case, exchanges: Iterable[Exchange]) -> None:
    """Note in a case what was asked and answered before it, oldest first, for staff's eyes."""
    lang = turn.desk.directory_of(turn.unit).desk.language
    lines = tuple(_line(turn, lang, each) for each in exchanges if each.outcome in TOLD)
    if not lines:
        return
    _note(turn, case, "\n".join((turn.desk.texts.say("kb.before.title", lang), *lines)))


def attach_article(turn: Turn, case: Case, article: Article) -> None:
    """Note in a case which article its customer got along with it, so that nobody advises the same again."""
    lang = turn.desk.directory_of(turn.unit).desk.language
    title = article.titles[article.spoken_to(lang)]
    _note(turn, case, turn.desk.texts.say("kb.before.along", lang, title=title))


def _note(turn: Turn, case: Case, text: str) -> None:
    """Note something for staff's eyes."""
    note = Trigger(kind=TriggerKind.NOTE, by=SYSTEM, said_at=turn.origin.said_at, text=text)
    perform(turn.unit, turn.desk, case.key, note)


def _line(turn: Turn, lang: Language, exchange: Exchange) -> str:
    known = turn.desk.shelf.articles(turn.unit)
    articles = (known[name] for name in exchange.articles if name in known)
    titles = turn.desk.texts.say("word.comma", lang).join(
        each.titles[each.spoken_to(lang)] for each in articles
    )
    question = " ".join(exchange.text.split())
    return turn.desk.texts.say(f"kb.before.{exchange.outcome}", lang, question=question, titles=titles)
