"""What is more than an ordinary fault or complaint: emergencies, kinds of complaint, objections to a level.

The words are data (`matters/*.toml`). Of an emergency what is quoted, denied, supposed, past or over counts
for nothing, as in any other message.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.core.matters import Complaint, Emergency
from bot.core.people import Language
from bot.triage.passage import READ_LIMIT, fold, read
from bot.triage.reading import Evidence
from bot.triage.rules import WHOLE_WORD, Rule, Rules, Sign

PACKAGED = Path(__file__).parent / "matters"
CLAUSE = "售后服务承诺 4.2.4"

LEVEL: Literal["level"] = "level"
HARMLESS: Literal["harmless"] = "harmless"
HELP: Literal["help"] = "help"
NONE: Literal["none"] = "none"

Kind = Emergency | Complaint | Literal["level", "harmless", "help", "none"]
"""What a rule finds: HARMLESS words are no emergency, NONE keeps shorter words in its own from counting."""

EMERGENCIES = frozenset(Emergency)
WEEDED: Mapping[Kind, Sign] = {**dict.fromkeys(Emergency, Sign.ATTACK), NONE: Sign.FOREIGN}
"""Kinds of which only what counts in a passage counts, and as what it is weeded; others count anywhere."""

Words = Annotated[str, Field(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    kind: Kind
    words: tuple[Words, ...] = ()
    patterns: tuple[Words, ...] = ()
    needs: tuple[Words, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Language
    rule: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Matter:
    kind: Kind
    rule: Rule
    needs: re.Pattern[str] | None

    def alarms(self, folded: str, signs: frozenset[Sign]) -> bool:
        """Return whether words tell of an emergency, given the rest of the message."""
        needed = self.needs is None or self.needs.search(folded) is not None
        return self.kind in INNOCENT and needed and not INNOCENT[self.kind] & signs


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a message; `partly`: something still runs, `evidence` are the words that say it."""

    kinds: frozenset[Kind]
    evidence: tuple[Evidence, ...]
    partly: bool

    @property
    def emergency(self) -> Emergency | None:
        """The kind of emergency that is told of, if one is."""
        return next((each for each in Emergency if each in self.kinds), None)

    @property
    def complaint(self) -> Complaint | None:
        """The kind of complaint it would be, if words say which."""
        return next((each for each in COMPLAINTS if each in self.kinds), None)

    @property
    def calls_for_help(self) -> bool:
        """Whether somebody asks what to do now: not how such a thing is done."""
        return HELP in self.kinds

    @property
    def objects(self) -> bool:
        """Whether somebody says that the fault level is wrong."""
        return LEVEL in self.kinds


COMPLAINTS = (Complaint.ATTITUDE, Complaint.TECHNICAL, Complaint.DELAY)
"""Of several the first counts: who was rude, or botched it, is worse than that it took long."""

AROUND = 400
"""Characters before and after the first alarming word that are read: more is a log, or another story."""

INNOCENT: Mapping[Kind, frozenset[Sign]] = {
    **dict.fromkeys(Emergency, frozenset({Sign.HARMLESS})),
    Emergency.ATTACK: frozenset({Sign.HARMLESS, Sign.FEW}),
}
"""What else in a message takes away that it is an emergency: a virus on one machine is a fault."""


class Matters:
    """Finds what is out of the ordinary; `rules` say which words count."""

    def __init__(self, rules: Rules, matters: tuple[_Matter, ...]) -> None:
        self._weeded = {each.rule.id: each for each in matters if each.kind in WEEDED}
        self._plain = tuple(each for each in matters if each.kind not in WEEDED)
        self._rules = Rules((*rules.rules, *(each.rule for each in self._weeded.values())))
        self._alarming = tuple(each.rule.pattern for each in matters if each.kind in EMERGENCIES)

    def find(self, text: str) -> Found:
        """Return what is out of the ordinary in a message."""
        folded = fold(text[:READ_LIMIT])
        plain = frozenset(each.kind for each in self._plain if each.rule.pattern.search(folded))
        alarms = [found.start() for pattern in self._alarming if (found := pattern.search(folded))]
        if HARMLESS in plain or not alarms:
            return Found(plain, (), partly=False)
        start = max(0, min(alarms) - AROUND)
        around = text[start : min(alarms) + AROUND]
        passage = read(around, self._rules)
        live = [
            (matter.kind, mark)
            for mark in passage.marks
            if (matter := self._weeded.get(mark.rule)) and matter.alarms(folded, passage.signs)
        ]
        return Found(
            plain | {kind for kind, _ in live},
            tuple(Evidence(around[mark.start : mark.end], mark.rule) for _, mark in live),
            partly=Sign.RUNS in passage.signs,
        )


def load_matters(rules: Rules, *folders: Path) -> Matters:
    """Return the packaged rules, and those of every `*.toml` file of `folders` after them.

    Raises:
        ConfigError: a file is not what it must be.
    """
    files = (file for folder in (PACKAGED, *folders) for file in sorted(folder.glob("*.toml")))
    return Matters(rules, tuple(matter for file in files for matter in _read(file)))


def _read(path: Path) -> Iterator[_Matter]:
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for row in file.rule:
            pattern, needs = _compiled(file.language, row.words, row.patterns), None
            if row.needs:
                needs = _compiled(file.language, row.needs, ())
            rule = Rule(
                row.id, file.language, frozenset({WEEDED.get(row.kind, Sign.COMPLAINS)}), pattern, CLAUSE
            )
            yield _Matter(row.kind, rule, needs)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(Fault(str(path), 1, "file", f"TOML: {error}")) from error
    except ValidationError as error:
        faults = ((".".join(map(str, each["loc"])), each["msg"]) for each in error.errors())
        raise ConfigError(*(Fault(str(path), 1, field, what) for field, what in faults)) from error
    except re.error as error:
        raise ConfigError(Fault(str(path), 1, "patterns", f"a regular expression: {error}")) from error


def _compiled(language: Language, words: tuple[str, ...], patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the words or patterns; Latin words only whole."""
    ordered = sorted(words, key=len, reverse=True)
    whole = [re.escape(word) for word in ordered if word.isascii()]
    parts = [re.escape(word) for word in ordered if not word.isascii()]
    (whole if language is Language.EN else parts).extend(f"(?:{each})" for each in patterns)
    grouped = [WHOLE_WORD.format("|".join(whole))] if whole else []
    return re.compile("|".join(grouped + parts))
