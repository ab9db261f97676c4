"""Labelled messages, in both languages: each is understood as a person would understand it.

A line has the reading rule it stands for, the intents and levels a person would accept (the first is the
best) and, where the impact is unclear, the question to be asked.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.people import Language
from bot.triage.reading import Intent
from bot.triage.rules import load_rules
from bot.triage.triage import Triage

TRIAGE = Triage(load_rules())
WITHOUT_LEVEL = frozenset(Intent) - {Intent.FAULT, Intent.HOW_TO, Intent.FEATURE_REQUEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One line of the file."""

    rule: str
    lang: str
    text: str
    intents: list[str]
    levels: list[int | None]
    ask: str | None = None


def labelled() -> list[Labelled]:
    lines = Path(__file__).with_name("messages.jsonl").read_text(encoding="utf-8").splitlines()
    return [Labelled(**json.loads(line)) for line in lines]


MESSAGES = labelled()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message.rule}: {message.text[:24]}")
def test_a_message_is_understood(message: Labelled) -> None:
    reading = TRIAGE.understand(message.text)
    assert reading.intent in message.intents
    assert reading.level in message.levels or reading.intent in WITHOUT_LEVEL
    if message.ask:
        assert reading.ask == message.ask


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message.rule}: {message.text[:24]}")
def test_evidence_quotes_the_message_word_for_word(message: Labelled) -> None:
    assert all(each.words in message.text for each in TRIAGE.understand(message.text).evidence)


def test_both_languages_are_spoken_about_equally_often() -> None:
    spoken = [message.lang for message in MESSAGES]
    assert min(spoken.count(language) for language in Language) > len(spoken) / 3


def test_every_intent_and_every_level_is_labelled() -> None:
    assert {message.intents[0] for message in MESSAGES} == set(Intent)
    assert {message.levels[0] for message in MESSAGES} == {1, 2, 3, 4, 5, None}
