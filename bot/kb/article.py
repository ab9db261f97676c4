"""What the desk knows: one answer to one question, with the clause it rests on and whom it is for."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.core.people import ContractId, CustomerId, Language

Readers = Literal["all", "staff"]

UNWANTED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Classes of characters that no text of an article may hold, but for line ends and tabs in an answer."""

INVISIBLE = frozenset("\ufeff\ufffe\uffff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One answer; every mapping has every language the article is written in.

    `titles` are the question itself, `aliases` other ways people ask it, `answers` plain paragraphs
    separated by an empty line, `sources` name the clause the answer rests on. An article that tells of
    promises names the `schemes` that make them: only customers under one of these are told. In the same way
    `customers`, `contracts` and `products` limit it, and the days it is valid, both included.
    """

    id: str
    tags: tuple[str, ...]
    audience: Readers
    schemes: tuple[str, ...] = ()
    customers: tuple[CustomerId, ...] = ()
    contracts: tuple[ContractId, ...] = ()
    products: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    titles: Mapping[Language, str]
    answers: Mapping[Language, str]
    aliases: Mapping[Language, tuple[str, ...]]
    sources: Mapping[Language, str]
    version: int
    updated: date

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it is written in, in the order of the desk's."""
        return tuple(language for language in Language if language in self.titles)

    def questions(self, lang: Language) -> tuple[str, ...]:
        """Return every way the question is asked in `lang`, the title first; none it is not written in."""
        return (self.titles[lang], *self.aliases[lang]) if lang in self.titles else ()

    def spoken_to(self, lang: Language) -> Language:
        """Return the language to show it in to a reader of `lang`."""
        return lang if lang in self.titles else self.languages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, as far as it decides what they may read; `staff` ask where nobody but staff reads along.

    `day` is today where they are; the others are of the contract in service where they ask.
    """

    staff: bool
    language: Language
    day: date
    customer: CustomerId | None = None
    contract: ContractId | None = None
    schemes: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


def readable(article: Article, asker: Asker) -> bool:
    """Say whether an article is for whoever asks; what is out of date is for nobody."""
    return in_force(article, asker.day) and (asker.staff or _is_theirs(article, asker))


def in_force(article: Article, day: date) -> bool:
    """Say whether an article is valid on a day."""
    begun = article.valid_from is None or article.valid_from <= day
    return begun and (article.valid_until is None or day <= article.valid_until)


def is_clean(text: str, *, lines: bool) -> bool:
    """Say whether a text is fit for an article: nothing around it, nothing unseen in it but line ends."""
    allowed = "\n\t" if lines else ""
    seen = (c in allowed or (unicodedata.category(c) not in UNWANTED and c not in INVISIBLE) for c in text)
    return text == text.strip() and all(seen)


def cleaned(text: str, *, lines: bool) -> str:
    """Return a text of somewhere else as an article may hold it; without `lines` on one line."""
    if is_clean(text, lines=lines):
        return text
    kept = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text)
    if not lines:
        kept = re.sub(r"\s+", " ", kept)
    return "".join(c for c in kept if is_clean(f"-{c}-", lines=lines)).strip()


def _is_theirs(article: Article, asker: Asker) -> bool:
    limits: tuple[tuple[tuple[str, ...], tuple[str | None, ...]], ...] = (
        (article.schemes, asker.schemes),
        (article.customers, (asker.customer,)),
        (article.contracts, (asker.contract,)),
        (article.products, asker.products),
    )
    return (
        article.audience == "all"
        and asker.language in article.titles
        and all(not limit or not set(limit).isdisjoint(theirs) for limit, theirs in limits)
    )
