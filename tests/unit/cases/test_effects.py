from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.decision import To
from bot.cases.facts import FactKind
from bot.cases.model import CaseType, Closure, Status, Visit, WaitingFor
from bot.cases.triggers import TriggerKind as T
from bot.core.errors import UserError
from bot.core.people import Level
from bot.sla.policy import Milestone
from bot.sla.promises import Met, Pending, Running
from tests.unit.cases.build import (
    BOSS,
    CHEN,
    EVENTS,
    EVERY_TERMS,
    LI,
    NOTHING,
    OPENED,
    OTHER,
    WANG,
    ZHAO,
    Life,
    Parts,
    a_case,
    in_status,
    suited,
)
from tests.unit.sla.desk import FLAT, OFFICE, local


@pytest.fixture
def life() -> Life:
    return Life(a_case(), now=OPENED + timedelta(minutes=5))


REFUSED: tuple[tuple[T, Parts, str], ...] = (
    (T.ASSIGN, {"person": None}, "assign_to_whom"),
    (T.ASSIGN, {"person": LI}, "already_theirs"),
    (T.TAKE, {}, "already_yours"),
    (T.LEVEL, {"level": None}, "which_level"),
    (T.LEVEL, {"level": Level.CRITICAL}, "same_level"),
    (T.LEVEL, {"level": Level.USAGE, "text": ""}, "lowering_needs_reason"),
    (T.TAKE_BACK, {}, "nothing_to_take_back"),
    (T.SET, {"choice": "colour"}, "unknown_field"),
    (T.SET, {"choice": "type", "text": "miracle"}, "unknown_choice"),
    (T.VISIT_GO, {}, "visit_order"),
    (T.VISIT_ARRIVE, {}, "visit_order"),
    (T.VISIT_LEAVE, {}, "visit_order"),
    (T.WAIT, {"choice": "godot"}, "unknown_choice"),
    (T.WAIT, {"choice": "parts", "until": OPENED}, "until_is_past"),
    (T.ESCALATE, {"choice": "moon"}, "unknown_choice"),
)


@pytest.mark.parametrize(("kind", "parts", "key"), REFUSED, ids=[f"{row[0]} {row[2]}" for row in REFUSED])
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    life: Life, kind: T, parts: Parts, key: str
) -> None:
    before = life.case

    with pytest.raises(UserError) as refused:
        life.do(kind, **parts)

    assert refused.value.key == key
    assert (life.case, life.facts) == (before, [])


def test_a_case_of_somebody_else_is_not_acknowledged(life: Life) -> None:
    with pytest.raises(UserError, match="owned_by_other"):
        life.do(T.ACKNOWLEDGE, by=ZHAO)


def test_whoever_acknowledges_a_case_of_nobody_has_it() -> None:
    life = Life(a_case(owner=None))

    life.do(T.ACKNOWLEDGE, by=ZHAO)

    assert (life.case.owner, life.case.assigned_at, life.case.engineer_due_from) == (ZHAO, OPENED, OPENED)


def test_nobody_is_left_to_reassign_to_when_engineers_and_manager_were_tried(life: Life) -> None:
    life.case = replace(life.case, tried=(LI, ZHAO, CHEN, BOSS))

    with pytest.raises(UserError, match="assign_to_whom"):
        life.do(T.REASSIGN)


def test_a_new_owner_gets_a_new_turn_but_not_a_new_hour(life: Life) -> None:
    decision = life.do(T.ASSIGN, person=ZHAO)

    assert (life.case.owner, life.case.tried, life.case.turn) == (ZHAO, (LI, ZHAO), 2)
    assert (life.case.assigned_at, life.case.engineer_due_from) == (life.now, OPENED)
    assert [(tell.template, tell.to, tell.person) for tell in decision.tells] == [
        ("assigned", To.OWNER, ZHAO),
        ("new_owner", To.CUSTOMER, None),
        ("taken_from_you", To.FORMER_OWNER, LI),
    ]


@pytest.mark.parametrize("kind", [T.SOLVE, T.DIAGNOSE, T.CALL, T.STAFF_ADDED, T.WAIT])
def test_a_held_reply_leaves_before_further_words_and_only_once(life: Life, kind: T) -> None:
    life.do(T.HOLD_REPLY, text="请重启一次")
    life.do(T.HOLD_REPLY, text="再看日志")
    said_at = life.now
    life.now += timedelta(seconds=10)

    decision = life.do(kind)
    life.live_until(life.now + timedelta(minutes=2))

    assert [tell.text for tell in decision.tells][:2] == ["请重启一次", "再看日志"]
    assert len(decision.tells) == 3
    replied = [fact for fact in life.facts if fact.kind is FactKind.REPLIED]
    assert [(fact.text, fact.said_at) for fact in replied] == [("请重启一次", said_at), ("再看日志", said_at)]
    assert life.case.outgoing == ()


def test_raising_needs_no_reason_and_a_provisional_level_may_be_confirmed_or_lowered() -> None:
    minor = Life(a_case(level=Level.MINOR))
    minor.do(T.LEVEL, level=Level.SEVERE, text="")
    guessed = Life(replace(a_case(level=Level.SEVERE), provisional=True, asked="scope"))
    confirmed, lowered = guessed.case, guessed.case

    confirmed = guessed.do(T.CLARIFY, by=WANG, level=Level.SEVERE, text="").case
    guessed.case = lowered
    lowered = guessed.do(T.CLARIFY, by=WANG, level=Level.USAGE, text="").case

    assert minor.case.level is Level.SEVERE
    assert (confirmed.level, confirmed.provisional, confirmed.asked) == (Level.SEVERE, False, "")
    assert (lowered.level, lowered.provisional, lowered.asked) == (Level.USAGE, False, "")


def test_a_level_change_keeps_what_was_met_and_recounts_what_runs() -> None:
    life = Life(a_case(EVENTS, Level.USAGE))
    life.now = OPENED + timedelta(hours=1)
    life.do(T.DIAGNOSE)

    life.do(T.LEVEL, level=Level.CRITICAL)

    fix = life.promise(Milestone.FIX, "s1_events3")
    assert isinstance(fix, Running)
    assert fix.due_at == OPENED + timedelta(hours=3)
    assert isinstance(life.promise(Milestone.DIAGNOSIS, "s1_events3"), Met)


# --- replies that can be taken back ----------------------------------------------------------------------


def test_a_reply_leaves_after_thirty_seconds_and_counts_from_when_it_was_pressed(life: Life) -> None:
    pressed_at = life.now
    life.do(T.HOLD_REPLY, text="请重启一次")

    life.live_until(pressed_at + timedelta(seconds=29))
    assert life.told == []
    life.live_until(pressed_at + timedelta(seconds=30))

    assert [(tell.template, tell.text) for _, tell in life.told] == [("reply", "请重启一次")]
    assert (life.case.status, life.case.answered_at) == (Status.ACKNOWLEDGED, pressed_at)
    assert (life.facts[-1].actor, life.facts[-1].said_at) == (LI, pressed_at)


def test_a_reply_taken_back_is_never_sent_and_its_words_are_kept(life: Life) -> None:
    life.do(T.HOLD_REPLY, text="一")
    life.do(T.HOLD_REPLY, text="二")
    life.do(T.TAKE_BACK, number=1)

    life.live_until(life.now + timedelta(minutes=1))

    assert [tell.text for _, tell in life.told] == ["二"]
    taken = next(fact for fact in life.facts if fact.kind is FactKind.REPLY_TAKEN_BACK)
    assert (taken.text, taken.data) == ("一", {"number": 1})


def test_only_the_writer_takes_a_reply_back(life: Life) -> None:
    life.do(T.HOLD_REPLY)

    with pytest.raises(UserError, match="nothing_to_take_back"):
        life.do(T.TAKE_BACK, by=ZHAO)


@pytest.mark.parametrize("end", [T.SOLVE, T.CONFIRM, T.CANCEL, T.MERGE])
def test_a_reply_on_its_way_is_sent_whatever_happens_to_the_case(life: Life, end: T) -> None:
    life.do(T.HOLD_REPLY, text="好")
    status = life.do(end).case.status

    life.live_until(life.now + timedelta(minutes=1))

    assert [tell.text for _, tell in life.told if tell.template == "reply"] == ["好"]
    assert (life.case.status, life.case.outgoing) == (status, ())


# --- fields, visits, waiting -----------------------------------------------------------------------------


def test_set_fills_in_the_case_and_its_reporter(life: Life) -> None:
    for name in ("vendor", "product", "phone", "email", "address"):
        life.do(T.SET, choice=name, text=f"my {name}")
    life.do(T.SET, choice="type", text="complaint")

    case, reporter = life.case, life.case.reporter
    assert (case.vendor, case.product, case.type) == ("my vendor", "my product", CaseType.COMPLAINT)
    assert (reporter.phone, reporter.email, reporter.address) == ("my phone", "my email", "my address")
    assert life.facts[0].data == {"field": "vendor"}


def test_a_visit_is_requested_decided_made_and_made_again(life: Life) -> None:
    steps = (T.VISIT_REQUEST, T.VISIT_NEED, T.VISIT_GO, T.VISIT_ARRIVE, T.VISIT_LEAVE)
    seen = [life.do(step).case.visit for step in (*steps, T.VISIT_GO, T.VISIT_ARRIVE, T.VISIT_LEAVE, *steps)]

    assert seen[:5] == [Visit.REQUESTED, Visit.NEEDED, Visit.UNDERWAY, Visit.ARRIVED, Visit.LEFT]
    assert seen[-1] is Visit.LEFT


def test_a_visit_that_was_dropped_by_the_solution_is_decided_anew_after_a_reopening(life: Life) -> None:
    life.do(T.VISIT_NEED)
    life.do(T.SOLVE)
    assert isinstance(life.promise(Milestone.ARRIVAL, "s1_p4"), Pending)
    life.now += timedelta(days=1)
    life.do(T.REOPEN, by=WANG)

    life.do(T.VISIT_NEED)

    arrival = life.promise(Milestone.ARRIVAL, "s1_p4")
    assert isinstance(arrival, Running)
    assert arrival.due_at == life.now + timedelta(hours=2)


def test_an_engineer_still_on_site_when_a_case_is_reopened_can_leave(life: Life) -> None:
    for step in (T.VISIT_NEED, T.VISIT_ARRIVE, T.SOLVE, T.REOPEN):
        life.do(step)

    assert life.do(T.VISIT_LEAVE).case.visit is Visit.LEFT


def test_words_of_the_customer_end_a_wait_for_the_customer_only(life: Life) -> None:
    life.do(T.WAIT, choice="vendor", until=life.now + timedelta(days=1))
    life.do(T.CUSTOMER_WROTE, by=WANG)
    assert (life.case.status, life.case.waiting) == (Status.WAITING, WaitingFor.VENDOR)
    life.do(T.RESUME)

    life.do(T.WAIT, choice="customer", until=life.now + timedelta(days=1))
    assert life.do(T.CUSTOMER_WROTE, by=WANG).case.status is Status.WAITING

    case = life.do(T.CUSTOMER_ANSWERED, by=WANG).case
    assert (case.status, case.waiting, case.waiting_until) == (Status.ACKNOWLEDGED, None, None)


def test_waiting_for_the_customer_pauses_the_fix_only_where_the_contract_says_so() -> None:
    for terms, hours in ((OFFICE, 24), (EVERY_TERMS["office, paused by the customer"], 26)):
        life = Life(a_case(terms))
        life.do(T.CALL)
        life.do(T.WAIT, choice="customer")
        life.now += timedelta(hours=2)
        life.do(T.CUSTOMER_ANSWERED, by=WANG)

        fix = life.promise(Milestone.FIX, "s0_fault5")
        assert isinstance(fix, Running)
        assert fix.due_at == OPENED + timedelta(hours=hours)


def test_waiting_for_vendor_or_parts_pauses_nothing() -> None:
    for whom in ("vendor", "parts"):
        life = Life(a_case(EVERY_TERMS["office, paused by the customer"]))

        assert life.do(T.WAIT, choice=whom).case.promises == a_case(OFFICE).promises


# --- the end, and back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [T.CONFIRM, T.SILENCE, T.CANCEL, T.MERGE])
def test_a_case_at_rest_waits_for_nobody(end: T) -> None:
    waiting = suited(in_status(Status.WAITING), T.SILENCE)

    case = Life(replace(waiting, silence_from=OPENED)).do(end).case

    assert (case.waiting, case.waiting_until, case.silence_from) == (None, None, None)
    assert (case.closed_at, case.merged_into) == (OPENED, OTHER if end is T.MERGE else None)


def test_a_confirmation_and_a_silence_are_told_apart() -> None:
    solved = in_status(Status.SOLVED)

    assert Life(solved).do(T.CONFIRM, on_behalf=True).facts[0].data == {
        "how": Closure.CONFIRMATION,
        "on_behalf": True,
    }
    assert Life(solved).do(T.SILENCE).case.closure is Closure.SILENCE


def test_a_reopening_starts_a_new_round_with_a_fresh_engineer_clock_and_ladder(life: Life) -> None:
    life.do(T.SOLVE, text="换线")
    life.now += timedelta(days=3)
    life.do(T.CONFIRM, by=WANG)
    life.do(T.RATE, by=WANG, number=4)
    life.now += timedelta(days=3)

    case = life.do(T.REOPEN, by=WANG).case

    assert (case.status, case.round, case.turn, case.owner, case.tried) == (Status.OPEN, 2, 2, LI, (LI,))
    assert (case.assigned_at, case.engineer_due_from, case.ladder_from) == (life.now,) * 3
    assert (case.answered_at, case.closed_at, case.closure, case.rating, case.solution) == (
        None,
        None,
        None,
        None,
        "",
    )


@pytest.mark.parametrize(
    ("closed", "last"),
    [("2026-11-20 10:00", "2026-12-20 23:59"), ("2026-01-31 08:00", "2026-02-28 23:59")],
)
def test_a_case_is_reopened_within_a_calendar_month_and_not_after_it(closed: str, last: str) -> None:
    life = Life(a_case(at=local(closed)), now=local(closed))
    life.do(T.CONFIRM, by=WANG)
    closed_case = life.case

    life.now = local(last) + timedelta(seconds=59)
    assert life.do(T.REOPEN, by=WANG).case.status is Status.OPEN
    life.case, life.now = closed_case, local(last) + timedelta(minutes=1)
    with pytest.raises(UserError, match="reopen_too_late"):
        life.do(T.REOPEN, by=WANG)


@pytest.mark.parametrize("stars", [-1, 0, 6])
def test_stars_go_from_one_to_five(stars: int) -> None:
    with pytest.raises(UserError, match="rate_1_to_5"):
        Life(in_status(Status.CLOSED)).do(T.RATE, by=WANG, number=stars)


def test_a_rating_never_reopens() -> None:
    case = Life(in_status(Status.ENDED)).do(T.RATE, by=WANG, number=1).case

    assert (case.status, case.rating) == (Status.ENDED, 1)


def test_chases_are_counted(life: Life) -> None:
    life.do(T.CHASE, by=WANG)

    assert life.do(T.CHASE, by=WANG).tells[0].data["times"] == 2


# --- when something was said -----------------------------------------------------------------------------


def test_words_count_from_the_opening_at_the_earliest_and_from_now_at_the_latest(life: Life) -> None:
    early = life.do(T.CALL, said_at=OPENED - timedelta(hours=1)).facts[0]
    late = life.do(T.NOTE, said_at=life.now + timedelta(seconds=3)).facts[0]

    assert (early.said_at, late.said_at) == (OPENED, life.now)
    assert life.case.answered_at == OPENED


def test_without_a_contract_a_case_lives_and_ends_like_any_other() -> None:
    life = Life(a_case(NOTHING))
    for step in (T.ACKNOWLEDGE, T.VISIT_NEED, T.DIAGNOSE, T.LEVEL, T.SOLVE, T.REOPEN, T.CONFIRM):
        life.do(step)

    assert (life.case.status, life.case.promises) == (Status.CLOSED, ())


def test_the_milestones_of_one_contract_are_met_by_what_people_do() -> None:
    life = Life(a_case(FLAT))
    for step in (T.CALL, T.VISIT_NEED, T.VISIT_ARRIVE, T.DIAGNOSE, T.SOLVE):
        life.now += timedelta(minutes=10)
        life.do(step)

    assert all(isinstance(promise, Met) and promise.in_time for promise in life.case.promises)
    assert {promise.target.milestone for promise in life.case.promises} == {
        Milestone.RESPONSE,
        Milestone.SUPPORT_STARTED,
        Milestone.ENGINEER_NAMED,
        Milestone.DIAGNOSIS,
        Milestone.ARRIVAL,
        Milestone.FIX,
    }
