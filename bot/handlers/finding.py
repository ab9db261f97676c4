"""Which case is meant: by number, by thread, or because there is only one."""

from dataclasses import replace

from bot.access import sees
from bot.cases.model import LIVE, Case
from bot.core.errors import UserError
from bot.core.people import Audience
from bot.handlers.registry import Number, Row
from bot.notify.promises import nearest_first
from bot.ports import CaseQuery, Order
from bot.services.threads import case_of_thread
from bot.services.turn import Turn

DIGITS = 4
"""How many digits a day's number has."""


def by_number(turn: Turn, row: Row, number: str) -> tuple[Case, ...]:
    """Return the cases a number may mean here, those first that the verb is for.

    Raises:
        UserError: no such case exists for this person in this place.
    """
    tail = number.upper().zfill(DIGITS) if number.isdigit() else number.upper()
    seen = _seen(turn, turn.unit.cases.find(tail))
    if not seen:
        raise UserError("unknown_case", case=number)
    return tuple(case for case in seen if case.status in row.for_cases) or seen


def of_thread(turn: Turn) -> Case | None:
    """Return the case whose own thread something is said in."""
    if turn.origin.place.thread is None:
        return None
    case = case_of_thread(turn.unit, turn.origin.place)
    return case if case is not None and sees(turn.actor, case, turn.where) else None


def left_out(turn: Turn, row: Row) -> tuple[Case, ...]:
    """Return the cases meant where no number was typed: of the thread, else a customer's own.

    Raises:
        UserError: nothing says which case is meant.
    """
    if (case := of_thread(turn)) is not None:
        return (case,)
    if turn.actor.staff or row.number is Number.THREAD:
        raise UserError("number_needed", verb=row.verb)
    cases = _own(turn, row)
    if not cases:
        raise UserError("no_case_of_yours", verb=row.verb)
    return cases


def goes_without_saying(turn: Turn, row: Row) -> bool:
    """Return whether a verb here needs no number."""
    if row.number is Number.NONE or of_thread(turn) is not None:
        return True
    return row.number is Number.IMPLIED and not turn.actor.staff and len(_own(turn, row)) == 1


def in_sight(turn: Turn, query: CaseQuery) -> tuple[Case, ...]:
    """Return the cases that match and that this person sees here."""
    return _seen(turn, turn.unit.cases.select(query))


def scope(turn: Turn) -> CaseQuery:
    """Return the query for everything that may be listed in this place."""
    where, actor = turn.where, turn.actor
    if where.audience is Audience.UNBOUND:
        return CaseQuery(lane=where.place.lane)
    if where.audience is Audience.CUSTOMER:
        return CaseQuery(customer=where.customer)
    if actor.staff:
        return CaseQuery()
    return CaseQuery(customer=actor.customer) if actor.customer else CaseQuery(reporter=actor.person)


def _own(turn: Turn, row: Row) -> tuple[Case, ...]:
    """Return what the person reported, else what their customer has; of the closed only the latest."""
    cases = in_sight(turn, replace(scope(turn), statuses=row.for_cases, order=Order.NEWEST))
    own = tuple(case for case in cases if case.reporter.person == turn.actor.person) or cases
    return nearest_first(case for case in own if case.status in LIVE) or own[:1]


def _seen(turn: Turn, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple(case for case in cases if sees(turn.actor, case, turn.where))
