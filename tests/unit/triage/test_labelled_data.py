"""The labelled messages of tests/data/triage: well formed, unlike one another, and evenly halved.

What fails is told by id or figure, never by text: the held-back half is not to be read.
"""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, utils

from bot.triage.reading import Intent

FOLDER = Path(__file__).parents[2] / "data" / "triage"
HALVES = ("develop", "held_back")
WITH_LEVEL: dict[Intent, tuple[int, ...]] = {
    Intent.FAULT: (1, 2, 3, 4),
    Intent.HOW_TO: (4,),
    Intent.FEATURE_REQUEST: (5,),
}
P_OF: dict[int | None, set[str | None]] = {
    1: {"P1"},
    2: {"P2"},
    3: {"P3"},
    4: {"P4"},
    5: {None, "P4"},
    None: {None},
}
ALIKE = 70  # percent of RapidFuzz's ratio

Line = dict[str, Any]


def _lines(half: str) -> list[Line]:
    return [json.loads(line) for line in (FOLDER / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


MESSAGES = {half: _lines(half) for half in HALVES}
EVERY = [line for half in HALVES for line in MESSAGES[half]]


def _is_well_formed(line: Line) -> bool:
    intent = Intent(line["intent"])
    return (
        [line["intent"], line["level"], line["p"]]
        == [line["acceptable_intents"][0], line["acceptable_levels"][0], line["acceptable_p"][0]]
        and {Intent(other) for other in line["acceptable_intents"]} <= set(Intent)
        and line["level"] in WITH_LEVEL.get(intent, (None,))
        and set(line["acceptable_p"]) == {p for level in line["acceptable_levels"] for p in P_OF[level]}
        and line["channel"] in ("dingtalk", "slack")
        and line["lang"] in ("zh", "en")
        and 3 <= len(line["text"]) <= 600
    )


def test_every_label_is_one_there_is_and_the_best_answer_stands_first() -> None:
    assert [line["id"] for line in EVERY if not _is_well_formed(line)] == []


def test_no_message_is_like_another() -> None:
    texts = {line["id"]: utils.default_process(line["text"]) or line["text"] for line in EVERY}
    alike = [
        (one, other)
        for one, other in combinations(texts, 2)
        if fuzz.ratio(texts[one], texts[other], score_cutoff=ALIKE)
    ]

    assert len(texts) == len(EVERY)
    assert alike == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_halves_hold_as_many_of_each_kind(language: str) -> None:
    develop, held_back = (
        Counter((line["intent"], line["level"]) for line in MESSAGES[half] if line["lang"] == language)
        for half in HALVES
    )

    assert {kind for kind in develop | held_back if abs(develop[kind] - held_back[kind]) > 1} == set()


def test_the_table_tells_how_many_there_are() -> None:
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    counts = [
        sum(line["lang"] == language for line in MESSAGES[half])
        for half in HALVES
        for language in ("zh", "en")
    ]

    assert "| **all** | | " + " | ".join(f"**{count}**" for count in (*counts, sum(counts))) in told
