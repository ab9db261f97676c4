"""Examples that a deployment labelled: a file of JSON lines, whatever stands within the words."""

import json
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.triage.known import read_examples
from bot.understanding.scoring import read_labelled

APART = "\u2028\u2029\x85"
"""What parts lines for Unicode, but not those of JSON."""


def test_words_with_a_line_separator_of_their_own_are_one_example(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    line = {"text": f"系统{APART}打不开", "intent": "fault", "level": 2, "from": "C-20261120-0001/3"}
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")

    (example,) = read_examples(file)

    assert (example.text, example.origin) == (line["text"], line["from"])


def test_a_labelled_message_may_have_one_too(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    line = {"id": "1", "text": APART, "intent": "chit_chat", "acceptable_intents": ["chit_chat"]}
    file.write_text(
        json.dumps(line | {"level": None, "acceptable_levels": [None]}, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )

    assert [each.text for each in read_labelled(file)] == [APART]


def test_a_line_that_is_no_message_is_named(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_text('{"text": "打不开", "intent": "fault"}\n{"text": \n', encoding="utf-8")

    with pytest.raises(ConfigError, match=":2: line: JSON"):
        read_examples(file)
