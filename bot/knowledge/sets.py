"""Question sets: a bank of entries, questions with what answers them, and questions that nothing does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.kb.entry import Entry

BANK, QUESTIONS = "kb.jsonl", "queries.jsonl"
CLEAN, NOISE, NEAR, FAR = "clean", "noise", "oos_near", "oos_far"
"""What comes before a colon in a question's kind."""

Words = Annotated[str, Field(min_length=1)]


class BankLine(BaseModel):
    """One entry; other fields are for people."""

    model_config = ConfigDict(extra="ignore")

    id: Words
    question: Words
    aliases: tuple[str, ...] = ()
    answer: str = ""
    tags: str = ""

    def entry(self) -> Entry:
        """Return what the search engine knows of it."""
        return Entry(id=self.id, asked=(self.question, *self.aliases), answer=self.answer, tags=self.tags)


class QueryLine(BaseModel):
    """One question to predict an answer for."""

    model_config = ConfigDict(extra="ignore")

    qid: Words
    query: str


class LabelledLine(QueryLine):
    """One question with the entries that answer it; none if it is out of scope."""

    gold_ids: tuple[str, ...] = ()
    kind: str = CLEAN
    clean_qid: str = ""

    @property
    def sort(self) -> str:
        """The kind without its noise."""
        return self.kind.partition(":")[0]


Line = TypeVar("Line", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One bank with its questions."""

    name: str
    bank: tuple[Entry, ...]
    questions: tuple[LabelledLine, ...]


def read_set(folder: Path) -> QuestionSet:
    """Return the set of a folder.

    Raises:
        ConfigError: with one fault for each line that cannot be read.
    """
    return QuestionSet(
        folder.name, read_bank(folder / BANK), tuple(read_lines(folder / QUESTIONS, LabelledLine))
    )


def read_sets(folder: Path) -> tuple[QuestionSet, ...]:
    """Return every set of a folder of sets.

    Raises:
        ConfigError: there is none, or a line cannot be read.
    """
    found = tuple(read_set(path.parent) for path in sorted(folder.glob(f"*/{QUESTIONS}")))
    if not found:
        raise ConfigError(Fault(str(folder), 1, QUESTIONS, f"folders that hold {BANK} and {QUESTIONS}"))
    return found


def read_bank(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a file.

    Raises:
        ConfigError: with one fault for each line that cannot be read, and each id that is not new.
    """
    lines = read_lines(path, BankLine)
    seen: set[str] = set()
    faults = []
    for number, line in enumerate(lines, 1):
        if line.id in seen:
            faults.append(Fault(str(path), number, "id", f"an id of its own; {line.id} is taken"))
        seen.add(line.id)
    if faults:
        raise ConfigError(*faults)
    return tuple(line.entry() for line in lines)


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """Return the lines of a file of JSON lines; empty ones are passed over.

    Raises:
        ConfigError: with one fault for each line that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(Fault(str(path), 1, "file", "text in UTF-8")) from error
    lines, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            lines.append(kind.model_validate_json(line))
        except ValidationError as error:
            faults += list(_faults(path, number, error))
    if faults:
        raise ConfigError(*faults)
    return lines


def _faults(path: Path, number: int, error: ValidationError) -> Iterator[Fault]:
    for each in error.errors():
        yield Fault(str(path), number, ".".join(map(str, each["loc"])) or "line", each["msg"])
