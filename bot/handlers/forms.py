"""The fields of a form for a verb, and its answers put back into the words one would have typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.people import Language
from bot.core.verbs import Verb
from bot.handlers.arguments import Argument, Kind
from bot.handlers.registry import BY_VERB
from bot.handlers.usage import choice_name, choices_of
from bot.notify.texts import Texts


class FieldKind(StrEnum):
    """How a form asks for a value."""

    TEXT = "text"
    CHOICE = "choice"
    PERSON = "person"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class FormChoice:
    """One of a field's values, and what it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing a form asks for; a PERSON without choices is one of the staff, a TIME is `HH:MM`.

    Where a value was given, `before` goes in front of it among the words.
    """

    name: str
    label: str
    kind: FieldKind
    choices: tuple[FormChoice, ...] = ()
    required: bool = True
    before: str = ""


KINDS: Mapping[Kind, FieldKind] = {
    Kind.CHOICE: FieldKind.CHOICE,
    Kind.LEVEL: FieldKind.CHOICE,
    Kind.STARS: FieldKind.CHOICE,
    Kind.PERSON: FieldKind.PERSON,
    Kind.AT: FieldKind.TIME,
    Kind.UNTIL: FieldKind.TIME,
}
"""How each kind of argument is asked for; the others as text."""

SCALES: Mapping[Kind, str] = {Kind.LEVEL: "form.choice.level", Kind.STARS: "button.star"}
"""Where the words for one to five stand."""

WORDS: Mapping[str, str] = {"mark": "word.mark"}
"""Where the words for an argument's choices stand that say more than what is typed."""

BEFORE: Mapping[Kind, str] = {Kind.AT: "at ", Kind.UNTIL: "until ", Kind.FOR_CUSTOMER: "for "}


def fields(verb: Verb, lang: Language, texts: Texts, *, staff: bool) -> tuple[FormField, ...]:
    """Return what a form for a verb asks; nothing where the verb takes nothing."""
    return tuple(
        FormField(
            name=each.name,
            label=texts.say(f"form.{each.name}", lang),
            kind=KINDS.get(each.kind, FieldKind.TEXT),
            choices=_choices(verb, each, lang, texts, staff=staff),
            required=each.required,
            before=BEFORE.get(each.kind, ""),
        )
        for each in _asked(verb, staff=staff)
    )


def join(verb: Verb, values: Mapping[str, str], *, staff: bool) -> str:
    """Return the words a person would type to give these values."""
    given = (
        (BEFORE.get(each.kind, ""), values.get(each.name, "").strip()) for each in _asked(verb, staff=staff)
    )
    return " ".join(before + value for before, value in given if value)


def needs_words(verb: Verb, *, staff: bool) -> bool:
    """Return whether a verb cannot be pressed without words."""
    return any(each.required for each in _asked(verb, staff=staff))


def _asked(verb: Verb, *, staff: bool) -> tuple[Argument, ...]:
    return tuple(each for each in BY_VERB[verb].arguments if each.asked and (staff or not each.for_staff))


def _choices(
    verb: Verb, argument: Argument, lang: Language, texts: Texts, *, staff: bool
) -> tuple[FormChoice, ...]:
    if scale := SCALES.get(argument.kind):
        return tuple(FormChoice(str(each), texts.say(f"{scale}.{each}", lang)) for each in range(1, 6))
    if argument.kind is not Kind.CHOICE:
        return ()
    chosen = choices_of(verb, argument, staff=staff)
    words = WORDS.get(argument.name)
    return tuple(
        FormChoice(
            choice.value, texts.say(f"{words}.{choice.value}", lang) if words else choice_name(choice, lang)
        )
        for choice in chosen
    )
