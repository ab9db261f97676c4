"""`casebell triage`: one message tried, a file read, labels compared, the model trained."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.core.people import Level
from bot.triage.concepts import FOLDER as CONCEPTS
from bot.triage.model import WEIGHTS
from bot.triage.reading import Intent, Reading
from bot.triage.rules import PACKAGED
from bot.triage.trimmings import FILE as TRIMMINGS
from bot.understanding.command import EXAMPLES, triage
from bot.understanding.reliability import svg
from bot.understanding.scoring import Labelled, score


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CASEBELL_CONFIG", str(tmp_path))
    return CliRunner()


def reading(intent: Intent, level: Level | None, confidence: float) -> Reading:
    return Reading(intent=intent, level=level, confidence=confidence)


def test_a_message_is_tried(run: CliRunner) -> None:
    told = run.invoke(triage, ["try", "全公司都登不上系统，业务停了"])
    assert told.exit_code == 0
    for words in ("fault", "1 (P1)", "全公司", "服务指南"):
        assert words in told.output


def test_an_emergency_is_named_and_never_slight(run: CliRunner) -> None:
    told = run.invoke(triage, ["try", "机房着火了"]).output
    for words in ("fire", "1 (P1)", "着火"):
        assert words in told


def test_a_file_is_read_line_by_line(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"id": "A", "text": "怎么设置自动回复", "lang": "zh"}\n{"id": 2, "text": "谢谢"}\n', encoding="utf-8"
    )
    lines = [json.loads(line) for line in run.invoke(triage, ["predict", str(file)]).output.splitlines()]
    assert [set(line) for line in lines] == [{"id", "intent", "level", "p", "confidence", "evidence"}] * 2
    assert (lines[0]["id"], lines[0]["intent"], lines[0]["level"], lines[0]["p"]) == ("A", "how_to", 4, "P4")
    assert (lines[1]["id"], lines[1]["intent"], lines[1]["level"], lines[1]["p"]) == (
        2,
        "chit_chat",
        None,
        None,
    )


def test_a_line_may_have_other_line_separators_and_half_a_character(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"id": 1, "text": "系统\u2028打不开\x85"}\n\n{"id": 2, "text": "没有\\ud83d瘫痪，\\ud83d打不开"}\n',
        encoding="utf-8",
    )

    done = run.invoke(triage, ["predict", str(file)])

    assert done.exit_code == 0, done.output
    assert [json.loads(line)["id"] for line in done.stdout.strip().split("\n")] == [1, 2]


def test_words_of_a_deployment_count(run: CliRunner, tmp_path: Path) -> None:
    own = tmp_path / "triage"
    own.mkdir()
    (own / "examples.jsonl").write_text(
        '{"text": "大屏跳舞了", "intent": "fault", "level": 3}\n', encoding="utf-8"
    )
    told = run.invoke(triage, ["try", "大屏跳舞了！"]).output
    assert "3 (P3)" in told
    assert "example" in told


def test_labels_are_compared_and_drawn(run: CliRunner, tmp_path: Path) -> None:
    file, picture = tmp_path / "gold.jsonl", tmp_path / "reliability.png"
    file.write_text('{"id": "1", "text": "谢谢", "intent": "chit_chat"}\n', encoding="utf-8")
    told = run.invoke(triage, ["score", str(file), "--picture", str(picture)])
    assert told.exit_code == 0
    assert "intent lenient" in told.output
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_near_boundary_counts_as_right_only_leniently() -> None:
    gold = [
        Labelled(
            id="1",
            text="a",
            intent=Intent.FAULT,
            level=Level.SEVERE,
            acceptable_levels=(Level.SEVERE, Level.MINOR),
        ),
        Labelled(
            id="2", text="b", intent=Intent.FAULT, level=Level.CRITICAL, acceptable_levels=(Level.CRITICAL,)
        ),
        Labelled(id="3", text="c", intent=Intent.CHIT_CHAT),
    ]
    told = [
        reading(Intent.FAULT, Level.MINOR, 0.85),
        reading(Intent.FAULT, Level.SEVERE, 0.85),
        reading(Intent.FAULT, Level.CRITICAL, 0.4),
    ]
    result = score(gold, told)
    shares = {each.name: (each.right, each.of) for each in result.shares}
    assert shares["level strict"] == (0, 2)
    assert shares["level lenient"] == (1, 2)
    assert shares["missed outages"] == (1, 1)
    assert shares["false outages"] == (1, 2)
    assert result.calibration_error == pytest.approx((2 * 0.35 + 0.4) / 3)
    assert svg(result, title="<t>").count("<circle") == 2


def test_the_packaged_model_was_made_from_these_examples_and_rules() -> None:
    made_from = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))["made_from"]
    sources = (TRIMMINGS, *EXAMPLES.glob("*.jsonl"), *PACKAGED.glob("*.toml"), *CONCEPTS.glob("*.toml"))
    assert made_from == {f"{file.parent.name}/{file.name}": _checksum(file) for file in sources}


def _checksum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
