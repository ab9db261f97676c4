"""Finding the bot, slash words and people in what somebody typed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.directory.model import Person

BOT_NAMES = ("casebell", "bot", "小铃")
SLASH = re.compile(r"/(case|kb|oncall)(?:\s+|$)(.*)", re.DOTALL | re.IGNORECASE)
PREFIX = {"case": "", "kb": "kb ", "oncall": "oncall "}
"""What an alias of /case stands for."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody mentioned, and the name as it was typed."""

    person: Person
    name: str


@dataclass(frozen=True, slots=True)
class Read:
    """What was typed, taken apart: the words without the bot's name, and the people named in them."""

    text: str
    to_bot: bool
    people: tuple[Named, ...]


def slash(text: str) -> str | None:
    """Return what follows the slash word, an alias written out; None if the text is no command."""
    found = SLASH.match(text.strip())
    return (PREFIX[found[1].lower()] + found[2]).strip() if found else None


def read(text: str, people: Iterable[Person]) -> Read:
    """Find who is mentioned: `@` and a name, the longest first; a mentioned person stays in the text."""
    named = _by_name(people)
    words = sorted([*named, *BOT_NAMES], key=len, reverse=True)
    pattern = re.compile("@(" + "|".join(map(_whole, words)) + ")", re.IGNORECASE)
    typed = pattern.findall(text)
    mentions = {person.id: Named(person, name) for name in typed if (person := named.get(name.casefold()))}
    bot = re.compile(r"\s*@(?:" + "|".join(map(_whole, BOT_NAMES)) + r")[\s,，:：]*", re.IGNORECASE)
    return Read(
        text=bot.sub(" ", text).strip(),
        to_bot=any(name.casefold() in BOT_NAMES for name in typed),
        people=tuple(mentions.values()),
    )


def _by_name(people: Iterable[Person]) -> Mapping[str, Person]:
    return {
        name.casefold(): person
        for person in people
        for name in (person.id, person.name, person.name_en)
        if name and name.casefold() not in BOT_NAMES
    }


def _whole(name: str) -> str:
    """Match a name, and not the beginning of a longer Latin word."""
    return re.escape(name) + (r"(?![A-Za-z0-9_])" if name[-1].isascii() else "")
