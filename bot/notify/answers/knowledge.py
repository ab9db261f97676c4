"""Answers from the knowledge base."""

from bot.core.message import Button, Buttons, Message, Paragraph, Style
from bot.core.verbs import Verb
from bot.kb.answer import Hit
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.times import date_words

HELPED = "helped"
"""The word of `kb` that says an article helped."""


def article(scene: Scene, hit: Hit, question: str) -> Message:
    """Return an article with what it rests on; a person is one press away."""
    found = hit.article
    lang = found.spoken_to(scene.lang)
    updated = date_words(scene, found.updated)
    return Message(
        title=(found.titles[lang],),
        blocks=(
            *(Paragraph((words.strip(),)) for words in found.answers[lang].split("\n\n") if words.strip()),
            para(scene, "kb.source", source=found.sources[lang], updated=updated),
            Buttons(
                (
                    Button(
                        label=scene.say("button.helped"),
                        verb=Verb.KB,
                        words=f"{HELPED} {found.id}",
                        style=Style.PRIMARY,
                    ),
                    *_human(scene, question, "human"),
                )
            ),
        ),
    )


def offer(scene: Scene, hits: tuple[Hit, ...], question: str) -> Message:
    """Offer titles to choose from, and a person if none fits."""
    titles = tuple(
        Button(label=title, verb=Verb.ASK, words=title)
        for title in (hit.article.titles[hit.article.spoken_to(scene.lang)] for hit in hits)
    )
    return Message(
        blocks=(para(scene, "kb.offer"), Buttons((*titles, *_human(scene, question, "none_of_these"))))
    )


def unknown_question(scene: Scene, question: str) -> Message:
    """Say that nothing is known about a question, and offer a person."""
    person = _human(scene, question, "human")
    return Message(blocks=(para(scene, "kb.unknown"), *((Buttons(person),) if person else ())))


def _human(scene: Scene, question: str, label: str) -> tuple[Button, ...]:
    """The way to a person; staff are the persons."""
    if scene.staff:
        return ()
    return (Button(label=scene.say(f"button.{label}"), verb=Verb.HUMAN, words=question),)
