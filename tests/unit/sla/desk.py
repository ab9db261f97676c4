"""What the tests of promises share: instants as people write them, and the terms of typical contracts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sla.terms import Terms

SHANGHAI = ZoneInfo("Asia/Shanghai")

FLAT = Terms(
    schemes=("s1_p4", "s1_phone", "s1_onsite"),
    calendar="s1_always",
    zone=SHANGHAI,
    ladder="s1_matrix",
    ladder_in_service_hours=False,
    engineer_clock="s1_case_reminders",
    engineer_clock_in_service_hours=False,
)
OFFICE = Terms(
    schemes=("s0_fault5",),
    calendar="s0_office",
    zone=SHANGHAI,
    ladder="s1_matrix",
    ladder_in_service_hours=True,
    engineer_clock="s1_case_reminders",
    engineer_clock_in_service_hours=True,
)
WORKING_HOURS = Terms(
    schemes=("s4_response5",),
    calendar="s4_standard",
    zone=SHANGHAI,
    ladder="",
    ladder_in_service_hours=True,
    engineer_clock="",
    engineer_clock_in_service_hours=True,
)


def local(written: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return "2026-09-30 17:00", local time, as an instant in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)
