"""Open cases onto the policies and terms in force, when an operator says so: shown first, then done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cases.decision import Decision
from bot.cases.fields import as_said
from bot.cases.model import LIVE, Case
from bot.cases.moving import Shift, move, shifts
from bot.core.people import CaseId, ContractId
from bot.ports import CaseQuery, Unit
from bot.services.cases import commit
from bot.services.desk import Desk
from bot.sla.terms import Terms


@dataclass(frozen=True, slots=True)
class Moved:
    """One case with the promises that are other ones under the policies in force."""

    case: Case
    shifts: tuple[Shift, ...]


def open_cases(unit: Unit) -> tuple[CaseId, ...]:
    """Return every case that is not over, oldest first."""
    return unit.cases.ids(CaseQuery(statuses=LIVE))


def preview(
    unit: Unit, desk: Desk, cases: Sequence[CaseId], contract: ContractId | None
) -> tuple[Moved, ...]:
    """Return what would move, changing nothing; of one contract's cases if it is named."""
    return tuple(Moved(case, shifts(case, to.case)) for case, to in _decided(unit, desk, cases, contract))


def perform(unit: Unit, desk: Desk, cases: Sequence[CaseId], contract: ContractId | None) -> int:
    """Put open cases under the policies and terms in force and return how many; each records it."""
    decided = tuple(_decided(unit, desk, cases, contract))
    for _, decision in decided:
        commit(unit, desk, decision)
    return len(decided)


def _decided(
    unit: Unit, desk: Desk, cases: Sequence[CaseId], contract: ContractId | None
) -> Iterator[tuple[Case, Decision]]:
    for case in unit.cases.lock(cases):
        if contract in (None, case.contract):
            decision = move(case, book=desk.book, terms=_terms(unit, desk, case), now=unit.now)
            if decision is not None:
                yield case, decision


def _terms(unit: Unit, desk: Desk, case: Case) -> Terms:
    """What its contract promises today; nothing new to a case opened outside the service period.

    What somebody said about its warranty stays.
    """
    contract = desk.directory_of(unit).contract(case.contract) if case.contract else None
    if contract is None or not contract.in_service(case.opened_at):
        return case.terms
    return as_said(desk.terms(contract, case.opened_at), case.cover)
