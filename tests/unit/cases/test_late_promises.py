"""What was kept late without a clock having struck: the breach is on record all the same, once."""

from dataclasses import replace
from datetime import timedelta

from bot.cases.decision import To
from bot.cases.facts import FactKind
from bot.cases.model import SYSTEM, Status
from bot.cases.moving import move
from bot.cases.triggers import TriggerKind as T
from bot.core.people import Level
from bot.sla.policy import Milestone
from bot.sla.promises import Met
from tests.unit.cases.build import OPENED, Life, a_case, book
from tests.unit.sla.desk import FLAT

HOUR = timedelta(hours=1)
EQUIPMENT = replace(FLAT, schemes=("s3_equipment",), ladder="", engineer_clock="")
P_TABLE = replace(FLAT, schemes=("s1_p4",), ladder="", engineer_clock="")
DISASTER = replace(FLAT, schemes=("s1_disaster",), ladder="", engineer_clock="")


def broken(life: Life) -> list[tuple[str, float]]:
    """Which promises were broken, and how many hours after the opening they had been due."""
    return [
        (str(fact.data["choice"]), (fact.said_at - OPENED) / HOUR)
        for fact in life.facts
        if fact.kind is FactKind.BREACHED
    ]


def noted_late() -> Life:
    """Answered after three hours; that the notice came in writing after half an hour is noted later."""
    life = Life(a_case(EQUIPMENT))
    life.live_until(OPENED + 3 * HOUR)
    life.do(T.STAFF_SPOKE)
    life.live_until(OPENED + 4 * HOUR)
    life.do(T.MARK, choice="written", said_at=OPENED + 0.5 * HOUR)
    return life


def test_a_late_note_of_what_was_answered_late_records_the_breach_when_it_was_due() -> None:
    life = noted_late()

    assert broken(life) == [("s3_equipment:response", 2.5)]
    breach = life.facts[-1]
    assert (breach.actor, breach.at, breach.data["clause"]) == (SYSTEM, life.now, "S3 §4.5.1 (1)")
    assert [(at, tell.to) for at, tell in life.told if tell.template == "breach"] == [
        (life.now, To.OWNER),
        (life.now, To.LEAD),
    ]


def test_it_is_recorded_once_and_the_others_at_their_time() -> None:
    life = noted_late()

    life.live_until(OPENED + 30 * HOUR)
    life.do(T.SOLVE)

    assert broken(life)[:1] == [("s3_equipment:response", 2.5)]
    assert [key for key, _ in broken(life)].count("s3_equipment:response") == 1


def test_words_said_in_time_and_heard_later_take_it_back() -> None:
    life = noted_late()

    life.do(T.STAFF_SPOKE, said_at=OPENED + HOUR)

    corrected = [fact.data["milestone"] for fact in life.facts if fact.kind is FactKind.BREACH_CORRECTED]
    assert corrected == ["response"]
    response = life.promise(Milestone.RESPONSE, "s3_equipment")
    assert isinstance(response, Met)
    assert response.in_time


def test_a_late_note_of_what_was_answered_in_time_breaks_nothing() -> None:
    life = Life(a_case(EQUIPMENT))
    life.live_until(OPENED + 2 * HOUR)
    life.do(T.STAFF_SPOKE)
    life.live_until(OPENED + 4 * HOUR)

    life.do(T.MARK, choice="written", said_at=OPENED + 0.5 * HOUR)

    assert broken(life) == []


def test_a_level_that_brings_in_what_was_answered_too_late_for_it_records_the_breach() -> None:
    life = Life(a_case(P_TABLE, Level.REQUEST))
    life.live_until(OPENED + 1.5 * HOUR)
    life.do(T.STAFF_SPOKE)
    life.live_until(OPENED + 1.75 * HOUR)

    life.do(T.LEVEL, level=Level.CRITICAL)
    life.live_until(OPENED + 1.75 * HOUR)

    assert broken(life) == [("s1_p4:response", 1.0)]


def test_a_disaster_noted_after_the_team_came_too_late_records_the_breach() -> None:
    life = Life(a_case(DISASTER))
    life.live_until(OPENED + 5 * HOUR)
    life.do(T.VISIT_NEED)
    life.do(T.VISIT_ARRIVE)
    life.live_until(OPENED + 6 * HOUR)

    life.do(T.MARK, choice="disaster")

    assert broken(life) == [("s1_disaster:arrival", 4.0)]


def test_what_is_done_late_while_no_clock_struck_was_late_all_the_same() -> None:
    life = Life(a_case(FLAT))
    life.now = OPENED + 1.1 * HOUR

    life.do(T.STAFF_SPOKE)
    life.live_until(OPENED + 1.2 * HOUR)

    assert sorted(broken(life)) == [
        ("s1_onsite:response", 1.0),
        ("s1_p4:response", 1.0),
        ("s1_phone:response", 1.0),
    ]
    assert life.facts[0].kind is FactKind.BREACHED


def test_a_lowered_level_takes_nothing_back_that_fell_due_while_no_clock_struck() -> None:
    life = Life(a_case(P_TABLE))
    life.now = OPENED + 1.5 * HOUR

    life.do(T.LEVEL, level=Level.MINOR)

    assert broken(life) == [("s1_p4:response", 1.0)]


def test_what_was_said_in_time_and_is_handled_late_breaks_nothing() -> None:
    life = Life(a_case(FLAT))
    life.now = OPENED + 1.1 * HOUR

    life.do(T.STAFF_SPOKE, said_at=OPENED + HOUR)

    assert broken(life) == []


def test_a_platform_whose_clock_is_ahead_breaks_nothing_before_its_time() -> None:
    life = Life(a_case(FLAT))
    life.now = OPENED + 0.95 * HOUR

    life.do(T.STAFF_SPOKE, said_at=OPENED + 1.1 * HOUR)

    assert broken(life) == []
    assert life.facts[-1].said_at == life.now


def test_what_ends_a_case_late_breaks_what_was_overdue_before_it_ends() -> None:
    life = Life(a_case(FLAT))
    life.now = OPENED + 1.1 * HOUR

    life.do(T.CANCEL)

    assert len(broken(life)) == 3
    assert life.case.status is Status.CANCELLED


def test_a_policy_under_which_an_answer_was_late_breaks_it_when_the_case_is_moved_there() -> None:
    life = Life(a_case(EQUIPMENT))
    life.live_until(OPENED + 1.5 * HOUR)
    life.do(T.STAFF_SPOKE)

    decision = move(life.case, book=book(), terms=P_TABLE, now=life.now)

    assert decision is not None
    late = [fact for fact in decision.facts if fact.kind is FactKind.BREACHED]
    assert [(fact.data["choice"], fact.said_at) for fact in late] == [("s1_p4:response", OPENED + HOUR)]
