"""Every row of the four documents' times as a story of one case, named by its requirement.

Opened on Friday 2026-11-20 at 10:00 in Shanghai. `story` is what people do, at hours after that; what is due
is local time, a dash that nothing is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.model import CaseType, FactKind, Status
from bot.cases.triggers import TriggerKind as T
from bot.core.people import Level
from bot.sla.milestones import Running
from bot.sla.policy import Terms
from tests.unit.cases.build import OPENED, WANG, Life, a_case
from tests.unit.sla.desk import FLAT, OFFICE, WORKING_HOURS, local

HOUR = timedelta(hours=1)
CONTRACTS: Mapping[str, Terms] = {
    "s0": replace(OFFICE, schemes=("s0_fault5", "s0_rma")),
    "s0, far away": replace(OFFICE, site_allowance=2 * HOUR),
    "s0, in office hours": replace(OFFICE, fix_in_service_hours=True),
    "s1": replace(FLAT, schemes=("s1_phone", "s1_onsite", "s1_p4", "s1_disaster", "s1_diagnosis_notice")),
    "s1, events": replace(FLAT, schemes=("s1_events3",)),
    "s3": replace(FLAT, schemes=("s3_service", "s3_equipment", "s3_after_warranty")),
    "s4": WORKING_HOURS,
}

# requirement, contract, level, story, promise, due
DUE = [
    ("S0-4.4.1-1", "s0", 1, "", "s0_fault5:fix", "11-21 10:00"),
    ("S0-4.4.1-2", "s0", 2, "", "s0_fault5:fix", "11-21 22:00"),
    ("S0-4.4.1-3", "s0", 3, "", "s0_fault5:fix", "11-22 10:00"),
    ("S0-4.4.1-4", "s0", 4, "", "s0_fault5:fix", "11-27 10:00"),
    ("S0-4.4.1-5", "s0", 5, "", "s0_fault5:fix", "02-20 10:00"),
    ("S0-4.4.1-6 C08", "s0, far away", 1, "", "s0_fault5:fix", "11-21 12:00"),
    ("C06", "s0, in office hours", 1, "", "s0_fault5:fix", "11-24 17:00"),
    ("C06", "s0, in office hours", 4, "", "s0_fault5:fix", "12-01 17:30"),
    ("S0-3.2.2-1 S0-3.2.3-5 C22", "s0", 4, "0 received", "s0_rma:unit_return", "12-16 17:30"),
    ("S0-3.2.2-1", "s0", 4, "", "s0_rma:unit_return", "-"),
    ("S1-A2.4.1.1-1 S1-A2.4.1.1-2", "s1", 4, "", "s1_phone:response", "11-20 11:00"),
    ("S1-A2.4.1.1-3", "s1", 4, "", "s1_phone:support_started", "11-20 11:30"),
    ("S1-A2.4.1.2-1 S1-A2.4.1.2-2", "s1", 3, "", "s1_onsite:engineer_named", "11-20 11:00"),
    ("S1-A2.4.1.2-3", "s1", 3, "1 need", "s1_onsite:arrival", "11-20 14:00"),
    ("S1-A2.4.1.2-4", "s1", 3, "1 need", "s1_onsite:fix", "11-20 18:00"),
    ("C16", "s1", 4, "1 need", "s1_onsite:arrival", "11-20 14:00"),
    ("S1-A2.4.2.4-3", "s1", 2, "2 disaster", "s1_disaster:arrival", "11-20 14:00"),
    ("S1-A2.7.1-1 C12", "s1", 5, "", "s1_diagnosis_notice:diagnosis", "11-21 10:00"),
    ("S1-A2.7.1-1 C12", "s1, events", 4, "", "s1_events3:diagnosis", "11-21 10:00"),
    ("S1-A2.7.2-1", "s1, events", 1, "", "s1_events3:fix", "11-20 13:00"),
    ("S1-A2.7.2-2", "s1, events", 2, "", "s1_events3:fix", "11-20 16:00"),
    ("S1-A2.7.2-3", "s1, events", 3, "", "s1_events3:fix", "11-21 10:00"),
    ("S1-A2.7.2-3", "s1, events", 4, "", "s1_events3:fix", "11-21 10:00"),
    ("S1-A2.10.5-6 C03", "s1", 1, "", "s1_p4:response", "11-20 11:00"),
    ("S1-A2.10.5-6 C03", "s1", 2, "", "s1_p4:response", "11-20 11:00"),
    ("S1-A2.10.5-6 C04", "s1", 3, "", "s1_p4:response", "11-20 12:00"),
    ("S1-A2.10.5-6 C04", "s1", 4, "", "s1_p4:response", "11-20 14:00"),
    ("S1-A2.10.5-7", "s1", 1, "", "s1_p4:diagnosis", "11-20 12:00"),
    ("S1-A2.10.5-7", "s1", 2, "", "s1_p4:diagnosis", "11-20 12:00"),
    ("S1-A2.10.5-7", "s1", 3, "", "s1_p4:diagnosis", "11-20 22:00"),
    ("S1-A2.10.5-7", "s1", 4, "", "s1_p4:diagnosis", "11-21 10:00"),
    ("S1-A2.10.5-8 S1-A2.10.5-9", "s1", 1, "0.5 need", "s1_p4:arrival", "11-20 12:00"),
    ("S1-A2.10.5-9 C14", "s1", 2, "0.5 need", "s1_p4:arrival", "11-20 13:00"),
    ("S1-A2.10.5-9", "s1", 3, "0.5 need", "s1_p4:arrival", "11-21 10:00"),
    ("S1-A2.10.5-9", "s1", 4, "0.5 need", "s1_p4:arrival", "11-22 10:00"),
    ("C13", "s1", 2, "0.5 need", "s1_p4:diagnosis", "11-20 12:00"),
    ("S1-A2.10.5-11 S1-A2.10.5-13", "s1", 1, "1 diagnose", "s1_p4:fix", "11-20 13:00"),
    ("S1-A2.10.5-11 S1-A2.10.5-13", "s1", 2, "1 diagnose", "s1_p4:fix", "11-20 15:00"),
    ("S1-A2.10.5-11 S1-A2.10.5-13", "s1", 3, "1 diagnose", "s1_p4:fix", "11-21 11:00"),
    ("S1-A2.10.5-11 S1-A2.10.5-13", "s1", 4, "1 diagnose", "s1_p4:fix", "11-22 11:00"),
    ("S1-A2.10.5-13", "s1", 2, "", "s1_p4:fix", "-"),
    ("S1-A2.10.5-12 C15", "s1", 2, "1 diagnose, 1.5 need", "s1_p4:fix", "-"),
    ("S1-A2.10.5-12 C15", "s1", 2, "1 diagnose, 1.5 need, 2.5 arrive", "s1_p4:fix", "11-20 16:30"),
    ("S1-A2.10.5-15", "s1", 2, "1 diagnose, 2 standby", "s1_p4:fix", "-"),
    ("S3-4.5.1-1 C17", "s3", 3, "0 written", "s3_equipment:response", "11-20 12:00"),
    ("S3-4.5.1-1 C17", "s3", 3, "0 written", "s3_equipment:arrival", "11-21 10:00"),
    ("S3-4.5.1-1 C17", "s3", 3, "0 written", "s3_equipment:fix", "11-27 10:00"),
    ("S3-4.5.1-1", "s3", 3, "", "s3_equipment:fix", "-"),
    ("S3-4.5.2-1", "s3", 3, "", "s3_service:response", "11-20 11:00"),
    ("S3-4.5.2-1", "s3", 3, "0.5 need", "s3_service:arrival", "11-20 14:00"),
    ("S3-4.5.2-2", "s3", 3, "", "s3_service:replacement", "11-21 10:00"),
    ("S3-4.5.2-2", "s3", 3, "20 replacement", "s3_service:replacement", "-"),
    ("S3-4.5.1-2", "s3", 3, "0.5 need", "s3_after_warranty:arrival", "11-20 14:00"),
    ("S4-3.5-1 S4-3.5-7", "s4", 1, "", "s4_response5:response", "11-20 11:00"),
    ("S4-3.5-2 C31", "s4", 1, "3 need", "s4_response5:arrival", "11-22 13:00"),
    ("S4-3.5-3 S4-3.5-7", "s4", 2, "", "s4_response5:response", "11-23 10:00"),
    ("S4-3.5-4 S4-3.5-7", "s4", 3, "", "s4_response5:response", "11-23 15:00"),
    ("S4-3.5-5 S4-3.5-7", "s4", 4, "", "s4_response5:response", "11-24 10:00"),
    ("S4-3.5-6 S4-3.5-7", "s4", 5, "", "s4_response5:response", "11-25 10:00"),
]

DEEDS: Mapping[str, tuple[T, str]] = {
    "need": (T.VISIT_NEED, ""),
    "arrive": (T.VISIT_ARRIVE, ""),
    "diagnose": (T.DIAGNOSE, ""),
    **dict.fromkeys(("disaster", "written", "standby", "replacement", "received", "returned"), (T.MARK, "")),
}


def lived(contract: str, level: int, story: str) -> Life:
    """A case to which all of the story has happened; nobody has it."""
    life = Life(a_case(CONTRACTS[contract], Level(level), owner=None))
    for each in filter(None, story.split(", ")):
        hours, deed = each.split()
        life.live_until(OPENED + float(hours) * HOUR)
        kind, _ = DEEDS[deed]
        life.do(kind, choice=deed if kind is T.MARK else "")
    return life


@pytest.mark.parametrize(("requirement", "contract", "level", "story", "key", "due"), DUE)
def test_what_a_document_promises_is_due_when_it_says(
    requirement: str, contract: str, level: int, story: str, key: str, due: str
) -> None:
    promises = {promise.target.key: promise for promise in lived(contract, level, story).case.promises}

    found = promises[key]
    year = "2027" if due.startswith("02") else "2026"
    expected = None if due == "-" else local(f"{year}-{due}")

    assert (found.due_at if isinstance(found, Running) else None) == expected, requirement


def test_c02_all_promises_are_tracked_and_each_breach_names_its_clause() -> None:
    life = lived("s1", 3, "")

    life.live_until(OPENED + 3 * HOUR)

    broken = [
        (fact.data["choice"], fact.data["clause"]) for fact in life.facts if fact.kind is FactKind.BREACHED
    ]
    assert broken == [
        ("s1_phone:response", "S1 annex 2 §4.1.1"),
        ("s1_onsite:response", "S1 annex 2 §4.1.2"),
        ("s1_onsite:engineer_named", "S1 annex 2 §4.1.2"),
        ("s1_phone:support_started", "S1 annex 2 §4.1.1"),
        ("s1_p4:response", "S1 annex 2 §10.5"),
    ]


def test_s1_a2_4_1_2_1_an_engineer_is_named_by_whoever_gets_the_case() -> None:
    life = lived("s1", 3, "")
    life.live_until(OPENED + 0.5 * HOUR)

    life.do(T.TAKE)
    life.live_until(OPENED + 2 * HOUR)

    keys = [fact.data["choice"] for fact in life.facts if fact.kind is FactKind.BREACHED]
    assert "s1_onsite:engineer_named" not in keys


def test_c15_a_visit_decided_later_keeps_both_due_times_on_record() -> None:
    life = lived("s1", 2, "1 diagnose, 1.5 need")

    decided = next(fact for fact in life.facts if fact.kind is FactKind.VISIT_DECIDED)

    assert decided.data["before:s1_p4:fix"] == local("2026-11-20 15:00").isoformat()
    assert decided.data["after:s1_p4:fix"] is None


def test_s1_a2_8_2_12_and_c03_what_has_no_number_is_alarmed_after_half_an_hour() -> None:
    life = lived("s1", 1, "")

    life.live_until(OPENED + 0.75 * HOUR)

    assert life.times(FactKind.ALARMED) == [("11-20 10:30:00", "alarmed")]


def test_s3_4_5_2_2_before_a_loan_unit_is_owed_somebody_is_reminded() -> None:
    life = lived("s3", 3, "1 diagnose")

    life.live_until(OPENED + 25 * HOUR)

    told = [
        (str(fact.kind), fact.at)
        for fact in life.facts
        if fact.data.get("choice") == "s3_service:replacement"
    ]
    assert told == [("due_soon", OPENED + 20 * HOUR), ("breached", OPENED + 24 * HOUR)]


def test_s1_a2_8_2_7_a_vendor_that_was_asked_owes_an_answer_where_the_contract_says_so() -> None:
    """No document has the figure: the mechanism is there for a contract that has."""
    life = lived("s1", 3, "")
    life.do(T.WAIT, choice="vendor")

    events = [str(event) for event, _ in life.case.events]
    life.do(T.RESUME)

    assert events == ["vendor_asked"]
    assert [str(event) for event, _ in life.case.events] == ["vendor_asked", "resumed", "vendor_answered"]

    noted = lived("s1", 3, "")
    noted.do(T.MARK, choice="answered")
    assert [str(event) for event, _ in noted.case.events] == ["vendor_answered"]


def test_c17_a_report_noted_as_a_written_notice_later_has_the_answer_it_had() -> None:
    """S3-4.5.1-1, S1-9.2: what starts with the report sees what was said since."""
    terms = replace(FLAT, schemes=("s3_equipment", "s1_objection"))
    life = Life(a_case(terms, Level.MINOR))
    life.live_until(OPENED + HOUR / 2)
    life.do(T.STAFF_SPOKE)

    life.live_until(OPENED + HOUR)
    for mark in ("written", "objection"):
        life.do(T.MARK, choice=mark, said_at=OPENED)

    life.live_until(OPENED + 30 * HOUR)
    broken = [fact.data["choice"] for fact in life.facts if fact.kind is FactKind.BREACHED]
    assert broken == ["s3_equipment:arrival"]


def test_s4_4_4_to_s4_4_9_the_month_of_silence_the_month_to_reopen_and_the_end() -> None:
    """S4-4-5 S4-4-6 S4-4-7 S4-4-8 S4-4-9, C30, S1-A2.8.2-42."""
    life = Life(a_case(replace(FLAT, schemes=(), ladder="")))
    life.do(T.SOLVE)
    life.live_until(local("2026-12-01 09:00"))
    life.do(T.CUSTOMER_WROTE, by=WANG)

    life.live_until(local("2027-01-02 00:00"))
    assert life.times(FactKind.CLOSED) == [("01-01 23:59:59", "closed")]
    assert life.heard("closed_by_silence")
    assert life.heard("closed_by_silence_mail")

    life.live_until(local("2027-02-02 00:00"))
    assert life.times(FactKind.ENDED) == [("02-01 23:59:59", "ended")]
    assert life.case.status is Status.ENDED


def test_s1_a2_8_2_34_a_confirmed_case_brings_the_survey_once() -> None:
    life = Life(a_case(FLAT))
    life.do(T.SOLVE)

    life.do(T.CONFIRM, by=WANG)

    assert len(life.heard("survey")) == 1
    assert life.case.type is CaseType.FAULT
