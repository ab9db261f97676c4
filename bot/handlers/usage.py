"""How a verb is typed, and what a refusal says: the tables of verbs put into the reader's words."""

from collections.abc import Callable, Mapping

from bot.core.errors import UserError
from bot.core.message import Message, Paragraph
from bot.core.people import Language, PersonId
from bot.core.verbs import Verb
from bot.handlers.arguments import Argument, Choice, Kind
from bot.handlers.registry import BY_VERB, Number, Row
from bot.notify.scene import Scene
from bot.notify.texts import Texts

VERBS: Mapping[str, Verb] = {verb.value: verb for verb in Verb}


def name_of(verb: Verb, lang: Language) -> str:
    """Return a verb's first name in a language."""
    return verb.value if lang is Language.EN else next(iter(BY_VERB[verb].zh))


def choice_name(choice: Choice, lang: Language) -> str:
    """Return a choice as readers of a language type it."""
    return choice.synonyms[0] if lang is Language.ZH and choice.synonyms else choice.value


def usage(verb: Verb, lang: Language, texts: Texts, *, staff: bool) -> str:
    """Return the form of a verb: `<needed>`, `[may be left out]`."""
    row = BY_VERB[verb]
    taken = [_argument(each, lang, texts) for each in row.arguments if staff or not each.for_staff]
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


def _argument(argument: Argument, lang: Language, texts: Texts) -> str:
    if argument.kind is Kind.CHOICE:
        words = "|".join(choice_name(choice, lang) for choice in argument.choices)
    else:
        words = texts.say(f"argument.{argument.name}", lang)
    return f"<{words}>" if argument.required else f"[{words}]"


def _value(scene: Scene, name: str, value: str | int) -> str:
    say = SAYINGS.get(name)
    return say(scene, str(value)) if say else str(value)


def _verb(scene: Scene, value: str) -> str:
    return name_of(VERBS[value], scene.lang) if value in VERBS else value


def _owner(scene: Scene, value: str) -> str:
    return scene.name(PersonId(value))


def _argument_name(scene: Scene, value: str) -> str:
    return scene.say(f"argument.{value}")


def _step(scene: Scene, value: str) -> str:
    return scene.say(f"step.{value}")


SAYINGS: Mapping[str, Callable[[Scene, str], str]] = {
    "verb": _verb,
    "owner": _owner,
    "argument": _argument_name,
    "step": _step,
    "stands": _step,
}
"""How the values of an error are said to a reader; the others stand as they are."""
