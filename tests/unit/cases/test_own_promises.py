"""Promises of a contract's own policy that no document has a figure for: regular news, a vendor's answer."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cases.lifecycle import decide
from bot.cases.model import Case, Fact, FactKind
from bot.cases.triggers import Context, Trigger
from bot.cases.triggers import TriggerKind as T
from bot.cases.wake import trigger, wakes
from bot.core.people import Level
from bot.sla.milestones import Met, Running, opened
from bot.sla.policy import Book
from tests.unit.cases.build import LI, OPENED, a_case
from tests.unit.sla.desk import FLAT

HOUR = timedelta(hours=1)
NEWS = """\
title = { zh = "通报", en = "News" }
source = "N-1"

[targets.update]
starts = "receipt"
basis = "elapsed"
clause = "N-1 §1"
levels.1 = { max = "4 hours" }

[targets.vendor_answer]
starts = "vendor_asked"
basis = "elapsed"
clause = "N-1 §2"
levels.1 = { max = "8 hours" }
levels.2 = { max = "16 hours" }
"""


@cache
def book() -> Book:
    with TemporaryDirectory() as folder:
        policies = Path(folder) / "policies"
        policies.mkdir()
        (policies / "news.toml").write_text(NEWS, encoding="utf-8")
        return Book.load(Path(folder))


class Story:
    """A case under the contract's own promises."""

    def __init__(self) -> None:
        terms = replace(FLAT, schemes=("news",), ladder="", engineer_clock="")
        level = a_case().level
        self.case: Case = replace(a_case(terms=replace(terms, schemes=())), terms=terms, events=())
        self.case = replace(self.case, promises=opened(book(), terms, level, OPENED))
        self.facts: list[Fact] = []
        self.now = OPENED

    def until(self, hours: float) -> None:
        """Let time pass."""
        end = OPENED + hours * HOUR
        while (wake := next(iter(wakes(self.case, book=book())), None)) and wake.at <= end:
            self.now = max(self.now, wake.at)
            self._decide(trigger(wake, self.case, context=self._context))
        self.now = end

    def do(self, hours: float, kind: T, *, said: float | None = None, choice: str = "") -> None:
        """Let something be done so many hours after the opening."""
        self.until(hours)
        said_at = self.now if said is None else OPENED + said * HOUR
        self._decide(Trigger(kind=kind, by=LI, said_at=said_at, text="…", choice=choice))

    def recorded(self, kind: FactKind) -> list[tuple[float, object]]:
        """When facts of a kind were recorded, in hours after the opening."""
        return [
            ((fact.at - OPENED) / HOUR, fact.data.get("choice") or fact.data.get("milestone"))
            for fact in self.facts
            if fact.kind is kind
        ]

    @property
    def _context(self) -> Context:
        return Context(now=self.now, book=book())

    def _decide(self, what: Trigger) -> None:
        decision = decide(self.case, what, context=self._context)
        self.case = decision.case
        self.facts.extend(decision.facts)


def test_news_begin_the_next_period_and_every_period_may_be_broken_once() -> None:
    story = Story()
    story.do(3, T.STAFF_SPOKE)
    story.until(8)
    story.do(9, T.STAFF_SPOKE)
    story.until(30)

    assert story.recorded(FactKind.BREACHED) == [(7.0, "news:update"), (13.0, "news:update")]


def test_news_said_in_time_and_heard_late_correct_the_breach() -> None:
    story = Story()

    story.do(5, T.STAFF_SPOKE, said=3.5)

    assert story.recorded(FactKind.BREACHED) == [(4.0, "news:update")]
    assert story.recorded(FactKind.BREACH_CORRECTED) == [(5.0, "update")]
    update = story.case.promises[0]
    assert isinstance(update, Running)
    assert update.due_at == OPENED + 7.5 * HOUR


def test_a_solution_ends_the_news_and_a_reopening_begins_them_anew() -> None:
    story = Story()
    story.do(2, T.SOLVE)
    story.until(20)
    ended = story.case.promises[0]
    assert isinstance(ended, Met)

    story.do(21, T.REOPEN)

    update = story.case.promises[0]
    assert isinstance(update, Running)
    assert update.due_at == OPENED + 25 * HOUR


def test_the_vendors_answer_is_due_from_the_question_and_met_by_going_on() -> None:
    story = Story()
    story.do(1, T.WAIT, choice="vendor")
    answer = story.case.promises[1]
    assert isinstance(answer, Running)
    assert answer.due_at == OPENED + 9 * HOUR

    story.do(3, T.RESUME)

    met = story.case.promises[1]
    assert isinstance(met, Met)
    assert met.in_time


def test_a_second_question_to_the_vendor_has_a_time_of_its_own_and_may_be_broken_too() -> None:
    story = Story()
    story.do(1, T.WAIT, choice="vendor")
    story.do(12, T.RESUME)

    story.do(20, T.WAIT, choice="vendor")
    again = story.case.promises[1]
    assert isinstance(again, Running)
    assert again.due_at == OPENED + 28 * HOUR
    story.until(30)

    broken = [at for at, what in story.recorded(FactKind.BREACHED) if what == "news:vendor_answer"]
    assert broken == [9.0, 28.0]
    assert story.recorded(FactKind.BREACH_CORRECTED) == []


def test_a_second_question_goes_by_the_level_of_its_day() -> None:
    story = Story()
    story.do(1, T.WAIT, choice="vendor")
    story.do(3, T.RESUME)
    lower = Trigger(kind=T.LEVEL, by=LI, said_at=story.now, level=Level.SEVERE, text="…")
    story.case = decide(story.case, lower, context=story._context).case

    story.do(4, T.WAIT, choice="vendor")

    again = next(each for each in story.case.promises if each.target.key == "news:vendor_answer")
    assert isinstance(again, Running)
    assert again.due_at == OPENED + 20 * HOUR


def test_a_breach_stands_although_a_lowered_level_would_have_given_more_time() -> None:
    story = Story()
    terms = replace(story.case.terms, schemes=("s0_fault5",))
    level = story.case.level
    story.case = replace(story.case, terms=terms, promises=opened(book(), terms, level, OPENED))
    story.until(30)
    lower = Trigger(kind=T.LEVEL, by=LI, said_at=story.now, level=level.MINOR, text="…")
    story.case = decide(story.case, lower, context=story._context).case

    story.do(40, T.SOLVE)

    assert story.recorded(FactKind.BREACHED) == [(24.0, "s0_fault5:fix")]
    assert story.recorded(FactKind.BREACH_CORRECTED) == []
