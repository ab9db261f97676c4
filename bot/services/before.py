"""What passed between a person and the bot before they asked for a person: it goes into the case."""

from collections.abc import Iterable

from bot.cases.model import SYSTEM, Case
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.people import Language
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
    text = "\n".join((turn.desk.texts.say("kb.before.title", lang), *lines))
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
