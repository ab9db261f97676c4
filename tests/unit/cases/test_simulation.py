"""A case that does not exist yet comes to what a real one would come to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from bot.cases.model import WaitingFor
from bot.cases.simulation import Happening, ImpossibleError, Plan, simulate
from bot.cases.timeline import Bar, Mark, Timeline
from bot.cases.triggers import TriggerKind as T
from bot.cases.wake import wakes
from bot.core.people import Level
from bot.sla.policy import Milestone
from bot.sla.terms import Terms
from tests.unit.cases.build import EVENTS, EVERY_TERMS, a_case, book
from tests.unit.sla.desk import FLAT, OFFICE, WORKING_HOURS, local

EVE = local("2026-09-30 16:50")
"""Forty minutes before a week of holidays."""


def simulated(terms: Terms, level: Level, *happenings: Happening, at: datetime = EVE) -> Timeline:
    return simulate(Plan(terms=terms, level=level, opened_at=at, happenings=happenings), book=book())


def bar_of(timeline: Timeline, scheme: str, milestone: Milestone) -> Bar:
    return next(
        each for each in timeline.bars if (each.target.scheme, each.target.milestone) == (scheme, milestone)
    )


def instants(marks: Iterable[Mark], kind: T) -> list[datetime]:
    return [mark.at for mark in marks if mark.kind is kind]


def test_reminders_come_at_30_and_45_minutes_and_the_next_has_the_same_to_come() -> None:
    timeline = simulated(FLAT, Level.CRITICAL)

    minutes = [(at - EVE) / timedelta(minutes=1) for at in instants(timeline.marks, T.REMIND)]
    assert minutes == [30, 45, 75, 90, 120, 135]
    assert instants(timeline.marks, T.REASSIGN) == [EVE + timedelta(minutes=m) for m in (45, 90)]
    assert instants(timeline.marks, T.ENGINEER_LATE) == [EVE + timedelta(minutes=60)]
    assert instants(timeline.marks, T.ESCALATE) == [EVE + timedelta(minutes=135)]


def test_the_rungs_are_those_of_the_level_with_their_clause() -> None:
    rungs = [mark for mark in simulated(EVENTS, Level.SEVERE).marks if mark.kind is T.RUNG]

    assert [(mark.choice, (mark.at - EVE) / timedelta(hours=1)) for mark in rungs] == [
        ("engineer", 1),
        ("manager", 4),
        ("director", 12),
        ("vice_president", 24),
    ]
    assert {mark.clause for mark in rungs} == {"S1 annex 2 §7.2"}


@pytest.mark.parametrize("name", EVERY_TERMS)
@pytest.mark.parametrize("level", Level)
def test_what_is_to_come_is_what_a_real_case_would_wake_for(name: str, level: Level) -> None:
    case = a_case(EVERY_TERMS[name], level, at=EVE)
    timeline = simulated(EVERY_TERMS[name], level)

    first = {(wake.kind, wake.at) for wake in wakes(case, book=book()) if wake.kind is not T.BREACH}
    drawn = {(mark.kind, mark.at) for mark in timeline.marks}
    assert first - drawn == {
        (kind, at) for kind, at in first if kind is T.REASSIGN and (T.ESCALATE, at) in drawn
    }
    running = {promise.due_at for promise in case.promises if hasattr(promise, "due_at")}
    assert running <= {each.due_at for each in timeline.bars}


def test_the_fix_counts_from_the_last_permitted_diagnosis_and_says_so() -> None:
    timeline = simulated(FLAT, Level.CRITICAL)

    fix = bar_of(timeline, "s1_p4", Milestone.FIX)
    assert (fix.start_at, fix.due_at) == (local("2026-09-30 18:50"), local("2026-09-30 20:50"))
    assert fix.assumed == ("diagnosed", local("2026-09-30 18:50"))
    assert bar_of(timeline, "s1_p4", Milestone.RESPONSE).assumed is None


def test_the_fix_counts_from_a_diagnosis_that_is_given() -> None:
    at = local("2026-09-30 17:10")
    timeline = simulated(FLAT, Level.CRITICAL, Happening(kind=T.DIAGNOSE, at=at))

    fix = bar_of(timeline, "s1_p4", Milestone.FIX)
    assert (fix.start_at, fix.due_at, fix.assumed) == (at, at + timedelta(hours=2), None)
    assert bar_of(timeline, "s1_p4", Milestone.DIAGNOSIS).met_at == at


def test_an_answer_ends_the_reminders_and_not_the_ladder() -> None:
    answered = Happening(kind=T.STAFF_SPOKE, at=EVE + timedelta(minutes=31))
    timeline = simulated(FLAT, Level.CRITICAL, answered)

    assert instants(timeline.marks, T.REMIND) == [EVE + timedelta(minutes=30)]
    assert len(instants(timeline.marks, T.RUNG)) == 5


def test_a_pause_moves_the_fix_by_the_time_it_cost() -> None:
    start, end = local("2026-09-30 18:00"), local("2026-09-30 20:00")
    pausing = EVERY_TERMS["office, paused by the customer"]
    wait = Happening(kind=T.WAIT, choice=WaitingFor.CUSTOMER, at=start, until=end)

    [fix] = simulated(pausing, Level.CRITICAL, wait).bars

    assert fix.due_at == EVE + timedelta(hours=26)
    assert fix.holds == ((start, end),)


def test_the_month_of_silence_starts_with_a_solution_that_is_supposed() -> None:
    timeline = simulated(OFFICE, Level.CRITICAL)

    assert timeline.solved_at == local("2026-10-01 16:50")
    assert instants(timeline.marks, T.SILENCE) == [local("2026-11-01 23:59:59")]
    assert instants(timeline.marks, T.END) == [local("2026-12-01 23:59:59")]
    assert len(instants(timeline.marks, T.NOTICE)) == 3


def test_the_month_of_silence_starts_anew_with_the_customers_words() -> None:
    solved = Happening(kind=T.SOLVE, at=local("2026-09-30 17:00"))
    words = Happening(kind=T.CUSTOMER_WROTE, at=local("2026-10-10 10:00"))

    timeline = simulated(OFFICE, Level.CRITICAL, solved, words)

    assert timeline.solved_at is None
    assert instants(timeline.marks, T.SILENCE) == [local("2026-11-10 23:59:59")]


def test_what_touches_a_year_nobody_announced_is_provisional() -> None:
    [response, *_] = simulated(WORKING_HOURS, Level.SEVERE, at=local("2026-12-31 17:00")).bars

    assert response.provisional
    assert not simulated(WORKING_HOURS, Level.SEVERE).bars[0].provisional


def test_what_cannot_happen_is_said_with_its_instant() -> None:
    confirmed = Happening(kind=T.REOPEN, at=local("2026-09-30 17:00"))

    with pytest.raises(ImpossibleError, match=r"reopen cannot happen at 2026-09-30T17:00: the case is open"):
        simulated(OFFICE, Level.CRITICAL, confirmed)
