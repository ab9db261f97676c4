"""What the desk does by itself day by day: the supervisors' digest."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from bot.cases.model import LIVE, WORKING, Case, FactKind, Status
from bot.core.errors import CalendarRangeError
from bot.core.people import PersonId, Role
from bot.notify.answers import digest
from bot.ports import CaseQuery, Saying, Unit
from bot.services.desk import Desk
from bot.services.oncall import filled

READERS = (Role.LEAD, Role.MANAGER)
WORKING_DAYS = "s0_office"
"""The calendar whose working days are the desk's own."""

AT_RISK = timedelta(days=1)
LONG_WAIT = timedelta(days=3)


def send_digest(unit: Unit, desk: Desk) -> None:
    """Tell lead and manager on working days what needs them; nothing is said when nothing does."""
    groups = _groups(unit) if _is_working_day(desk, unit.now) else {}
    if not any(groups.values()):
        return
    directory = desk.directory_of(unit)
    day = unit.now.astimezone(directory.desk.zone).date()
    for person in _readers(unit, desk):
        known = directory.person(person)
        place = desk.place_of(unit, known) if known else None
        if place is not None:
            message = digest(desk.person_scene(unit, person), groups)
            unit.outbox.say(Saying(key=f"digest:{day}:{place}", place=place, message=message))


def _readers(unit: Unit, desk: Desk) -> Iterable[PersonId]:
    directory = desk.directory_of(unit)
    return dict.fromkeys(person for role in READERS for person in filled(unit, directory, role))


def _is_working_day(desk: Desk, now: datetime) -> bool:
    try:
        return desk.book.calendars[WORKING_DAYS].is_open(now)
    except CalendarRangeError:
        return True


def _groups(unit: Unit) -> Mapping[str, tuple[Case, ...]]:
    """Sort what needs attention; a case stands only in the weightiest group it belongs to."""
    seen: set[str] = set()
    groups: dict[str, tuple[Case, ...]] = {}
    for name, cases in _sorted(unit):
        groups[name] = tuple(case for case in cases if case.key not in seen)
        seen.update(case.key for case in groups[name])
    return groups


def _sorted(unit: Unit) -> Iterator[tuple[str, Iterable[Case]]]:
    cases = unit.cases
    yield "overdue", cases.select(CaseQuery(statuses=WORKING, due_before=unit.now))
    yield "risk", cases.select(CaseQuery(statuses=WORKING, due_before=unit.now + AT_RISK))
    yield "unassigned", cases.select(CaseQuery(statuses=WORKING, unowned=True))
    waiting = cases.select(CaseQuery(statuses=(Status.WAITING,)))
    yield "waiting", [case for case in waiting if _waits_since(unit, case) <= unit.now - LONG_WAIT]
    closed = cases.select(CaseQuery(statuses=(Status.CLOSED,), limit=200))
    yield "callback", [case for case in closed if case.callback_owed]
    yield "reopened", [case for case in cases.select(CaseQuery(statuses=LIVE, limit=200)) if case.round > 1]


def _waits_since(unit: Unit, case: Case) -> datetime:
    waits = (each.fact.at for each in unit.facts.of(case.id) if each.fact.kind is FactKind.WAITING)
    return max(waits, default=unit.now)
