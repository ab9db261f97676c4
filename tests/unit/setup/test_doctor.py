"""`casebell doctor` where nobody outside needs to be asked."""

from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from storage import migrate
from tests.unit.directory.files import DEMO

WIDE = {"COLUMNS": "400"}
GROUPS = """\
groups:
  - id: engineers
    title: {zh: 工程师群, en: Engineers}
    audience: engineers
    places: {slack: C1}
"""


def examined(folder: Path, *arguments: str, code: int, **settings: str) -> str:
    with chdir(folder):
        done = CliRunner().invoke(app, ["doctor", *arguments], env={**WIDE, **settings})
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a directory of nobody and a database."""
    (tmp_path / "config").mkdir()
    head = DEMO.read_text(encoding="utf-8").partition("\ncustomers:")[0]
    (tmp_path / "config" / "directory.yaml").write_text(head + "\n", encoding="utf-8")
    (tmp_path / "var").mkdir()
    migrate(f"sqlite:///{tmp_path / 'var' / 'casebell.db'}")
    return tmp_path


def test_with_no_platform_it_says_how_to_begin(desk: Path) -> None:
    said = examined(desk, code=0)

    assert "SLACK_BOT_TOKEN is not set" in said
    assert "follow docs/how-to/slack.md" in said
    assert "DINGTALK_CLIENT_ID is not set" in said
    assert "follow docs/how-to/dingtalk.md" in said
    assert "0 to mend" in said


def test_a_platform_that_was_asked_for_and_is_not_configured_is_a_fault(desk: Path) -> None:
    said = examined(desk, "--platform", "dingtalk", code=1)

    assert "✗  app" in said
    assert "SLACK_BOT_TOKEN" not in said


def test_a_half_written_account_is_told_by_the_setting_that_is_missing(desk: Path) -> None:
    said = examined(desk, code=1, SLACK_BOT_TOKEN="xoxb-of-nobody")

    assert "✗  SLACK_APP_TOKEN" in said
    assert "xoxb" not in said


def test_a_misspelt_setting_of_a_platform_is_told(desk: Path) -> None:
    said = examined(desk, code=0, SLACK_BOT_TOKN="x", SLACK_CLI_THEME="y")

    assert "did you mean SLACK_BOT_TOKEN?" in said
    assert "SLACK_CLI_THEME" not in said


def test_faults_of_the_files_are_told_with_their_lines(desk: Path) -> None:
    with (desk / "config" / "directory.yaml").open("a", encoding="utf-8") as file:
        file.write("people:\n  - id: nobody\n")

    said = examined(desk, code=1)

    assert "directory.yaml:" in said
    assert "correct that line" in said


def test_a_database_that_is_not_there_is_told(desk: Path) -> None:
    said = examined(desk, code=1, DATABASE_URL="sqlite:///elsewhere.db")

    assert "✗  database" in said
    assert "casebell migrate" in said


def test_without_mail_it_warns(desk: Path) -> None:
    assert "set CASEBELL_MAIL_URL" in examined(desk, code=0)
    assert "CASEBELL_MAIL_URL" not in examined(desk, code=0, CASEBELL_MAIL_URL="mailto://desk.example.com")


def test_a_group_on_a_platform_that_is_not_configured_is_told(desk: Path) -> None:
    with (desk / "config" / "directory.yaml").open("a", encoding="utf-8") as file:
        file.write(GROUPS)

    said = examined(desk, code=0)

    assert "!  group engineers" in said
    assert "stands on slack, which is not configured" in said
