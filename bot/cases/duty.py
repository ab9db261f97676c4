"""Who is on duty for a case: by branch, and by what its contract demands."""

from dataclasses import dataclass
from datetime import datetime

from bot.cases.model import Case
from bot.core.errors import CalendarRangeError
from bot.core.people import Level, PersonId, Role
from bot.directory.lookup import Directory
from bot.directory.model import Contract, Unit
from bot.sla.ladder import staffing
from bot.sla.policy import URGENT, Book, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What decides who is on duty for a case: who there is, what is promised, how bad it is, and when."""

    directory: Directory
    book: Book
    contract: Contract | None
    terms: Terms
    level: Level
    at: datetime

    @property
    def branch(self) -> Unit | None:
        """The branch that has the duty now, if one has.

        Outside of the contract's hours it has what is urgent at once, the rest in the customer's own hours.

        Source: S4 part 3 (2), (3), C37.
        """
        contract = self.contract
        if contract is None or contract.branch is None or self._is_open(contract.calendar):
            return None
        theirs = self.level in URGENT or self._is_open(contract.customer_hours)
        return self.directory.units[contract.branch] if theirs else None

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Whoever may get the case, in the order in which they are asked.

        Where the level demands a role, whoever fills it (S0 §4.4.1); people on special duty and of a branch
        have what is theirs in any case.
        """
        own = self._special or self._of_the_branch
        called = own or self.directory.on_call(Role.ENGINEER, self.at)
        wanted, first = self.wanted, self.first
        if wanted is not None:
            fit = tuple(each for each in called if self.directory.fills(each, wanted, self.contract))
            called = fit or own or self.directory.on_call(wanted, self.at)
        return tuple(sorted(called, key=lambda person: person != first))

    @property
    def first(self) -> PersonId | None:
        """Who is asked before all others: the first on special duty, else the contract's specialist."""
        named = self.contract.specialist if self.contract else None
        return next(iter(self._special), named)

    @property
    def _special(self) -> tuple[PersonId, ...]:
        duty = self.contract.special_duty_at(self.at) if self.contract else None
        return duty.people if duty else ()

    @property
    def _of_the_branch(self) -> tuple[PersonId, ...]:
        branch = self.branch
        return self.directory.on_duty(branch.id, self.at) if branch else ()

    @property
    def wanted(self) -> Role | None:
        """What whoever has the case must be."""
        return staffing(self.book, self.terms, self.level).owner

    def _is_open(self, calendar: str) -> bool:
        try:
            return bool(calendar) and self.book.calendars[calendar].is_open(self.at)
        except CalendarRangeError:
            return False


def duty_for(directory: Directory, book: Book, case: Case, at: datetime) -> Duty:
    """Return who is on duty for a case; where nothing is promised, its contract decides nothing."""
    contract = directory.contract(case.contract) if case.contract and case.terms.schemes else None
    return Duty(directory=directory, book=book, contract=contract, terms=case.terms, level=case.level, at=at)
