"""An article as text: front matter, then a section for each language; written back, it reads the same."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import chain
from typing import Annotated, Generic, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.core.people import ContractId, CustomerId, Language
from bot.kb.article import Article, Readers, is_clean
from bot.kb.lines import LOADER, Lines

FENCE = "---\n"
SECTION = re.compile(r"^## +([a-z]{2}) *$", re.MULTILINE)
LIKE_SECTION = re.compile(r"^(?=\\*## +[a-z]{2} *$)", re.MULTILINE)
"""Before a line of an answer that could be taken for a section's head: a backslash is written there."""
BACKSLASH = r"\\"  # one, as a replacement
WRITTEN_OFF = re.compile(r"^\\(?=\\*## +[a-z]{2} *$)", re.MULTILINE)


def _one_line(text: str) -> str:
    if not is_clean(text, lines=False):
        raise ValueError("one line without control characters")
    return text


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_one_line)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
T = TypeVar("T")


class Written(BaseModel, Generic[T]):
    """The same thing in every language an article is written in."""

    model_config = ConfigDict(extra="forbid")

    zh: T | None = None
    en: T | None = None

    def by_language(self) -> dict[Language, T]:
        """Return the values keyed by language."""
        values = ((Language.ZH, self.zh), (Language.EN, self.en))
        return {language: value for language, value in values if value is not None}


class FrontMatter(BaseModel):
    """The head of an article's file."""

    model_config = ConfigDict(extra="forbid")

    id: Identifier
    tags: tuple[Words, ...] = ()
    audience: Readers = "all"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = tuple(Language)
    schemes: tuple[Words, ...] = ()
    customers: tuple[Words, ...] = ()
    contracts: tuple[Words, ...] = ()
    products: tuple[Words, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    titles: Written[Words]
    aliases: Written[tuple[Words, ...]]
    source: Written[Words]
    version: Annotated[int, Field(ge=1)] = 1
    updated: date

    def unfit(self) -> Iterator[tuple[str, str]]:
        """Yield the fields that do not fit each other, with what is expected."""
        for name, written in (("titles", self.titles), ("aliases", self.aliases), ("source", self.source)):
            for language in Language:
                has = language in written.by_language()
                if has != (language in self.languages):
                    yield f"{name}.{language}", "nothing: not one of `languages`" if has else "Field required"
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            yield "valid_until", "a day not before valid_from"


def parse(text: str, name: str) -> Article:
    """Return the article a text holds; `name` is what faults call it.

    Raises:
        ConfigError: with one fault for each thing that is wrong, and its line.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    opening, _, rest = text.partition(FENCE)
    head, closing, body = rest.partition("\n" + FENCE)
    if opening or not closing:
        raise ConfigError(Fault(name, 1, "front matter", "YAML between two lines of ---, at the top"))
    front = _front_matter(head, name)
    answers = _answers(body, front.languages, partial(Fault, name), first_line=head.count("\n") + 4)
    return Article(
        id=front.id,
        tags=front.tags,
        audience=front.audience,
        schemes=front.schemes,
        customers=tuple(map(CustomerId, front.customers)),
        contracts=tuple(map(ContractId, front.contracts)),
        products=front.products,
        valid_from=front.valid_from,
        valid_until=front.valid_until,
        titles=front.titles.by_language(),
        answers=answers,
        aliases=front.aliases.by_language(),
        sources=front.source.by_language(),
        version=front.version,
        updated=front.updated,
    )


def dump(article: Article) -> str:
    """Return an article as the text that `parse` reads."""
    head = yaml.safe_dump(
        _front(article), allow_unicode=True, sort_keys=False, default_flow_style=False, width=float("inf")
    )
    sections = (
        f"\n## {language}\n\n{LIKE_SECTION.sub(BACKSLASH, article.answers[language])}\n"
        for language in article.languages
    )
    return "".join((FENCE, head, FENCE, *sections))


def _front(article: Article) -> dict[str, object]:
    """Return the front matter, without what is not said."""
    every = article.languages == tuple(Language)
    fields: dict[str, object] = {
        "id": article.id,
        "tags": list(article.tags),
        "audience": str(article.audience),
        "languages": [] if every else [str(language) for language in article.languages],
        **{name: [str(each) for each in getattr(article, name)] for name in LIMITS},
        "valid_from": article.valid_from,
        "valid_until": article.valid_until,
        "titles": _by_name(article.titles, str),
        "aliases": _by_name(article.aliases, list),
        "source": _by_name(article.sources, str),
        "version": article.version,
        "updated": article.updated,
    }
    return {name: value for name, value in fields.items() if value not in ([], None)}


LIMITS = ("schemes", "customers", "contracts", "products")
V = TypeVar("V")


def _by_name(mapping: Mapping[Language, V], form: Callable[[V], object]) -> dict[str, object]:
    return {str(language): form(mapping[language]) for language in Language if language in mapping}


def _front_matter(head: str, name: str) -> FrontMatter:
    try:
        values: object = yaml.load(head, Loader=LOADER)  # noqa: S506 - either is a safe one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise ConfigError(Fault(name, line, "front matter", error.problem or "YAML")) from error
    except yaml.YAMLError as error:
        raise ConfigError(Fault(name, 1, "front matter", f"YAML: {error}")) from error
    except ValueError as error:  # a date such as 2026-02-30
        raise ConfigError(Fault(name, 1, "front matter", f"YAML: {error}")) from error
    try:
        front = FrontMatter.model_validate(values)
    except ValidationError as error:
        places = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
        raise ConfigError(*_faults(head, name, places)) from error
    if faults := list(_faults(head, name, front.unfit())):
        raise ConfigError(*faults)
    return front


def _faults(head: str, name: str, places: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Yield what is wrong with fields; only then is it found out where they stand."""
    lines = Lines.of(head, first=2)
    yield from (Fault(name, lines.at(at), at or "front matter", what) for at, what in places)


def _answers(
    body: str,
    languages: tuple[Language, ...],
    fault: Callable[[int, str, str], Fault],
    *,
    first_line: int,
) -> dict[Language, str]:
    before, *parts = SECTION.split(body)
    wanted = sorted(language.value for language in languages)
    if before.strip() or sorted(parts[::2]) != wanted:
        expected = "exactly one section for each of " + ", ".join(f"## {name}" for name in wanted)
        raise ConfigError(fault(first_line, "answers", expected))
    texts = {Language(name): _unescaped(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}
    heads = {Language(each[1]): body.count("\n", 0, each.start()) for each in SECTION.finditer(body)}
    faults = chain(
        (fault(first_line, f"answers.{name}", "an answer") for name, text in texts.items() if not text),
        (
            fault(first_line + heads[name], f"answers.{name}", "text without control characters")
            for name, text in texts.items()
            if not is_clean(text, lines=True)
        ),
    )
    if found := list(faults):
        raise ConfigError(*found)
    return {language: texts[language] for language in Language if language in texts}


def _unescaped(section: str) -> str:
    return WRITTEN_OFF.sub("", section.strip())
