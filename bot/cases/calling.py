"""Who is called into a case: by its level, by whoever asks for help, and up the ladder until it is seen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.cases.decision import Tell, To
from bot.cases.effect import Effect, one_of
from bot.cases.facts import Data
from bot.cases.model import Case, CaseType, Unseen
from bot.cases.triggers import Context, Trigger
from bot.core.errors import UserError
from bot.core.people import LADDER_ROLES, Level, PersonId, Role
from bot.sla import routing
from bot.sla.ladder import staffing
from bot.sla.rules import ClockEvent
from bot.sla.staffing import Again, Matter, ToldRow
from bot.sla.terms import URGENT

# --- by the level -----------------------------------------------------------------------------------------

BECAME_URGENT = (
    Tell(template="urgent_opened", to=To.LEAD, second_channel=True),
    Tell(template="branch_called", to=To.BRANCH, second_channel=True),
)
"""The lead hears of what is urgent, whether it was so from the start or turned out to be.

Out of hours a contract's branch starts on it at once (S4 part 3 (2)).
"""


def brought_in(case: Case, new: Level, context: Context) -> tuple[Tell, ...]:
    """Return what tells whoever hears of a case by its new level and did not before.

    No engineer is brought into a complaint: it may be about them (S1 A2 5.4).
    """
    urgent = BECAME_URGENT if new in URGENT and case.level not in URGENT else ()
    if case.type is CaseType.COMPLAINT:
        return tuple(each for each in urgent if each.to is To.LEAD)
    return (*_newly_involved(case, new, context), *urgent)


def _newly_involved(case: Case, new: Level, context: Context) -> tuple[Tell, ...]:
    before = staffing(context.book, case.terms, case.level).roles
    now = staffing(context.book, case.terms, new).roles
    return involving(role for role in now if role not in before)


def involving(roles: Iterable[Role]) -> tuple[Tell, ...]:
    """Return what tells somebody in each role that the contract wants them in the case.

    Source: S0 §4.4.1.
    """
    return tuple(Tell(template="involved", to=To.INVOLVED, role=role, second_channel=True) for role in roles)


# --- by what has happened --------------------------------------------------------------------------------


def is_emergency(case: Case) -> bool:
    """Return whether a case is dealt with as an emergency: whatever was marked last."""
    marks = [event for event, _ in case.events if event in (ClockEvent.DISASTER, ClockEvent.NO_DISASTER)]
    return marks[-1:] == [ClockEvent.DISASTER]


def emergency_team(case: Case, context: Context) -> tuple[Tell, ...]:
    """Return what calls those who deal with an emergency, once.

    Source: S1 A2 4.2.4.
    """
    row = routing.emergency_team(context.book, case.terms)
    if row is None or is_emergency(case):
        return ()
    return told_by(row, "emergency", units=context.units)


def told_by(
    row: ToldRow, template: str, *, units: Collection[str], but: PersonId | None = None
) -> tuple[Tell, ...]:
    """Return what tells the roles and units of a row, all `but` one; `units` are those of the directory."""
    by_role = tuple(
        Tell(template=template, to=To.ROLE, role=role, person=but, second_channel=True) for role in row.roles
    )
    if not row.units:
        return by_role
    data: Data = {
        "units": " ".join(unit for unit in row.units if unit in units),
        "missing": " ".join(unit for unit in row.units if unit not in units),
    }
    return (*by_role, Tell(template=template, to=To.UNITS, person=but, data=data, second_channel=True))


# --- by whoever asks for help -----------------------------------------------------------------------------

EXPERT, VENDOR, MANAGER = "expert", "vendor", "manager"
ESCALATION = (EXPERT, VENDOR, MANAGER)
"""To whom somebody may escalate."""

BUSINESS = frozenset({CaseType.FEATURE_REQUEST, CaseType.COMPLAINT, CaseType.OBJECTION})
"""Types of case whose help is a matter of business; that of the others is technical (S1 A2 6.2)."""


def escalate(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Ask for help: up the contract's path, of the vendor by leave of an expert, or of the manager."""
    match one_of(ESCALATION, trigger.choice, case):
        case "expert":
            return _up_the_path(case, trigger, context)
        case "vendor":
            return _to_the_vendor(case, trigger, context)
        case choice:
            return Effect(case=case, data={"choice": choice}, tells=(_asked(trigger, To.MANAGER),))


def _up_the_path(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Ask the next units of the path; without a path, or beyond what the directory has of it, an expert.

    Who asks is past the units they are in themselves (S1 A2 6.2).
    """
    matter = Matter.BUSINESS if case.type in BUSINESS else Matter.TECHNICAL
    steps = context.book.policies[case.terms.path].paths[matter].steps if case.terms.path else ()
    missing: list[str] = []
    for number, step in enumerate(steps[case.path_step :], start=case.path_step + 1):
        units = [unit for unit in step if unit in context.units]
        missing += [unit for unit in step if unit not in context.units]
        if units and not any(trigger.by in context.units[unit] for unit in units):
            data: Data = {"choice": EXPERT, "units": " ".join(units), "step": number}
            asked = _asked(trigger, To.UNITS, data={**data, "missing": " ".join(missing)})
            return Effect(case=replace(case, path_step=number), data=data, tells=(asked,))
    return Effect(case=case, data={"choice": EXPERT}, tells=(_asked(trigger, To.ROLE, role=Role.EXPERT),))


def _to_the_vendor(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Ask for the vendor's help; an expert needs nobody's leave (S1 A2 8.2)."""
    if trigger.by in context.experts:
        data: Data = {"choice": VENDOR, "approved": True}
        return Effect(case=replace(case, vendor_asked_by=None), data=data, tells=(_asked(trigger, To.LEAD),))
    if case.vendor_asked_by is not None:
        raise UserError("vendor_asked_already", case=case.key)
    leave = Tell(
        template="vendor_leave",
        to=To.ROLE,
        role=Role.EXPERT,
        person=trigger.by,
        data={"by": trigger.by},
        text=trigger.text,
        second_channel=True,
    )
    return Effect(case=replace(case, vendor_asked_by=trigger.by), data={"choice": VENDOR}, tells=(leave,))


def approve(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Let the vendor be asked."""
    return _decided(case, trigger, "vendor_approved")


def decline(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Do not let the vendor be asked, for a reason."""
    return _decided(case, trigger, "vendor_declined")


def _decided(case: Case, trigger: Trigger, template: str) -> Effect:
    asker = case.vendor_asked_by
    if asker is None:
        raise UserError("vendor_not_asked", case=case.key)
    if asker == trigger.by:
        raise UserError("own_leave", case=case.key)
    answer = Tell(
        template=template,
        to=To.OWNER,
        person=asker,
        data={"by": trigger.by},
        text=trigger.text,
        second_channel=True,
    )
    return Effect(case=replace(case, vendor_asked_by=None), data={"for": asker}, tells=(answer,))


def _asked(trigger: Trigger, to: To, *, role: Role | None = None, data: Data | None = None) -> Tell:
    return Tell(
        template="escalated",
        to=to,
        role=role,
        data={**(data or {"choice": trigger.choice}), "by": trigger.by},
        text=trigger.text,
        second_channel=True,
        wake=trigger.wake,
    )


# --- up the ladder ----------------------------------------------------------------------------------------


def rung_key(role: Role, case: Case) -> str:
    """Return the key under which a rung is reached, once a round."""
    return f"rung:{role}:{case.round}"


def rung(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Reach a rung, which nobody has seen yet; engineers have reminders of their own."""
    role = Role(trigger.choice)
    unseen = case.unseen if role is Role.ENGINEER else Unseen(role=role, told_at=context.now)
    return Effect(
        case=replace(case, unseen=unseen), data={"number": trigger.number, "choice": trigger.choice}
    )


AGAIN: Mapping[str, To] = {Again.SAME: To.SAME, Again.NEXT: To.NEXT}
"""To whom a rung goes again."""


def rung_again(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Tell a rung again that nobody acknowledged: to the same person, or the next one."""
    to = AGAIN[one_of(AGAIN, trigger.choice, case)]
    role = case.unseen.role if case.unseen else Role.MANAGER
    data: Data = {"number": trigger.number, "choice": role, "how": trigger.choice}
    again = Tell(template="rung_again", to=to, role=role, data=data, second_channel=True, wake=trigger.wake)
    return Effect(case=case, data=data, tells=(again,))


def noted(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Somebody has seen the highest rung that was reached in this round."""
    reached = [role for role in LADDER_ROLES if rung_key(role, case) in case.fired]
    data: Data = {"number": LADDER_ROLES.index(reached[-1]) + 1, "choice": reached[-1]} if reached else {}
    return Effect(
        case=replace(case, unseen=None), data=data or {"number": trigger.number, "choice": trigger.choice}
    )
