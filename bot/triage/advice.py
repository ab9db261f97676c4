"""A second opinion on a message, by a language model where a deployment has one: asked, checked, joined.

Nothing here talks to anybody. Where there is no opinion, or none that holds, the desk's own reading stands.
"""

import re
import tomllib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.matters import Emergency
from bot.core.people import Level
from bot.triage.passage import fold
from bot.triage.reading import Ask, Evidence, Intent, Likeliest, Reading, Understands

PROMPT = Path(__file__).parent / "prompts" / "reading.toml"
SURE = 0.75
"""From which confidence on nobody else is asked."""

LONGEST = 2000
"""Characters of a message that are sent."""

MOST_TOKENS = 200
REMEMBERED = 1000
"""How many opinions are kept: a message is handled right after it was asked about."""

FENCE = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)
ASKED = {Level.CRITICAL: Ask.STOPPED, Level.SEVERE: Ask.PEOPLE}
"""The levels that wake people, and what is asked where readings differ on them."""

OWN = frozenset({Intent.CLOSE_CONFIRM, Intent.REOPEN})
"""What moves a case: only the desk's own reading says so."""

FIXED: Mapping[Intent, Level | None] = {Intent.HOW_TO: Level.USAGE, Intent.FEATURE_REQUEST: Level.REQUEST}
"""The level of an intent that is no fault; the others have none."""

RULE = "llm"
"""How evidence is marked that the model gave."""


class Advice(BaseModel):
    """How a language model reads a message; `words` are those of the message that decided it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    intent: Intent = Field(strict=False)
    level: Level | None = Field(default=None, strict=False)
    words: str = Field(min_length=1, max_length=400)


class _Said(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Said


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class _Message(BaseModel):
    message: str


class _Prompt(BaseModel):
    model_config = ConfigDict(extra="forbid")

    system: str
    instructing: tuple[str, ...]


def worth_asking(reading: Reading, text: str) -> bool:
    """Return whether somebody else should be asked: it is unclear, no emergency, and speaks to no machine."""
    clear = reading.confidence >= SURE and reading.ask is None
    return not clear and not isinstance(reading.kind, Emergency) and not _instructing().search(fold(text))


def request(text: str, *, model: str) -> dict[str, object]:
    """Return what an endpoint is asked; `text` is without private data."""
    message = _Message(message=text[:LONGEST]).model_dump_json()
    return {
        "model": model,
        "temperature": 0,
        "max_tokens": MOST_TOKENS,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": _prompt().system.strip()},
            {"role": "user", "content": message},
        ],
    }


def answer(body: bytes, *, to: str) -> Advice | None:
    """Return the opinion in an endpoint's answer; None if it is nonsense or quotes what nobody wrote."""
    try:
        content = _Reply.model_validate_json(body).choices[0].message.content
        advice = Advice.model_validate_json(FENCE.sub(r"\1", content))
    except ValidationError:
        return None
    graded = advice.intent is not Intent.FAULT or advice.level not in (None, Level.REQUEST)
    quoted = _plain(advice.words)
    return advice if graded and quoted and quoted in _plain(to) else None


def joined(local: Reading, advice: Advice) -> Reading:
    """Return what two readings come to: the worse of two that wake people, until somebody knows.

    What the desk's own reading says of an emergency, of closing and of reopening stands.
    """
    if isinstance(local.kind, Emergency) or advice.intent in OWN - {local.intent} or local.intent in OWN:
        return local
    level = advice.level if advice.intent is Intent.FAULT else FIXED.get(advice.intent)
    evidence = (*local.evidence, Evidence(advice.words, RULE))
    ours, theirs = _wakes(local.intent, local.level), _wakes(advice.intent, level)
    if ours is not None and (theirs is None or ours <= theirs):
        return replace(local, ask=local.ask or (ASKED[ours] if theirs != ours else None), evidence=evidence)
    likeliest = Likeliest(advice.intent, level)
    return replace(
        local,
        intent=advice.intent,
        level=level,
        ask=ASKED[theirs] if theirs is not None else None,
        kind=local.kind if advice.intent is local.intent else None,
        likeliest=local.likeliest if theirs is not None else likeliest,
        evidence=evidence,
        clause="",
    )


def _wakes(intent: Intent, level: Level | None) -> Level | None:
    """Return the level of a fault that wakes people; None for anything else."""
    return level if intent is Intent.FAULT and level in ASKED else None


class Memory:
    """The opinions heard lately, by message; read by transactions, written by whoever asks."""

    def __init__(self) -> None:
        self._heard: OrderedDict[str, Advice] = OrderedDict()
        self._lock = Lock()

    def put(self, text: str, advice: Advice) -> None:
        """Remember an opinion; the oldest are forgotten."""
        with self._lock:
            self._heard[text.strip()] = advice
            while len(self._heard) > REMEMBERED:
                self._heard.popitem(last=False)

    def get(self, text: str) -> Advice | None:
        """Return the opinion on a message, if there is one."""
        with self._lock:
            return self._heard.get(text.strip())


@dataclass(frozen=True, slots=True)
class Advised:
    """Reads messages as `reader` does, with the opinions in `memory` beside."""

    reader: Understands
    memory: Memory

    def understand(self, text: str) -> Reading:
        """Return what a message wants, and how bad the fault is if it tells of one."""
        local = self.reader.understand(text)
        advice = self.memory.get(text)
        return local if advice is None else joined(local, advice)

    def answer_to_ask(self, ask: Ask, answer: str) -> Level | None:
        """Return the level that an answer to a question gives, or None if it does not answer it."""
        return self.reader.answer_to_ask(ask, answer)


def _plain(text: str) -> str:
    return "".join(fold(text).split())


@cache
def _prompt() -> _Prompt:
    return _Prompt.model_validate(tomllib.loads(PROMPT.read_text(encoding="utf-8")))


@cache
def _instructing() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in _prompt().instructing))
