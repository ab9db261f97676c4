"""What an examination makes of answers, without asking anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from bot.directory.loader import load_directory
from bot.platforms.dingtalk.doctor import group_finding
from bot.platforms.examination import address_finding, clock_finding
from bot.platforms.slack.doctor import channel_finding, user_finding
from bot.ports import Verdict
from tests.unit.directory.files import DEMO

DIRECTORY = load_directory(DEMO)
[CUSTOMERS, *_] = [group for group in DIRECTORY.groups if group.customer]
[ENGINEERS, *_] = DIRECTORY.engineers_groups()
STAFF = next(person for person in DIRECTORY.people.values() if person.is_staff)
CALLER = next(person for person in DIRECTORY.people.values() if not person.is_staff)

CID = "cid6KeBBLoveMJOGXoYKF5x7EeiodoA=="
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "verdict", "said"),
    [
        (0, Verdict.WELL, "agrees"),
        (5, Verdict.WELL, "agrees"),
        (-5, Verdict.WELL, "agrees"),
        (6, Verdict.WARNING, "6 s ahead"),
        (-60, Verdict.WARNING, "60 s behind"),
        (61, Verdict.FAULT, "61 s ahead"),
        (-86400, Verdict.FAULT, "86400 s behind"),
    ],
)
def test_clocks_are_compared(ahead: int, verdict: Verdict, said: str) -> None:
    finding = clock_finding("Fri, 20 Nov 2026 12:00:00 GMT", NOON + timedelta(seconds=ahead))

    assert finding.verdict is verdict
    assert said in finding.detail
    assert bool(finding.next_step) is (verdict is not Verdict.WELL)


@pytest.mark.parametrize("date", ["", "today", "Fri, 20 Nov 2026 12:00:00", "Fri, 99 Nov 2026 12:00:00 GMT"])
def test_a_platform_that_does_not_tell_its_time_is_no_fault(date: str) -> None:
    assert clock_finding(date, NOON).verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("https://slack.com/api/", None),
        ("https://slack.example.com/api/", Verdict.WARNING),
        ("http://127.0.0.1:7000/api/", Verdict.WARNING),
        ("http://localhost:7000/api/", Verdict.WARNING),
        ("http://slack.com/api/", Verdict.FAULT),
        ("http://127.0.0.1.example.com/api/", Verdict.FAULT),
    ],
)
def test_an_address_that_is_not_the_usual_one_is_told(url: str, verdict: Verdict | None) -> None:
    finding = address_finding("SLACK_API_URL", url, usual="slack.com")

    assert (finding and finding.verdict) is verdict


WELL: dict[str, JsonValue] = {"name": "support", "is_member": True}


@pytest.mark.parametrize(
    ("channel", "verdict", "said"),
    [
        (WELL, Verdict.WELL, "#support"),
        ({**WELL, "is_private": True}, Verdict.WELL, "#support, private"),
        ({**WELL, "is_ext_shared": True}, Verdict.WELL, "shared with another organisation"),
        ({**WELL, "is_member": False}, Verdict.FAULT, "the bot is not in it"),
        ({**WELL, "is_archived": True}, Verdict.FAULT, "is archived"),
        ({}, Verdict.FAULT, "the bot is not in it"),
    ],
)
def test_a_customers_channel_is_judged(channel: dict[str, JsonValue], verdict: Verdict, said: str) -> None:
    finding = channel_finding(CUSTOMERS, "group", channel)

    assert (finding.verdict, said in finding.detail) == (verdict, True)


def test_engineers_do_not_speak_where_another_organisation_reads() -> None:
    finding = channel_finding(ENGINEERS, "group", {**WELL, "is_ext_shared": True})

    assert finding.verdict is Verdict.FAULT
    assert "another organisation reads" in finding.detail


@pytest.mark.parametrize(
    ("user", "staff", "customer"),
    [
        ({"team_id": "T1"}, Verdict.WELL, Verdict.WELL),
        ({}, Verdict.WELL, Verdict.WELL),
        ({"team_id": "T1", "deleted": True}, Verdict.FAULT, Verdict.WARNING),
        ({"team_id": "T1", "is_bot": True}, Verdict.FAULT, Verdict.FAULT),
        ({"team_id": "T2"}, Verdict.WARNING, Verdict.WELL),
        ({"team_id": "T2", "enterprise_user": {"id": "W1"}}, Verdict.WELL, Verdict.WELL),
    ],
)
def test_people_of_slack_are_judged_by_what_they_are_here(
    user: dict[str, JsonValue], staff: Verdict, customer: Verdict
) -> None:
    assert user_finding(STAFF, "person", user, team="T1").verdict is staff
    assert user_finding(CALLER, "person", user, team="T1").verdict is customer


@pytest.mark.parametrize(
    ("conversation", "verdict", "said"),
    [
        ("chat123", Verdict.FAULT, "no openConversationId"),
        (CID, Verdict.WELL, "last heard 2026-11-20 12:00 UTC"),
        ("cidAAAA==", Verdict.WARNING, "nothing was heard from it yet"),
    ],
)
def test_a_group_of_dingtalk_is_judged_by_its_id_and_by_what_came(
    conversation: str, verdict: Verdict, said: str
) -> None:
    finding = group_finding(CUSTOMERS, conversation, {f"dingtalk:{CID}": NOON})

    assert (finding.verdict, said in finding.detail) == (verdict, True)
