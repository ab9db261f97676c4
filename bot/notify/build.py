"""Small pieces that every message is put together from."""

from dataclasses import replace

from bot.cases.model import Case
from bot.core.message import Button, Buttons, Field, Mention, Message, Paragraph, Quote, Span, Style
from bot.core.people import Sender
from bot.core.text import cut
from bot.core.verbs import Verb
from bot.notify.scene import Scene
from bot.notify.texts import as_line

STAFF_LABELS = {Verb.CONFIRM: "confirm_for"}
"""Verbs that mean another thing to staff than to a customer."""

STYLES = {Verb.ACK: Style.PRIMARY, Verb.CONFIRM: Style.PRIMARY, Verb.SOLVE: Style.PRIMARY}
BRIEF_LENGTH = 60


def para(scene: Scene, key: str, /, **values: Span | int) -> Paragraph:
    """Return a sentence as a paragraph."""
    return Paragraph(scene.line(key, **values))


def row(scene: Scene, name: str, *value: Span) -> Field:
    """Return a line of a card's table; `name` is a key below `field`."""
    return Field(scene.say(f"field.{name}"), as_line(*value))


def press(scene: Scene, verb: Verb, case: Case, words: str = "", label: str = "") -> Button:
    """Return a button for a verb on a case, labelled after the verb or by `label`, a key below `button`."""
    usual = STAFF_LABELS.get(verb, verb) if scene.staff else verb
    return Button(
        label=scene.say(f"button.{label or usual}"),
        verb=verb,
        case=case.key,
        words=words,
        as_of=case.version,
        style=STYLES.get(verb, Style.PLAIN),
    )


def presses(scene: Scene, case: Case, verbs: tuple[Verb, ...]) -> tuple[Buttons, ...]:
    """Return a row of buttons, or nothing for no verbs."""
    return (Buttons(tuple(press(scene, verb, case) for verb in verbs)),) if verbs else ()


def quoted(text: str) -> tuple[Quote, ...]:
    """Return somebody's own words, if there are any."""
    return (Quote(text),) if text.strip() else ()


def to_reporter(case: Case, *words: Span) -> Paragraph:
    """Return a line said to the person who reported, calling them where others read along."""
    sender = None if case.place.direct else case.reporter.sender
    return Paragraph(as_line(Mention(sender), " ", *words) if sender else as_line(*words))


def addressed(message: Message, sender: Sender) -> Message:
    """Return a message that first calls whom it is for: where nothing else shows whom it answers.

    One that brings a file holds nothing else.
    """
    if message.file:
        return message
    mention = Mention(sender)
    first = message.blocks[0] if message.blocks else None
    if mention in message.title or (isinstance(first, Paragraph) and mention in first.line):
        return message
    if not message.title and isinstance(first, Paragraph):
        named = Paragraph(as_line(mention, " ", *first.line))
        return replace(message, blocks=(named, *message.blocks[1:]))
    return replace(message, blocks=(Paragraph((mention,)), *message.blocks))


def brief(case: Case) -> str:
    """Return the case's first words on one line, cut where they get long."""
    return cut(" ".join(case.brief.split()), BRIEF_LENGTH)


def level(scene: Scene, case: Case) -> str:
    """Return the level as the contract calls it, marked while it is provisional."""
    name = scene.book.level_name(case.terms, case.level, scene.lang)
    return scene.say("word.provisional", level=name) if case.provisional else name
