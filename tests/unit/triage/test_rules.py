"""Rules are data: what a rules file may hold, and what is said about a wrong one."""

from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.people import Language
from bot.triage.intents import INTENTS
from bot.triage.levels import LEVELS
from bot.triage.reading import Intent
from bot.triage.rules import Sign, load_rules
from bot.triage.triage import Triage

RULE = """language = "en"

[[rule]]
id = "own-dead"
says = ["dead", "whole"]
clause = "ours"
words = ["zorpled"]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_deployment_adds_rules_of_its_own(tmp_path: Path) -> None:
    assert Triage(load_rules()).understand("the mainframe zorpled").intent is Intent.HOW_TO
    own = Triage(load_rules(write(tmp_path, RULE)))
    assert own.understand("the mainframe zorpled").intent is Intent.FAULT


@pytest.mark.parametrize(
    "wrong",
    [
        RULE.replace('"dead"', '"dying"'),
        RULE.replace('clause = "ours"\n', ""),
        RULE + 'colour = "red"\n',
        RULE.replace("own-dead", "en-dead"),
        RULE.replace("words = [", "patterns = ['('] #"),
        RULE.replace("words = [", "words = "),
        RULE.replace('"en"', '"fr"'),
        RULE.replace('words = ["zorpled"]\n', ""),
    ],
)
def test_a_wrong_rule_is_told_with_its_file(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_rules(write(tmp_path, wrong))
    assert all(fault.file.endswith("own.toml") for fault in error.value.faults)


def test_a_wrong_pattern_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load_rules(write(tmp_path, RULE.replace("words = [", "patterns = ['('] #")))
    assert (error.value.faults[0].line, error.value.faults[0].field) == (3, "own-dead")


def test_everything_that_can_be_said_can_be_said_in_both_languages() -> None:
    rules = load_rules().rules
    for language in Language:
        said = {sign for rule in rules if rule.language is language for sign in rule.says}
        assert said == set(Sign)


def test_every_rule_and_every_level_cites_a_clause() -> None:
    assert all(rule.clause for rule in load_rules().rules)
    assert all(row.clause for row in LEVELS)


def test_every_intent_can_be_understood() -> None:
    assert {row.intent for row in INTENTS} == set(Intent)


def test_some_level_always_fits() -> None:
    assert LEVELS[-1].fits(frozenset())
