"""Articles from a folder of Markdown files: front matter, then one `## zh` and one `## en` section each."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.core.people import Language
from bot.kb.article import Article, Readers

FENCE = "---\n"
SECTION = re.compile(r"^## +(\S+) *$", re.MULTILINE)

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
T = TypeVar("T")


class InEveryLanguage(BaseModel, Generic[T]):
    """The same thing in every language of the desk."""

    model_config = ConfigDict(extra="forbid")

    zh: T
    en: T

    def by_language(self) -> dict[Language, T]:
        """Return the values keyed by language."""
        return {Language.ZH: self.zh, Language.EN: self.en}


class FrontMatter(BaseModel):
    """The head of an article's file."""

    model_config = ConfigDict(extra="forbid")

    id: Identifier
    tags: tuple[Words, ...] = ()
    audience: Readers = "all"
    schemes: tuple[Words, ...] = ()
    titles: InEveryLanguage[Words]
    aliases: InEveryLanguage[tuple[Words, ...]]
    source: InEveryLanguage[Words]
    version: Annotated[int, Field(ge=1)] = 1
    updated: date


def load_articles(folder: Path) -> tuple[Article, ...]:
    """Return the articles of every `*.md` file of `folder`, in order of id.

    Raises:
        ConfigError: with one fault for each thing that is wrong in any of the files.
    """
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.md")):
        try:
            article = _load(path)
        except ConfigError as error:
            faults.extend(error.faults)
            continue
        if article.id in articles:
            faults.append(
                Fault(str(path), 1, "id", f"an id of its own; {article.id} is taken by another file")
            )
        articles[article.id] = article
    if faults:
        raise ConfigError(*faults)
    if not articles:
        raise ConfigError(Fault(str(folder), 1, "*.md", "at least one article"))
    return tuple(articles[key] for key in sorted(articles))


def _load(path: Path) -> Article:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Fault(str(path), 1, "file", "readable text in UTF-8")) from error
    opening, _, rest = text.partition(FENCE)
    head, closing, body = rest.partition("\n" + FENCE)
    if opening or not closing:
        raise ConfigError(Fault(str(path), 1, "front matter", "YAML between two lines of ---, at the top"))
    front = _front_matter(head, path)
    return Article(
        id=front.id,
        tags=front.tags,
        audience=front.audience,
        schemes=front.schemes,
        titles=front.titles.by_language(),
        answers=_answers(body, path, first_line=head.count("\n") + 4),
        aliases=front.aliases.by_language(),
        sources=front.source.by_language(),
        version=front.version,
        updated=front.updated,
    )


def _front_matter(head: str, path: Path) -> FrontMatter:
    try:
        root = yaml.compose(head, Loader=yaml.SafeLoader)
        values: object = yaml.safe_load(head)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise ConfigError(Fault(str(path), line, "front matter", error.problem or "YAML")) from error
    except yaml.YAMLError as error:
        raise ConfigError(Fault(str(path), 1, "front matter", f"YAML: {error}")) from error
    lines = dict(_lines_of(root))
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        places = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
        raise ConfigError(
            *(
                Fault(str(path), _nearest(lines, field), field or "front matter", what)
                for field, what in places
            )
        ) from error


def _lines_of(node: yaml.Node | None, path: str = "") -> Iterator[tuple[str, int]]:
    """Yield every field's dotted path with the line of the file it stands on."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            field = f"{path}.{key.value}".lstrip(".")
            yield field, key.start_mark.line + 2
            yield from _lines_of(value, field)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield f"{path}.{number}", value.start_mark.line + 2
            yield from _lines_of(value, f"{path}.{number}")


def _nearest(lines: Mapping[str, int], field: str) -> int:
    """Return the line of `field`, or of what it is missing from."""
    while field and field not in lines:
        field = field.rpartition(".")[0]
    return lines.get(field, 1)


def _answers(body: str, path: Path, *, first_line: int) -> dict[Language, str]:
    before, *parts = SECTION.split(body)
    sections = dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    wanted = [language.value for language in Language]
    if before.strip() or sorted(parts[::2]) != sorted(wanted):
        expected = "exactly one section for each of " + ", ".join(f"## {name}" for name in wanted)
        raise ConfigError(Fault(str(path), first_line, "answers", expected))
    empty = [
        Fault(str(path), first_line, f"answers.{name}", "an answer") for name in wanted if not sections[name]
    ]
    if empty:
        raise ConfigError(*empty)
    return {Language(name): text for name, text in sections.items()}
