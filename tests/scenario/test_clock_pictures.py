"""A picture of a case's clocks, on request: who sees what of it, and where."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.message import Attachment
from bot.notify.picture import png
from bot.ports import Capabilities, Content, FileState
from bot.services.editions import perform
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.stage import EN, ZH, Side, opened
from tests.scenario.world import FLAT, THREADED, Line, World

PNG = b"\x89PNG\r\n\x1a\n"


def picture(world: World, line: Line) -> Content:
    """Return the file a line brings; it brings nothing else."""
    [block] = line.message.blocks
    assert isinstance(block, Attachment)
    assert world.store.read(lambda unit: unit.files.state(block.file)) == (FileState.FETCHED, "")
    return world.store.read(lambda unit: unit.files.content(block.file))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep every picture as the SVG it is made of."""
    made: list[str] = []

    def keep(svg: str) -> bytes:
        made.append(svg)
        return png(svg)

    monkeypatch.setattr("bot.services.charts.png", keep)
    return made


@pytest.mark.parametrize("capabilities", [THREADED, FLAT], ids=["threads", "flat"])
@pytest.mark.parametrize(("side", "words"), [(ZH, "时限 {n} 图"), (EN, "why {n} chart")], ids=["zh", "en"])
def test_staff_get_every_clock_with_everybody_who_will_be_told(
    new_world: NewWorld, drawn: list[str], capabilities: Capabilities, side: Side, words: str
) -> None:
    world = new_world(capabilities)
    case, _ = opened(world, side)
    world.wait(minutes=31)

    world.command("lin-xiaobei", words.format(n=case.key), group="engineers")

    answer = next(line for line in reversed(world.in_group("engineers")) if line.file)
    content = picture(world, answer)
    assert (content.mime, content.data[:8]) == ("image/png", PNG)
    assert str(case.key) in content.name
    assert case.key in drawn[0]
    assert "上报：" in drawn[0]
    assert "现在" in drawn[0]


def test_a_customer_gets_the_promises_alone(world: World, drawn: list[str]) -> None:
    case, thread = opened(world, ZH)

    world.say(ZH.customer, f"@bot 时限 {case.key} 图", group=ZH.group, thread=thread)

    picture(world, next(line for line in reversed(world.in_group(ZH.group, thread)) if line.file))
    assert "开始支持" in drawn[0]
    for internal in ("上报", "提醒", "电话支持", "P1-P4", "§", "内部"):
        assert internal not in drawn[0]


def test_staff_in_front_of_a_customer_see_the_customers_picture(world: World, drawn: list[str]) -> None:
    case, thread = opened(world, ZH)

    world.say("lin-xiaobei", f"@bot 时限 {case.key} 图", group=ZH.group, thread=thread)

    assert "上报" not in drawn[0]
    assert "§" not in drawn[0]


def test_a_case_moved_away_from_a_scheme_that_is_no_more_is_drawn_with_its_name(
    new_world: NewWorld, drawn: list[str], tmp_path: Path
) -> None:
    world = new_world(setting=with_contract(tmp_path, "huayue-campus"))
    case, _ = opened(world, ZH)
    world.wait(minutes=50)
    after = with_contract(tmp_path, "huayue-campus", schemes="[s1_events3]").configuration
    left = {name: policy for name, policy in after.book.policies.items() if name != "s1_phone"}
    book = replace(after.book, policies=left, edition="later")
    world.desk.renew(directory=after.directory, book=book, knowledge=after.knowledge, triage=after.triage)

    world.store.run(lambda unit: perform(unit, world.desk, [case.id], None))
    world.command("lin-xiaobei", f"时限 {case.key} 图", group="engineers")

    assert "s1_phone" in drawn[0]


def test_a_promise_kept_on_a_calendar_that_is_no_more_is_explained_and_drawn(
    new_world: NewWorld, drawn: list[str], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    calendars = tmp_path / "data" / "calendars.toml"
    hours = (
        '[calendars.evening]\nzone = "Asia/Shanghai"\nworking_hours = ["08:00-20:00"]\nyears = [2024, 2030]\n'
    )
    calendars.write_text(hours, encoding="utf-8")
    fields = {"schemes": "[s4_response5]", "calendar": "evening"}
    world = new_world(setting=with_contract(tmp_path, "huayue-campus", **fields))
    case, thread = opened(world, ZH)
    world.say("lin-xiaobei", "在看", group="huayue", thread=thread)
    calendars.unlink()
    later = with_contract(tmp_path, "huayue-campus", schemes="[s1_phone]", calendar="always").configuration
    world.desk.renew(
        directory=later.directory, book=later.book, knowledge=later.knowledge, triage=later.triage
    )
    world.store.run(later.keep)
    world.store.run(lambda unit: perform(unit, world.desk, [case.id], None))

    for words in (f"时限 {case.key}", f"时限 {case.key} 图"):
        world.command("lin-xiaobei", words, group="engineers")

    assert "日历：evening，已不再使用" in world.in_group("engineers")[-2].text
    assert len(drawn) == 1


def test_two_who_ask_at_one_instant_each_get_their_own(world: World) -> None:
    case, thread = opened(world, ZH)

    world.command("lin-xiaobei", f"时限 {case.key} 图", group="engineers")
    world.say(ZH.customer, f"@bot 时限 {case.key} 图", group=ZH.group, thread=thread)

    [staff] = [line for line in world.in_group("engineers") if line.file]
    [customer] = [line for line in world.in_group(ZH.group, thread) if line.file]
    assert picture(world, staff).data != picture(world, customer).data
