from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.decision import To
from bot.cases.facts import FactKind
from bot.cases.model import SYSTEM, Status
from bot.cases.triggers import TriggerKind as T
from bot.cases.wake import wake_at, wakes
from bot.core.people import Level, Role
from bot.sla.policy import Milestone
from bot.sla.promises import Met
from bot.sla.terms import Terms
from tests.unit.cases.build import (
    BOSS,
    CHEN,
    EVENTS,
    EVERY_TERMS,
    LI,
    NOTHING,
    OPENED,
    WANG,
    ZHAO,
    Life,
    a_case,
    book,
    in_status,
)
from tests.unit.sla.desk import FLAT, OFFICE, WORKING_HOURS, local

ENGINEER_CLOCK = (FactKind.REMINDED, FactKind.REASSIGNED, FactKind.ENGINEER_OVERDUE, FactKind.ESCALATED)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_life(terms: Terms = FLAT, level: Level = Level.CRITICAL) -> Life:
    return Life(a_case(terms, level))


# --- the engineer's hour (C09) ---------------------------------------------------------------------------


def test_each_engineer_is_reminded_twice_and_tried_once_then_the_manager_then_nobody_is_left() -> None:
    life = a_life()

    life.live_until(OPENED + timedelta(hours=4))

    assert life.times(*ENGINEER_CLOCK) == [
        ("11-20 10:30:00", "reminded"),
        ("11-20 10:45:00", "reminded"),
        ("11-20 10:45:00", "reassigned"),
        ("11-20 11:00:00", "engineer_overdue"),
        ("11-20 11:15:00", "reminded"),
        ("11-20 11:30:00", "reminded"),
        ("11-20 11:30:00", "reassigned"),
        ("11-20 12:00:00", "reminded"),
        ("11-20 12:15:00", "reminded"),
        ("11-20 12:15:00", "reassigned"),
        ("11-20 12:45:00", "reminded"),
        ("11-20 13:00:00", "reminded"),
        ("11-20 13:00:00", "escalated"),
    ]
    assert life.heard("assigned") == [
        ("11-20 10:45:00", ZHAO),
        ("11-20 11:30:00", CHEN),
        ("11-20 12:15:00", BOSS),
    ]
    assert (life.case.owner, life.case.tried) == (BOSS, (LI, ZHAO, CHEN, BOSS))


def test_the_last_reminder_is_for_whom_it_reminds_even_if_the_case_changes_hands_with_it() -> None:
    life = a_life()

    life.wake_up_at(OPENED + minutes(46))

    assert [person for _, person in life.heard("reminder")] == [LI, LI]
    assert [person for _, person in life.heard("passed_on")] == [LI]
    assert life.case.owner == ZHAO


def test_an_engineers_clock_that_stood_at_night_starts_when_the_level_makes_it_run_at_any_time() -> None:
    evening = local("2026-11-20 19:00")
    life = Life(a_case(OFFICE, Level.USAGE, at=evening), now=evening)
    life.live_until(evening + minutes(65))

    life.do(T.LEVEL, level=Level.CRITICAL)
    life.live_until(evening + minutes(65 + 60))

    assert life.times(FactKind.REMINDED, FactKind.REASSIGNED, FactKind.ENGINEER_OVERDUE) == [
        ("11-20 20:35:00", "reminded"),
        ("11-20 20:50:00", "reminded"),
        ("11-20 20:50:00", "reassigned"),
        ("11-20 21:05:00", "engineer_overdue"),
    ]


def test_an_engineers_clock_keeps_what_it_has_run_when_the_level_rises() -> None:
    noon = local("2026-11-20 12:00")
    life = Life(a_case(OFFICE, Level.USAGE, at=noon), now=noon)
    life.live_until(noon + minutes(20))

    life.do(T.LEVEL, level=Level.CRITICAL)
    life.live_until(noon + minutes(46))

    assert life.times(FactKind.REMINDED)[0] == ("11-20 12:30:00", "reminded")


@pytest.mark.parametrize("manager", [None, LI])
def test_with_nobody_left_the_manager_is_called(manager: str | None) -> None:
    life = Life(a_case(), engineers=(LI,), manager=LI if manager else None)

    life.live_until(OPENED + minutes(50))

    assert life.times(FactKind.ESCALATED, FactKind.REASSIGNED) == [("11-20 10:45:00", "escalated")]
    escalated = next(tell for _, tell in life.told if tell.template == "escalated")
    assert (escalated.to, escalated.data, escalated.wake) == (
        To.MANAGER,
        {"choice": "manager", "by": SYSTEM},
        "reassign_45:1",
    )
    assert life.case.owner == LI


def test_acknowledging_is_no_answer_and_words_to_the_customer_are() -> None:
    life = a_life()
    life.do(T.ACKNOWLEDGE)
    life.live_until(OPENED + minutes(31))
    life.do(T.STAFF_SPOKE)

    life.live_until(OPENED + minutes(300))

    assert life.times(*ENGINEER_CLOCK) == [("11-20 10:30:00", "reminded")]


def test_waiting_is_no_answer_either() -> None:
    life = a_life()
    life.do(T.WAIT, choice="vendor")

    life.live_until(OPENED + minutes(61))

    assert [kind for _, kind in life.times(*ENGINEER_CLOCK)] == [
        "reminded",
        "reminded",
        "reassigned",
        "engineer_overdue",
    ]
    assert (life.case.status, life.case.owner) == (Status.WAITING, ZHAO)


def test_nobody_is_replaced_while_the_reply_is_on_its_way_but_is_once_it_was_taken_back() -> None:
    life = a_life()
    life.live_until(OPENED + minutes(44.9))
    life.do(T.HOLD_REPLY)
    sent = replace(life)
    sent.live_until(OPENED + minutes(60))
    assert sent.case.owner == LI

    life.live_until(OPENED + minutes(45.2))
    life.do(T.TAKE_BACK)
    life.live_until(life.now)

    assert life.case.owner == ZHAO


def test_a_case_without_an_owner_or_an_engineer_clock_reminds_nobody() -> None:
    for case in (a_case(owner=None), a_case(WORKING_HOURS), a_case(NOTHING)):
        life = Life(case)
        life.live_until(OPENED + timedelta(days=2))

        assert life.times(*ENGINEER_CLOCK) == []


@pytest.mark.parametrize(
    ("level", "reminded"), [(Level.MINOR, "11-23 09:15:00"), (Level.SEVERE, "11-20 17:45:00")]
)
def test_outside_service_hours_only_urgent_cases_remind(level: Level, reminded: str) -> None:
    life = Life(a_case(OFFICE, level, at=local("2026-11-20 17:15")), now=local("2026-11-20 17:15"))

    life.live_until(local("2026-11-23 09:20"))

    assert life.times(FactKind.REMINDED)[0] == (reminded, "reminded")


def test_a_reopened_case_gives_its_owner_a_new_hour() -> None:
    life = a_life(replace(FLAT, schemes=(), ladder=""))
    life.live_until(OPENED + minutes(50))
    life.do(T.SOLVE)
    life.live_until(OPENED + timedelta(days=1))
    life.do(T.REOPEN, by=WANG)

    life.live_until(OPENED + timedelta(days=1, hours=1))

    assert life.times(FactKind.REMINDED)[-2:] == [
        ("11-21 10:30:00", "reminded"),
        ("11-21 10:45:00", "reminded"),
    ]
    assert life.times(FactKind.ENGINEER_OVERDUE) == [("11-21 11:00:00", "engineer_overdue")]


# --- the ladder (C11) ------------------------------------------------------------------------------------

MATRIX = {
    Level.CRITICAL: [
        ("11-20 10:30:00", Role.ENGINEER),
        ("11-20 11:00:00", Role.MANAGER),
        ("11-20 14:00:00", Role.DIRECTOR),
        ("11-20 22:00:00", Role.VICE_PRESIDENT),
        ("11-21 10:00:00", Role.PRESIDENT),
    ],
    Level.SEVERE: [
        ("11-20 11:00:00", Role.ENGINEER),
        ("11-20 14:00:00", Role.MANAGER),
        ("11-20 22:00:00", Role.DIRECTOR),
        ("11-21 10:00:00", Role.VICE_PRESIDENT),
    ],
    Level.MINOR: [
        ("11-20 14:00:00", Role.ENGINEER),
        ("11-20 22:00:00", Role.MANAGER),
        ("11-21 10:00:00", Role.DIRECTOR),
    ],
    Level.USAGE: [
        ("11-20 14:00:00", Role.ENGINEER),
        ("11-20 22:00:00", Role.MANAGER),
        ("11-21 10:00:00", Role.DIRECTOR),
    ],
    Level.REQUEST: [],
}


@pytest.mark.parametrize("level", MATRIX)
def test_the_ladder_is_climbed_once_by_the_matrix(level: Level) -> None:
    life = a_life(FLAT, level)

    life.live_until(OPENED + timedelta(days=3))

    assert life.rungs() == MATRIX[level]


def test_a_diagnosis_does_not_stop_the_ladder_and_a_solution_does() -> None:
    life = a_life()
    life.live_until(OPENED + timedelta(minutes=45))
    life.do(T.DIAGNOSE)
    life.live_until(OPENED + timedelta(hours=5))
    life.do(T.SOLVE)

    life.live_until(OPENED + timedelta(days=2))

    assert life.rungs() == MATRIX[Level.CRITICAL][:3]


def test_waiting_does_not_stop_the_ladder_and_an_escalation_by_hand_moves_nothing() -> None:
    life = a_life()
    life.do(T.WAIT, choice="customer")
    life.do(T.ESCALATE, choice="manager")

    life.live_until(OPENED + timedelta(days=2))

    assert life.rungs() == MATRIX[Level.CRITICAL]


def test_a_raised_level_tells_at_once_and_once_who_should_know_by_now() -> None:
    life = a_life(FLAT, Level.USAGE)
    life.live_until(OPENED + timedelta(hours=5))
    life.do(T.LEVEL, level=Level.CRITICAL)

    life.live_until(OPENED + timedelta(days=2))

    assert life.rungs() == [
        ("11-20 14:00:00", Role.ENGINEER),
        ("11-20 15:00:00", Role.MANAGER),
        ("11-20 15:00:00", Role.DIRECTOR),
        ("11-20 22:00:00", Role.VICE_PRESIDENT),
        ("11-21 10:00:00", Role.PRESIDENT),
    ]


def test_a_lowered_level_takes_nothing_back_and_goes_on_by_its_own_rungs() -> None:
    life = a_life()
    life.live_until(OPENED + timedelta(hours=2))
    told = life.case.fired
    life.do(T.LEVEL, level=Level.MINOR)

    life.live_until(OPENED + timedelta(days=2))

    assert life.rungs() == [*MATRIX[Level.CRITICAL][:2], ("11-21 10:00:00", Role.DIRECTOR)]
    assert told <= life.case.fired


def test_a_reopened_case_climbs_its_ladder_from_the_reopening() -> None:
    life = a_life()
    life.live_until(OPENED + timedelta(hours=2))
    life.do(T.SOLVE)
    life.live_until(OPENED + timedelta(days=2))
    life.do(T.REOPEN, by=WANG)

    life.live_until(OPENED + timedelta(days=2, hours=2))

    assert life.rungs()[2:] == [("11-22 10:30:00", Role.ENGINEER), ("11-22 11:00:00", Role.MANAGER)]


def test_after_an_outage_everything_missed_is_recorded_in_order() -> None:
    life = a_life()

    life.wake_up_at(OPENED + timedelta(hours=13))

    assert [role for _, role in life.rungs()] == ["engineer", "manager", "director", "vice_president"]
    assert [wake.at for wake in life.fired] == sorted(wake.at for wake in life.fired)
    assert all(fact.at == life.now for fact in life.facts)


# --- promises: soon, alarm, breach, correction -----------------------------------------------------------


def test_at_once_alarms_after_half_an_hour_and_is_broken_after_one() -> None:
    life = a_life(replace(FLAT, schemes=("s1_p4",), engineer_clock="", ladder=""), Level.SEVERE)

    life.live_until(OPENED + timedelta(minutes=80))

    assert life.times(FactKind.ALARMED, FactKind.BREACHED, FactKind.DUE_SOON) == [
        ("11-20 10:30:00", "alarmed"),
        ("11-20 11:00:00", "breached"),
    ]
    assert life.facts[0].data["choice"] == "s1_p4:response"


def test_a_promise_is_announced_with_a_quarter_of_its_time_left_and_broken_once() -> None:
    life = a_life(EVENTS, Level.SEVERE)
    life.do(T.DIAGNOSE)

    life.live_until(OPENED + timedelta(days=5))

    assert life.times(FactKind.DUE_SOON, FactKind.BREACHED) == [
        ("11-20 14:30:00", "due_soon"),
        ("11-20 16:00:00", "breached"),
    ]


def test_the_time_a_case_was_solved_is_no_part_of_a_quarter() -> None:
    life = a_life(EVENTS, Level.SEVERE)
    life.do(T.DIAGNOSE)
    life.live_until(OPENED + timedelta(hours=2))
    life.do(T.SOLVE)
    life.live_until(local("2026-11-30 12:00"))
    life.do(T.REOPEN)

    life.live_until(local("2026-11-30 17:00"))

    assert life.times(FactKind.DUE_SOON, FactKind.BREACHED) == [
        ("11-30 14:30:00", "due_soon"),
        ("11-30 16:00:00", "breached"),
    ]


def test_a_quarter_of_working_time_is_working_time() -> None:
    friday = local("2026-11-20 17:00")
    life = Life(a_case(WORKING_HOURS, Level.CRITICAL, at=friday), now=friday)

    life.live_until(local("2026-11-23 12:00"))

    assert life.times(FactKind.DUE_SOON, FactKind.BREACHED) == [
        ("11-20 17:45:00", "due_soon"),
        ("11-20 18:00:00", "breached"),
    ]
    late = Life(a_case(WORKING_HOURS, Level.CRITICAL, at=local("2026-11-20 17:45")), now=friday)
    late.live_until(local("2026-11-23 12:00"))
    assert late.times(FactKind.DUE_SOON, FactKind.BREACHED) == [
        ("11-23 09:30:00", "due_soon"),
        ("11-23 09:45:00", "breached"),
    ]


def test_what_is_broken_is_neither_announced_nor_broken_again_at_another_level() -> None:
    life = a_life(EVENTS)
    life.do(T.DIAGNOSE)
    life.live_until(OPENED + timedelta(hours=4))
    life.do(T.LEVEL, level=Level.MINOR)

    life.live_until(OPENED + timedelta(days=5))

    assert life.times(FactKind.DUE_SOON, FactKind.BREACHED) == [
        ("11-20 12:15:00", "due_soon"),
        ("11-20 13:00:00", "breached"),
    ]


def test_a_raised_level_breaks_at_once_what_is_overdue() -> None:
    life = a_life(EVENTS, Level.MINOR)
    life.do(T.DIAGNOSE)
    life.live_until(OPENED + timedelta(hours=4))
    life.do(T.LEVEL, level=Level.CRITICAL)

    life.live_until(OPENED + timedelta(hours=4))

    assert life.times(FactKind.BREACHED) == [("11-20 14:00:00", "breached")]


def test_a_reply_pressed_in_time_and_sent_after_the_deadline_corrects_the_breach() -> None:
    life = a_life()
    life.live_until(local("2026-11-20 10:59") + timedelta(seconds=50))
    life.do(T.HOLD_REPLY)

    life.live_until(local("2026-11-20 11:01"))

    response = life.promise(Milestone.RESPONSE, "s1_phone")
    assert isinstance(response, Met)
    assert (response.met_at, response.in_time) == (local("2026-11-20 10:59") + timedelta(seconds=50), True)
    assert [fact.data for fact in life.facts if fact.kind is FactKind.BREACH_CORRECTED] == [
        {"scheme": scheme, "milestone": "response"} for scheme in ("s1_p4", "s1_phone", "s1_onsite")
    ]


def test_a_breach_is_corrected_once() -> None:
    life = a_life()
    life.live_until(local("2026-11-20 11:02"))
    life.do(T.STAFF_SPOKE, said_at=local("2026-11-20 10:59"))

    life.do(T.STAFF_SPOKE)
    life.do(T.SOLVE)

    assert len(life.times(FactKind.BREACH_CORRECTED)) == 3


def test_a_reply_that_leaves_at_the_very_deadline_leaves_before_anybody_is_blamed() -> None:
    life = a_life()
    life.live_until(local("2026-11-20 10:59") + timedelta(seconds=30))
    life.do(T.HOLD_REPLY)

    life.live_until(local("2026-11-20 11:01"))

    assert life.times(FactKind.REPLIED) == [("11-20 11:00:00", "replied")]
    assert life.times(FactKind.BREACHED, FactKind.ENGINEER_OVERDUE) == []


def test_words_said_in_time_and_handled_late_correct_the_breach_and_late_words_do_not() -> None:
    for said, corrections in (("10:59", 3), ("11:00", 3), ("11:01", 0)):
        life = a_life()
        life.live_until(local("2026-11-20 11:02"))
        life.do(T.STAFF_SPOKE, said_at=local(f"2026-11-20 {said}"))

        assert len(life.times(FactKind.BREACHED)) == 3
        assert len(life.times(FactKind.BREACH_CORRECTED)) == corrections


def test_a_promise_may_be_broken_again_after_a_reopening_and_only_once() -> None:
    life = a_life(EVENTS)
    life.do(T.DIAGNOSE)
    life.live_until(OPENED + timedelta(hours=2))
    life.do(T.SOLVE)
    life.live_until(OPENED + timedelta(hours=10))
    life.do(T.REOPEN, by=WANG)

    life.live_until(OPENED + timedelta(days=9))

    assert life.times(FactKind.BREACHED) == [("11-20 21:00:00", "breached")]


# --- waiting ---------------------------------------------------------------------------------------------


def test_waiting_ends_when_it_was_agreed_to_and_the_owner_is_told() -> None:
    life = a_life(NOTHING)
    life.do(T.WAIT, choice="parts", until=OPENED + timedelta(days=2))

    life.live_until(OPENED + timedelta(days=3))

    assert life.times(FactKind.RESUMED) == [("11-22 10:00:00", "resumed")]
    assert life.heard("wait_over") == [("11-22 10:00:00", LI)]
    assert (life.case.status, life.case.waiting) == (Status.ACKNOWLEDGED, None)


def test_waiting_may_be_agreed_on_again() -> None:
    life = a_life(NOTHING)
    for day in (2, 4):
        life.do(T.WAIT, choice="parts", until=OPENED + timedelta(days=day))
        life.live_until(OPENED + timedelta(days=day))

    assert len(life.times(FactKind.RESUMED)) == 2


# --- one pure function -----------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", EVERY_TERMS.values(), ids=list(EVERY_TERMS))
@pytest.mark.parametrize("status", Status)
def test_a_case_wakes_at_the_first_of_its_wakes(status: Status, terms: Terms) -> None:
    case = in_status(status, terms)
    wanted = wakes(case, book=book())

    assert wake_at(case, book=book()) == min((wake.at for wake in wanted), default=None)
    assert len({wake.key for wake in wanted}) == len(wanted)
    assert (wanted == ()) == (
        status in (Status.ENDED, Status.CANCELLED, Status.MERGED)
        or (terms is NOTHING and status in (Status.OPEN, Status.ACKNOWLEDGED, Status.WAITING))
    )


def test_clocks_sign_as_the_system() -> None:
    life = a_life()

    life.live_until(OPENED + timedelta(days=2))

    assert {fact.actor for fact in life.facts} == {SYSTEM}
