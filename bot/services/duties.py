"""What the desk does by itself day by day: the supervisors' digest."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.facts import FactKind
from bot.cases.model import LIVE, WORKING, Case, Status
from bot.core.errors import CalendarRangeError
from bot.core.people import CaseId, PersonId, Role
from bot.notify.answers import DigestGroup, digest
from bot.ports import CaseQuery, Saying, Unit
from bot.services.desk import Desk
from bot.services.oncall import filled

READERS = (Role.LEAD, Role.MANAGER)
WORKING_DAYS = "s0_office"
"""The calendar whose working days are the desk's own."""

AT_RISK = timedelta(days=1)
LONG_WAIT = timedelta(days=3)


LISTED = 20
"""How many cases a group lists, those due first; the others are counted."""

LONG_LOOK = 500
"""How many cases of a group are read at most, those due first."""


def send_digest(unit: Unit, desk: Desk) -> None:
    """Tell lead and manager on working days what needs them; nothing is said when nothing does."""
    groups = tuple(_groups(unit)) if _is_working_day(desk, unit.now) else ()
    if not groups:
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


def _groups(unit: Unit) -> Iterator[DigestGroup]:
    """Sort what needs attention; a case stands only in the weightiest group it belongs to."""
    cases, seen = unit.cases, set[CaseId]()
    for name, query in _queries(unit.now):
        if query.statuses == (Status.WAITING,):
            found = cases.select(replace(query, limit=LONG_LOOK))
            long = [each for each in found if _waits_since(unit, each) <= unit.now - LONG_WAIT]
            ids = {each.id for each in long}
        else:
            ids = set(cases.ids(query))
            long = list(cases.select(replace(query, limit=min(LISTED + len(ids & seen), LONG_LOOK))))
        listed = tuple(each for each in long if each.id not in seen)[:LISTED]
        if listed:
            yield DigestGroup(name=name, cases=listed, count=len(ids - seen))
        seen |= ids


def _queries(now: datetime) -> Iterator[tuple[str, CaseQuery]]:
    yield "overdue", CaseQuery(statuses=WORKING, due_before=now)
    yield "risk", CaseQuery(statuses=WORKING, due_after=now, due_before=now + AT_RISK)
    yield "unassigned", CaseQuery(statuses=WORKING, unowned=True)
    yield "waiting", CaseQuery(statuses=(Status.WAITING,))
    yield "callback", CaseQuery(statuses=(Status.CLOSED,), callback_owed=True)
    yield "reopened", CaseQuery(statuses=LIVE, reopened=True)


def _waits_since(unit: Unit, case: Case) -> datetime:
    waits = (each.fact.at for each in unit.facts.of(case.id) if each.fact.kind is FactKind.WAITING)
    return max(waits, default=unit.now)
