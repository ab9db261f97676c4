"""Buttons as words: without a card template, what would be pressed on DingTalk is typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.message import Block, Bold, Bullets, Button, Buttons, Code, Fields, Line, Message, Paragraph
from bot.core.people import Language
from bot.handlers.registry import NAMES
from bot.handlers.usage import VERBS, name_of, usage
from bot.notify.texts import Texts

HAN = re.compile("[\u4e00-\u9fff]")

NEEDED = "<"
"""Marks in a form what cannot be left out."""

SHORT = 40
"""Words longer than this are not worth typing again: the form names what is wanted instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a message: in a group the bot only hears what mentions it; staff may type more."""

    texts: Texts
    direct: bool
    staff: bool


def typed(row: Buttons, lang: Language, reader: Reader) -> Iterator[Block]:
    """Yield what is shown in place of a row of buttons: lines to type, and words to answer with."""
    forms = dict.fromkeys(
        (form, "" if _says_the_same(button) else button.label)
        for button in row.buttons
        if (form := _form(button, lang, reader))
    )
    answers = tuple(button.label for button in row.buttons if button.verb not in VERBS)
    if forms:
        yield _lead("group", "direct", lang, reader)
        yield Bullets(tuple(_line(form, label, lang) for form, label in forms))
    if answers:
        yield _lead("answer_group", "answer_direct", lang, reader)
        yield Bullets(tuple((Code(answer),) for answer in answers))


def language_of(message: Message) -> Language:
    """Return the language a message is written in: that of its buttons, else of what the desk itself says."""
    buttons = [button for block in message.blocks if isinstance(block, Buttons) for button in block.buttons]
    own = "".join(button.label for button in buttons if button.label != button.case)
    if not own:
        own = "".join(_own_words(message))
    return Language.ZH if HAN.search(own) else Language.EN


def _own_words(message: Message) -> Iterator[str]:
    yield from _said(message.title)
    for block in message.blocks:
        match block:
            case Paragraph():
                yield from _said(block.line)
            case Fields():
                yield from (field.label for field in block.fields)
            case _:
                pass


def _said(line: Line) -> Iterator[str]:
    for span in line:
        if isinstance(span, str):
            yield span
        elif isinstance(span, Bold):
            yield span.text


def _lead(group: str, direct: str, lang: Language, reader: Reader) -> Paragraph:
    return Paragraph((reader.texts.say(f"typed.{direct if reader.direct else group}", lang),))


def _line(form: str, label: str, lang: Language) -> Line:
    colon = "：" if lang is Language.ZH else ": "
    return (f"{label}{colon}", Code(form)) if label else (Code(form),)


def _form(button: Button, lang: Language, reader: Reader) -> str:
    """Return what to type for a button; empty where nothing can be typed."""
    verb = VERBS.get(button.verb)
    if verb is None:
        return ""
    name = button.label if NAMES.get(button.label.casefold()) == (verb, "") else name_of(verb, lang)
    case = button.case or ""
    if button.words and len(button.words) <= SHORT and "\n" not in button.words:
        return " ".join(filter(None, (name, case, button.words)))
    form = usage(verb, lang, reader.texts, staff=reader.staff).removeprefix(name_of(verb, lang))
    number = f"[{reader.texts.say('argument.number', lang)}]"
    taken = form.replace(number, "").strip() if NEEDED in form else ""
    return " ".join(filter(None, (name, case, taken)))


def _says_the_same(button: Button) -> bool:
    """Tell whether a button's label is its verb, its case or its words, which the form has anyway."""
    verb, _ = NAMES.get(button.label.casefold(), (None, ""))
    return verb == button.verb or button.label in (button.case, button.words)
