"""`casebell kb` for whoever keeps articles: in, out, looked over; what was written in chat goes along."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.configuration import load_configuration
from bot.core.clock import FixedClock, SystemClock
from bot.core.people import LOCAL, Language, PersonId, Place
from bot.kb.loader import load_articles
from bot.kb.markdown import dump
from bot.ports import Exchange, Tally, Unit
from bot.services.articles import article_of, retire, write
from bot.upkeep import out
from storage import SqlStore, migrate
from tests.contract.desk import START
from tests.unit.directory.files import DEMO
from tests.unit.kb.articles import HOURS

Run = Callable[..., str]
DAY = timedelta(days=1)
LI = PersonId("lin-xiaobei")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(DEMO.parent, folder)
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.db'}"


@pytest.fixture
def run(config: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    env = {"CASEBELL_CONFIG": str(config), "DATABASE_URL": url}
    monkeypatch.setattr(out, "_width", 160)

    def ran(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["kb", *arguments], env=env)
        assert done.exit_code == code, done.output
        return done.output

    return ran


def in_database(url: str, work: Callable[[Unit], object]) -> None:
    migrate(url)
    store = SqlStore.open(url, clock=FixedClock(START), demo=False, own_clock=True)
    store.run(work)
    store.close()


@pytest.mark.parametrize("kind", ["", ".csv", ".xlsx"])
def test_what_is_exported_is_imported_the_same(run: Run, config: Path, tmp_path: Path, kind: str) -> None:
    before = load_articles(config / "kb")
    target = tmp_path / f"all{kind}"

    assert f"{len(before)} articles written" in run("export", str(target))
    shutil.rmtree(config / "kb")
    assert f"{len(before)} articles written" in run("import", str(target))

    assert load_articles(config / "kb") == before
    assert "0 articles written" in run("import", str(target))


def test_an_export_holds_what_was_written_in_chat(run: Run, config: Path, url: str, tmp_path: Path) -> None:
    desk = load_configuration(config).desk({})

    def edit(unit: Unit) -> None:
        write(unit, desk, HOURS, by=LI)
        retire(unit, desk, "vpn-691", by=LI)

    in_database(url, edit)
    run("export", str(tmp_path / "all.jsonl"))
    run("export", str(tmp_path / "filed.jsonl"), "--files-only")

    def ids(name: str) -> set[str]:
        lines = (tmp_path / name).read_text("utf-8").splitlines()
        return {json.loads(line)["id"] for line in lines}

    assert ids("all.jsonl") ^ ids("filed.jsonl") == {"vpn-691"}
    assert "support-hours" in run("list")


def test_an_import_changes_no_other_article_unless_told_to(run: Run, config: Path, tmp_path: Path) -> None:
    other = dump(HOURS)
    (tmp_path / "one.md").write_text(other, "utf-8")
    before = (config / "kb" / "support-hours.md").read_text("utf-8")

    assert "an id of its own" in run("import", str(tmp_path / "one.md"), code=1)
    assert "1 articles would be written" in run("import", str(tmp_path / "one.md"), "--replace", "--dry-run")
    assert (config / "kb" / "support-hours.md").read_text("utf-8") == before
    run("import", str(tmp_path / "one.md"), "--replace")
    assert (config / "kb" / "support-hours.md").read_text("utf-8") == other


def test_one_fault_keeps_everything_out(run: Run, config: Path, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("title,answer\n甲？,乙。\n丙？,\n", "utf-8")
    before = sorted(each.name for each in (config / "kb").iterdir())

    assert "faq.csv:3: answers.zh" in run("import", str(tmp_path / "faq.csv"), code=2)

    assert sorted(each.name for each in (config / "kb").iterdir()) == before


def test_what_is_no_text_is_told_with_its_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.md").write_bytes(b"\xff\xfe---")

    assert "one.md:1: file: readable text in UTF-8" in run("import", str(tmp_path / "one.md"), code=2)
    assert "nowhere.md:1: file: readable text" in run("import", str(tmp_path / "nowhere.md"), code=2)


def test_an_export_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("mine")

    assert "is there already" in run("export", str(tmp_path / "all.csv"), code=2)
    assert "no folder and no .csv" in run("export", str(tmp_path / "all.doc"), code=2)
    assert "no folder and no .md" in run("import", str(tmp_path / "all.doc"), code=2)


def test_faults_and_contradictions_are_told(run: Run, config: Path, url: str) -> None:
    desk = load_configuration(config).desk({})

    def edit(unit: Unit) -> None:
        article = article_of(unit, desk, "vpn-691")
        answers = dict.fromkeys(Language, "Changed in chat.")
        write(unit, desk, HOURS, by=LI)
        write(unit, desk, replace(article, answers=answers), by=LI)

    in_database(url, edit)
    file = config / "kb" / "vpn-691.md"
    file.write_text(file.read_text("utf-8").replace("691 表示", "现在 691 表示"), "utf-8")

    assert "article vpn-691, edit 2: the file has changed since the edit" in run("check")
    file.write_text(file.read_text("utf-8").replace("audience: all", "audience: everybody"), "utf-8")
    assert "vpn-691.md:4: audience" in run("check", code=1)
    assert "vpn-691.md:4: audience" in run("check", str(config / "kb"), code=1)


def test_how_questions_went_is_told(run: Run, config: Path, url: str) -> None:
    days = (START.date(), (START + DAY).date())
    figures = ({"asked": 4, "deflected": 1, "helped": 2}, {"asked": 2, "unknown": 1})

    def count(unit: Unit) -> None:
        for day, numbers in zip(days, figures, strict=True):
            unit.articles.count(Tally(day=day, article="", figures=numbers))
            unit.articles.count(Tally(day=day, article="vpn-691", figures={"asked": 1}))

    in_database(url, count)

    said = run("report", "--from", f"{days[0]}", "--to", f"{days[1]}")
    assert "Deflected: 1 of 6 questions (17%)" in said
    assert re.search(r"all questions\W+6 ", said)
    assert re.search(r"vpn-691\W+2 ", said)
    assert "none asked" in run("report", "--from", "2020-01-01", "--to", "2020-01-02")
    assert "soon is no day" in run("report", "--from", "soon", code=2)


def test_questions_without_an_answer_are_told(run: Run, config: Path, url: str) -> None:
    asked = Exchange(
        place=Place(LOCAL, "g:huayue"),
        person=PersonId("qin-shuyao"),
        said_at=SystemClock().now(),
        text="怎么预约会议室投影",
        outcome="unknown",
    )
    in_database(url, lambda unit: unit.exchanges.put(asked))

    assert "question 怎么预约会议室投影: 1 times, 1 people, 1 unanswered, 0 badly" in run("todo")
