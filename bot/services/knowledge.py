"""Questions answered from the knowledge base, and what people made of the answers."""

from datetime import timedelta
from functools import partial
from typing import assert_never

from bot.core.errors import UserError
from bot.core.message import Message
from bot.kb.answer import Answer, Offer, Outcome, Unknown, Unread, decide
from bot.kb.article import Article, Asker, readable
from bot.notify.answers import article as shown
from bot.notify.answers import note, offer, unknown_question
from bot.notify.answers.knowledge import not_helped, unread_articles
from bot.ports import Exchange
from bot.services.turn import Turn

REMEDY = "how-to"
"""The tag of articles that say what to do about something that does not work."""

SAME_MATTER = timedelta(hours=24)
"""How long a press belongs to the question that somebody asked."""


def look_up(turn: Turn, question: str) -> Outcome:
    """Return what the knowledge base has on a question, for this person in this place."""
    theirs = partial(readable, asker=asker_of(turn))
    knowledge = turn.desk.shelf.current(turn.unit)
    if not knowledge.complete:
        return Unread()
    hits = knowledge.search(question, lang=turn.scene.lang, readable=theirs)
    return decide(hits, knowledge.thresholds)


def asker_of(turn: Turn) -> Asker:
    """Return who asks where: nothing a contract gives is given outside its service period."""
    scene, where = turn.scene, turn.where
    contract = scene.contract(where.contract)
    served = contract if contract and contract.in_service(turn.unit.now) else None
    return Asker(
        staff=scene.staff,
        language=scene.lang,
        day=scene.now.astimezone(scene.zone).date(),
        customer=where.customer,
        contract=served.id if served else None,
        schemes=served.schemes if served else (),
        products=served.products if served else (),
    )


def remedy(turn: Turn, fault: str) -> Message | None:
    """Return the article that goes along with a fault's case, if one says what to do; the case stays."""
    outcome = look_up(turn, fault)
    if not isinstance(outcome, Answer) or REMEDY not in outcome.hit.article.tags:
        return None
    found = outcome.hit.article
    _remember(turn, fault, "along", found)
    return shown(turn.scene, found, fault, along=True)


def ask(turn: Turn, question: str) -> Message:
    """Answer a question, offer up to three titles, or say honestly that nothing is known."""
    return answer(turn, question, look_up(turn, question))


def answer(turn: Turn, question: str, outcome: Outcome) -> Message:
    """Put an outcome into words, and remember what was asked: “a person, please” will refer to it."""
    match outcome:
        case Answer(hit):
            _remember(turn, question, "answered", hit.article)
            return shown(turn.scene, hit.article, question)
        case Offer(hits):
            _remember(turn, question, "offered", *(hit.article for hit in hits))
            return offer(turn.scene, hits, question)
        case Unknown():
            _remember(turn, question, "unknown")
            return unknown_question(turn.scene, question)
        case Unread():
            _remember(turn, question, "unread")
            return unread_articles(turn.scene, question)
        case _:
            assert_never(outcome)


def missed(turn: Turn, question: str) -> None:
    """Remember that nothing answered a question before it becomes a case: somebody may write the article."""
    _remember(turn, question, "unknown")


def read(turn: Turn, name: str) -> Message:
    """Show an article that somebody chose from an offer.

    Raises:
        UserError: there is none of this id for this person in this place.
    """
    article = _theirs(turn, name)
    question = _asked(turn, article) or article.titles[article.spoken_to(turn.scene.lang)]
    _remember(turn, question, "read", article)
    return shown(turn.scene, article, question)


def helped(turn: Turn, name: str) -> Message:
    """Remember that an article helped, and say thanks."""
    article = _theirs(turn, name)
    _remember(turn, _asked(turn, article), "helped", article)
    return note(turn.scene, "helped")


def unhelped(turn: Turn, name: str) -> Message:
    """Remember that an article did not help, and offer what else there is, or a person."""
    article = _theirs(turn, name)
    asked = _exchange(turn, article)
    question = asked.text if asked else ""
    _remember(turn, question, "unhelped", article)
    if asked and asked.outcome == "along":
        return note(turn.scene, "kb.sorry_case")
    others = partial(readable, asker=asker_of(turn))
    knowledge = turn.desk.shelf.current(turn.unit)
    hits = knowledge.search(
        question, lang=turn.scene.lang, readable=lambda each: each.id != article.id and others(each)
    )
    further = decide(hits, knowledge.thresholds)
    if isinstance(further, Answer):
        return not_helped(turn.scene, (further.hit,), question)
    return not_helped(turn.scene, further.hits if isinstance(further, Offer) else (), question)


def _theirs(turn: Turn, name: str) -> Article:
    article = turn.desk.shelf.articles(turn.unit).get(name.casefold())
    if article is None and not turn.desk.shelf.complete:
        raise UserError("articles_being_read")
    if article is None or not readable(article, asker_of(turn)):
        raise UserError("unknown_article", article=name)
    return article


def _asked(turn: Turn, article: Article) -> str:
    """Return the question that an article was shown or offered for; empty if none was asked."""
    exchange = _exchange(turn, article)
    return exchange.text if exchange else ""


def _exchange(turn: Turn, article: Article) -> Exchange | None:
    """Return what was asked here lately that an article was shown or offered for."""
    since = turn.origin.said_at - SAME_MATTER
    exchanges = turn.unit.exchanges.latest(turn.origin.place, None, since=since)
    return next((each for each in exchanges if article.id in each.articles and each.text), None)


def _remember(turn: Turn, text: str, outcome: str, *articles: Article) -> None:
    turn.unit.exchanges.put(
        Exchange(
            place=turn.answer_place,
            person=turn.actor.person,
            said_at=turn.origin.said_at,
            text=text,
            outcome=outcome,
            articles=tuple(article.id for article in articles),
        )
    )
