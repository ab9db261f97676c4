"""A branch has the duty outside of standard hours (S4 part 3 (2), (3), C37)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cases.facts import FactKind
from bot.services.branches import tell_branches
from bot.sla.book import Book
from tests.scenario.conftest import NewWorld
from tests.scenario.edited import edited
from tests.scenario.world import Setting, World

SPECIALIST, ON_DUTY, OTHER = "eve-turner", "yang-lei", "guo-ping"
DOWN, MINOR = "The portal is down, nobody can work", "The printer is broken"
PEOPLE = """people:
  - id: yang-lei
    name: 杨磊
    name_en: Yang Lei
    roles: [engineer]
    email: yang.lei@example.com
    ids: {local: yang-lei}
  - id: guo-ping
    name: 郭平
    name_en: Guo Ping
    roles: [engineer]
    email: guo.ping@example.com
    ids: {local: guo-ping}
"""
UNITS = """units:
  - id: xian
    name: {zh: 西安分公司, en: Xi'an branch}
    people: [guo-ping, yang-lei]
    phone: 000-0000-0900
"""
ROTA = """rota:
  - unit: xian
    people: [yang-lei, guo-ping]
"""
STANDARD = "    calendar: s4_standard\n"
BRANCH = f"{STANDARD}    branch: xian\n    customer_hours: s0_office\n"
NOON = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
"""Friday 12:30 in Shanghai: outside of the standard hours, inside of the customer's."""

NIGHT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


DUTY_OF_THE_BRANCH = (
    ("people:\n  # ", f"{PEOPLE}  # "),
    ("units:\n", UNITS),
    ("rota:\n", ROTA),
    (STANDARD, BRANCH),
)
OWN_HOURS = """[calendars.branch_hours]
zone = "Asia/Shanghai"
working_hours = ["12:00-13:30"]
"""


def setting() -> Setting:
    """The demo's desk, with a branch for the portal's contract."""
    return edited(*DUTY_OF_THE_BRANCH)


def reported(world: World, words: str) -> str:
    world.say("oliver-grant", words, group="bluebay")
    return str(world.case().key)


@pytest.mark.parametrize(
    ("requirement", "at", "words", "owner"),
    [
        ("S4-3.3-1", NOON, MINOR, ON_DUTY),
        ("S4-3.2-1", NOON, DOWN, ON_DUTY),
        ("S4-3.2-1", NIGHT, DOWN, ON_DUTY),
        ("C37", NIGHT, MINOR, SPECIALIST),
        ("S4-1-1", MORNING, DOWN, SPECIALIST),
    ],
)
def test_the_hour_and_the_level_decide_who_has_it(
    new_world: NewWorld, requirement: str, at: datetime, words: str, owner: str
) -> None:
    world = new_world(start=at, setting=setting())

    reported(world, words)

    assert world.case().owner == owner, requirement


def test_the_branch_is_alerted_at_once_in_its_own_time(new_world: NewWorld) -> None:
    world = new_world(start=NOON, setting=setting())

    reported(world, MINOR)

    assert [line.at for line in world.mailed("yang.lei@example.com")] == [NOON]


def test_a_case_of_the_branch_goes_on_to_its_own_people(new_world: NewWorld) -> None:
    world = new_world(start=NIGHT, setting=setting())
    reported(world, DOWN)

    world.wait(minutes=46)

    assert [fact.data["to"] for fact in world.happened(FactKind.REASSIGNED)] == [OTHER]


def test_what_turns_out_to_be_urgent_at_night_is_told_to_the_branch(new_world: NewWorld) -> None:
    world = new_world(start=NIGHT, setting=setting())
    number = reported(world, MINOR)

    world.command(SPECIALIST, f"level {number} 1 nobody can work", group="engineers")

    assert "西安分公司立即分析并提供远程服务" in world.told(ON_DUTY)[-1].text
    assert [fact.kind for fact in world.outcomes() if fact.data["to"] == ON_DUTY] == [
        FactKind.ALERT_DELIVERED,
        FactKind.ALERT_DELIVERED,
    ]


def test_the_customer_reads_which_branch_takes_calls(new_world: NewWorld) -> None:
    world = new_world(start=NIGHT, setting=setting())

    reported(world, DOWN)

    assert any(
        "Now Xi'an branch takes calls, at 000-0000-0900." in line.text for line in world.in_group("bluebay")
    )


def test_people_of_a_branch_are_not_on_call_for_the_rest(new_world: NewWorld) -> None:
    without_rota = (
        "  - role: engineer\n    people: [lin-xiaobei, eve-turner, he-miao]",
        "  - role: engineer\n    hours: 03:00-03:01\n    people: [lin-xiaobei, eve-turner, he-miao]",
    )
    changes = (
        ("people:\n  # ", f"{PEOPLE}  # "),
        ("units:\n", UNITS),
        ("rota:\n", ROTA),
        (STANDARD, BRANCH),
        ("    hours: always\n", ""),
        without_rota,
    )
    world = new_world(setting=edited(*changes))

    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")

    assert world.case().owner == "lin-xiaobei"


def test_a_case_from_before_a_calendar_goes_by_it_when_a_branch_does(
    new_world: NewWorld, tmp_path: Path
) -> None:
    world = new_world(start=NIGHT, setting=setting())
    number = reported(world, DOWN)
    own_hours = ("customer_hours: s0_office", "customer_hours: branch_hours")

    reloaded(world, edited(*DUTY_OF_THE_BRANCH, own_hours), tmp_path)
    world.command(SPECIALIST, f"level {number} 3 only the printer", group="engineers")
    world.command(OTHER, f"take {number}", group="engineers")

    assert (world.case().level, world.case().owner) == (3, OTHER)


def reloaded(world: World, found: Setting, folder: Path) -> None:
    """Let the desk read other files: a calendar that the cases so far have never heard of is in them."""
    (folder / "data").mkdir()
    (folder / "data" / "calendars.toml").write_text(OWN_HOURS, encoding="utf-8")
    configuration = found.configuration
    world.desk.renew(
        directory=configuration.directory,
        book=Book.load(folder),
        knowledge=configuration.knowledge,
        triage=configuration.triage,
    )


def branch_of(*changes: tuple[str, str]) -> Setting:
    return edited(*DUTY_OF_THE_BRANCH, *changes)


def tell_of_branches(world: World, setting: Setting | None = None) -> list[str]:
    """Let customers be told of their branches, and return what was said."""
    before = len(world.in_group("bluebay"))
    if setting is not None:
        files = setting.configuration
        world.desk.renew(
            directory=files.directory, book=files.book, knowledge=files.knowledge, triage=files.triage
        )
    world.store.run(lambda unit: tell_branches(unit, world.desk))
    world.settle()
    return [line.text for line in world.in_group("bluebay")[before:]]


def test_s4_3_3_2_customers_are_told_whom_they_reach_out_of_hours_and_when_it_is_others(
    new_world: NewWorld,
) -> None:
    world = new_world(setting=branch_of())

    (first,) = tell_of_branches(world)
    assert first.splitlines()[1:] == [
        "Outside standard hours Xi'an branch serves you. Its people:",
        "- Guo Ping  guo.ping@example.com",
        "- Yang Lei  yang.lei@example.com",
        "On duty: 000-0000-0900.",
    ]
    assert tell_of_branches(world) == []

    world.clock.advance(timedelta(days=1))
    (second,) = tell_of_branches(world, branch_of(("people: [guo-ping, yang-lei]", "people: [yang-lei]")))
    assert "Guo Ping" not in second
    world.clock.advance(timedelta(days=1))
    assert tell_of_branches(world, branch_of()) == [first]
    assert world.in_group("huayue") == []


def test_whom_they_reach_is_told_again_where_it_is_others_and_back_on_one_day(new_world: NewWorld) -> None:
    world = new_world(setting=branch_of())
    (first,) = tell_of_branches(world)

    world.clock.advance(timedelta(minutes=1))
    (second,) = tell_of_branches(world, branch_of(("people: [guo-ping, yang-lei]", "people: [yang-lei]")))
    assert second != first
    world.clock.advance(timedelta(minutes=1))
    assert tell_of_branches(world, branch_of()) == [first]


def test_a_group_that_a_desk_comes_to_later_is_told_then(new_world: NewWorld) -> None:
    world = new_world(setting=branch_of())
    known = world.desk.capabilities
    world.desk.capabilities = {}
    assert tell_of_branches(world) == []

    world.desk.capabilities = known

    assert len(tell_of_branches(world)) == 1


def test_whom_customers_were_told_of_is_kept_without_their_names(new_world: NewWorld) -> None:
    world = new_world(setting=branch_of())
    tell_of_branches(world)

    kept = world.store.read(lambda unit: unit.registry.latest("branch:bluebay-portal:local:g:bluebay"))

    assert kept is not None
    assert "guo" not in kept.casefold()
