"""The operator's files read anew while the desk works."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import NoReturn, TypeVar

import pytest

from bot.alerts.channels import open_channels
from bot.configuration import Configuration, Shown, load_configuration
from bot.core.errors import StoreError
from bot.core.matters import Emergency
from bot.core.people import MAIL, Level, PlatformName
from bot.jobs.executor import Executor
from bot.ports import Alerter, Unit
from bot.reload import Reload
from bot.services.coverage import watch_calendars
from bot.services.desk import Desk
from tests.unit.directory.files import DEMO
from tests.unit.jobs.bench import Bench, FakeAlerter

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


T = TypeVar("T")


class Away(Executor):
    """A database that cannot be reached."""

    async def call(self, work: Callable[[Unit], T]) -> T:
        raise StoreError("the database failed: no route to host")


class Uncommitted(Executor):
    """A database that takes back whatever is done, at its end."""

    async def call(self, work: Callable[[Unit], T]) -> T:
        self._store.rehearse(work)
        raise StoreError("the database failed: the commit was lost")


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
def alerters() -> dict[PlatformName, Alerter]:
    return {MAIL: FakeAlerter()}


@pytest.fixture
def reload(bench: Bench, folder: Path, desk: Desk, alerters: dict[PlatformName, Alerter]) -> Reload:
    return reloading(bench, folder, desk, alerters)


def reloading(bench: Bench, folder: Path, desk: Desk, alerters: dict[PlatformName, Alerter]) -> Reload:
    def opened(found: Configuration) -> dict[PlatformName, Alerter]:
        return {MAIL: FakeAlerter(), **open_channels(found.folder, {})}

    return Reload(bench.executor, desk, load_configuration(folder), alerters=alerters, open_channels=opened)


def reloaded(bench: Bench, folder: Path) -> tuple[Reload, Desk]:
    """Another process on the same database, with files of its own."""
    desk = load_configuration(folder).desk({})
    return reloading(bench, folder, desk, {}), desk


def new_year_is_announced(folder: Path, bench: Bench) -> None:
    bench.clock.advance(timedelta(seconds=1))
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "cn_statutory.toml").write_text(NEW_YEAR, encoding="utf-8")


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


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("engineer_clock_in_service_hours: sometimes", "expected true or false, found 'sometimes'"),
        ("schemes: [gold]", "there is no 'gold'"),
        ("calendar: moon", "there is no 'moon'"),
    ],
)
async def test_a_broken_directory_changes_nothing_and_the_operator_reads_its_line(
    reload: Reload, desk: Desk, folder: Path, bench: Bench, wrong: str, told: str
) -> None:
    before = desk.directory
    directory = folder / "directory.yaml"
    lines = directory.read_text(encoding="utf-8").splitlines()
    field = wrong.partition(":")[0]
    number = next(n for n, line in enumerate(lines) if line.startswith(f"    {field}:"))
    lines[number] = f"    {wrong}"
    directory.write_text("\n".join(lines), encoding="utf-8")

    assert not await reload.perform()

    assert desk.directory is before
    (alarm,) = alarms(bench)
    assert f"directory.yaml:{number + 1}: contracts[0].{field}" in alarm
    assert told in alarm


async def test_public_holidays_are_in_force_at_once_and_the_alarm_about_them_is_over(
    reload: Reload, desk: Desk, folder: Path, bench: Bench
) -> None:
    bench.run(reload.begin)
    bench.run(lambda unit: watch_calendars(unit, desk))
    new_year_is_announced(folder, bench)

    assert await reload.perform()

    assert desk.book.calendars["s0_office"].announced_to == date(2027, 12, 31)
    assert [text.split(" (")[0] for text in reversed(alarms(bench))] == [
        "announced holidays end on 2026-12-31",
        "holidays are announced to 2027-12-31 now; open cases are counted anew",
    ]


async def test_every_process_follows_the_one_that_knows_other_holidays(
    reload: Reload, desk: Desk, folder: Path, tmp_path: Path, bench: Bench
) -> None:
    bench.run(reload.begin)
    case_of_former_policies = bench.run(lambda unit: desk.book_of(unit, desk.book.edition))
    shutil.copytree(folder, tmp_path / "other")
    new_year_is_announced(tmp_path / "other", bench)
    other, there = reloaded(bench, tmp_path / "other")

    bench.run(other.begin)
    await reload.follow()

    assert desk.book.data.days == there.book.data.days
    assert desk.book.calendars["s0_office"].announced_to == date(2027, 12, 31)
    kept = bench.run(lambda unit: desk.book_of(unit, desk.book.edition))
    assert kept is not case_of_former_policies
    assert kept.data.days == there.book.data.days


async def test_a_process_with_older_files_does_not_take_holidays_back(
    reload: Reload, desk: Desk, folder: Path, bench: Bench
) -> None:
    bench.run(reload.begin)
    new_year_is_announced(folder, bench)
    await reload.perform()
    (folder / "data" / "cn_statutory.toml").unlink()
    started, later = reloaded(bench, folder)

    bench.run(started.begin)
    assert later.book.data.days == desk.book.data.days

    bench.clock.advance(timedelta(seconds=1))
    await reload.perform()
    await started.follow()
    assert desk.book.calendars["s0_office"].announced_to == date(2026, 12, 31)
    assert later.book.data.days == desk.book.data.days


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise imports it
async def test_channels_are_those_of_the_file_or_stay(
    reload: Reload, folder: Path, bench: Bench, alerters: dict[PlatformName, Alerter]
) -> None:
    channels = folder / "channels.toml"
    channels.write_text('[channels.push]\nurl = "json://localhost/{to}"\n', encoding="utf-8")
    assert await reload.perform()
    assert set(alerters) == {"mail", "push"}

    channels.write_text('[channels.push]\nurl = "nothing://{to}"\n', encoding="utf-8")
    assert not await reload.perform()
    assert set(alerters) == {"mail", "push"}
    assert "channels.toml:2: channels.push.url: " in alarms(bench)[0]

    channels.unlink()
    assert await reload.perform()
    assert set(alerters) == {"mail"}


async def test_each_attempt_with_a_fault_is_answered(reload: Reload, folder: Path, bench: Bench) -> None:
    (folder / "directory.yaml").write_text("people: 3\n", encoding="utf-8")

    for _ in range(2):
        assert not await reload.perform()
        bench.clock.advance(timedelta(minutes=1))

    assert len(alarms(bench)) == 2


async def test_while_the_database_is_away_the_files_in_force_stay_and_the_next_hangup_is_heard(
    bench: Bench, folder: Path, desk: Desk
) -> None:
    """The error left through the loop that hears hangups, and ended it."""
    before = desk.book
    reload = Reload(
        Away(bench.store), desk, load_configuration(folder), alerters={}, open_channels=lambda _: {}
    )

    assert not await reload.perform()
    assert desk.book is before


async def test_what_was_not_committed_is_not_gone_by(
    reload: Reload, desk: Desk, folder: Path, bench: Bench
) -> None:
    book, directory, articles = desk.book, desk.directory, desk.shelf
    (folder / "policies" / "gold.toml").write_text(GOLD, encoding="utf-8")
    new_year_is_announced(folder, bench)
    reload._executor = Uncommitted(bench.store)

    assert not await reload.perform()

    assert (desk.book, desk.directory, desk.shelf) == (book, directory, articles)
    reload._executor = bench.executor
    assert await reload.perform()
    assert "gold" in desk.book.policies


async def test_holidays_whose_notice_was_not_committed_are_told_again(
    bench: Bench, folder: Path, tmp_path: Path
) -> None:
    other, desk = reloaded(bench, folder)
    bench.run(other.begin)
    newer = tmp_path / "newer"
    shutil.copytree(folder, newer)
    announced, _ = reloaded(bench, newer)
    new_year_is_announced(newer, bench)
    assert await announced.perform()
    before = desk.book
    other._executor = Uncommitted(bench.store)

    with pytest.raises(StoreError):
        await other.follow()

    assert desk.book is before
    other._executor = bench.executor
    other._next = 0.0
    await other.follow()
    assert desk.book is not before


def has_read(desk: Desk) -> bool:
    return desk.shelf.complete


async def test_many_articles_are_read_while_the_desk_works(
    bench: Bench, folder: Path, alerters: dict[PlatformName, Alerter]
) -> None:
    begun = load_configuration(folder, at_once=10)
    desk = begun.desk({})
    reload = Reload(bench.executor, desk, begun, alerters=alerters, open_channels=lambda _: {})
    bench.run(reload.begin)
    assert not has_read(desk)
    assert bench.run(lambda unit: unit.registry.newest("knowledge")) is None

    assert not await reload.complete()

    assert has_read(desk)
    known = bench.run(desk.shelf.current)
    assert len(known.articles) > 10
    assert bench.run(lambda unit: unit.registry.newest("knowledge")) == known.edition
    desk.shelf.renew(begun.knowledge)
    await reload.complete()
    assert not has_read(desk), "once is enough"


async def test_a_fault_in_many_articles_is_told_and_the_desk_works_without_them(
    bench: Bench, folder: Path, alerters: dict[PlatformName, Alerter]
) -> None:
    begun = load_configuration(folder, at_once=10)
    desk = begun.desk({})
    reload = Reload(bench.executor, desk, begun, alerters=alerters, open_channels=lambda _: {})
    (folder / "kb" / "vpn-691.md").write_text("no article", encoding="utf-8")

    await reload.complete()

    assert not has_read(desk)
    assert any("vpn-691.md" in text for text in alarms(bench))


async def test_few_articles_are_there_from_the_start(folder: Path) -> None:
    assert load_configuration(folder, at_once=1_000).knowledge.complete


async def test_a_process_that_ends_waits_for_no_articles(
    reload: Reload, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, given_up = Event(), Event()

    def endless(_folder: Path, shown: Shown) -> NoReturn:
        try:
            with shown("reading", 1) as told:
                while True:
                    told(1)
                    begun.set()
        finally:
            given_up.set()

    monkeypatch.setattr("bot.reload.load_configuration", endless)
    reading = asyncio.create_task(reload.perform())
    assert await asyncio.to_thread(begun.wait, 10)

    reading.cancel()

    assert await asyncio.to_thread(given_up.wait, 10)


async def test_words_and_examples_of_the_desks_own_are_in_force_after_a_hangup(
    reload: Reload, folder: Path, desk: Desk
) -> None:
    own = folder / "triage"
    (own / "matters").mkdir(parents=True)
    (own / "examples.jsonl").write_text(
        '{"text": "大屏跳舞了", "intent": "fault", "level": 2}\n', encoding="utf-8"
    )
    (own / "matters" / "ours.toml").write_text(
        'language = "zh"\n[[rule]]\nid = "ours-gas"\nkind = "fire"\nwords = ["燃气泄漏"]\n', encoding="utf-8"
    )

    assert await reload.perform()

    assert desk.triage.understand("大屏跳舞了！").level is Level.SEVERE
    assert desk.triage.understand("食堂燃气泄漏").kind is Emergency.FIRE
