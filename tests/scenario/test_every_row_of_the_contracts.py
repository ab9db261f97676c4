"""Every row of the documents: the product has its figure and clause, and a story shows it by its number."""

import ast
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.cases.facts import FactKind
from bot.cases.triggers import TriggerKind as T
from bot.core.people import Level, Role
from bot.services.recurring import remind_of_recurring
from bot.sla.book import Book
from tests.scenario.conftest import NewWorld
from tests.scenario.contracts import with_contract
from tests.scenario.stage import ZH, opened
from tests.scenario.table import WITHIN, Row, clauses, figure, of_kind, outside, rows
from tests.scenario.world import START, THREADED, World
from tests.unit.cases.build import OPENED, Life, a_case
from tests.unit.sla.desk import FLAT

CAMPUS = "huayue-campus"
NATIONAL_DAY_NIGHT = datetime(2026, 10, 1, 19, tzinfo=UTC)
"""Friday 2026-10-02 at 03:00 in Shanghai, a public holiday."""


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load()


@cache
def defined(file: Path) -> tuple[str, frozenset[str]]:
    """The text of a test module, and the names of its tests."""
    text = file.read_text(encoding="utf-8")
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return text, frozenset(each.name for each in ast.walk(ast.parse(text)) if isinstance(each, kinds))


@pytest.mark.parametrize("row", [row for row in rows() if row.kind != "story"], ids=str)
def test_the_product_has_the_figure_of_every_row(book: Book, row: Row) -> None:
    found = figure(book, row)

    assert row.figure in found if row.kind in WITHIN else found == row.figure
    for clause in clauses(book, row):
        assert clause == row.clause


@pytest.mark.parametrize("row", rows(), ids=str)
def test_every_row_has_a_story_that_names_its_requirement(row: Row) -> None:
    text, names = defined(row.file)

    assert row.test in names
    assert [each for each in row.ids if each not in text and _snake(each) not in row.test] == []


def _snake(requirement: str) -> str:
    return requirement.lower().replace("-", "_").replace(".", "_")


def test_what_nothing_shows_has_a_reason() -> None:
    shown = {each for row in rows() for each in row.ids}

    assert shown.isdisjoint(outside())
    assert all(len(why) > len("not built") for why in outside().values())


def test_the_product_promises_nothing_that_is_in_no_row(book: Book) -> None:
    known = {(row.kind, *row.of) for row in rows()}
    shipped = {
        *(
            ("promise", name, milestone, str(int(level)))
            for name, policy in book.policies.items()
            for milestone, target in policy.targets.items()
            for level in target.levels
        ),
        *(("duty", name) for name in book.duties),
        *(("dated", name) for name in book.dated),
        *(("hours", name) for name in book.calendars),
        *(("warranty", name, "length") for name, policy in book.policies.items() if policy.warranty),
        *(("windows", name, "closes_after") for name, policy in book.policies.items() if policy.windows),
        *(("holds", name) for name, policy in book.policies.items() if policy.holds),
        *(
            ("rung", name, f"{rung.after.amount:g}h", str(int(level)))
            for name, policy in book.policies.items()
            for rung in policy.rungs
            for level in rung.tell
        ),
    }

    assert shipped - known == set()


@pytest.mark.parametrize("scheme", ["s0_fault5", "s1_events3", "s1_p4", "s4_response5"])
def test_a_level_is_read_said_and_handled_as_its_document_has_it(
    new_world: NewWorld, tmp_path: Path, scheme: str
) -> None:
    """What falls under it is told when it is set; staff alone read how it is handled.

    S0-4.4.1-4 S0-4.4.1-5 S0-4.4.2-1 S0-4.4.2-2 S0-4.4.2-3 S0-4.4.2-4 S0-4.4.2-5 S0-4.4.2-6
    S1-A2.7.2-1 S1-A2.7.2-2 S1-A2.7.2-3 S1-A2.10.5-1 S1-A2.10.5-2 S1-A2.10.5-3 S1-A2.10.5-4
    S4-3.5-1 S4-3.5-3 S4-3.5-4 S4-3.5-5 S4-3.5-6 S4-3.5-8 S4-3.5-9 S4-3.5-10 S4-3.5-11 S4-3.5-12
    """
    world = new_world(THREADED, START, with_contract(tmp_path, CAMPUS, schemes=f"[{scheme}]"))
    case, _ = opened(world, ZH)
    printed = {kind: _by_level(kind, scheme) for kind in ("level", "definition", "handling")}

    for level in (5, 4, 3, 2, 1):
        world.command("lin-xiaobei", f"level {case.key} {level} 42")
        world.command("lin-xiaobei", f"show {case.key}")
        told, shown = world.in_group("huayue")[-1].text, world.told("lin-xiaobei")[-1].text

        assert printed["level"].get(level, "") in shown.splitlines()[0]
        assert printed["definition"].get(level, "") in told
        for words in printed["handling"].get(level, "").split("；"):
            assert words in shown
            assert not words or words not in told


def _by_level(kind: str, scheme: str) -> dict[int, str]:
    return {int(row.of[1]): row.figure for row in of_kind(kind) if row.of[0] == scheme}


@pytest.mark.parametrize("level", Level)
def test_the_matrix_is_climbed_as_printed(level: Level) -> None:
    """S1-A2.7.2-5 S1-A2.7.2-6 S1-A2.7.2-7 S1-A2.7.2-8 S1-A2.7.2-9."""
    life = Life(a_case(FLAT, level))
    life.do(T.STAFF_SPOKE)

    life.live_until(OPENED + timedelta(hours=25))

    climbed = [
        (f"{(fact.at - OPENED) / timedelta(hours=1):g}h", fact.data["choice"])
        for fact in life.facts
        if fact.kind is FactKind.RUNG_REACHED
    ]
    printed = [(row.of[1], row.figure) for row in of_kind("rung") if row.of[2] == str(int(level))]
    assert climbed == printed


def test_the_engineers_minutes_are_those_printed(world: World) -> None:
    """S1-A2.8.2-3 S1-A2.8.2-4 S1-A2.8.2-5, told by two channels: S1-A2.8.2-14."""
    opened(world, ZH)
    assert world.mailed("lin.xiaobei@example.com")

    world.wait(minutes=61)

    kinds = {
        FactKind.ASSIGNED: "notify",
        FactKind.REMINDED: "remind",
        FactKind.REASSIGNED: "reassign",
        FactKind.ENGINEER_OVERDUE: "overdue",
    }
    happened = [
        (str((fact.at - START) // timedelta(minutes=1)), kinds[fact.kind])
        for fact in world.facts()
        if fact.kind in kinds and fact.actor == "casebell"
    ]
    printed = [(row.of[1], do) for row in of_kind("step") for do in row.figure.split()]
    assert happened == printed


def test_what_recurs_is_told_on_its_day(new_world: NewWorld, tmp_path: Path) -> None:
    """Every recurring service, a year after the contract began.

    S0-3.1.1-2 S0-3.4.11-1 S0-3.4.8 S0-3.1.3 S0-3.1.4 S0-3.1.5 S0-3.1.6 S0-3.1.7 S0-3.1.8 S0-3.1.9
    S1-A2.1.3-12 S1-A2.8.4-1 S1-A2.2.4-1 S3-4.5.1-11 S3-4.5.4-3 S3-4.5.4-4 S4-1-13 S4-1-18
    """
    every = [row.of[0] for row in of_kind("duty")]
    setting = with_contract(tmp_path, CAMPUS, duties=f"[{', '.join(every)}]", starts_on="2025-12-01")
    world = new_world(THREADED, datetime(2026, 11, 30, 1, tzinfo=UTC), setting)

    for _ in range(2):
        world.store.run(lambda unit: remind_of_recurring(unit, world.desk))
        world.wait(days=1)

    for row in of_kind("duty"):
        often, _, by = row.figure.split(",")[0].split()
        day = "2026年12月1日" if often.endswith("m") else "2026年11月30日"
        told = [each.text for each in world.told({"manager": "xu-zhiyuan"}.get(by, "lin-xiaobei"))]
        named = f"例行服务：{world.desk.book.duties[row.of[0]].name.zh}\n"
        assert [text for text in told if named in text and f"{day} 该做了。" in text and row.clause in text]


def test_s1_a2_10_5_10_who_is_held_up_on_the_way_says_why_and_is_late_all_the_same(world: World) -> None:
    """Also S1-A2.10.5-5: what decides the level is read beside the case."""
    case, thread = opened(world, ZH)
    world.command("lin-xiaobei", f"onsite {case.key} need")
    world.command("lin-xiaobei", f"show {case.key}")
    shown = [line.text for line in world.told("lin-xiaobei") if "须知" in line.text][-1]

    world.command("lin-xiaobei", f"add {case.key} 高速封路，预计 15:00 到")
    world.wait(hours=4, minutes=1)

    assert [row for row in of_kind("notes") if row.of[0] == "s1_p4" and row.figure not in shown] == []
    assert any("高速封路，预计 15:00 到" in line.text for line in world.in_group("huayue", thread))
    assert "s1_onsite:arrival" in [fact.data["choice"] for fact in world.happened(FactKind.BREACHED)]


def test_staff_read_what_counts_as_a_disaster_and_what_follows(new_world: NewWorld, tmp_path: Path) -> None:
    """S1-A2.4.2.4-1 S1-A2.4.2.4-2 S1-A2.4.2.4-4; the customer reads that a team comes."""
    setting = with_contract(tmp_path, CAMPUS, schemes="[s1_phone, s1_disaster]")
    world = new_world(THREADED, START, setting)
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", f"show {case.key}")
    world.command("lin-xiaobei", f"mark {case.key} disaster")

    shown = [line.text for line in world.told("lin-xiaobei") if "须知" in line.text][-1]
    assert [row for row in of_kind("notes") if row.of[0] == "s1_disaster" and row.figure not in shown] == []
    assert "应急小组会赶到现场" in world.in_group("huayue")[-1].text
    assert "到达现场：今天(周五) 14:00 前" in world.in_group("huayue")[-1].text


def test_a_customer_asks_the_centre_for_a_visit(world: World) -> None:
    """S1-A2.4.2.3-2: past everybody else, to the manager."""
    _, thread = opened(world, ZH)

    world.say("qin-shuyao", "@bot 需上门", group="huayue", thread=thread)

    assert "客户请求上门" in world.told("xu-zhiyuan")[-1].text.splitlines()[0]
    assert world.happened(FactKind.VISIT_REQUESTED)


def test_the_bot_answers_at_any_time(new_world: NewWorld) -> None:
    """S4-1-2."""
    world = new_world(start=NATIONAL_DAY_NIGHT)

    opened(world, ZH)

    assert world.in_group("huayue")[0].at == NATIONAL_DAY_NIGHT


def test_somebody_is_on_call_at_every_hour(world: World) -> None:
    """S1-A2.3.1-1, S1-A2.8.2-15, S1-A2.8.2-16."""
    hours = (START + timedelta(hours=hour) for hour in range(24 * 14))

    assert all(world.desk.directory.on_call(Role.ENGINEER, at) for at in hours)


def test_around_the_clock_an_hour_is_an_hour_on_a_holiday_night(book: Book) -> None:
    """S0-3.1.2-1, S1-A2.0-1, S1-A2.4.2.1-2, S3-4.5.1-3."""
    for name in ("always", "s1_always"):
        calendar = book.calendars[name]
        assert calendar.add(NATIONAL_DAY_NIGHT, timedelta(hours=3)) == NATIONAL_DAY_NIGHT + timedelta(hours=3)


def test_five_days_of_eight_hours(book: Book) -> None:
    """S4-1-1, C05."""
    week = book.calendars["s4_standard"].between(START, START + timedelta(days=7))

    assert week == timedelta(hours=40)


def test_office_hours_begin_and_end_as_printed(book: Book) -> None:
    """S0-4.2.2.1-1, S0-3.1.1-1, C05: the clock times count, eight and a half hours a day."""
    week = book.calendars["s0_office"].between(START, START + timedelta(days=7))

    assert week == timedelta(hours=42.5)
