"""A desk that starts on other holidays counts its open cases anew, in batches, and once."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from bot.cases.model import FactKind
from bot.configuration import load_configuration
from bot.core.people import CaseKey
from bot.jobs.recount import BATCH, Recount
from bot.ports import CaseQuery
from bot.services.desk import Desk
from bot.services.holidays import HEARD, declare
from bot.services.recompute import DAYS, pending_change
from bot.settings import PROJECT
from bot.sla.allowance import Allowance, Unit
from bot.sla.calendar_days import HolidayList, HolidayYear
from bot.sla.milestones import Running, due
from bot.sla.policy import Basis, Book, Milestone, Starts, Target
from tests.contract.values import a_case
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
        case = replace(a_case(number, at=START), edition=book.edition)
        due_at = due(FIX, START, book=book, terms=case.terms)
        promise = Running(target=FIX, start_at=START, due_at=due_at)
        kept = replace(case, promises=(promise,))
        bench.run(lambda unit, kept=kept: unit.cases.add(kept, wake_at=START + timedelta(days=1)))  # type: ignore[misc] # no type on a default


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
    open_cases(bench, before, BATCH + 1)

    assert await drain(Recount(bench.executor, after)) == 3

    cases = bench.run(lambda unit: unit.cases.select(CaseQuery(limit=BATCH + 1)))
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
    open_cases(bench, before, BATCH + 1)
    died = Recount(bench.executor, after)
    await died.step()
    await died.step()

    await drain(Recount(bench.executor, after))

    cases = bench.run(lambda unit: unit.cases.select(CaseQuery(limit=BATCH + 1)))
    assert {case.version for case in cases} == {2}


async def test_two_processes_at_once_move_a_case_once(bench: Bench) -> None:
    before, after = desk_on(), desk_on(date(2026, 11, 23))
    await drain(Recount(bench.executor, before))
    open_cases(bench, before, 3)

    await asyncio.gather(*(drain(Recount(bench.executor, after)) for _ in range(2)))

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
