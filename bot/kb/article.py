"""What the desk knows: one answer to one question, in every language, with the clause it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.core.people import Language

Readers = Literal["all", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One answer; every mapping has every language.

    `titles` are the question itself, `aliases` other ways people ask it, `answers` plain paragraphs
    separated by an empty line, `sources` name the clause the answer rests on. An article that tells of
    promises names the `schemes` that make them: only customers under one of these are told.
    """

    id: str
    tags: tuple[str, ...]
    audience: Readers
    schemes: tuple[str, ...] = ()
    titles: Mapping[Language, str]
    answers: Mapping[Language, str]
    aliases: Mapping[Language, tuple[str, ...]]
    sources: Mapping[Language, str]
    version: int
    updated: date

    def questions(self, lang: Language) -> tuple[str, ...]:
        """Return every way the question is asked in `lang`, the title first."""
        return self.titles[lang], *self.aliases[lang]
