"""`casebell kb` for whoever measures and fits the search."""

import json
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.kb.engine import Engine
from bot.kb.model import fitted, load_model
from bot.knowledge.app import TRAINING
from bot.knowledge.sets import read_bank, read_sets
from bot.knowledge.shown import pieces
from bot.knowledge.training import cases_of, train
from bot.settings import PROJECT

OWN = PROJECT / "training" / "desk_zh"
BANK, QUESTIONS = str(OWN / "kb.jsonl"), str(OWN / "queries.jsonl")


def kb(*arguments: str, config: Path = PROJECT / "demo") -> Result:
    return CliRunner().invoke(app, ["kb", *arguments], env={"CASEBELL_CONFIG": str(config)})


def lines(file: Path, *rows: dict[str, object]) -> str:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(file)


@pytest.fixture
def bank(tmp_path: Path) -> str:
    return lines(
        tmp_path / "kb.jsonl",
        {"id": "a", "question": "怎么重置密码", "answer": "在登录页点“忘记密码”。", "lang": "zh"},
        {"id": "b", "question": "How do I export the log?", "aliases": ["download logs"]},
    )


def test_every_question_is_predicted_in_one_line(tmp_path: Path, bank: str) -> None:
    questions = lines(
        tmp_path / "q.jsonl",
        {"qid": "1", "query": "密码忘了怎么重置"},
        {"qid": "2", "query": "龘靐"},
        {"qid": "3", "query": ""},
    )

    predicted = [
        json.loads(line) for line in kb("predict", "--kb", bank, "--queries", questions).stdout.splitlines()
    ]

    assert [list(each) for each in predicted] == [["qid", "decision", "confidence", "ranked"]] * 3
    assert [(each["qid"], each["decision"]) for each in predicted] == [
        ("1", "answer"),
        ("2", "none"),
        ("3", "none"),
    ]
    assert predicted[0]["ranked"][0]["id"] == "a"
    assert predicted[0]["ranked"][0]["score"] == predicted[0]["confidence"]
    assert predicted[2]["ranked"] == []


def test_the_search_is_measured_by_kind_of_question(tmp_path: Path) -> None:
    picture = tmp_path / "curve.svg"

    said = kb("score", "--kb", BANK, "--queries", QUESTIONS, "--json", "--picture", str(picture))

    figures = json.loads(said.stdout)
    assert figures["recall"]["clean"]["at_1"] > 0.6
    assert 0.5 < figures["auroc"]["all"] <= 1
    assert set(figures["decided"]) == {"threshold", "right", "covered", "answered", "out_of_scope_answered"}
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "recall@3" in kb("score", "--kb", BANK, "--queries", QUESTIONS).stdout


def test_thresholds_are_chosen_for_a_wanted_precision_and_taken_up(tmp_path: Path) -> None:
    picture = tmp_path / "curve.png"
    said = kb(
        *("tune", QUESTIONS, "--kb", BANK, "--precision", "0.8", "--write", "--picture", str(picture)),
        config=tmp_path,
    )

    assert said.exit_code == 0
    written = (tmp_path / "search.toml").read_text(encoding="utf-8")
    assert "answer = 0." in written
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("how to use the vpn", "vpn lianbushang 691", ("vpn",)),
        ("重置密码", "怎么重置秘码", ("重置",)),
        ("vps b1 是什么; vps b4", "vps b1", ("vps b1", "vps")),
        ("nips", "ips", ()),
        ("x" * 20_000, "y" * 50, ()),
    ],
)
def test_a_piece_of_a_question_is_no_part_of_a_longer_word(
    text: str, words: str, found: tuple[str, ...]
) -> None:
    assert pieces(text, words) == found


def test_a_question_shows_why_its_article_was_found() -> None:
    said = kb("search", "VPN 691 连不上").stdout

    assert "vpn-691" in said
    assert "asked as" in said
    assert "found in questions: " in said
    assert "; answer: 691; tags: vpn" in said
    assert "name 1.00" in said


@pytest.mark.timeout(300)
def test_the_same_sets_give_the_same_weights_bit_for_bit(tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "other.json"]
    for file in files:
        assert kb("train", str(TRAINING), "--to", str(file), "--without", "desk_en").exit_code == 0

    assert files[0].read_bytes() == files[1].read_bytes()
    assert len(files[0].read_bytes()) < 10_000
    engine = Engine.of(read_bank(OWN / "kb.jsonl"), load_model(files[0]))
    assert engine.search("账号锁了")[0].entry.id == "account-locked"


def test_weights_are_proved_on_sets_they_have_not_seen(tmp_path: Path) -> None:
    said = kb("prove", str(TRAINING), "--draws", "1")
    assert said.exit_code == 0
    assert said.stdout.count("worst") == len(read_sets(TRAINING))

    copytree(OWN, tmp_path / "alone")
    assert "alone is the only set" in kb("prove", str(tmp_path)).stderr


def test_the_order_of_sets_and_answers_decides_nothing() -> None:
    cases = [cases_of(each) for each in read_sets(TRAINING)]
    assert {each.name for each in cases} == {"desk_en", "desk_zh"}
    assert train([]).text() != train(cases).text()


def test_a_model_for_other_features_is_refused(tmp_path: Path, bank: str) -> None:
    model = tmp_path / "model.json"
    model.write_text(fitted().text().replace("matched", "something else"), encoding="utf-8")

    said = kb("predict", "--kb", bank, "--queries", QUESTIONS, "--model", str(model))

    assert said.exit_code != 0
    assert f"{model}:1" in said.stderr


def test_every_faulty_line_is_named(tmp_path: Path) -> None:
    faulty = tmp_path / "kb.jsonl"
    faulty.write_text('{"id": "a", "question": "x"}\n{"id": "b"}\nnonsense\n', encoding="utf-8")

    said = kb("predict", "--kb", str(faulty), "--queries", QUESTIONS)

    assert f"{faulty}:2: question" in said.stderr
    assert f"{faulty}:3" in said.stderr


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    twice = lines(tmp_path / "kb.jsonl", {"id": "a", "question": "x"}, {"id": "a", "question": "y"})

    assert f"{twice}:2: id" in kb("predict", "--kb", twice, "--queries", QUESTIONS).stderr


@pytest.mark.parametrize("text", ["answer = 2", "offer = 0.9\nanswer = 0.5", "anwser = 0.5", "answer = = 1"])
def test_a_faulty_threshold_names_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "search.toml").write_text(text, encoding="utf-8")

    said = kb("tune", QUESTIONS, "--kb", BANK, config=tmp_path)

    assert "search.toml:" in said.stderr
