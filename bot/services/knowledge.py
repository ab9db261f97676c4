"""Questions answered from the knowledge base, and what people made of the answers."""

from functools import partial
from typing import assert_never

from bot.core.message import Message
from bot.kb.answer import Answer, Offer, Outcome, Unknown, decide
from bot.kb.article import Asker, readable
from bot.notify.answers import article, note, offer, unknown_question
from bot.ports import Exchange
from bot.services.turn import Turn

REMEDY = "how-to"
"""The tag of articles that say what to do about something that does not work."""


def look_up(turn: Turn, question: str) -> Outcome:
    """Return what the knowledge base has on a question, for this person in this place."""
    theirs = partial(readable, asker=asker_of(turn))
    return decide(turn.desk.knowledge.search(question, lang=turn.scene.lang, readable=theirs))


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


def remedy(turn: Turn, fault: str) -> Outcome:
    """Return the article that goes along with a fault's case: one that says what to do."""
    outcome = look_up(turn, fault)
    fits = isinstance(outcome, Answer) and REMEDY in outcome.hit.article.tags
    return outcome if fits else Unknown()


def ask(turn: Turn, question: str) -> Message:
    """Answer a question, offer up to three titles, or say honestly that nothing is known."""
    return answer(turn, question, look_up(turn, question))


def answer(turn: Turn, question: str, outcome: Outcome) -> Message:
    """Put an outcome into words, and remember what was asked: “a person, please” will refer to it."""
    match outcome:
        case Answer(hit):
            said, message = "answered", article(turn.scene, hit, question)
        case Offer(hits):
            said, message = "offered", offer(turn.scene, hits, question)
        case Unknown():
            said, message = "unknown", unknown_question(turn.scene, question)
        case _:
            assert_never(outcome)
    _remember(turn, question, said)
    return message


def helped(turn: Turn, article_id: str) -> Message:
    """Remember that an article helped, and say thanks."""
    _remember(turn, article_id, "helped")
    return note(turn.scene, "helped")


def _remember(turn: Turn, text: str, outcome: str) -> None:
    turn.unit.exchanges.put(
        Exchange(
            place=turn.answer_place,
            person=turn.actor.person,
            said_at=turn.origin.said_at,
            text=text,
            outcome=outcome,
        )
    )
