"""What the operator wrote, loaded as a whole: one start or one `check` shows every fault of every file."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from bot.alerts.channels import CHANNELS, read_channels
from bot.core.errors import ConfigError, Fault
from bot.core.people import MAIL, ContractId, Level, PlatformName
from bot.directory.document import read_document
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.directory.model import Contract
from bot.kb.loader import load_articles
from bot.kb.search import KnowledgeBase
from bot.kb.segment import Told
from bot.notify.texts import Texts
from bot.ports import Capabilities, Unit
from bot.services.desk import Desk, terms_of
from bot.services.thresholds import read_thresholds
from bot.sla.book import Book
from bot.sla.edition import pack
from bot.sla.ladder import staffing
from bot.sla.warranty import agreed
from bot.triage.known import Known, read_examples
from bot.triage.matters import load_matters
from bot.triage.reading import Understands
from bot.triage.rules import load_rules
from bot.triage.triage import Triage
from bot.triage.understanding import Understanding

DIRECTORY = "directory.yaml"
ARTICLES = "kb"
TRIAGE = "triage"
MATTERS = "matters"
EXAMPLES = "examples.jsonl"
SEARCH = "search.toml"
AT_ONCE = 3_000
"""Articles that are read before a desk starts, in about a second; more are while it works."""

ALERT_NAME = len(("people", 0, "alerts", 0))
"""How deep in the file a channel's name stands that is all an alert says."""

READING, INDEXING = "reading articles", "making articles searchable"

Shown = Callable[[str, int], AbstractContextManager[Told]]
"""Shows whoever waits how much of some work is done; given are its name and how much it is in all."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The files of one folder, read and found consistent; `warnings` are what can be lived with."""

    folder: Path
    directory: Directory
    book: Book
    knowledge: KnowledgeBase
    triage: Understands
    channels: frozenset[PlatformName] = frozenset()
    warnings: tuple[Fault, ...] = ()

    def desk(self, capabilities: Mapping[PlatformName, Capabilities]) -> Desk:
        """Return the desk as the inside works with it."""
        return Desk(
            directory=self.directory,
            book=self.book,
            knowledge=self.knowledge,
            triage=self.triage,
            texts=Texts.load(),
            capabilities=capabilities,
        )

    def keep(self, unit: Unit) -> None:
        """Put the text of every edition in force into the database, where a case finds it again."""
        for kind, edition, body in self._editions:
            unit.registry.put_edition(kind=kind, edition=edition, body=body)

    def read_editions(self) -> None:
        """Read now what will be kept: of very many articles that takes seconds."""
        _ = self._editions

    @cached_property
    def _editions(self) -> tuple[tuple[str, str, str], ...]:
        """Kind, name and text of every edition."""
        directory = (self.folder / DIRECTORY).read_text(encoding="utf-8-sig")
        found = (
            ("directory", self.directory.edition, directory),
            ("policies", self.book.edition, pack(self.folder)),
        )
        if not self.knowledge.complete:
            return found
        files = sorted((self.folder / ARTICLES).glob("*.md"))
        articles = "\n".join(file.read_text(encoding="utf-8") for file in files)
        return (*found, ("knowledge", self.knowledge.edition, articles))


def unseen(_words: str, _total: int) -> AbstractContextManager[Told]:
    """Show nobody anything."""
    return nullcontext(lambda _: None)


def load_configuration(folder: Path, shown: Shown = unseen, *, at_once: int | None = None) -> Configuration:
    """Read everything below `folder`: the directory, and what there is of policies, calendars and articles.

    Args:
        folder: the operator's files.
        shown: shows how far long work is.
        at_once: how many articles are read at most; if there are more, none is. All of them if left out.

    Raises:
        ConfigError: with the faults of all files.
    """
    faults: list[Fault] = []
    directory = _tried(faults, lambda: load_directory(folder / DIRECTORY))
    book = _tried(faults, lambda: Book.load(folder))
    knowledge = _tried(faults, lambda: _knowledge(folder, shown, at_once))
    channels = _tried(faults, lambda: read_channels(folder))
    triage = _tried(faults, lambda: load_understanding(folder))
    if directory is not None and channels is not None:
        faults.extend(_unknown_channels(folder / DIRECTORY, {*channels, MAIL}))
    if directory is not None and book is not None:
        faults.extend(_unknown_names(folder / DIRECTORY, directory, book))
    if directory is None or book is None or knowledge is None or channels is None or triage is None or faults:
        raise ConfigError(*faults)
    return Configuration(
        folder=folder,
        directory=directory,
        book=book,
        knowledge=knowledge,
        triage=triage,
        channels=frozenset(channels),
        warnings=(*directory.warnings, *_unfilled(folder / DIRECTORY, directory, book)),
    )


def load_triage(folder: Path) -> Triage:
    """Return how messages are understood, with the words and examples of the deployment's own in `folder`.

    Raises:
        ConfigError: a file of `triage/` is not what it must be.
    """
    own = folder / TRIAGE
    examples = read_examples(own / EXAMPLES) if (own / EXAMPLES).is_file() else []
    return Triage(load_rules(own), known=Known(examples))


def load_understanding(folder: Path) -> Understanding:
    """Return how the desk reads messages: emergencies and kinds of complaint beside what the words say.

    Raises:
        ConfigError: a file of `triage/` is not what it must be.
    """
    own = folder / TRIAGE
    return Understanding(load_triage(folder), load_matters(load_rules(own), own / MATTERS))


def _tried(faults: list[Fault], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ConfigError as error:
        faults.extend(error.faults)
        return None


def _knowledge(folder: Path, shown: Shown, at_once: int | None) -> KnowledgeBase:
    files, thresholds = folder / ARTICLES, read_thresholds(folder / SEARCH)
    if not files.is_dir():
        return KnowledgeBase((), thresholds)
    many = sum(1 for _ in files.glob("*.md"))
    if at_once is not None and many > at_once:
        return KnowledgeBase((), thresholds, complete=False)
    with shown(READING, many) as told:
        articles = load_articles(files, told)
    with shown(INDEXING, len(articles)) as told:
        return KnowledgeBase(articles, thresholds, told)


def _unknown_channels(file: Path, channels: Collection[str]) -> Iterator[Fault]:
    """A person may only be alerted by a channel that exists."""
    document = read_document(file.read_text(encoding="utf-8-sig"), str(file))
    for path, text in document.texts("people", "alerts"):
        named = len(path) == ALERT_NAME or path[-1] == "by"
        if named and text not in channels:
            known = ", ".join(sorted(channels))
            yield document.fault(path, f"expected a channel of {CHANNELS} ({known}), found {text!r}")


def _unfilled(file: Path, directory: Directory, book: Book) -> Iterator[Fault]:
    """Warn of roles and units that a contract demands and nobody fills: whoever comes next is called."""
    document = read_document(file.read_text(encoding="utf-8-sig"), str(file))
    for path, name in document.texts("contracts", "id"):
        contract = directory.contracts[ContractId(name)]
        if roles := _empty_roles(contract, directory, book):
            expected = f"expected somebody in each role that its levels demand, found nobody as {roles}"
            yield document.fault((*path[:-1], "schemes"), expected)
        if units := _missing_units(contract, directory, book):
            expected = f"expected the units of the path, found none as {units}"
            yield document.fault((*path[:-1], "path"), expected)


def _missing_units(contract: Contract, directory: Directory, book: Book) -> str:
    paths = book.policies[contract.path].paths.values() if contract.path else ()
    units = dict.fromkeys(unit for row in paths for step in row.steps for unit in step)
    return ", ".join(unit for unit in units if unit not in directory.units)


def _empty_roles(contract: Contract, directory: Directory, book: Book) -> str:
    demanded = (role for level in Level for role in staffing(book, terms_of(contract), level).roles)
    named = (contract.specialist,) if contract.specialist else ()
    return ", ".join(
        role
        for role in dict.fromkeys(demanded)
        if not any(directory.fills(person, role, contract) for person in (*directory.people, *named))
    )


def _unknown_duties(contract: Contract, book: Book) -> Iterator[str]:
    return (f"duties: {name}" for name in contract.duties if name not in {*book.duties, *book.dated})


def _unknown_dates(contract: Contract, book: Book) -> Iterator[str]:
    """What counts from a date by another name would wait for ever."""
    known = {name for row in book.dated.values() for name in (*row.counted_from, row.done)}
    known |= {policy.warranty.counted_from for policy in book.policies.values() if policy.warranty}
    yield from (f"dates: {name}" for name in contract.dates if name not in known - {*book.dated})
    warranty = agreed(terms_of(contract), book)
    if warranty is not None and warranty.counted_from not in contract.dates:
        yield f"dates: {warranty.counted_from}"


def _unknown_hours(contract: Contract, book: Book) -> Iterator[str]:
    if contract.customer_hours and contract.customer_hours not in book.calendars:
        yield f"customer_hours: {contract.customer_hours}"


def _unknown_names(file: Path, directory: Directory, book: Book) -> Iterator[Fault]:
    """A contract may only name schemes, calendars, ladders and duties that exist."""
    unknown = {
        contract.id: names
        for contract in directory.contracts.values()
        if (
            names := (
                *book.unknown_names(terms_of(contract)),
                *_unknown_duties(contract, book),
                *_unknown_dates(contract, book),
                *_unknown_hours(contract, book),
            )
        )
    }
    if not unknown:
        return
    document = read_document(file.read_text(encoding="utf-8-sig"), str(file))
    for path, contract_id in document.texts("contracts", "id"):
        for named in unknown.get(ContractId(contract_id), ()):
            field, name = named.split(": ", 1)
            yield document.fault((*path[:-1], field), f"there is no {name!r}")
