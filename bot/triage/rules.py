"""The words that say something, as data: one TOML file per language, one row per rule."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.core.errors import ConfigError, Fault
from bot.core.people import Language

PACKAGED = Path(__file__).parent / "rules"
WHOLE_WORD = r"(?<![a-z0-9])(?:{})(?![a-z0-9])"


class Sign(StrEnum):
    """One thing that words can say."""

    WHOLE = "whole"
    """The system, the site or the network as such."""
    CORE = "core"
    """A main function: what the product is there for."""
    SIDE = "side"
    """A function that is not a main one, or only its looks."""
    SPARE = "spare"
    """A redundant part, a reserve, an early warning."""

    DEAD = "dead"
    """It is down altogether."""
    BROKEN = "broken"
    """It fails or cannot be done."""
    SLOW = "slow"
    STOPS = "stops"
    """The business stands still."""
    HAMPERS = "hampers"
    """The business goes on, but suffers."""
    DATA_LOST = "data_lost"
    ATTACK = "attack"
    SLIP = "slip"
    """An operating mistake of the person's own."""

    EVERYONE = "everyone"
    MANY = "many"
    FEW = "few"
    RUNS = "runs"
    """The rest works, or there is a way round."""
    HARMLESS = "harmless"
    """The business is not affected."""

    RECOVERED = "recovered"
    DENIED = "denied"
    """What follows in the clause is not so."""
    SUPPOSED = "supposed"
    """The sentence speaks of what is not, or not yet."""
    IF = "if"
    """The sentence supposes something if it also asks something."""
    ASKED_OF = "asked_of"
    """The asking that makes an `IF` a supposition."""
    PAST = "past"
    """The clause tells of an earlier time."""
    CORRECTED = "corrected"
    """What was said before this is taken back."""
    ADOPTED = "adopted"
    """A quotation next to this is the person's own report."""

    ASKS = "asks"
    HOW = "how"
    """It is asked how to do something with what there is."""
    WISHES = "wishes"
    """A new function, a change or more equipment is wanted."""
    COMPLAINS = "complains"
    ASKS_STATUS = "asks_status"
    CONFIRMS = "confirms"
    REOPENS = "reopens"
    AGAIN = "again"
    """It is still so, or so again."""
    GREETS = "greets"
    FOREIGN = "foreign"
    """Something that no support desk deals with."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that say one or more things, and the clause that gives them weight."""

    id: str
    language: Language
    says: frozenset[Sign]
    pattern: re.Pattern[str]
    clause: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Words found in a message: what they say and where they stand."""

    signs: frozenset[Sign]
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule there is."""

    rules: tuple[Rule, ...]

    def marks(self, folded: str) -> tuple[Mark, ...]:
        """Return what the rules find in a folded text, in order."""
        return tuple(sorted(self._found(folded), key=lambda mark: (mark.start, mark.end, mark.rule)))

    def _found(self, folded: str) -> Iterator[Mark]:
        for rule in self.rules:
            for found in rule.pattern.finditer(folded):
                yield Mark(rule.says, rule.id, found.start(), found.end())


Words = Annotated[str, Field(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    says: Annotated[tuple[Sign, ...], Field(min_length=1)]
    clause: str
    words: tuple[Words, ...] = ()
    patterns: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        if not self.words + self.patterns:
            raise ValueError("words or patterns")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Language
    rule: tuple[_Row, ...]


def load_rules(*folders: Path) -> Rules:
    """Return the packaged rules, and those of every `*.toml` file of `folders` after them.

    Raises:
        ConfigError: a file is not what a rules file must be.
    """
    rules: dict[str, Rule] = {}
    for path in (path for folder in (PACKAGED, *folders) for path in sorted(folder.glob("*.toml"))):
        for rule in _load(path):
            if rule.id in rules:
                raise ConfigError(Fault(str(path), 1, rule.id, "an id that no other rule has"))
            rules[rule.id] = rule
    return Rules(tuple(rules.values()))


def _load(path: Path) -> Iterable[Rule]:
    text = path.read_text(encoding="utf-8")
    try:
        file = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(Fault(str(path), 1, "file", f"TOML: {error}")) from error
    except ValidationError as error:
        faults = [(each["loc"], each["msg"]) for each in error.errors()]
        raise ConfigError(
            *(Fault(str(path), _line(text, place), ".".join(map(str, place)), what) for place, what in faults)
        ) from error
    for number, row in enumerate(file.rule):
        try:
            yield Rule(row.id, file.language, frozenset(row.says), _pattern(row, file.language), row.clause)
        except re.error as error:
            line = _line(text, ("rule", number))
            raise ConfigError(Fault(str(path), line, row.id, f"a regular expression: {error}")) from error


def _line(text: str, place: tuple[str | int, ...]) -> int:
    """Return the line on which the rule of a fault begins, or the first."""
    match place:
        case ("rule", int(number), *_):
            starts = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[rule]]"]
            return starts[number] if number < len(starts) else 1
        case _:
            return 1


def _pattern(row: _Row, language: Language) -> re.Pattern[str]:
    """Match any word or pattern of a row; words in Latin letters only whole."""
    words = sorted(row.words, key=len, reverse=True)
    whole = [re.escape(word) for word in words if word.isascii()]
    parts = [re.escape(word) for word in words if not word.isascii()]
    patterns = [f"(?:{each})" for each in row.patterns]
    for pattern in patterns:
        re.compile(pattern)
    (whole if language is Language.EN else parts).extend(patterns)
    grouped = [WHOLE_WORD.format("|".join(whole))] if whole else []
    return re.compile("|".join(grouped + parts))
