"""Article files: what a good one becomes, and what is said about a bad one."""

from datetime import date
from pathlib import Path

import pytest

from bot.core.errors import ConfigError, Fault
from bot.core.people import Language
from bot.kb.loader import load_articles

GOOD = """---
id: support-hours
tags: [hours]
audience: all
titles:
  zh: 几点上班？
  en: When are you open?
aliases:
  zh: [上班时间]
  en: [opening hours]
source:
  zh: 服务指南 4.2.2.1
  en: Service guide 4.2.2.1
version: 2
updated: 2026-11-02
---

## zh

九点到五点半。

周末休息。

## en

Nine to half past five.
"""


def write(folder: Path, text: str, name: str = "one.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as error:
        load_articles(folder)
    return error.value.faults


def test_a_file_becomes_an_article_in_both_languages(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (article,) = load_articles(tmp_path)
    assert article.id == "support-hours"
    assert article.titles[Language.EN] == "When are you open?"
    assert article.answers[Language.ZH] == "九点到五点半。\n\n周末休息。"
    assert article.questions(Language.ZH) == ("几点上班？", "上班时间")
    assert (article.version, article.updated) == (2, date(2026, 11, 2))
    assert article.sources == {Language.ZH: "服务指南 4.2.2.1", Language.EN: "Service guide 4.2.2.1"}


def test_articles_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.md")
    write(tmp_path, GOOD.replace("support-hours", "a-first"), "z.md")
    assert [article.id for article in load_articles(tmp_path)] == ["a-first", "support-hours"]


@pytest.mark.parametrize(
    ("wrong", "line", "field"),
    [
        (("audience: all", "audience: everybody"), 4, "audience"),
        (("  en: When are you open?\n", ""), 5, "titles.en"),
        (("updated: 2026-11-02", "updated: soon"), 15, "updated"),
        (("tags: [hours]", "tags: [hours]\nauthor: somebody"), 4, "author"),
        (("[上班时间]", "['']"), 9, "aliases.zh.0"),
        (("id: support-hours", "id: Support Hours"), 2, "id"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    tmp_path: Path, wrong: tuple[str, str], line: int, field: str
) -> None:
    write(tmp_path, GOOD.replace(*wrong))
    (fault,) = faults_of(tmp_path)
    assert (fault.line, fault.field) == (line, field)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("version: 2", "version: 0").replace("all", "none"), "a.md")
    write(tmp_path, "no front matter", "b.md")
    assert [Path(fault.file).name for fault in faults_of(tmp_path)] == ["a.md", "a.md", "b.md"]


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("tags: [hours]", "tags: [hours"))
    (fault,) = faults_of(tmp_path)
    assert fault.field == "front matter"
    assert fault.line >= 3


@pytest.mark.parametrize(
    "body", ["## zh\n\n九点。\n", "## zh\n九点。\n## en\nNine.\n## fr\nNeuf.\n", "Nine.\n"]
)
def test_an_answer_is_wanted_in_each_language_and_no_other(tmp_path: Path, body: str) -> None:
    write(tmp_path, GOOD[: GOOD.index("## zh")] + body)
    (fault,) = faults_of(tmp_path)
    assert fault.field == "answers"


def test_an_empty_answer_is_no_answer(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("Nine to half past five.", ""))
    (fault,) = faults_of(tmp_path)
    assert fault.field == "answers.en"


def test_an_id_is_used_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.md")
    write(tmp_path, GOOD, "b.md")
    (fault,) = faults_of(tmp_path)
    assert (Path(fault.file).name, fault.field) == ("b.md", "id")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_bytes(b"\xff\xfe\xff")
    (fault,) = faults_of(tmp_path)
    assert fault.field == "file"


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path)[0].expected == "at least one article"


def test_a_character_no_yaml_may_hold_is_a_fault_of_its_file(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("support-hours", "support\x01hours"))

    (fault,) = faults_of(tmp_path)

    assert fault.field == "front matter"
