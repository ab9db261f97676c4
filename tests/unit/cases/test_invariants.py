"""Whatever people do and whenever: what must hold in every life of a case."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.cases.decision import Decision
from bot.cases.facts import FactKind
from bot.cases.model import WORKING, Status
from bot.cases.transitions import TRANSITIONS
from bot.cases.triggers import Trigger
from bot.cases.triggers import TriggerKind as T
from bot.cases.wake import trigger, wake_at, wakes
from bot.core.errors import UserError
from bot.core.people import Level
from tests.unit.cases.build import BOSS, CHEN, EVERY_TERMS, LI, OPENED, OTHER, ZHAO, Life, a_case, book

HORIZON = OPENED + timedelta(days=300)
"""Well before the last day the calendars know."""

CLOCKS = {
    T.SEND_REPLY,
    T.REMIND,
    T.REASSIGN,
    T.ENGINEER_LATE,
    T.DUE_SOON,
    T.ALARM,
    T.BREACH,
    T.RUNG,
    T.WAIT_OVER,
    T.NOTICE,
    T.SILENCE,
    T.END,
}
PEOPLE = st.sampled_from((LI, ZHAO, CHEN, BOSS))
CHOICES = ("customer", "vendor", "parts", "expert", "manager", "type", "phone", "nonsense", "")
WHILE = st.timedeltas(timedelta(0), timedelta(days=3))
SAID = st.builds(
    Trigger,
    kind=st.sampled_from([kind for kind in T if kind not in CLOCKS]),
    by=PEOPLE,
    said_at=st.just(OPENED),
    text=st.sampled_from(("", "…", "complaint")),
    choice=st.sampled_from(CHOICES),
    person=st.none() | PEOPLE,
    level=st.none() | st.sampled_from(Level),
    number=st.integers(0, 6),
    case=st.just(OTHER),
)
JUMPS = st.sampled_from(
    (
        timedelta(seconds=1),
        timedelta(seconds=30),
        timedelta(minutes=29),
        timedelta(minutes=46),
        timedelta(hours=5),
        timedelta(days=2),
        timedelta(days=20),
        timedelta(days=45),
    )
)


class Lives(RuleBasedStateMachine):
    """A case that people work on and clocks wake."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(a_case())
        self.before = self.life.case

    @initialize(terms=st.sampled_from(list(EVERY_TERMS)), level=st.sampled_from(Level), owned=st.booleans())
    def opening(self, terms: str, level: Level, owned: bool) -> None:
        self.life = Life(a_case(EVERY_TERMS[terms], level, owner=LI if owned else None))
        self.before = self.life.case

    @rule(said=SAID, ago=WHILE, until=st.none() | WHILE)
    def somebody_does_something(self, said: Trigger, ago: timedelta, until: timedelta | None) -> None:
        now = self.life.now
        said = replace(said, said_at=now - ago, until=None if until is None else now + until)
        try:
            decision = self.life.decide(said)
        except UserError:
            assert self.life.case == self.before
        else:
            self._check(decision, said.kind)

    @rule(jump=JUMPS)
    def time_passes(self, jump: timedelta) -> None:
        until = min(self.life.now + jump, HORIZON)
        while (wake := self.life.next()) and wake.at <= until:
            self.life.now = max(self.life.now, wake.at)
            self._fire()
        self.life.now = until

    @rule(jump=JUMPS)
    def nobody_looks_for_a_while(self, jump: timedelta) -> None:
        self.life.now = min(self.life.now + jump, HORIZON)
        while (wake := self.life.next()) and wake.at <= self.life.now:
            self._fire()

    def _fire(self) -> None:
        wake = self.life.next()
        assert wake is not None
        assert wake.key not in self.before.fired
        said = trigger(wake, self.before, context=self.life.context)
        decision = self.life.decide(said)
        self.life.fired.append(wake)
        assert wake.key in decision.case.fired
        self._check(decision, said.kind)

    def _check(self, decision: Decision, kind: T) -> None:
        before = self.before
        row = TRANSITIONS[before.status, kind]
        assert decision.case.status is row.to
        assert row.fact in {fact.kind for fact in decision.facts}
        assert {fact.kind for fact in decision.facts} <= {
            row.fact,
            FactKind.REPLIED,
            FactKind.BREACH_CORRECTED,
        }
        assert before.fired <= decision.case.fired
        assert before.round <= decision.case.round
        assert before.turn <= decision.case.turn
        assert all(fact.said_at <= fact.at == self.life.now for fact in decision.facts)
        self.before = decision.case

    @invariant()
    def no_clock_fires_twice(self) -> None:
        keys = [wake.key for wake in self.life.fired]
        assert len(set(keys)) == len(keys)

    @invariant()
    def a_case_wakes_at_the_first_of_its_wakes(self) -> None:
        wanted = wakes(self.life.case, book=book())
        assert wake_at(self.life.case, book=book()) == (wanted[0].at if wanted else None)
        assert not {wake.key for wake in wanted} & self.life.case.fired

    @invariant()
    def a_case_waits_for_somebody_exactly_while_it_waits(self) -> None:
        case = self.life.case
        assert (case.waiting is not None) == (case.status is Status.WAITING)
        assert case.waiting_until is None or case.status is Status.WAITING

    @invariant()
    def a_month_of_silence_runs_only_where_the_customer_has_the_last_word(self) -> None:
        case = self.life.case
        assert case.silence_from is None or case.status in (Status.SOLVED, Status.WAITING)
        assert case.status is not Status.SOLVED or case.silence_from is not None

    @invariant()
    def a_case_is_at_rest_exactly_if_it_was_closed(self) -> None:
        case = self.life.case
        assert (case.closed_at is None) == (case.status in (*WORKING, Status.SOLVED))

    @invariant()
    def an_owner_was_tried(self) -> None:
        case = self.life.case
        assert case.owner is None or case.owner in case.tried
        assert case.opened_at == OPENED


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
