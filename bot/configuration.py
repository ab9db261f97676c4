"""What the operator wrote, loaded as a whole: one start or one `check` shows every fault of every file."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.core.errors import ConfigError, Fault
from bot.core.people import PlatformName
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.kb.article import Article
from bot.kb.loader import load_articles
from bot.kb.search import KnowledgeBase
from bot.notify.texts import Texts
from bot.ports import Capabilities, Unit
from bot.services.desk import Desk, terms_of
from bot.sla.edition import pack
from bot.sla.policy import Book
from bot.triage.rules import load_rules
from bot.triage.triage import Triage

DIRECTORY = "directory.yaml"
ARTICLES = "kb"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The files of one folder, read and found consistent."""

    folder: Path
    directory: Directory
    book: Book
    articles: tuple[Article, ...]

    def desk(self, capabilities: Mapping[PlatformName, Capabilities]) -> Desk:
        """Return the desk as the inside works with it."""
        return Desk(
            directory=self.directory,
            book=self.book,
            knowledge=KnowledgeBase(self.articles),
            triage=Triage(load_rules()),
            texts=Texts.load(),
            capabilities=capabilities,
        )

    def keep(self, unit: Unit) -> None:
        """Put the text of every edition in force into the database, where a case finds it again."""
        texts = _read(self.folder / ARTICLES, "*.md")
        directory = (self.folder / DIRECTORY).read_text(encoding="utf-8-sig")
        registry = unit.registry
        registry.put_edition(kind="directory", edition=self.directory.edition, body=directory)
        registry.put_edition(kind="policies", edition=self.book.edition, body=pack(self.folder))
        registry.put_edition(kind="knowledge", edition=KnowledgeBase(self.articles).edition, body=texts)


def load_configuration(folder: Path) -> Configuration:
    """Read everything below `folder`: the directory, and what there is of policies, calendars and articles.

    Raises:
        ConfigError: with the faults of all files.
    """
    faults: list[Fault] = []
    directory = _tried(faults, lambda: load_directory(folder / DIRECTORY))
    book = _tried(faults, lambda: Book.load(folder))
    articles = _tried(faults, lambda: _articles(folder / ARTICLES))
    if directory is not None and book is not None:
        faults.extend(_unknown_names(folder / DIRECTORY, directory, book))
    if directory is None or book is None or articles is None or faults:
        raise ConfigError(*faults)
    return Configuration(folder=folder, directory=directory, book=book, articles=articles)


def _tried(faults: list[Fault], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ConfigError as error:
        faults.extend(error.faults)
        return None


def _articles(folder: Path) -> tuple[Article, ...]:
    return load_articles(folder) if folder.is_dir() else ()


def _unknown_names(file: Path, directory: Directory, book: Book) -> Iterator[Fault]:
    """A contract may only name schemes, calendars and ladders that exist."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    for contract in directory.contracts.values():
        row = re.compile(rf"\s*-\s*\{{?\s*id:\s*[\"']?{re.escape(contract.id)}[\"']?\s*(?:[#,}}].*)?")
        line = next((number for number, text in enumerate(lines, start=1) if row.fullmatch(text)), 1)
        for unknown in book.unknown_names(terms_of(contract)):
            field, name = unknown.split(": ", 1)
            yield Fault(str(file), line, f"contracts.{contract.id}.{field}", f"there is no {name!r}")


def _read(folder: Path, pattern: str) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob(pattern)))
