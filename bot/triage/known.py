"""Messages a deployment has labelled itself: words much like one of them are read as it was."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import fuzz, process

from bot.core.errors import ConfigError, Fault
from bot.core.people import Level
from bot.triage.passage import fold
from bot.triage.reading import Evidence, Intent, Likeliest, Reading

ALIKE = 92
"""Likeness, of a hundred, from which two messages say the same: a word or two apart."""

LONGEST = 400
"""Characters of a message that is compared: a longer one says more than an example."""


class Example(BaseModel):
    """A message as a person read it; what else a line of a file says is for those who label.

    `origin` is the candidate it was, if it was one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    origin: str = Field(default="", alias="from")
    text: str
    intent: Intent
    level: Level | None = None


class Known:
    """The examples of one deployment."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = tuple(examples)
        self._texts = [_plain(each.text) for each in examples]

    def like(self, text: str) -> Reading | None:
        """Return how the example most like a message is read, if one is like it."""
        if not self._texts or len(text) > LONGEST:
            return None
        best = process.extractOne(_plain(text), self._texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if best is None:
            return None
        example = self._examples[best[2]]
        return Reading(
            intent=example.intent,
            level=example.level,
            confidence=best[1] / 100,
            likeliest=Likeliest(example.intent, example.level),
            evidence=(Evidence(text, f"example: {example.text}"),),
        )


def read_examples(file: Path) -> list[Example]:
    """Return the labelled messages of a file of JSON lines.

    Raises:
        ConfigError: a line is not a labelled message.
    """
    examples: list[Example] = []
    faults: list[Fault] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").rstrip().split("\n"), start=1):
        try:
            examples.append(Example.model_validate(json.loads(line)))
        except json.JSONDecodeError as error:
            faults.append(Fault(str(file), number, "line", f"JSON: {error.msg}"))
        except ValidationError as error:
            faults.extend(
                Fault(str(file), number, ".".join(map(str, each["loc"])), each["msg"])
                for each in error.errors()
            )
    if faults:
        raise ConfigError(*faults)
    return examples


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
