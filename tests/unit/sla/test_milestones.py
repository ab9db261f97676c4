from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import CalendarRangeError
from bot.core.people import Level
from bot.sla.allowance import Allowance, Unit
from bot.sla.book import Book
from bot.sla.milestones import alarm_at, consumed, due, earliest, on_event, opened, relevelled, soon_at
from bot.sla.policy import Basis, Milestone, Starts
from bot.sla.promises import Met, Paused, Pending, Promise, Running
from bot.sla.rules import RULES, ClockEvent, Move
from bot.sla.terms import Terms
from tests.unit.sla.desk import FLAT, OFFICE, WORKING_HOURS, local

E = ClockEvent
M = Milestone
TEN = local("2026-11-20 10:00")  # a Friday
P4 = replace(FLAT, schemes=("s1_p4",))
ONSITE = replace(FLAT, schemes=("s1_onsite",))
PAUSING = replace(OFFICE, customer_wait_pauses_fix=True)
HOUR = timedelta(hours=1)


class Story:
    """A case's clocks and what happens to them, at hours after ten o'clock or at local times."""

    def __init__(self, book: Book, terms: Terms, level: Level, received_at: datetime = TEN) -> None:
        self.book, self.terms, self.received_at = book, terms, received_at
        self.promises: Sequence[Promise] = opened(book, terms, level, received_at)
        self.history: list[tuple[ClockEvent, datetime]] = []

    def then(self, event: ClockEvent, when: float | str) -> None:
        at = local(when) if isinstance(when, str) else self.received_at + when * HOUR
        self.promises = on_event(
            self.promises, event, at, book=self.book, terms=self.terms, history=self.history
        )
        self.history.append((event, at))

    def level(self, level: Level) -> None:
        self.promises = relevelled(
            self.promises,
            level,
            received_at=self.received_at,
            book=self.book,
            terms=self.terms,
            history=self.history,
        )

    def get(self, milestone: Milestone, scheme: str | None = None) -> Promise:
        (found,) = (
            promise
            for promise in self.promises
            if promise.target.milestone is milestone and scheme in {None, promise.target.scheme}
        )
        return found

    def due(self, milestone: Milestone) -> datetime:
        promise = self.get(milestone)
        assert isinstance(promise, Running)
        return promise.due_at

    def met(self, milestone: Milestone) -> Met:
        promise = self.get(milestone)
        assert isinstance(promise, Met)
        return promise


def test_at_receipt_only_what_counts_from_receipt_runs(book: Book) -> None:
    story = Story(book, P4, Level.MINOR)

    assert story.due(M.RESPONSE) == TEN + 2 * HOUR
    assert story.due(M.DIAGNOSIS) == TEN + 12 * HOUR
    assert isinstance(story.get(M.ARRIVAL), Pending)
    assert isinstance(story.get(M.FIX), Pending)


def test_what_falls_due_first_is_found_among_running_clocks_alone(book: Book) -> None:
    story = Story(book, FLAT, Level.MINOR)
    first = earliest(story.promises)

    assert first is not None
    assert (first.target.scheme, first.due_at) == ("s1_phone", TEN + HOUR)
    assert earliest([story.get(M.FIX, "s1_p4")]) is None


@pytest.mark.parametrize(("minutes", "in_time"), [(119, True), (120, True), (120.001, False)])
def test_the_due_instant_itself_is_in_time(book: Book, minutes: float, in_time: bool) -> None:
    story = Story(book, P4, Level.MINOR)

    story.then(E.RESPONDED, minutes / 60)

    assert story.met(M.RESPONSE).in_time is in_time


def test_a_second_response_changes_nothing(book: Book) -> None:
    story = Story(book, P4, Level.MINOR)

    story.then(E.RESPONDED, 1)
    story.then(E.RESPONDED, 3)

    assert story.met(M.RESPONSE).met_at == TEN + HOUR


@pytest.mark.parametrize("event", [E.SUPPORT_STARTED, E.DIAGNOSED, E.SOLVED])
def test_whoever_does_more_than_respond_has_responded(book: Book, event: ClockEvent) -> None:
    story = Story(book, P4, Level.MINOR)

    story.then(event, 1)

    assert story.met(M.RESPONSE).in_time


def test_a_promise_without_a_number_is_alarmed_at_half_an_hour_and_late_after_one(book: Book) -> None:
    story = Story(book, P4, Level.CRITICAL)
    response, diagnosis = story.get(M.RESPONSE), story.get(M.DIAGNOSIS)
    assert isinstance(response, Running)
    assert isinstance(diagnosis, Running)

    assert alarm_at(response, book=book, terms=P4) == TEN + 0.5 * HOUR
    assert response.due_at == TEN + HOUR
    assert not response.target.shown
    assert alarm_at(diagnosis, book=book, terms=P4) is None


def test_figures_in_days_remind_and_alarm_in_working_days_where_the_fix_counts_in_service_hours(
    book: Book,
) -> None:
    office = replace(OFFICE, fix_in_service_hours=True)
    shipped = book.policies["s0_fault5"]
    row = shipped.targets[M.FIX]
    days = row.levels[Level.USAGE].model_copy(
        update={"alarm": Allowance(2, Unit.DAYS), "soon": Allowance(5, Unit.DAYS)}
    )
    fix = row.model_copy(update={"levels": {Level.USAGE: days}})
    policies = {**book.policies, "s0_fault5": shipped.model_copy(update={"targets": {M.FIX: fix}})}
    fixed = Story(replace(book, policies=policies), office, Level.USAGE).get(M.FIX)
    assert isinstance(fixed, Running)

    assert fixed.target.min == Allowance(1, Unit.WORKING_DAYS)
    assert alarm_at(fixed, book=book, terms=office) == local("2026-11-24 17:30")
    assert soon_at(fixed, book=book, terms=office) == local("2026-11-27 17:30")
    assert fixed.due_at == local("2026-12-01 17:30")


def test_the_fix_counts_from_the_diagnosis_when_nobody_has_to_come(book: Book) -> None:
    story = Story(book, P4, Level.SEVERE)

    story.then(E.DIAGNOSED, 1)

    assert story.due(M.FIX) == TEN + 5 * HOUR


def test_a_visit_decided_after_the_diagnosis_moves_the_fix_to_the_arrival(book: Book) -> None:
    story = Story(book, P4, Level.SEVERE)

    story.then(E.DIAGNOSED, 1)
    story.then(E.VISIT_DECIDED, 1.5)
    assert isinstance(story.get(M.FIX), Pending)
    assert story.due(M.ARRIVAL) == TEN + 3 * HOUR

    story.then(E.ARRIVED, 2.5)
    assert story.due(M.FIX) == TEN + 6.5 * HOUR
    assert story.met(M.ARRIVAL).in_time


def test_a_diagnosis_on_the_way_does_not_start_the_fix_before_the_arrival(book: Book) -> None:
    story = Story(book, P4, Level.SEVERE)

    story.then(E.VISIT_DECIDED, 0.5)
    story.then(E.DIAGNOSED, 1)
    assert isinstance(story.get(M.FIX), Pending)

    story.then(E.ARRIVED, 2)
    assert story.due(M.FIX) == TEN + 6 * HOUR


def test_a_second_visit_does_not_win_new_time(book: Book) -> None:
    story = Story(book, P4, Level.SEVERE)
    for event, hours in ((E.VISIT_DECIDED, 1), (E.ARRIVED, 2), (E.VISIT_DECIDED, 4), (E.ARRIVED, 5)):
        story.then(event, hours)

    assert story.due(M.FIX) == TEN + 6 * HOUR
    assert story.met(M.ARRIVAL).met_at == TEN + 2 * HOUR


def test_a_solution_nobody_diagnosed_first_meets_everything(book: Book) -> None:
    story = Story(book, P4, Level.SEVERE)

    story.then(E.SOLVED, 1)

    assert story.met(M.DIAGNOSIS).in_time
    assert (story.met(M.FIX).start_at, story.met(M.FIX).in_time) == (TEN + HOUR, True)
    assert isinstance(story.get(M.ARRIVAL), Pending)


def test_a_visit_never_decided_promises_nothing(book: Book) -> None:
    story = Story(book, ONSITE, Level.SEVERE)

    story.then(E.ARRIVED, 9)
    story.then(E.SOLVED, 10)

    assert isinstance(story.get(M.ARRIVAL), Pending)
    assert isinstance(story.get(M.FIX), Pending)


def test_a_visit_counts_from_receipt_however_late_it_is_decided(book: Book) -> None:
    story = Story(book, ONSITE, Level.SEVERE)

    story.then(E.VISIT_DECIDED, 3)

    assert story.due(M.ARRIVAL) == TEN + 4 * HOUR
    assert story.due(M.FIX) == TEN + 8 * HOUR


def test_a_visit_of_the_working_hours_scheme_counts_48_real_hours_from_its_decision(book: Book) -> None:
    story = Story(book, WORKING_HOURS, Level.CRITICAL)

    story.then(E.VISIT_DECIDED, 3)

    assert story.due(M.ARRIVAL) == TEN + 51 * HOUR


def test_a_case_solved_before_anybody_came_needs_no_arrival(book: Book) -> None:
    story = Story(book, ONSITE, Level.SEVERE)

    story.then(E.VISIT_DECIDED, 1)
    story.then(E.SOLVED, 2)

    assert isinstance(story.get(M.ARRIVAL), Pending)
    assert earliest(story.promises) is None
    assert story.met(M.FIX).in_time


def test_working_hours_count_over_the_weekend_and_lunch(book: Book) -> None:
    story = Story(book, WORKING_HOURS, Level.SEVERE)

    assert story.due(M.RESPONSE) == local("2026-11-23 10:00")


def test_waiting_for_the_customer_pauses_nothing_unless_the_contract_says_so(book: Book) -> None:
    story = Story(book, OFFICE, Level.CRITICAL)
    before = story.promises

    story.then(E.CUSTOMER_WAIT, 2)
    story.then(E.RESUMED, 5)

    assert story.promises == before


def test_waiting_for_the_customer_pauses_the_fix_where_the_contract_says_so(book: Book) -> None:
    story = Story(book, PAUSING, Level.CRITICAL)

    story.then(E.CUSTOMER_WAIT, 2)
    fix = story.get(M.FIX)
    assert isinstance(fix, Paused)
    assert consumed(fix, TEN + 9 * HOUR, book=book) == 2 * HOUR
    assert earliest(story.promises) is None

    story.then(E.RESUMED, 5)
    assert story.due(M.FIX) == TEN + 27 * HOUR
    assert consumed(story.get(M.FIX), TEN + 6 * HOUR, book=book) == 3 * HOUR


def test_only_the_fix_pauses(book: Book) -> None:
    story = Story(book, replace(P4, customer_wait_pauses_fix=True), Level.MINOR)

    story.then(E.CUSTOMER_WAIT, 1)

    assert story.due(M.RESPONSE) == TEN + 2 * HOUR


@pytest.fixture
def in_office_hours(book: Book) -> Story:
    """A fix promised in working hours: 24 of them at level 1."""
    scheme = book.policies["s0_fault5"]
    fix = scheme.targets[M.FIX]
    working = fix.model_copy(update={"basis": Basis.BUSINESS})
    policy = scheme.model_copy(update={"targets": {M.FIX: working}})
    own = replace(book, policies={**book.policies, "s0_fault5": policy})
    return Story(own, PAUSING, Level.CRITICAL)


def test_a_pause_in_closed_hours_adds_nothing(in_office_hours: Story) -> None:
    story = in_office_hours
    before = story.due(M.FIX)

    story.then(E.CUSTOMER_WAIT, "2026-11-20 17:30")
    story.then(E.RESUMED, "2026-11-23 09:00")

    assert story.due(M.FIX) == before


def test_a_pause_adds_the_working_time_it_took(in_office_hours: Story) -> None:
    story = in_office_hours

    story.then(E.CUSTOMER_WAIT, "2026-11-20 16:30")
    story.then(E.RESUMED, "2026-11-23 10:00")

    assert story.due(M.FIX) == local("2026-11-25 10:30")


def test_two_pauses_add_up(book: Book) -> None:
    story = Story(book, PAUSING, Level.CRITICAL)
    for event, hours in ((E.CUSTOMER_WAIT, 2), (E.RESUMED, 5), (E.CUSTOMER_WAIT, 6), (E.RESUMED, 7)):
        story.then(event, hours)

    assert story.due(M.FIX) == TEN + 28 * HOUR


def test_a_clock_that_is_late_cannot_be_paused_back_into_time(book: Book) -> None:
    story = Story(book, PAUSING, Level.CRITICAL)

    story.then(E.CUSTOMER_WAIT, 24)
    story.then(E.RESUMED, 30)
    story.then(E.SOLVED, 30)

    assert story.met(M.FIX).due_at == TEN + 24 * HOUR
    assert not story.met(M.FIX).in_time


def test_a_solution_given_while_paused_counts(book: Book) -> None:
    story = Story(book, PAUSING, Level.CRITICAL)

    story.then(E.CUSTOMER_WAIT, 23)
    story.then(E.SOLVED, 40)

    assert story.met(M.FIX).due_at == TEN + 41 * HOUR
    assert consumed(story.met(M.FIX), TEN + 99 * HOUR, book=book) == 23 * HOUR


def test_reopened_the_fix_goes_on_with_what_was_left_and_nothing_else_starts_again(book: Book) -> None:
    story = Story(book, P4, Level.SEVERE)
    for event, hours in ((E.RESPONDED, 0.5), (E.DIAGNOSED, 1), (E.SOLVED, 2), (E.REOPENED, 100)):
        story.then(event, hours)

    assert story.due(M.FIX) == TEN + 103 * HOUR
    assert story.met(M.RESPONSE).met_at == TEN + 0.5 * HOUR
    assert story.met(M.DIAGNOSIS).met_at == TEN + HOUR
    assert isinstance(story.get(M.ARRIVAL), Pending)


def test_reopened_a_fix_that_was_late_stays_late(book: Book) -> None:
    story = Story(book, OFFICE, Level.CRITICAL)

    story.then(E.SOLVED, 25)
    story.then(E.REOPENED, 100)

    assert story.due(M.FIX) == TEN + 24 * HOUR


def test_a_visit_decided_after_a_reopening_counts_from_the_reopening(book: Book) -> None:
    story = Story(book, ONSITE, Level.SEVERE)
    for event, hours in ((E.SOLVED, 2), (E.REOPENED, 100), (E.VISIT_DECIDED, 101)):
        story.then(event, hours)

    assert story.due(M.ARRIVAL) == TEN + 104 * HOUR
    assert story.due(M.FIX) == TEN + 108 * HOUR


def test_a_cancelled_case_is_due_nothing(book: Book) -> None:
    story = Story(book, FLAT, Level.SEVERE)

    story.then(E.VISIT_DECIDED, 0.5)
    story.then(E.CANCELLED, 1)

    assert earliest(story.promises) is None


def test_a_new_level_keeps_start_and_pauses_and_changes_the_allowance(book: Book) -> None:
    story = Story(book, PAUSING, Level.MINOR)
    story.then(E.CUSTOMER_WAIT, 2)
    story.then(E.RESUMED, 5)

    story.level(Level.CRITICAL)

    assert story.due(M.FIX) == TEN + 27 * HOUR


def test_a_new_level_may_be_overdue_at_once(book: Book) -> None:
    story = Story(book, OFFICE, Level.USAGE)

    story.level(Level.CRITICAL)

    assert story.due(M.FIX) == TEN + 24 * HOUR


def test_a_new_level_reaches_a_paused_clock_too(book: Book) -> None:
    story = Story(book, PAUSING, Level.MINOR)
    story.then(E.CUSTOMER_WAIT, 2)

    story.level(Level.CRITICAL)
    story.then(E.RESUMED, 5)

    assert story.due(M.FIX) == TEN + 27 * HOUR


def test_a_paused_clock_that_another_level_makes_late_is_late(book: Book) -> None:
    story = Story(book, PAUSING, Level.MINOR)
    story.then(E.CUSTOMER_WAIT, 30)

    story.level(Level.CRITICAL)

    assert story.due(M.FIX) == TEN + 24 * HOUR


def test_what_is_said_earlier_and_reaches_us_later_met_it_earlier(book: Book) -> None:
    story = Story(book, P4, Level.MINOR)

    story.then(E.RESPONDED, 3)
    story.then(E.RESPONDED, 1.5)

    assert story.met(M.RESPONSE).met_at == TEN + 1.5 * HOUR
    assert story.met(M.RESPONSE).in_time


def test_what_is_met_stays_met_under_another_level(book: Book) -> None:
    story = Story(book, P4, Level.USAGE)
    story.then(E.RESPONDED, 3)

    story.level(Level.CRITICAL)
    assert story.met(M.RESPONSE).in_time

    story.level(Level.REQUEST)
    assert [promise.target.milestone for promise in story.promises] == [M.RESPONSE]


def test_a_promise_that_only_the_new_level_has_counts_from_the_beginning(book: Book) -> None:
    story = Story(book, FLAT, Level.REQUEST)
    story.then(E.RESPONDED, 0.5)
    story.then(E.VISIT_DECIDED, 1)

    story.level(Level.SEVERE)

    assert story.get(M.RESPONSE, "s1_p4") == replace(
        story.get(M.RESPONSE, "s1_phone"), target=story.get(M.RESPONSE, "s1_p4").target
    )
    assert story.get(M.FIX, "s1_p4") == Pending(
        target=story.get(M.FIX, "s1_p4").target, received_at=TEN, awaits_visit=True
    )


def test_months_are_calendar_months_of_local_time(book: Book) -> None:
    story = Story(book, OFFICE, Level.REQUEST, local("2026-11-30 01:00"))

    assert story.due(M.FIX) == local("2027-02-28 01:00")


def test_a_pause_moves_a_promise_of_months_by_its_length(book: Book) -> None:
    story = Story(book, PAUSING, Level.REQUEST, local("2026-01-31 10:00"))

    story.then(E.CUSTOMER_WAIT, "2026-02-10 10:00")
    story.then(E.RESUMED, "2026-03-10 10:00")

    assert story.due(M.FIX) == local("2026-05-28 10:00")


def test_the_way_to_the_site_is_added_to_the_fix_alone(book: Book) -> None:
    far = replace(ONSITE, site_allowance=3 * HOUR)
    story = Story(book, far, Level.SEVERE)

    story.then(E.VISIT_DECIDED, 0)

    assert story.due(M.FIX) == TEN + 11 * HOUR
    assert story.due(M.ARRIVAL) == TEN + 4 * HOUR


def test_days_are_24_real_hours_and_months_the_same_wall_time_across_a_clock_change(book: Book) -> None:
    new_york = ZoneInfo("America/New_York")
    terms = replace(OFFICE, zone=new_york)
    start = local("2026-03-07 12:00", new_york)
    days, months = (book.targets(terms, level)[0] for level in (Level.USAGE, Level.REQUEST))

    assert due(days, start, book=book, terms=terms) == local("2026-03-14 13:00", new_york)
    assert due(months, start, book=book, terms=terms) == local("2026-06-07 12:00", new_york)


def test_a_promise_beyond_the_calendar_is_refused_when_the_case_opens(book: Book) -> None:
    with pytest.raises(CalendarRangeError):
        opened(book, WORKING_HOURS, Level.REQUEST, local("2032-12-31 10:00"))


def test_a_pending_clock_has_counted_nothing(book: Book) -> None:
    assert consumed(Story(book, P4, Level.MINOR).get(M.FIX), TEN + HOUR, book=book) == timedelta(0)


def test_every_milestone_can_be_met_and_cancelled_and_every_way_to_start_starts() -> None:
    moves = {(on, rule.move) for (on, _), rule in RULES.items()}

    assert {on for on, move in moves if move is Move.MEETS} - set(Starts) == set(Milestone)
    assert {on for on, move in moves if move is Move.DROPS} == {*Milestone, Starts.DISASTER_FROM_RECEIPT}
    assert {on for on, move in moves if move is Move.STARTS} == set(Starts) - {Starts.RECEIPT}
    assert {rule.move for rule in RULES.values()} == set(Move)
    assert all(rule.clause for rule in RULES.values())


@pytest.mark.parametrize(("pauses", "due"), [(True, 30), (False, 26)])
def test_a_fix_that_starts_while_the_customer_is_waited_for_counts_from_their_answer(
    book: Book, *, pauses: bool, due: float
) -> None:
    story = Story(book, replace(P4, customer_wait_pauses_fix=pauses), Level.MINOR)
    story.then(E.CUSTOMER_WAIT, 1)

    story.then(E.DIAGNOSED, 2)
    story.then(E.RESUMED, 6)

    assert story.due(M.FIX) == TEN + due * HOUR


def test_a_wait_that_a_solution_ended_pauses_nothing_after_the_reopening(book: Book) -> None:
    story = Story(book, replace(ONSITE, customer_wait_pauses_fix=True), Level.SEVERE)
    for hours, event in enumerate((E.CUSTOMER_WAIT, E.SOLVED, E.REOPENED, E.VISIT_DECIDED), start=1):
        story.then(event, hours)

    assert isinstance(story.get(M.FIX), Running)


@pytest.mark.parametrize(
    ("event", "setting"),
    [
        (E.CUSTOMER_WAIT, "customer_wait_pauses_fix"),
        (E.VENDOR_ASKED, "vendor_wait_pauses_fix"),
        (E.PARTS_AWAITED, "parts_wait_pauses_fix"),
    ],
)
def test_a_wait_pauses_the_fix_only_where_the_contract_says_so(book: Book, event: E, setting: str) -> None:
    """S4-5.7-1 and the defaults: nothing pauses."""
    pausing = replace(OFFICE, **{setting: True})  # type: ignore[arg-type]  # names are checked when it runs
    for terms, held in ((OFFICE, 0), (pausing, 3)):
        story = Story(book, terms, Level.CRITICAL)

        story.then(event, 1)
        story.then(E.RESUMED, 4)

        assert story.due(M.FIX) == TEN + (24 + held) * HOUR
