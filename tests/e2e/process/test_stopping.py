import shutil
import signal
import subprocess
from pathlib import Path

from tests.e2e.process.desk import CASEBELL, ROOT, Books, Desk, environment, finish, until

STOPS_WITHIN_S = 3
CONFIG = str(ROOT / "config")


def test_ctrl_c_ends_the_demo_even_while_a_page_is_open(tmp_path: Path) -> None:
    desk = Desk.start(*CASEBELL, "demo", "--port", "0", folder=tmp_path)
    with desk.client as client, client.stream("GET", "/live") as live:
        assert next(live.iter_lines()).startswith("event")

        took = desk.stop()

    assert took < STOPS_WITHIN_S
    assert desk.process.returncode == 0


def test_the_demo_keeps_what_was_done_until_it_is_begun_anew(tmp_path: Path) -> None:
    books = Books(tmp_path / "var" / "demo.db")
    desk = Desk.start(*CASEBELL, "demo", "--port", "0", folder=tmp_path)
    desk.say("qin-shuyao", "huayue", "教务系统打不开了，全校学生都不能选课")
    until(lambda: books.count("case_") == 1)
    desk.stop()
    Desk.start(*CASEBELL, "demo", "--port", "0", folder=tmp_path).stop()
    assert books.count("case_") == 1

    Desk.start(*CASEBELL, "demo", "--fresh", "--port", "0", folder=tmp_path).stop()
    assert books.count("case_") == 0

    refused = finish(
        "run",
        folder=tmp_path,
        DATABASE_URL="sqlite:///var/demo.db",
        CASEBELL_CONFIG=CONFIG,
        CASEBELL_HTTP_PORT="0",
    )
    assert refused.returncode == 2
    assert refused.stderr.startswith("casebell: this database is used by the demo")


def test_a_desk_without_a_group_says_what_to_do_next(tmp_path: Path) -> None:
    desk = subprocess.Popen(
        [*CASEBELL, "run"],
        cwd=tmp_path,
        env=environment(CASEBELL_CONFIG=CONFIG, CASEBELL_HTTP_PORT="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert desk.stdout is not None
    with desk, desk.stdout as said:
        hint = said.readline()
        running = said.readline()
        desk.send_signal(signal.SIGTERM)
        assert desk.wait(timeout=STOPS_WITHIN_S) == 0

    assert "directory.yaml" in hint
    assert "casebell check" in hint
    assert "http://127.0.0.1:" in running


def test_a_hangup_reads_the_files_anew_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "config")
    log = tmp_path / "log"
    with log.open("w") as stderr:
        desk = subprocess.Popen(
            [*CASEBELL, "run"],
            cwd=tmp_path,
            env=environment(CASEBELL_CONFIG=str(tmp_path / "config"), CASEBELL_HTTP_PORT="0"),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert desk.stdout is not None
    with desk, desk.stdout as said:
        try:
            while "is running" not in said.readline():
                pass
            desk.send_signal(signal.SIGHUP)
            until(lambda: '"reloaded"' in log.read_text())
            (tmp_path / "config" / "directory.yaml").write_text("desk: nobody\n")
            desk.send_signal(signal.SIGHUP)
            until(lambda: '"reload_failed"' in log.read_text())
            desk.send_signal(signal.SIGTERM)
            assert desk.wait(timeout=STOPS_WITHIN_S) == 0
        finally:
            desk.kill()
    assert "directory.yaml:1: desk" in log.read_text()
