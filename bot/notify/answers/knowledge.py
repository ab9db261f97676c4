"""Answers from the knowledge base."""

from collections.abc import Sequence

from bot.core.message import Button, Buttons, Message, Paragraph, Style
from bot.core.verbs import Verb
from bot.kb.answer import Hit
from bot.kb.article import Article
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.times import date_words


def article(scene: Scene, found: Article, question: str, *, along: bool = False) -> Message:
    """Return an article with what it rests on and how old it is; a person is one press away.

    Not so where it goes `along` with a case: then a person is on it already, and that is said.
    """
    lang = found.spoken_to(scene.lang)
    source = {"source": found.sources[lang], "updated": date_words(scene, found.updated)}
    return Message(
        title=(found.titles[lang],),
        blocks=(
            *((para(scene, "kb.along"),) if along else ()),
            *(Paragraph((words.strip(),)) for words in found.answers[lang].split("\n\n") if words.strip()),
            para(scene, "kb.source", **source),
            Buttons(
                (
                    Button(
                        label=scene.say("button.helped"),
                        verb=Verb.KB,
                        words=_words(scene, "helped", found),
                        style=Style.PRIMARY,
                    ),
                    Button(
                        label=scene.say("button.unhelped"),
                        verb=Verb.KB,
                        words=_words(scene, "unhelped", found),
                    ),
                    *(() if along else _human(scene, question, "human")),
                )
            ),
        ),
    )


def offer(scene: Scene, hits: Sequence[Hit], question: str) -> Message:
    """Offer titles to choose from, and a person if none fits."""
    choices = Buttons((*_titles(scene, hits), *_human(scene, question, "none_of_these")))
    return Message(blocks=(para(scene, "kb.offer"), choices))


def not_helped(scene: Scene, hits: Sequence[Hit], question: str) -> Message:
    """Say sorry that an article did not help, and offer what else there is, and a person."""
    buttons = (*_titles(scene, hits), *_human(scene, question, "none_of_these" if hits else "human"))
    said = para(scene, "kb.sorry_offer" if hits else "kb.sorry")
    return Message(blocks=(said, *((Buttons(buttons),) if buttons else ())))


def unknown_question(scene: Scene, question: str) -> Message:
    """Say that nothing is known about a question, and offer a person."""
    person = _human(scene, question, "human")
    return Message(blocks=(para(scene, "kb.unknown"), *((Buttons(person),) if person else ())))


def unread_articles(scene: Scene, question: str) -> Message:
    """Say that the articles are still being read, and offer a person."""
    person = _human(scene, question, "human")
    return Message(blocks=(para(scene, "kb.unread"), *((Buttons(person),) if person else ())))


def _titles(scene: Scene, hits: Sequence[Hit]) -> tuple[Button, ...]:
    found = (hit.article for hit in hits)
    return tuple(
        Button(label=each.titles[each.spoken_to(scene.lang)], verb=Verb.KB, words=_words(scene, "read", each))
        for each in found
    )


def _words(scene: Scene, choice: str, found: Article) -> str:
    """Return what a press says, as the reader would type it where nothing can be pressed."""
    return f"{scene.say(f'kb.choice.{choice}')} {found.id}"


def _human(scene: Scene, question: str, label: str) -> tuple[Button, ...]:
    """The way to a person; staff are the persons."""
    if scene.staff:
        return ()
    label = scene.say(f"button.{label}")
    return (Button(label=label, verb=Verb.HUMAN, words=question),)
