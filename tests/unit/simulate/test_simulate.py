"""`casebell simulate`: what an operator reads, and what a program does."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.unit.directory.files import DEMO

OPENED = ("--opened", "2026-09-30T16:50")


def ran(*arguments: str, columns: int = 120, code: int = 0) -> str:
    env = {"COLUMNS": str(columns), "CASEBELL_CONFIG": str(DEMO.parent)}
    done = CliRunner().invoke(app, ["simulate", *arguments], env=env)
    assert done.exit_code == code, done.output
    return done.output


def listed(*arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(ran(*arguments, "--json"))
    return found


def named(found: list[dict[str, object]], name: str) -> dict[str, object]:
    return next(each for each in found if each["name"] == name)


def test_programs_get_every_milestone_and_alarm_in_order() -> None:
    found = listed("s0_fault5", *OPENED, "--level", "1")

    for each in found:
        assert each.keys() >= {"kind", "name", "due_at", "clause", "provisional"}
    dues = [datetime.fromisoformat(str(each["due_at"])) for each in found]
    assert dues == sorted(dues)
    fix = named(found, "fix")
    assert (fix["kind"], fix["due_at"]) == ("milestone", "2026-10-01T16:50:00+08:00")
    assert (fix["promised"], fix["at_best"], fix["clause"]) == ("24 hours", "1 hours", "S0 §4.4.1")
    assert named(found, "rung")["role"] == "engineer"


def test_service_hours_are_those_of_the_document() -> None:
    response = named(listed("s4_response5", *OPENED, "--level", "2"), "response")

    assert (response["calendar"], response["due_at"]) == ("s4_standard", "2026-10-08T16:50:00+08:00")


def test_another_calendar_ladder_and_zone_may_be_named() -> None:
    found = listed(
        "s4_response5",
        *("--opened", "2026-09-30T08:50", "--level", "P2", "--zone", "UTC"),
        *("--calendar", "s0_office", "--ladder", "none", "--reminders", "none"),
    )

    assert named(found, "response")["due_at"] == "2026-10-08T08:20:00+00:00"
    assert {"rung", "remind"}.isdisjoint(str(each["name"]) for each in found)


def test_what_people_do_moves_the_clocks() -> None:
    found = listed(
        "s1_p4",
        *OPENED,
        *("--level", "P1", "--event", "respond@2026-09-30T17:00", "--event", "diagnose@2026-09-30T17:30"),
        *("--event", "arrive@2026-09-30T18:00"),
    )

    assert named(found, "response")["met_at"] == "2026-09-30T17:00:00+08:00"
    assert named(found, "fix")["due_at"] == "2026-09-30T20:00:00+08:00"


def test_a_pause_moves_the_fix_and_the_customers_words_the_month() -> None:
    paused = listed("s0_fault5", *OPENED, "--pause", "2026-09-30T17:00/2026-09-30T18:30")
    solved = ("--event", "solve@2026-09-30T17:00")
    answered = listed("s0_fault5", *OPENED, *solved, "--customer-reply", "2026-10-05T09:00")

    assert named(paused, "fix")["due_at"] == "2026-10-01T18:20:00+08:00"
    assert named(answered, "silence")["due_at"] == "2026-11-05T23:59:59+08:00"


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(("language", "words"), [("en", "Told: Manager"), ("zh", "上报：经理")])
def test_the_table_fits_the_terminal(columns: int, language: str, words: str) -> None:
    shown = ran("s1_phone", "s1_p4", *OPENED, "--level", "P1", "--language", language, columns=columns)

    assert words in shown
    assert "▲" in shown
    assert "━" in shown
    assert max(map(len, shown.splitlines())) <= columns


HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("scheme", ["s0_fault5", "s1_events3", "s1_p4", "s4_response5", "s3_service"])
def test_english_is_english_to_the_last_clause(scheme: str) -> None:
    assert HAN.findall(ran(scheme, *OPENED, "--level", "2", columns=200)) == []


def test_what_happens_after_the_last_due_time_is_possible() -> None:
    found = listed("s1_phone", *OPENED, "--pause", "2026-10-08T10:00/2026-10-08T11:00")

    assert named(found, "notice")["due_at"] == "2026-10-15T11:00:00+08:00"


def test_pictures_are_drawn_into_files(tmp_path: Path) -> None:
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"

    ran("s1_events3", *OPENED, "--level", "urgent", "--svg", str(svg), "--png", str(png), "--language", "zh")

    assert "上报：总经理" in svg.read_text(encoding="utf-8")
    assert png.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("s9", *OPENED), "there is no 's9'; schemes are s0_fault5, "),
        (("s0_fault5", *OPENED, "--ladder", "x"), "there is no 'x'; ladders are none, s1_matrix"),
        (("s0_fault5", *OPENED, "--calendar", "x"), "there is no 'x'; calendars are always, "),
        (("s0_fault5", *OPENED, "--pause", "2026-10-02"), "--pause 2026-10-02: expected start and end"),
        (("s0_fault5", "--opened", "yesterday"), "--opened yesterday: expected a time"),
        (("s0_fault5", *OPENED, "--level", "7"), "--level 7: expected"),
        (("s0_fault5", *OPENED, "--event", "dance@2026-10-01"), "--event dance@2026-10-01: expected"),
        (("s0_fault5", *OPENED, "--event", "call@"), "--event call@"),
        (("s0_fault5", *OPENED, "--event", "reopen@2026-10-01T09:00"), "reopen cannot happen"),
        (("s0_fault5", *OPENED, "--pause", "2026-10-02/2026-10-01"), "expected an end after the start"),
        (("s0_fault5", *OPENED, "--zone", "Mars/North"), "--zone Mars/North: expected"),
        (("s0_fault5", "--opened", "1999-09-30T16:50"), "calendar s0_office knows"),
        (("s0_fault5", *OPENED, "--pause", "2026-09-01T10:00/2026-09-01T11:00"), "before the report"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], said: str) -> None:
    shown = ran(*arguments, code=2)

    assert said in shown
    assert len(shown.strip().splitlines()) == 1
