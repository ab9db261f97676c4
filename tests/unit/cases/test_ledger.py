"""What moved each clock is found again from the case's events."""

from datetime import timedelta

from bot.cases.ledger import Entry, ledger
from bot.cases.model import Case, WaitingFor
from bot.cases.triggers import TriggerKind as T
from bot.core.people import Level
from bot.sla.policy import Milestone
from bot.sla.promises import Met, Running
from bot.sla.rules import ClockEvent
from tests.unit.cases.build import EVERY_TERMS, Life, a_case, book
from tests.unit.sla.desk import FLAT

PAUSING = EVERY_TERMS["office, paused by the customer"]
P4_FIX = ("s1_p4", Milestone.FIX)


def entries(case: Case, scheme: str, milestone: Milestone) -> tuple[Entry, ...]:
    return ledger(case, book=book())[scheme, milestone]


def test_each_pause_is_an_entry_with_what_it_cost() -> None:
    life = Life(a_case(PAUSING))
    for hours in (1, 2):
        life.do(T.WAIT, choice=WaitingFor.CUSTOMER)
        life.live_until(life.now + timedelta(hours=hours))
        life.do(T.RESUME)

    holds = [entry.hold for entry in entries(life.case, "s0_fault5", Milestone.FIX) if entry.hold]

    assert [cost for _, cost in holds] == [timedelta(hours=1), timedelta(hours=2)]


def test_a_visit_decided_after_the_diagnosis_sets_the_first_due_time_aside() -> None:
    life = Life(a_case(FLAT))
    life.do(T.DIAGNOSE, text="…")
    first = next(p for p in life.case.promises if (p.target.scheme, p.target.milestone) == P4_FIX)
    assert isinstance(first, Running)

    life.do(T.VISIT_NEED)

    started, decided = entries(life.case, *P4_FIX)
    assert (started.event, started.set_aside) == (ClockEvent.DIAGNOSED, None)
    assert (decided.event, decided.set_aside) == (ClockEvent.VISIT_DECIDED, first.due_at)


def test_the_time_between_solution_and_reopening_is_an_entry() -> None:
    life = Life(a_case(PAUSING))
    life.do(T.SOLVE, text="…")
    life.live_until(life.now + timedelta(hours=3))
    life.do(T.REOPEN)

    solved, reopened = entries(life.case, "s0_fault5", Milestone.FIX)

    assert isinstance(solved.after, Met)
    assert reopened.hold is not None
    assert reopened.hold[1] == timedelta(hours=3)


def test_a_clock_that_moved_under_another_level_has_no_entries_made_up() -> None:
    life = Life(a_case(PAUSING, Level.CRITICAL))
    life.live_until(life.now + timedelta(hours=25))
    life.do(T.WAIT, choice=WaitingFor.CUSTOMER)  # too late to pause
    life.do(T.LEVEL, level=Level.MINOR, text="…")

    assert ("s0_fault5", Milestone.FIX) not in ledger(life.case, book=book())
