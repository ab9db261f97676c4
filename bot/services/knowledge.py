"""Questions answered from the knowledge base, and what people made of the answers."""

from typing import assert_never

from bot.core.message import Message
from bot.kb.answer import Answer, Offer, Outcome, Unknown, decide
from bot.notify.answers import article, note, offer, unknown_question
from bot.ports import Exchange
from bot.services.turn import Turn


def look_up(turn: Turn, question: str) -> Outcome:
    """Return what the knowledge base has on a question, for this person in this place."""
    lang, staff = turn.scene.lang, turn.scene.staff
    return decide(turn.desk.knowledge.search(question, lang=lang, staff=staff))


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
            place=turn.origin.place,
            person=turn.actor.person,
            said_at=turn.origin.said_at,
            text=text,
            outcome=outcome,
        )
    )
