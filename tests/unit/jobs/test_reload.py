"""The operator's files read anew while the desk works."""

import shutil
from pathlib import Path

import pytest

from bot.configuration import load_configuration
from bot.reload import Reload
from bot.services.desk import Desk
from tests.unit.directory.files import DEMO
from tests.unit.jobs.bench import Bench

GOLD = """\
title = { zh = "金牌", en = "Gold" }
source = "G-1"

[targets.response]
starts = "receipt"
basis = "elapsed"
clause = "G-1 §3"
levels.1 = { max = "0.25 hours" }
"""
NEW_YEAR = '[[years]]\nyear = 2027\nsource = "notice"\noff = [[2027-01-01, 2027-01-03]]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(DEMO.parent, folder)
    (folder / "policies").mkdir()
    return folder


@pytest.fixture
def desk(folder: Path) -> Desk:
    return load_configuration(folder).desk({})


@pytest.fixture
def reload(bench: Bench, folder: Path, desk: Desk) -> Reload:
    return Reload(bench.executor, desk, load_configuration(folder))


def alarms(bench: Bench) -> list[str]:
    return [text for _, text in bench.run(lambda unit: unit.registry.alarms())]


async def test_new_policies_and_people_are_in_force_at_once(
    reload: Reload, desk: Desk, folder: Path, bench: Bench
) -> None:
    before = desk.book
    (folder / "policies" / "gold.toml").write_text(GOLD, encoding="utf-8")
    directory = folder / "directory.yaml"
    text = directory.read_text(encoding="utf-8")
    directory.write_text(text.replace("[s4_response5]", "[s4_response5, gold]"), encoding="utf-8")

    assert await reload.perform()

    assert "gold" in desk.book.policies
    assert any("gold" in contract.schemes for contract in desk.directory.contracts.values())
    assert bench.run(lambda unit: unit.registry.edition(desk.book.edition)) is not None
    assert bench.run(lambda unit: desk.book_of(unit, before.edition)) is before


async def test_a_broken_file_changes_nothing_and_the_operator_reads_its_line(
    reload: Reload, desk: Desk, folder: Path, bench: Bench
) -> None:
    before = desk.book
    (folder / "policies" / "gold.toml").write_text(GOLD.replace("0.25 hours", "soon"), encoding="utf-8")

    assert not await reload.perform()

    assert desk.book is before
    (alarm,) = alarms(bench)
    assert "gold.toml:8: targets.response.levels.1.max: " in alarm
    (folder / "policies" / "gold.toml").write_text(GOLD, encoding="utf-8")
    assert await reload.perform()


async def test_public_holidays_wait_for_a_start(reload: Reload, folder: Path, bench: Bench) -> None:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "cn_statutory.toml").write_text(NEW_YEAR, encoding="utf-8")

    assert not await reload.perform()

    assert alarms(bench) == [
        "the files were not read anew: public holidays come into force when Casebell starts anew"
    ]
