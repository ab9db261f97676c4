"""The verb of the knowledge base: articles read and judged by everybody, kept by engineers."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.people import Language
from bot.core.verbs import Verb
from bot.handlers.arguments import CASE
from bot.handlers.articles import Change, Pair, change, first_word, pair
from bot.handlers.call import Call, Handler
from bot.handlers.finding import by_number
from bot.handlers.reading import half_width
from bot.handlers.registry import BY_VERB
from bot.kb.article import Article
from bot.kb.changing import identifier, language_of, rewritten, with_field, written
from bot.notify.answers.keeping import draft_to_check, said_anew, taken_back, to_do, versions, withdrawn
from bot.notify.answers.outcomes import how_it_went
from bot.services import articles, drafts, knowledge
from bot.services.articles import Written
from bot.services.learning import outcomes
from bot.services.todo import todo

MONTH, MOST_DAYS = 30, 366
"""Days that are reported on, and at most."""


def kb(call: Call) -> Message | None:
    """Do what is asked with an article, a draft, or with all of them."""
    return ACTS[call.request.given.choice](call, call.request.given.text)


def _add(call: Call, words: str) -> Message:
    """Write a new article, or draft one from a solved case."""
    if CASE.fullmatch(half_width(words)):
        return _draft(call, words.lstrip("#"))
    turn, given = call.turn, pair(words)
    taken = turn.desk.shelf.articles(turn.unit)
    lang = _language(call, given)
    article = written(
        identifier(given.question, taken),
        lang,
        given.question,
        given.answer,
        source=drafts.own_source(turn.desk, lang),
        day=articles.today(turn.unit, turn.desk),
    )
    return _said(call, articles.write(turn.unit, turn.desk, article, by=turn.actor.person))


def _draft(call: Call, number: str) -> Message:
    turn = call.turn
    case = by_number(turn, BY_VERB[Verb.SHOW], number)[0]
    draft, article = drafts.draft_of(turn.unit, turn.desk, case, by=turn.actor.person)
    return draft_to_check(call.scene, draft.number, case.key, article)


def _edit(call: Call, words: str) -> Message:
    turn = call.turn
    name, wanted = change(words)
    present = articles.article_of(turn.unit, turn.desk, name)
    article = _changed(call, present, wanted)
    return _said(call, articles.write(turn.unit, turn.desk, article, by=turn.actor.person))


def _changed(call: Call, article: Article, wanted: Pair | Change) -> Article:
    if isinstance(wanted, Pair):
        lang = _language(call, wanted)
        source = drafts.own_source(call.turn.desk, lang)
        return rewritten(article, lang, wanted.question, wanted.answer, source=source)
    said_in = language_of(wanted.value, call.scene.lang)
    lang = wanted.language or (said_in if said_in in article.titles else article.spoken_to(call.scene.lang))
    return with_field(article, wanted.field, lang, wanted.value)


def _retire(call: Call, words: str) -> Message:
    turn = call.turn
    name, why = first_word(words)
    retired = articles.retire(turn.unit, turn.desk, name, by=turn.actor.person, note=why)
    return withdrawn(call.scene, retired.id, retired.version)


def _undo(call: Call, words: str) -> Message:
    turn = call.turn
    name, version = first_word(words)
    back = articles.undo(turn.unit, turn.desk, name, by=turn.actor.person, version=version)
    return taken_back(call.scene, back.id, back.article)


def _history(call: Call, words: str) -> Message:
    turn, name = call.turn, first_word(words)[0].casefold()
    article = turn.desk.shelf.articles(turn.unit).get(name)
    edits = turn.unit.articles.edits_of(name)
    if article is None and not edits:
        raise UserError("unknown_article", article=name)
    return versions(call.scene, name, article, edits)


def _publish(call: Call, words: str) -> Message:
    """Put a draft into force, as it is or in better words."""
    turn = call.turn
    number, better = first_word(words)
    draft, article = drafts.drafted(turn.unit, number)
    if better:
        given = pair(better)
        lang = given.language or article.languages[0]
        source = drafts.own_source(turn.desk, lang)
        article = rewritten(article, lang, given.question, given.answer, source=source)
    return _said(call, drafts.publish(turn.unit, turn.desk, draft, article, by=turn.actor.person))


def _drop(call: Call, words: str) -> Message:
    draft, _ = drafts.drafted(call.turn.unit, first_word(words)[0])
    call.turn.unit.articles.drop(draft.number)
    return call.say("kb.dropped", number=str(draft.number))


def _report(call: Call, words: str) -> Message:
    """Show how questions went in the last month, or in as many days as are named."""
    turn, days = call.turn, half_width(words) or str(MONTH)
    if not days.isdecimal() or not 1 <= int(days) <= MOST_DAYS:
        raise UserError("days_of_report", words=words, most=MOST_DAYS)
    today = articles.today(turn.unit, turn.desk)
    first = today - timedelta(days=int(days) - 1)
    return how_it_went(call.scene, outcomes(turn.unit, turn.desk, first, today))


def _read(call: Call, words: str) -> Message:
    """Show an article by its id; what is none was a question that begins with this word."""
    question = len(words.split()) > 1
    return knowledge.ask(call.turn, f"read {words}") if question else knowledge.read(call.turn, words)


def _said(call: Call, done: Written) -> Message:
    if done.article is None:
        return withdrawn(call.scene, done.id, done.version)
    return said_anew(call.scene, done.article, done.version, done.alike)


def _language(call: Call, given: Pair) -> Language:
    return given.language or language_of(given.question + given.answer, call.scene.lang)


ACTS: Mapping[str, Callable[[Call, str], Message | None]] = {
    "add": _add,
    "edit": _edit,
    "retire": _retire,
    "undo": _undo,
    "history": _history,
    "todo": lambda call, _: to_do(call.scene, todo(call.turn.unit, call.turn.desk)),
    "report": _report,
    "publish": _publish,
    "drop": _drop,
    "helped": lambda call, words: knowledge.helped(call.turn, words),
    "unhelped": lambda call, words: knowledge.unhelped(call.turn, words),
    "read": _read,
}

HANDLERS: Mapping[Verb, Handler] = {Verb.KB: kb}
