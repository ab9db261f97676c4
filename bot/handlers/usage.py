"""How a verb is typed, and what a refusal says: the tables of verbs put into the reader's words."""

from collections.abc import Callable, Mapping

from bot.access import Customers, right_of
from bot.core.errors import UserError
from bot.core.message import Code, Message, Paragraph, Span
from bot.core.people import Language, PersonId
from bot.core.verbs import Verb
from bot.handlers.arguments import Argument, Choice, Kind
from bot.handlers.registry import BY_VERB, ROWS, Number, Row
from bot.notify.scene import Scene
from bot.notify.texts import Texts

VERBS: Mapping[str, Verb] = {verb.value: verb for verb in Verb}


def name_of(verb: Verb, lang: Language) -> str:
    """Return a verb's first name in a language."""
    return verb.value if lang is Language.EN else next(iter(BY_VERB[verb].zh))


def choice_name(choice: Choice, lang: Language) -> str:
    """Return a choice as readers of a language type it."""
    return choice.synonyms[0] if lang is Language.ZH and choice.synonyms else choice.value


def choices_of(verb: Verb, argument: Argument, *, staff: bool) -> tuple[Choice, ...]:
    """Return what may be chosen, by customers only theirs; what comes later if there is nothing else."""
    theirs = tuple(
        choice
        for choice in argument.choices
        if staff or right_of(verb, choice.value).customers is not Customers.NOBODY
    )
    return tuple(choice for choice in theirs if not choice.later) or theirs


def is_typed(verb: Verb, *, staff: bool) -> bool:
    """Return whether there is a form of a verb to type: something to choose where a choice is needed."""
    return all(choices_of(verb, each, staff=staff) for each in _needed(verb))


def comes_later(verb: Verb) -> bool:
    """Return whether everything there is to type after a verb comes later."""
    return any(all(choice.later for choice in each.choices) for each in _needed(verb))


def _needed(verb: Verb) -> tuple[Argument, ...]:
    return tuple(each for each in BY_VERB[verb].arguments if each.kind is Kind.CHOICE and each.required)


def usage(verb: Verb, lang: Language, texts: Texts, *, staff: bool) -> str:
    """Return the form of a verb: `<needed>`, `[may be left out]`."""
    row = BY_VERB[verb]
    arguments = (each for each in row.arguments if staff or not each.for_staff)
    taken = (_argument(each, choices_of(verb, each, staff=staff), lang, texts) for each in arguments)
    return " ".join([name_of(verb, lang), *_number(row, lang, texts), *taken])


def refusal(scene: Scene, error: UserError, *, staff: bool) -> Message:
    """Return the one sentence that says what cannot be, with the right form where a verb is known."""
    values = {name: _value(scene, name, value) for name, value in error.values.items()}
    verb = VERBS.get(str(error.values.get("verb", "")))
    if verb is not None:
        values["usage"] = usage(verb, scene.lang, scene.texts, staff=staff)
    return Message(blocks=(Paragraph(scene.line(f"error.{error.key}", **values)),))


def _number(row: Row, lang: Language, texts: Texts) -> tuple[str, ...]:
    if row.number is Number.NONE:
        return ()
    return (f"[{texts.say('argument.number', lang)}]",)


def _argument(argument: Argument, choices: tuple[Choice, ...], lang: Language, texts: Texts) -> str:
    if argument.kind is Kind.CHOICE:
        words = "|".join(choice_name(choice, lang) for choice in choices)
    else:
        words = texts.say(f"argument.{argument.name}", lang)
    return f"<{words}>" if argument.required else f"[{words}]"


def _value(scene: Scene, name: str, value: str | int) -> Span:
    say = SAYINGS.get(name)
    return say(scene, str(value)) if say else str(value)


def _verb(scene: Scene, value: str) -> str:
    return name_of(VERBS[value], scene.lang) if value in VERBS else value


def _owner(scene: Scene, value: str) -> str:
    return scene.name(PersonId(value))


def _choice(scene: Scene, value: str) -> str:
    """Return a choice by the name readers type; whatever verb takes it, it is called the same."""
    choices = (choice for row in ROWS for argument in row.arguments for choice in argument.choices)
    found = next((choice for choice in choices if choice.value == value), None)
    return choice_name(found, scene.lang) if found else value


def _argument_name(scene: Scene, value: str) -> str:
    return scene.say(f"argument.{value}")


def _article(_scene: Scene, value: str) -> Span:
    return Code(value)


def _field(scene: Scene, value: str) -> str:
    return scene.say(f"article_field.{value}")


def _language(scene: Scene, value: str) -> str:
    return scene.say(f"language.{value}")


def _step(scene: Scene, value: str) -> str:
    return scene.say(f"step.{value}")


SAYINGS: Mapping[str, Callable[[Scene, str], Span]] = {
    "verb": _verb,
    "owner": _owner,
    "argument": _argument_name,
    "choice": _choice,
    "article": _article,
    "field": _field,
    "language": _language,
    "step": _step,
    "stands": _step,
}
"""How the values of an error are said to a reader; the others stand as they are."""
