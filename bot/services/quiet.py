"""When somebody may be alerted: hours in which a contract or a person wants quiet, and what breaks it."""

from collections.abc import Mapping
from datetime import datetime

from bot.cases.model import Case
from bot.core.errors import CalendarRangeError
from bot.core.people import PersonId
from bot.directory.model import AlertKind, Contract, Person
from bot.ports import Unit
from bot.services.desk import Desk
from bot.sla.policy import URGENT, Terms

KINDS: Mapping[str, AlertKind] = {
    "reminder": AlertKind.REMINDER,
    "engineer_late": AlertKind.REMINDER,
    "due_soon": AlertKind.DEADLINE,
    "alarm": AlertKind.DEADLINE,
    "breach": AlertKind.DEADLINE,
    "chased": AlertKind.REMINDER,
    "rung": AlertKind.ESCALATION,
    "rung_again": AlertKind.ESCALATION,
    "vendor_leave": AlertKind.ESCALATION,
    "vendor_approved": AlertKind.ESCALATION,
    "vendor_declined": AlertKind.ESCALATION,
    "escalated": AlertKind.ESCALATION,
}
"""What an alert is about, by its template; any other is about a case that comes or goes."""

STEPS = 8
"""How often service hours and a person's own quiet hours may pass the ball before either is ignored."""


def kind_of(template: str) -> AlertKind:
    """Return what an alert is about."""
    return KINDS.get(template, AlertKind.CASE)


def may_alert_at(unit: Unit, desk: Desk, case: Case, person: PersonId, template: str) -> datetime:
    """Return from when somebody may be alerted: now, or when service hours and their own quiet hours allow.

    Nothing waits at levels 1 and 2, nor where the contract counts the clock in question around the clock, nor
    on days of special duty.

    Source: C37, S3 4.5.3 (1).
    """
    directory = desk.directory_of(unit)
    contract = directory.contract(case.contract) if case.contract else None
    known = directory.person(person)
    on_duty = contract is not None and contract.special_duty_at(unit.now) is not None
    if known is None or on_duty or _at_any_time(case, contract, kind_of(template)):
        return unit.now
    at = unit.now
    for _ in range(STEPS):
        allowed = _awake(desk, known, _open(unit, desk, case, contract, at))
        if allowed == at:
            return at
        at = allowed
    return at


def _at_any_time(case: Case, contract: Contract | None, kind: AlertKind) -> bool:
    urgent = case.terms.urgent_any_time and case.level in URGENT
    return urgent or not _waits(case.terms, contract)[kind]


def _waits(terms: Terms, contract: Contract | None) -> Mapping[AlertKind, bool]:
    """Whether alerts of each kind wait for service hours: as the clocks do that they come from."""
    others = contract is None or contract.alerts_in_service_hours
    return {
        AlertKind.CASE: others,
        AlertKind.DEADLINE: others,
        AlertKind.REMINDER: terms.engineer_clock_in_service_hours or not terms.engineer_clock,
        AlertKind.ESCALATION: terms.ladder_in_service_hours or not terms.ladder,
    }


def _open(unit: Unit, desk: Desk, case: Case, contract: Contract | None, at: datetime) -> datetime:
    """Return the next instant of the case's service hours, or of its branch's duty.

    Where nothing is promised there are none.
    """
    if contract is None or not case.terms.schemes:
        return at
    book = desk.book_of(unit, case.edition)
    hours = (case.terms.calendar, *((contract.customer_hours,) if contract.branch else ()))
    try:
        return min(book.calendars[each].next_open(at) for each in hours if each in book.calendars)
    except CalendarRangeError:
        return at


def _awake(desk: Desk, person: Person, at: datetime) -> datetime:
    return person.quiet_hours.end(at, desk.directory.desk.zone) if person.quiet_hours else at
