"""What an answer to the question about the impact says: a press, the words on a button, or one's own."""

from bot.core.people import Language, Level
from bot.notify.cards import CHOICES
from bot.services.desk import Desk
from bot.triage.reading import Ask

AROUND = " \t\r\n.。,，!！?？“”\"'"
"""What may stand around the words of a button that were typed."""


def level_of_answer(desk: Desk, ask: Ask, words: str) -> Level | None:
    """Return the level that an answer gives, or None if it does not answer the question."""
    said = words.strip(AROUND).casefold()
    labels = {
        desk.texts.say(f"impact.{ask}.{choice}", lang).casefold(): choice
        for lang in Language
        for choice in CHOICES[ask]
    }
    return desk.triage.answer_to_ask(ask, labels.get(said, words))
