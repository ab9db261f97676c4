"""The month of silence after a solution or advice, and the month to reopen (S4 part 4, C30)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.facts import FactKind
from bot.cases.lifecycle import words_of_customer
from bot.cases.model import Closure, Status
from bot.cases.triggers import TriggerKind as T
from tests.unit.cases.build import LI, WANG, Life, a_case, in_status
from tests.unit.sla.desk import FLAT, OFFICE, local

OPENED = local("2026-11-18 10:00")
QUIET = replace(OFFICE, ladder="", engineer_clock="")
MONTH = (FactKind.CLOSING_NOTICE, FactKind.CLOSED, FactKind.ENDED)


@pytest.fixture
def life() -> Life:
    """A case of a contract with office hours, solved on Saturday, 21 November, at 12:00."""
    life = Life(a_case(QUIET, at=OPENED), now=OPENED)
    life.live_until(local("2026-11-21 12:00"))
    life.do(T.SOLVE, text="换线")
    return life


def test_notices_come_at_the_next_opening_and_the_month_ends_with_its_last_second(life: Life) -> None:
    life.live_until(local("2027-03-01 00:00"))

    assert life.times(*MONTH) == [
        ("11-30 09:00:00", "closing_notice"),
        ("12-14 09:00:00", "closing_notice"),
        ("12-18 12:00:00", "closing_notice"),
        ("12-21 23:59:59", "closed"),
        ("01-21 23:59:59", "ended"),
    ]
    assert [fact.data["number"] for fact in life.facts if fact.kind is FactKind.CLOSING_NOTICE] == [1, 2, 3]
    assert (life.case.status, life.case.closure) == (Status.ENDED, Closure.SILENCE)


def test_words_of_the_customer_restart_the_month_with_its_notices(life: Life) -> None:
    life.live_until(local("2026-12-10 12:00"))
    life.do(T.CUSTOMER_WROTE, by=WANG)

    life.live_until(local("2027-01-11 00:00"))

    assert life.times(*MONTH) == [
        ("11-30 09:00:00", "closing_notice"),
        ("12-17 12:00:00", "closing_notice"),
        ("12-31 12:00:00", "closing_notice"),
        ("01-07 12:00:00", "closing_notice"),
        ("01-10 23:59:59", "closed"),
    ]


def test_words_said_before_the_solution_and_handled_after_it_do_not_shorten_the_month(life: Life) -> None:
    solved_at = life.now
    life.now += timedelta(minutes=1)

    life.do(T.CUSTOMER_WROTE, by=WANG, said_at=solved_at - timedelta(hours=20))

    assert life.case.silence_from == solved_at


def test_nobody_is_noticed_once_the_customer_confirmed_or_went_back_to_work(life: Life) -> None:
    solved = life.case
    for kind in (T.CONFIRM, T.REOPEN, T.CANCEL):
        life.case = solved
        life.do(kind, by=WANG)
        life.live_until(local("2026-12-31 00:00"))

    assert life.times(FactKind.CLOSING_NOTICE) == []


def test_advice_and_then_the_customers_turn_start_the_same_month() -> None:
    life = Life(a_case(QUIET, at=OPENED), now=OPENED)
    life.do(T.STAFF_SPOKE)
    life.do(T.WAIT, choice="customer")

    life.live_until(local("2026-12-18 23:59") + timedelta(seconds=59))

    assert life.times(*MONTH)[-1] == ("12-18 23:59:59", "closed")
    assert len(life.heard("closing_notice")) == 3


def test_advice_given_while_it_is_the_customers_turn_starts_the_month_once() -> None:
    life = Life(a_case(QUIET, at=OPENED), now=OPENED)
    life.do(T.WAIT, choice="customer")
    life.live_until(local("2026-11-20 10:00"))
    life.do(T.STAFF_SPOKE)
    life.live_until(local("2026-11-25 10:00"))
    life.do(T.CALL)

    life.live_until(local("2027-01-01 00:00"))

    assert life.times(FactKind.CLOSED) == [("12-20 23:59:59", "closed")]


def test_without_advice_waiting_for_the_customer_never_closes() -> None:
    life = Life(a_case(QUIET, at=OPENED), now=OPENED)
    life.do(T.WAIT, choice="customer")

    life.live_until(local("2027-03-01 00:00"))

    assert (life.case.status, life.times(*MONTH)) == (Status.WAITING, [])


def test_waiting_for_the_vendor_never_closes() -> None:
    life = Life(a_case(QUIET, at=OPENED), now=OPENED)
    life.do(T.STAFF_SPOKE)
    life.do(T.WAIT, choice="vendor")

    life.live_until(local("2027-03-01 00:00"))

    assert (life.case.status, life.times(*MONTH)) == (Status.WAITING, [])


def test_after_an_outage_a_case_closes_a_day_after_its_late_notice_when_the_desk_is_open(life: Life) -> None:
    life.wake_up_at(local("2026-12-25 20:00"))

    assert [kind for _, kind in life.times(*MONTH)] == ["closing_notice"] * 3
    assert life.case.status is Status.SOLVED
    life.live_until(local("2026-12-31 00:00"))
    assert life.times(FactKind.CLOSED) == [("12-28 09:00:00", "closed")]


def test_a_last_notice_just_before_the_end_leaves_a_day_too(life: Life) -> None:
    life.wake_up_at(local("2026-12-21 20:00"))

    life.live_until(local("2026-12-24 00:00"))

    assert life.times(FactKind.CLOSED) == [("12-23 09:00:00", "closed")]


def test_the_month_to_reopen_runs_from_the_closing(life: Life) -> None:
    life.wake_up_at(local("2026-12-25 20:00"))
    life.live_until(local("2027-01-28 23:59"))

    assert life.do(T.REOPEN, by=WANG).case.status is Status.OPEN
    assert life.heard("reopened") == [("01-28 23:59:00", LI), ("01-28 23:59:00", None)]


def test_what_a_customer_says_is_an_answer_only_where_the_case_waits_for_one() -> None:
    asked = Life(in_status(Status.ACKNOWLEDGED, FLAT)).do(T.WAIT, choice="customer").case
    others = [in_status(status) for status in (Status.OPEN, Status.WAITING, Status.SOLVED, Status.CLOSED)]

    assert words_of_customer(asked) is T.CUSTOMER_ANSWERED
    assert {words_of_customer(case) for case in others} == {T.CUSTOMER_WROTE}
