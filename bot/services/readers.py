"""Which of the desk's own people a tell is for: a table by its audience."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.cases.calling import rung_key
from bot.cases.decision import Tell, To
from bot.cases.duty import Duty, duty_for
from bot.cases.facts import OUTCOMES, REACHED, Datum, Fact
from bot.cases.model import Case
from bot.core.people import PersonId, Role, UnitId
from bot.directory.lookup import Directory
from bot.ports import Unit
from bot.services.desk import Desk
from bot.services.oncall import filled

RANK = ("rung", "rung_again", "breach", "engineer_late", "alarm", "reminder", "due_soon", "closing_notice")
"""What clocks say, the weightiest first: one reader hears one of them at once, of a kind the latest.

Who lost the case in the same moment need not hear them: at 45 minutes (S1 A2 8.2) the line that says why it
went on to somebody else is the reminder.
"""

NEWS = ("emergency", "assigned", "involved", "branch_called", "urgent_opened")
"""What brings somebody into a case, the weightiest first: one reader hears one of them at once."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A tell of a case, and what says who it is for."""

    unit: Unit
    desk: Desk
    case: Case
    tell: Tell

    @property
    def directory(self) -> Directory:
        return self.desk.directory_of(self.unit)

    @property
    def duty(self) -> Duty:
        book = self.desk.book_of(self.unit, self.case.edition)
        return duty_for(self.directory, book, self.case, self.unit.now)

    @property
    def facts(self) -> Iterable[Fact]:
        return (each.fact for each in self.unit.facts.of(self.case.id))

    def filled(self, role: Role, *, but: PersonId | None = None) -> tuple[PersonId, ...]:
        return filled(self.unit, self.directory, role, but=but)


def readers(unit: Unit, desk: Desk, case: Case, tell: Tell) -> tuple[PersonId, ...]:
    """Return who of the staff is to be told."""
    return READERS[tell.to](_Asked(unit, desk, case, tell))


def _former_owner(asked: _Asked) -> tuple[PersonId, ...]:
    former = asked.tell.person
    return (former,) if former and former != asked.case.owner else ()


def _owner(asked: _Asked) -> tuple[PersonId, ...]:
    """The owner when it was decided; what clocks say concerns only who has the case by now."""
    owner = asked.tell.person or asked.case.owner
    if owner != asked.case.owner and asked.tell.template in RANK:
        return ()
    return (owner,) if owner else asked.filled(Role.LEAD)


def _lead(asked: _Asked) -> tuple[PersonId, ...]:
    return asked.filled(Role.LEAD)


def _manager(asked: _Asked) -> tuple[PersonId, ...]:
    return asked.filled(Role.MANAGER, but=asked.case.owner)


def _in_role(asked: _Asked) -> tuple[PersonId, ...]:
    """Whoever is called in the tell's role; nobody is told of what they have, or ask for, themselves."""
    return asked.filled(asked.tell.the_role, but=asked.tell.person or asked.case.owner)


def _involved(asked: _Asked) -> tuple[PersonId, ...]:
    """Whoever fills a role that the contract demands, unless the owner does."""
    owner, role = asked.case.owner, asked.tell.the_role
    if owner and asked.directory.fills(owner, role, asked.duty.contract):
        return ()
    return tuple(person for person in asked.filled(role) if person != owner)


def _branch(asked: _Asked) -> tuple[PersonId, ...]:
    """Whoever has the duty in the branch whose time it is, unless one of its people has the case."""
    duty = asked.duty
    if duty.branch is None or asked.case.owner in duty.branch.people:
        return ()
    return duty.people[:1]


def _of_units(asked: _Asked) -> tuple[PersonId, ...]:
    """Whoever has the duty in the units that are asked: in those about the thing in question, else in all.

    The operator hears of units that the path names and the directory does not have.
    """
    for missing in str(asked.tell.data["missing"]).split():
        asked.unit.registry.alarm(
            f"unit:{missing}",
            text=f"a path of help names the unit {missing}, which the directory does not have",
        )
    case, directory = asked.case, asked.directory
    units = [directory.units[each] for each in map(UnitId, str(asked.tell.data["units"]).split())]
    thing = f"{case.product} {case.vendor} {case.brief} {asked.tell.text}".casefold()
    about = [each for each in units if any(word.casefold() in thing for word in each.about)]
    called = (_first(directory, each.id, asked) for each in about or units)
    return tuple(dict.fromkeys(person for person in called if person))


def _first(directory: Directory, unit: UnitId, asked: _Asked) -> PersonId | None:
    on_duty = directory.on_duty(unit, asked.unit.now)
    return next((person for person in on_duty if person != asked.tell.person), None)


def _rung(asked: _Asked) -> tuple[PersonId, ...]:
    """The owner on the engineers' rung; else who is called in its role, unless they stood in lower (C11)."""
    role = Role(str(asked.tell.data["choice"]))
    if role is Role.ENGINEER and asked.case.owner:
        return (asked.case.owner,)
    told = _told_of_rungs(asked)
    return tuple(person for person in asked.filled(role) if person not in told)


def _same(asked: _Asked) -> tuple[PersonId, ...]:
    """Whoever was told of the rung; if nobody could be, whoever is called in its role now."""
    key = rung_key(asked.tell.the_role, asked.case)
    told = (fact.data["to"] for fact in asked.facts if fact.kind in OUTCOMES and fact.data["cause"] == key)
    return tuple(dict.fromkeys(PersonId(str(each)) for each in told)) or asked.filled(asked.tell.the_role)


def _next(asked: _Asked) -> tuple[PersonId, ...]:
    """Whoever else is on call in the role; there being nobody, the same again."""
    told = _told_of_rungs(asked) | {asked.case.owner}
    on_call = asked.directory.on_call(asked.tell.the_role, asked.unit.now)
    called = (each for each in on_call if each not in told)
    return tuple(called)[:1] or _same(asked)


def _told_of_rungs(asked: _Asked) -> frozenset[Datum]:
    """Return whom a rung of this round reached, at first or when it was told again."""
    return frozenset(
        fact.data["to"]
        for fact in asked.facts
        if fact.kind in REACHED
        and fact.data["what"] in ("rung", "rung_again")
        and str(fact.data["cause"]).endswith(f":{asked.case.round}")
    )


READERS: Mapping[To, Callable[[_Asked], tuple[PersonId, ...]]] = {
    To.OWNER: _owner,
    To.FORMER_OWNER: _former_owner,
    To.LEAD: _lead,
    To.MANAGER: _manager,
    To.ROLE: _in_role,
    To.INVOLVED: _involved,
    To.BRANCH: _branch,
    To.UNITS: _of_units,
    To.RUNG: _rung,
    To.SAME: _same,
    To.NEXT: _next,
}
"""Who reads what is told to each audience of staff."""
