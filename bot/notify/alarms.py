"""What operators are told of Casebell itself, in their language.

Alarms and checks are written, stored and logged in English. As with gettext, the English sentence is the key:
its template, read backwards, gives the values for the other language's. A value that is a sentence of its own
is said in that language too; what has no template stays as it is.
"""

import re
from collections.abc import Iterator
from functools import cache

from bot.core.people import Language
from bot.notify.texts import Template, Texts

FAMILIES = ("alarm.", "fault.")
"""Where the templates stand: of alarms and checks, and of what is wrong in the operator's files."""

PLAIN = "alarm.of"
"""What is only a name and what is said of it: it stays as it is where neither has a template."""

SEVERAL = "; "
"""What stands between things that are told together."""


def in_language(texts: Texts, lang: Language, said: str) -> str:
    """Return an alarm in a language."""
    return said if lang is Language.EN else _said(texts, lang, said)


def _said(texts: Texts, lang: Language, said: str) -> str:
    for key, pattern in _patterns(texts):
        if found := pattern.fullmatch(said):
            given = found.groupdict()
            values = {name: _said(texts, lang, value) for name, value in given.items()}
            return said if key == PLAIN and values == given else texts.say(key, lang, **values)
    parts = said.split(SEVERAL)
    others = [_said(texts, lang, part) for part in parts] if len(parts) > 1 else parts
    return said if others == parts else "；".join(others)


def _patterns(texts: Texts) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _compiled(tuple(sorted(_templates(texts), key=_literally, reverse=True)))


def _templates(texts: Texts) -> Iterator[tuple[str, Template]]:
    english = texts.templates[Language.EN]
    return ((key, template) for key, template in english.items() if key.startswith(FAMILIES))


def _literally(named: tuple[str, Template]) -> int:
    """Return how much of a sentence is given: the most particular one is tried first."""
    return sum(len(words) for words, _ in named[1].parts)


SENTENCE, WORDS = "(?:(?!; ).)+", "(?:(?!; |: ).)+?"
LEADS = (": ", " (")


@cache
def _compiled(named: tuple[tuple[str, Template], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((key, re.compile(_pattern(template), re.DOTALL)) for key, template in named)


def _pattern(template: Template) -> str:
    """Return a template read backwards: a value is no list, and has colons only where one leads up to it."""
    return "".join(
        re.escape(words) + (f"(?P<{name}>{SENTENCE if words.endswith(LEADS) else WORDS})" if name else "")
        for words, name in template.parts
    )
