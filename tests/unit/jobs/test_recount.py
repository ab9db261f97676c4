"""A desk that starts on other holidays counts its open cases anew, in batches, and once."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.cases.facts import FactKind
from bot.configuration import load_configuration
from bot.core.errors import StoreError
from bot.core.people import CaseKey
from bot.jobs.recount import FIRST, LEAST, MOST, OF_SEVERAL, TURN_S, Pace, Recount
from bot.notify.plain import plain
from bot.ports import CaseQuery, Order, Saying
from bot.services.desk import Desk
from bot.services.gathered import MOST_NAMED
from bot.services.holidays import HEARD, declare
from bot.services.recompute import DAYS, pending_change
from bot.settings import PROJECT
from bot.sla.allowance import Allowance, Unit
from bot.sla.book import Book
from bot.sla.calendar_days import HolidayList, HolidayYear
from bot.sla.milestones import due
from bot.sla.policy import Basis, Milestone, Starts
from bot.sla.promises import Running
from bot.sla.terms import Target
from storage.mapping import next_due_at
from tests.contract.desk import execute
from tests.contract.values import THREAD, a_case
from tests.unit.jobs.bench import START, Bench

CONFIGURATION = load_configuration(PROJECT / "demo")
FIX = Target(
    scheme="s4_response5",
    milestone=Milestone.RESPONSE,
    limit=Allowance(12.0, Unit.HOURS),
    basis=Basis.BUSINESS,
    calendar="s0_office",
    starts=Starts.RECEIPT,
    clause="ours",
)


def desk_on(*off: date) -> Desk:
    book = CONFIGURATION.book
    listed = book.data.holidays["cn_statutory"]
    known = next(each for each in listed.years if each.year == 2026)
    year = HolidayYear.model_validate(
        known.model_dump() | {"off": (*known.off, *((day, day) for day in off))}
    )
    holidays = {"cn_statutory": listed.overlaid(HolidayList(years=(year,)))}
    return replace(CONFIGURATION, book=book.counted_on(holidays)).desk({})


def open_cases(bench: Bench, desk: Desk, count: int) -> None:
    book = desk.book
    for number in range(1, count + 1):
        case = a_case(number, at=START)
        case = replace(case, edition=book.edition, terms=replace(case.terms, schemes=(FIX.scheme,)))
        due_at = due(FIX, START, book=book, terms=case.terms)
        promise = Running(target=FIX, start_at=START, due_at=due_at)
        kept = replace(case, promises=(promise,))
        bench.run(lambda unit, kept=kept: unit.cases.add(kept, wake_at=START + timedelta(days=1)))  # type: ignore[misc] # no type on a default


def said(bench: Bench) -> tuple[Saying, ...]:
    claimed = bench.run(lambda unit: unit.outbox.claim_sayings(owner="test", limit=99))
    return tuple(each.saying for each in claimed)


def dues(bench: Bench) -> list[datetime | None]:
    cases = bench.run(lambda unit: unit.cases.select(CaseQuery(order=Order.NEWEST, limit=FIRST + 1)))
    return [next_due_at(case.promises) for case in cases]


async def drain(recount: Recount) -> int:
    steps = 0
    while await recount.step():
        steps += 1
    return steps


async def test_nothing_is_done_where_the_days_are_the_same(bench: Bench) -> None:
    desk = desk_on()
    await drain(Recount(bench.executor, desk))

    recount = Recount(bench.executor, desk)

    assert await recount.step() is False
    assert await recount.step() is False


async def test_every_open_case_moves_in_batches_and_the_new_days_are_in_force(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, FIRST + 1)

    assert await drain(Recount(bench.executor, after)) == len(("begin", "count", "count", "tell"))

    cases = bench.run(lambda unit: unit.cases.select(CaseQuery(limit=FIRST + 1)))
    book: Book = after.book
    assert {case.version for case in cases} == {2}
    assert all(
        promise.due_at == due(promise.target, START, book=book, terms=case.terms)
        for case in cases
        for promise in case.promises
        if isinstance(promise, Running)
    )
    assert bench.run(lambda unit: pending_change(unit, after.book.data.holidays)) is None


async def test_a_process_that_died_half_way_leaves_the_rest_to_the_next(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, FIRST + 1)
    died = Recount(bench.executor, after)
    await died.step()
    await died.step()

    await drain(Recount(bench.executor, after))

    cases = bench.run(lambda unit: unit.cases.select(CaseQuery(limit=FIRST + 1)))
    assert {case.version for case in cases} == {2}


@pytest.mark.parametrize("steps", range(1, 6))
async def test_wherever_a_process_dies_the_next_one_tells_everybody_once(bench: Bench, steps: int) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, FIRST + 1)
    died = Recount(bench.executor, after)
    for _ in range(steps):
        await died.step()

    await drain(Recount(bench.executor, after))

    (saying,) = said(bench)
    title, *_, more = plain(saying.message)
    assert title == f"时限有变：{FIRST + 1} 张工单"
    assert f"另有 {FIRST + 1 - MOST_NAMED} 张" in more
    assert saying.place == replace(THREAD, thread=None)


async def test_days_taken_back_half_way_move_everything_back(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    bench.clock.advance(HEARD)
    open_cases(bench, before, FIRST + 1)
    due_ats = dues(bench)
    died = Recount(bench.executor, after)
    await died.step()
    await died.step()
    bench.clock.advance(HEARD)
    assert dues(bench) != due_ats

    await drain(Recount(bench.executor, before))

    assert dues(bench) == due_ats


async def test_other_days_half_way_leave_nobody_on_those_in_between(bench: Bench) -> None:
    before, between, after = desk_on(), desk_on(date(2026, 11, 23)), desk_on(date(2026, 12, 28))
    await drain(Recount(bench.executor, before))
    bench.clock.advance(HEARD)
    open_cases(bench, before, 3)
    due_ats = dues(bench)
    died = Recount(bench.executor, between)
    await died.step()
    await died.step()
    bench.clock.advance(HEARD)

    await drain(Recount(bench.executor, after))

    assert dues(bench) == due_ats
    assert bench.run(lambda unit: pending_change(unit, after.book.data.holidays)) is None


async def test_a_case_alone_is_told_in_its_own_thread(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 1)

    await drain(Recount(bench.executor, after))

    (saying,) = said(bench)
    assert (saying.place, saying.case) == (THREAD, "C-20261120-0001")


async def test_two_processes_at_once_move_a_case_once(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 3)

    await asyncio.gather(*(drain(Recount(bench.executor, after)) for _ in range(2)))

    assert len(said(bench)) == 1

    case = bench.run(lambda unit: unit.cases.get(CaseKey("C-20261120-0001")))
    facts = bench.run(lambda unit: unit.facts.of(case.id))
    assert [each.fact.kind for each in facts] == [FactKind.RECOUNTED]
    assert bench.run(lambda unit: unit.registry.latest(DAYS)) is not None


async def test_holidays_that_change_while_the_desk_works_are_counted_once_every_process_knows_them(
    bench: Bench,
) -> None:
    desk, other = desk_on(), desk_on(date(2026, 11, 23)).book
    recount = Recount(bench.executor, desk)
    await drain(recount)
    open_cases(bench, desk, 3)

    bench.run(lambda unit: declare(unit, other.data.holidays))
    desk.count_on(other)
    assert (recount.done, await recount.step()) == (False, False)

    bench.clock.advance(HEARD)
    await drain(recount)

    assert recount.done
    cases = bench.run(lambda unit: unit.cases.select(CaseQuery()))
    assert {(case.version, case.days) for case in cases} == {(2, other.data.days)}


async def test_a_case_that_cannot_be_counted_anew_holds_up_no_other_and_the_operator_hears_of_it(
    bench: Bench,
) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 3)
    lost = bench.run(lambda unit: unit.cases.get(CaseKey("C-20261120-0002")))
    bench.run(lambda unit: unit.cases.save(replace(lost, edition="lost"), wake_at=None))

    recount = Recount(bench.executor, after)
    await drain(recount)

    cases = bench.run(lambda unit: unit.cases.select(CaseQuery()))
    assert recount.done
    assert {case.key[-1] for case in cases if case.days == after.book.data.days} == {"1", "3"}
    assert bench.alarms() == [f"{lost.key}: its clocks cannot be run (ConfigError)"]


async def test_a_case_that_cannot_be_read_holds_up_no_other_and_the_operator_hears_of_it(
    bench: Bench,
) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 3)
    due_ats = dues(bench)
    lost = CaseKey("C-20261120-0002")
    execute(bench.store, f"UPDATE case_ SET body = '{{}}' WHERE key = '{lost}'")

    recount = Recount(bench.executor, after)
    await drain(recount)

    assert (recount.done, recount.moved) == (True, 2)
    execute(bench.store, "DELETE FROM milestone WHERE case_id = 2", f"DELETE FROM case_ WHERE key = '{lost}'")
    assert dues(bench) == [each + timedelta(days=1) for each in due_ats[:2] if each]
    assert bench.alarms() == [f"{lost}: its clocks cannot be run (UnreadableError)"]


async def test_a_case_that_cannot_be_read_once_it_is_counted_keeps_no_other_from_being_told(
    bench: Bench,
) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 3)
    recount = Recount(bench.executor, after)
    while not recount.moved:
        assert await recount.step()
    execute(bench.store, "UPDATE case_ SET body = '{}' WHERE key = 'C-20261120-0002'")

    await drain(recount)

    assert recount.done
    told = "\n".join(line for each in said(bench) for line in plain(each.message))
    assert "C-20261120-0001" in told
    assert "C-20261120-0002" not in told


async def test_a_database_that_is_away_stops_the_count_until_it_is_back(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 3)
    recount = Recount(bench.executor, after)
    await recount.step()
    execute(bench.store, "ALTER TABLE milestone RENAME TO away")
    with pytest.raises(StoreError):
        await recount.step()
    execute(bench.store, "ALTER TABLE away RENAME TO milestone")

    await drain(recount)

    assert (recount.done, recount.moved, bench.alarms()) == (True, 3, [])


def test_transactions_are_as_long_as_others_may_wait() -> None:
    pace = Pace(writers=1)
    pace.took(FIRST, TURN_S * 2)
    assert pace.size == FIRST // 2
    pace.took(pace.size, TURN_S * 100)
    assert pace.size == LEAST
    for _ in range(10):
        pace.took(pace.size, TURN_S / 100)
    assert pace.size == MOST


def test_several_writers_wait_for_no_turn() -> None:
    pace = Pace(writers=8)

    pace.took(OF_SEVERAL, TURN_S * 100)

    assert (pace.size, pace.at_once) == (OF_SEVERAL, 2)
