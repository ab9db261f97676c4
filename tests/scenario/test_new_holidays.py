"""Holidays are announced, or changed, while cases are open: their deadlines move, what happened stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Case
from bot.jobs.executor import Executor
from bot.jobs.watchdog import Watchdog
from bot.services.cards import DeskPen
from bot.services.gathered import Gathered
from bot.services.recompute import Recomputation, begin, come_into_force, pending_change
from bot.services.wake import fire_due
from bot.sla.calendar_days import HolidayList, HolidayYear
from bot.sla.promises import Running
from tests.scenario.world import LOCAL, THREADED, World
from tests.unit.sla.desk import local

WEDNESDAY = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
NEW_YEAR = (date(2027, 1, 1), date(2027, 1, 1))
LONG = (date(2027, 1, 1), date(2027, 1, 4))


@pytest.fixture
def world() -> World:
    world = World(start=WEDNESDAY)
    apply(world)
    world.say("oliver-grant", "Please add a dark mode to the portal", group="bluebay")
    return world


def announce(world: World, *off: tuple[date, date], work: tuple[date, ...] = ()) -> None:
    """Start the desk anew on a list in which 2027 is announced."""
    book = world.configuration.book
    year = HolidayYear(year=2027, source="made up", off=off, work=work)
    listed = book.data.holidays["cn_statutory"].overlaid(HolidayList(years=(year,)))
    # The edition of the policies changes with the days, and open cases keep theirs.
    changed = replace(book.counted_on({"cn_statutory": listed}), edition=f"later than {book.edition}")
    world.store.run(world.configuration.keep)
    world.desk = replace(world.configuration, book=changed).desk({LOCAL: THREADED})
    world.pen = DeskPen(world.desk)


def nothing_more(_: World) -> None:
    """Let nothing happen between counting and telling."""


def apply(world: World, meanwhile: Callable[[World], None] = nothing_more) -> int:
    holidays = world.desk.book.data.holidays
    change = world.store.read(lambda unit: pending_change(unit, holidays))
    if change is None:
        return 0
    work, gathered = Recomputation(world.desk, change), Gathered()
    world.store.run(lambda unit: begin(unit, change))
    counted = world.store.run(lambda unit: work.perform(unit, change.cases))
    gathered.add(counted.news)
    meanwhile(world)
    world.store.run(lambda unit: work.tell(unit, gathered, gathered.readers))
    world.store.run(lambda unit: come_into_force(unit, change))
    world.settle()
    return counted.moved


def due_at(case: Case) -> datetime:
    (running,) = (promise for promise in case.promises if isinstance(promise, Running))
    return running.due_at


def test_a_promise_into_a_year_not_announced_says_so(world: World) -> None:
    assert due_at(world.case()) == local("2027-01-05 10:00")
    assert "provisional: the holidays of that year are not announced yet" in card(world)
    assert "暂定：该年度放假安排尚未公布" in world.in_group("engineers")[0].text


@pytest.mark.parametrize("verb", ["show", "list", "why"])
@pytest.mark.parametrize(
    ("who", "group", "told"),
    [("lin-xiaobei", "engineers", "暂定："), ("oliver-grant", "bluebay", "(provisional:")],
)
def test_whoever_asks_for_the_time_reads_that_it_is_provisional(
    world: World, verb: str, who: str, group: str, told: str
) -> None:
    number = "" if verb == "list" else f" {world.case().key}"
    before = len(world.seen_by(who))

    world.command(who, f"{verb}{number}", group=group)

    assert any(told in line.text for line in world.seen_by(who)[before:])


def test_a_longer_holiday_moves_the_deadline_and_the_customer_hears_of_it(world: World) -> None:
    before = world.case()
    announce(world, LONG)

    assert apply(world) == 1

    case = world.case()
    assert due_at(case) == local("2027-01-06 10:00")
    assert (case.edition, case.opened_at, case.level) == (before.edition, before.opened_at, before.level)
    (fact,) = world.happened(FactKind.RECOUNTED)
    assert fact.data["from"] == local("2027-01-05 10:00").isoformat()
    assert fact.data["to"] == local("2027-01-06 10:00").isoformat()
    assert fact.data["days_from"] != fact.data["days_to"] == case.days
    assert "Wed 6 Jan 2027 10:00" in card(world)
    assert "provisional" not in card(world)
    told = [line.text for line in world.in_group("bluebay") if "times changed" in line.text]
    assert len(told) == 1
    assert "Wed 6 Jan 2027 10:00" in told[0]
    assert not any("时限提前" in line.text for line in world.told(case.owner or ""))


def test_a_worked_weekend_makes_it_due_sooner_and_the_owner_hears_of_it(world: World) -> None:
    announce(world, NEW_YEAR, work=(date(2027, 1, 2),))

    assert apply(world) == 1

    case = world.case()
    assert due_at(case) == local("2027-01-04 10:00")
    assert any("due sooner" in line.text or "时限提前" in line.text for line in world.told(case.owner or ""))
    assert not any("times changed" in line.text for line in world.in_group("bluebay"))


def test_an_announcement_as_expected_takes_the_mark_away_and_tells_nobody(world: World) -> None:
    said = len(world.keys)
    announce(world, NEW_YEAR)

    assert apply(world) == 1

    (fact,) = world.happened(FactKind.RECOUNTED)
    assert fact.data["from"] == fact.data["to"]
    assert "provisional" not in card(world)
    assert len(world.keys) == said


def test_applying_again_does_nothing(world: World) -> None:
    announce(world, LONG)
    apply(world)
    version = world.case().version

    assert apply(world) == 0
    assert world.case().version == version
    assert len(world.happened(FactKind.RECOUNTED)) == 1


def test_what_was_missed_or_met_stays_as_it_was(world: World) -> None:
    world.wait(days=7)
    assert world.happened(FactKind.BREACHED)
    case = world.case()
    announce(world, LONG, (date(2027, 1, 5), date(2027, 1, 8)))

    assert apply(world) == 0

    assert world.case().promises == case.promises
    assert world.happened(FactKind.RECOUNTED) == []


def test_a_case_touched_before_its_turn_goes_by_the_new_days_already(world: World) -> None:
    announce(world, LONG)

    world.clock.set(local("2027-01-05 10:00").astimezone(UTC) + timedelta(minutes=1))
    world.settle()

    assert world.happened(FactKind.BREACHED) == []
    assert due_at(world.case()) == local("2027-01-06 10:00")
    world.clock.set(local("2027-01-06 10:00").astimezone(UTC))
    world.settle()
    assert len(world.happened(FactKind.BREACHED)) == 1


def test_a_case_woken_too_early_on_the_old_days_wakes_when_its_time_comes(world: World) -> None:
    case = world.case()
    wake = world.store.read(lambda unit: unit.cases.next_wake())
    world.store.run(lambda unit: unit.cases.delay(case.id, until=unit.now))

    world.store.run(lambda unit: fire_due(unit, world.desk, limit=10))

    assert world.store.read(lambda unit: unit.cases.next_wake()) == wake
    assert world.case().version == case.version


def test_back_to_the_list_before_moves_back(world: World) -> None:
    first = world.desk
    announce(world, LONG)
    apply(world)
    world.desk = first
    world.pen = DeskPen(first)

    assert apply(world) == 1
    assert due_at(world.case()) == local("2027-01-05 10:00")


def test_a_customer_reads_in_the_log_what_moved(world: World) -> None:
    announce(world, LONG)
    apply(world)

    world.command("oliver-grant", "log 0001", group="bluebay")

    assert "Public holidays changed: " in world.in_group("bluebay")[-1].text


def card(world: World) -> str:
    """The customer's card as it stands."""
    return next(line.text for line in world.in_group("bluebay") if line.versions or "by" in line.text)


def test_several_cases_of_one_conversation_are_told_in_one_message(world: World) -> None:
    world.say("oliver-grant", "Please add a print button to the portal", group="bluebay")
    announce(world, LONG)

    assert apply(world) == 2

    (told,) = (line for line in world.in_group("bluebay") if "Times changed" in line.text)
    assert told.text.startswith("Times changed: 2 cases")
    assert "dark mode" in told.text
    assert "print button" in told.text
    assert told.text.count("Wed 6 Jan 2027 10:00") == 2
    assert not any("times changed" in line.text for line in world.in_group("bluebay"))


def test_an_owner_of_several_cases_hears_once_what_is_due_sooner(world: World) -> None:
    world.say("oliver-grant", "Please add a print button to the portal", group="bluebay")
    owner = world.case().owner or ""
    assert {case.owner for case in world.cases()} == {owner}
    announce(world, NEW_YEAR, work=(date(2027, 1, 2),))

    assert apply(world) == 2

    (told,) = (line for line in world.told(owner) if "ue sooner" in line.text)
    assert told.text.startswith("Due sooner: 2 cases")
    assert not any("imes changed" in line.text for line in world.in_group("bluebay"))


def test_who_gave_a_case_away_meanwhile_does_not_hear_of_it(world: World) -> None:
    world.say("oliver-grant", "Please add a print button to the portal", group="bluebay")
    first, second = sorted(case.key for case in world.cases())
    owner = world.case(first).owner or ""
    announce(world, NEW_YEAR, work=(date(2027, 1, 2),))

    def give_away(world: World) -> None:
        world.command(owner, f"assign {second} @lin-xiaobei", group="engineers")

    assert apply(world, give_away) == 2

    (told,) = (line for line in world.told(owner) if "ue sooner" in line.text)
    assert told.text.startswith(f"{first} · due sooner")
    assert second not in told.text
    assert not any("时限提前" in line.text for line in world.told("lin-xiaobei"))


@pytest.mark.parametrize("work", [(), (date(2027, 1, 2),)])
async def test_after_other_days_every_case_wakes_in_time(world: World, work: tuple[date, ...]) -> None:
    for words in ("Nobody can log in to the portal", "Please add a print button to the portal"):
        world.say("oliver-grant", words, group="bluebay")
    announce(world, NEW_YEAR if work else LONG, work=work)

    assert apply(world)

    dog = Watchdog(Executor(world.store), world.desk)
    await dog.round()
    assert dog.mended == 0


def test_what_counts_back_from_a_due_time_is_moved_with_it(world: World) -> None:
    case = world.case()
    world.wait(days=1)
    announce(world, NEW_YEAR, work=(date(2027, 1, 2),))

    apply(world)

    (running,) = (promise for promise in world.case().promises if isinstance(promise, Running))
    assert running.due_at < due_at(case)
    world.clock.set(running.due_at - timedelta(minutes=1))
    world.settle()
    assert world.happened(FactKind.DUE_SOON)
    assert world.happened(FactKind.BREACHED) == []
