"""What an operator types, against the database of a demo that was at work."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import chdir, closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.core.clock import SystemClock
from bot.ports import AlarmKind
from storage import SqlStore
from tests.e2e.process.desk import CASEBELL, ROOT, Books, Desk, finish, until

SETTINGS = {
    "DATABASE_URL": "sqlite:///var/demo.db",
    "CASEBELL_CONFIG": str(ROOT / "demo"),
    "CASEBELL_HEAD_KEY": "a key",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("upkeep")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Desk]:
    """A demo with a case, two days on; it is still running."""
    desk = Desk.start(*CASEBELL, "demo", "--port", "0", folder=folder, CASEBELL_HEAD_KEY="a key")
    books = Books(folder / "var" / "demo.db")
    desk.say("qin-shuyao", "huayue", "教务系统打不开了，全校学生都不能选课")
    until(lambda: books.count("case_") == 1 and books.at_rest())
    desk.advance("P2D")
    until(books.at_rest)
    yield desk
    desk.stop()


@pytest.fixture
def copy(folder: Path, served: Desk, tmp_path: Path) -> Path:
    """A folder with a backup of that demo, and its heads."""
    (tmp_path / "var").mkdir()
    run(folder, "backup", str(tmp_path / "var" / "demo.db"))
    shutil.copytree(folder / "var" / "heads" / "demo", tmp_path / "var" / "heads" / "demo")
    return tmp_path


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "var" / "demo.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def run(folder: Path, *arguments: str, code: int = 0, **settings: str) -> str:
    """Run a command in this process, which is quicker, and return everything it prints."""
    with chdir(folder):
        done = CliRunner().invoke(app, arguments, env={**SETTINGS, **settings})
    assert done.exit_code == code, done.output
    return done.output


def test_a_served_desk_verifies_and_its_heads_are_beside_it(folder: Path, served: Desk) -> None:
    said = run(folder, "verify")

    days = sorted(file.name for file in (folder / "var" / "heads" / "demo").iterdir())
    assert days[-1].endswith(".jsonl")
    assert f"checked: {len(days)} daily heads, each chained to the one before it" in said
    assert f"checked: {len(days)} signatures" in said
    assert f"checked: {len(days)} files of heads beside the database" in said
    assert "Every case's history is as it was written." in said


def test_without_the_key_verify_says_that_signatures_were_not_checked(folder: Path, served: Desk) -> None:
    assert "NOT checked" in run(folder, "verify", CASEBELL_HEAD_KEY="")


def test_facts_cut_off_at_the_end_are_found(copy: Path) -> None:
    execute(copy, "DROP TRIGGER fact_is_never_deleted", "DELETE FROM fact WHERE seq > 1")

    said = run(copy, "verify", code=1)

    [problem, *_] = [line for line in said.splitlines() if line.startswith("head ")]
    assert "then, and has it no more" in problem


def test_a_file_of_a_head_that_was_changed_is_found(copy: Path) -> None:
    file = min((copy / "var" / "heads" / "demo").iterdir())
    file.write_text("nothing", encoding="utf-8")

    assert f"head {file.stem}: its file and the database differ" in run(copy, "verify", code=1)


def test_a_backup_never_overwrites(folder: Path, served: Desk) -> None:
    assert "is there already" in run(folder, "backup", "var/demo.db", code=2)


def test_on_postgresql_the_line_to_type_is_printed(tmp_path: Path) -> None:
    said = run(tmp_path, "backup", "copy.dump", code=2, DATABASE_URL="postgresql://me:secret@h/casebell")

    assert "pg_dump --format=custom --file=copy.dump postgresql://me@h/casebell" in said
    assert "secret" not in said


def test_a_person_is_shown_what_would_go_and_then_it_goes(copy: Path) -> None:
    before = run(copy, "erase", "qin-shuyao")
    again = run(copy, "erase", "qin-shuyao")
    assert before == again
    assert "1 cases of which the person is the reporter" in before
    assert "Nothing was erased yet: add --yes." in before

    assert "Erased." in run(copy, "erase", "qin-shuyao", "--yes")

    assert "0 cases of which" in run(copy, "erase", "qin-shuyao")
    run(copy, "verify")
    books = Books(copy / "var" / "demo.db")
    for rows, text in (("case_", "body"), ("fact_text", "text"), ("inbox", "payload"), ("outbox", "body")):
        assert books.rows(f"SELECT count(*) FROM {rows} WHERE {text} LIKE '%教务系统%'") == [(0,)]
    assert books.rows("SELECT count(*) FROM case_ WHERE body LIKE '%qin-shuyao%'") == [(0,)]


def test_somebody_nobody_knows_is_refused(copy: Path) -> None:
    assert "the directory has no person nobody" in run(copy, "erase", "nobody", code=2)


def test_parked_events_are_listed_without_their_words_and_put_back_or_dropped(copy: Path) -> None:
    assert "No event is parked." in run(copy, "parked")
    execute(copy, "UPDATE inbox SET state = 'parked', attempts = 3, reason = 'KeyError'")

    listed = run(copy, "parked")
    assert "local:g:huayue  3 attempts  KeyError" in listed
    assert "教务系统" not in listed
    assert "教务系统" in run(copy, "parked", "--show")
    assert "1 dropped." in run(copy, "parked", "drop", "1")
    assert "there is no 1 among them" in run(copy, "parked", "retry", "1", code=2)
    assert "0 put back." in run(copy, "parked", "retry", "all")


def test_messages_given_up_are_listed_without_their_words_and_put_back_or_dropped(copy: Path) -> None:
    assert "No message was given up." in run(copy, "dead")
    execute(
        copy,
        "UPDATE outbox SET state = 'dead', reason = 'no such channel' WHERE id = 1",
        "UPDATE showing SET state = 'dead', reason = 'gone', settled_at = 0 WHERE id = 1",
    )

    listed = run(copy, "dead")
    assert "no such channel" in listed
    assert "card-1" in listed
    assert len(run(copy, "dead", "list", "--show")) > len(listed)
    assert "1 put back." in run(copy, "dead", "retry", "card-1")
    assert "1 dropped." in run(copy, "dead", "drop", "all")
    assert "No message was given up." in run(copy, "dead")


def test_alarms_are_listed_with_what_became_of_them_and_who_has_seen_them(copy: Path) -> None:
    execute(copy, "INSERT INTO alarm (key, text, at) VALUES ('k', 'the calendar ends', 0)")
    with closing(
        SqlStore("sqlite:///" + str(copy / "var" / "demo.db"), clock=SystemClock(), demo=False)
    ) as s:
        number = s.run(lambda unit: unit.alarms.take())[0].number
        s.run(
            lambda unit: unit.alarms.record(number, AlarmKind.DELIVERED, {"to": "song-yi", "channel": "sms"})
        )

    listed = run(copy, "alarms")
    assert f"{number}  1970-01-01 00:00 UTC  seen by nobody  the calendar ends" in listed
    assert "delivered  channel sms  to song-yi" in listed
    assert "the directory has no person nobody" in run(
        copy, "alarms", str(number), "--noted", "nobody", code=2
    )
    assert "say which alarm" in run(copy, "alarms", "--noted", "song-yi", code=2)
    assert "there is no alarm 9999" in run(copy, "alarms", "9999", "--noted", "song-yi", code=2)
    for _ in range(2):
        assert "seen by song-yi" in run(copy, "alarms", str(number), "--noted", "song-yi")
    assert run(copy, "alarms", str(number)).count("noted  by song-yi") == 1
    assert "facts of operators' alarms, each hashed with the one before it" in run(copy, "verify")


def test_check_tells_where_chat_and_directory_disagree(copy: Path, tmp_path: Path) -> None:
    execute(copy, "INSERT INTO binding VALUES ('local:g:huayue', 'nobody', NULL, 'song-yi', 0)")

    said = run(copy, "check")

    assert "local:g:huayue (nobody): tied from chat to a customer the directory does not have" in said
    assert "is well" in said


def test_check_works_where_there_is_no_database_yet(tmp_path: Path) -> None:
    said = run(tmp_path, "check", DATABASE_URL="sqlite:///nowhere.db")

    assert "is well" in said
    assert "Groups tied from chat were not looked at" in said


def test_a_demo_from_before_the_first_release_is_told_the_way_out_and_begun_anew(copy: Path) -> None:
    execute(copy, "UPDATE alembic_version SET version_num = '0001'")

    refused = finish("demo", "--port", "0", folder=copy)
    assert refused.returncode == 2
    [line] = refused.stderr.splitlines()
    assert "casebell demo --fresh" in line

    fresh = Desk.start(*CASEBELL, "demo", "--fresh", "--port", "0", folder=copy)
    with fresh.client as client:
        assert client.get("/ready").json()["status"] == "ok"
    fresh.stop()
    assert Books(copy / "var" / "demo.db").count("case_") == 0
