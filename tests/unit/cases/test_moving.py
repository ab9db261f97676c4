"""Open cases under other policies: what was met stays, what runs is counted anew."""

from dataclasses import replace
from datetime import timedelta

from bot.cases.decision import To
from bot.cases.moving import due_at, move, shifts
from bot.cases.triggers import TriggerKind as T
from bot.core.people import Level
from bot.sla.allowance import Allowance, Unit
from bot.sla.book import Book
from bot.sla.policy import Milestone
from bot.sla.promises import Met, Running
from tests.unit.cases.build import OPENED, WANG, Life, a_case, book
from tests.unit.sla.desk import FLAT, OFFICE

HOUR = timedelta(hours=1)


def corrected(scheme: str, milestone: Milestone, hours: float) -> Book:
    """The book with another figure at every level."""
    old = book().policies[scheme]
    row = old.targets[milestone]
    levels = {
        level: figures.model_copy(update={"max": Allowance(hours, Unit.HOURS)})
        for level, figures in row.levels.items()
    }
    targets = {**old.targets, milestone: row.model_copy(update={"levels": levels})}
    policy = old.model_copy(update={"targets": targets})
    return replace(book(), policies={**book().policies, scheme: policy}, edition="corrected")


def test_a_corrected_figure_moves_what_runs_and_both_times_are_on_record() -> None:
    life = Life(a_case(OFFICE))
    new = corrected("s0_fault5", Milestone.FIX, 12)

    decision = move(life.case, book=new, terms=OFFICE, now=OPENED + HOUR)

    assert decision is not None
    (shift,) = shifts(life.case, decision.case)
    assert (due_at(shift.before), due_at(shift.after)) == (OPENED + 24 * HOUR, OPENED + 12 * HOUR)
    assert decision.case.edition == "corrected"
    assert [(tell.template, tell.to) for tell in decision.tells] == [
        ("terms_moved_owner", To.OWNER),
        ("terms_moved", To.CUSTOMER),
    ]
    assert [fact.data for fact in decision.facts] == [
        {
            "from": book().edition,
            "to": "corrected",
            "before:s0_fault5:fix": (OPENED + 24 * HOUR).isoformat(),
            "after:s0_fault5:fix": (OPENED + 12 * HOUR).isoformat(),
        }
    ]


def test_what_was_met_stays_met_and_pauses_stay_pauses() -> None:
    life = Life(a_case(replace(OFFICE, customer_wait_pauses_fix=True)))
    life.now += 2 * HOUR
    life.do(T.WAIT, choice="customer")
    life.now += 3 * HOUR
    life.do(T.RESUME)
    new = corrected("s0_fault5", Milestone.FIX, 12)

    decision = move(life.case, book=new, terms=life.case.terms, now=life.now)

    assert decision is not None
    (fix,) = decision.case.promises
    assert isinstance(fix, Running)
    assert (fix.held, fix.due_at) == (3 * HOUR, OPENED + 15 * HOUR)

    life = Life(a_case(FLAT))
    life.do(T.STAFF_SPOKE)
    moved = move(life.case, book=corrected("s1_phone", Milestone.RESPONSE, 0.5), terms=FLAT, now=life.now)
    assert moved is not None
    assert shifts(life.case, moved.case) == ()
    assert moved.tells == ()
    assert life.promise(Milestone.RESPONSE, "s1_phone") in moved.case.promises


def test_a_scheme_the_contract_has_now_counts_from_the_beginning() -> None:
    life = Life(a_case(replace(FLAT, schemes=("s1_phone",))))
    life.now += 0.5 * HOUR
    life.do(T.DIAGNOSE)

    decision = move(life.case, book=book(), terms=FLAT, now=life.now)

    assert decision is not None
    moved = {promise.target.key: promise for promise in decision.case.promises}
    assert isinstance(moved["s1_p4:diagnosis"], Met)
    fix = moved["s1_p4:fix"]
    assert isinstance(fix, Running)
    assert fix.due_at == OPENED + 2.5 * HOUR
    assert moved["s1_phone:response"] in life.case.promises


def test_what_is_overdue_under_other_policies_fires_once_and_what_fired_stays_fired() -> None:
    life = Life(a_case(OFFICE, Level.MINOR))
    life.live_until(OPENED + 13 * HOUR)
    life.case = replace(life.case, answered_at=OPENED)
    new = corrected("s0_fault5", Milestone.FIX, 12)

    decision = move(life.case, book=new, terms=OFFICE, now=life.now)

    assert decision is not None
    (fix,) = decision.case.promises
    assert due_at(fix) == OPENED + 12 * HOUR
    assert decision.case.fired == life.case.fired


def test_whoever_waits_for_nobodys_clock_is_told_nothing() -> None:
    life = Life(a_case(OFFICE))
    life.do(T.SOLVE)

    decision = move(life.case, book=corrected("s0_fault5", Milestone.FIX, 12), terms=OFFICE, now=life.now)

    assert decision is not None
    assert decision.tells == ()


def test_a_limit_that_no_document_has_is_told_to_the_owner_alone() -> None:
    life = Life(a_case(replace(FLAT, schemes=("s1_p4",))))
    new = corrected("s1_p4", Milestone.RESPONSE, 0.75)

    decision = move(life.case, book=new, terms=life.case.terms, now=life.now)

    assert decision is not None
    assert [tell.template for tell in decision.tells] == ["terms_moved_owner"]


def test_a_case_under_these_policies_or_over_is_left_alone() -> None:
    life = Life(a_case(OFFICE))
    assert move(life.case, book=book(), terms=OFFICE, now=life.now) is None

    life.do(T.SOLVE)
    life.do(T.CONFIRM, by=WANG)
    assert move(life.case, book=corrected("s0_fault5", Milestone.FIX, 12), terms=OFFICE, now=life.now) is None
