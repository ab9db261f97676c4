"""Who hears of a decision, where and in which words: audiences become outbox rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.cases.model import Case, CaseType, Tell, To
from bot.core.people import LADDER_ROLES, PersonId, Place, Role
from bot.directory.lookup import Directory
from bot.notify.scene import Scene
from bot.notify.tells import draw
from bot.ports import MAIL, Guard, Saying, Showing, Unit
from bot.services.desk import Desk

RANK = ("rung", "breach", "engineer_late", "alarm", "reminder", "due_soon", "closing_notice")
"""What clocks say, the weightiest first: one reader hears one of them at once, of a kind the latest.

Who lost the case in the same moment need not hear them: at 45 minutes (S1 A2 8.2) the line that says why it
went on to somebody else is the reminder.
"""

DROPPED_WHEN_STALE = frozenset({"assigned", "reminder", "due_soon", "alarm", "wait_over"})
"""Words that matter only while the case is still in the same hands."""

ABOVE = (Role.LEAD, *LADDER_ROLES[1:])
"""Who stands in for a role nobody fills: the next above."""

CARD = "card"
STATUS = "status"


@dataclass(frozen=True, slots=True)
class _Recipient:
    """One reader of one tell: a member of staff, or a place with its own scene."""

    person: PersonId | None
    place: Place
    scene: Scene


def tell(unit: Unit, desk: Desk, case: Case, tells: Iterable[Tell]) -> None:
    """Write what a decision wants said to the outbox, one row a reader."""
    directory = desk.directory_of(unit)
    addressed = [
        (each, recipient) for each in tells for recipient in _recipients(unit, desk, directory, case, each)
    ]
    for each, recipient in _bundled(addressed):
        _say(unit, case, each, recipient)


def show(unit: Unit, desk: Desk, case: Case) -> None:
    """Want the case's cards, the engineers' and the customer's, to show its newest state.

    A complaint is not shown to those it may be about (S1 A2 5.4).
    """
    groups = () if case.type is CaseType.COMPLAINT else desk.directory_of(unit).engineers_groups()
    for group in groups:
        for place in group.all_places():
            unit.outbox.show(Showing(case=case.key, place=place, slot=CARD, version=case.version))
    unit.outbox.show(Showing(case=case.key, place=case.place, slot=STATUS, version=case.version))


def saying_key(case: Case, tell_: Tell, place: Place) -> str:
    """Return the outbox key of a tell: by its clock if it has one, else by the case's version."""
    cause = tell_.wake or f"v{case.version}"
    return f"{case.key}:{cause}:{tell_.template}:{place}"


def _say(unit: Unit, case: Case, tell_: Tell, recipient: _Recipient) -> None:
    guard = Guard(case=case.key, round=case.round, turn=case.turn)
    unit.outbox.say(
        Saying(
            key=saying_key(case, tell_, recipient.place),
            place=recipient.place,
            message=draw(recipient.scene, case, tell_),
            case=case.key,
            guard=guard if tell_.template in DROPPED_WHEN_STALE else None,
        )
    )


def _bundled(addressed: list[tuple[Tell, _Recipient]]) -> Iterator[tuple[Tell, _Recipient]]:
    """Of several words of clocks to one reader keep the weightiest, of several rungs to all the highest."""
    highest = min((_weight(each) for each, _ in addressed if each.template == "rung"), default=None)
    addressed = [pair for pair in addressed if pair[0].template != "rung" or _weight(pair[0]) == highest]
    best: dict[Place, tuple[int, int]] = {}
    for each, recipient in addressed:
        if each.template in RANK:
            best[recipient.place] = min(best.get(recipient.place, _weight(each)), _weight(each))
    kept: set[Place] = set()
    for each, recipient in addressed:
        if each.template in RANK:
            if _weight(each) != best[recipient.place] or recipient.place in kept:
                continue
            kept.add(recipient.place)
        yield each, recipient


def _weight(tell_: Tell) -> tuple[int, int]:
    number = tell_.data.get("number")
    return RANK.index(tell_.template), -number if isinstance(number, int) else 0


def _recipients(
    unit: Unit, desk: Desk, directory: Directory, case: Case, tell_: Tell
) -> Iterator[_Recipient]:
    match tell_.to:
        case To.CUSTOMER:
            yield _Recipient(None, case.place, desk.customer_scene(unit, case))
        case To.MAIL:
            if case.reporter.email:
                place = Place(MAIL, case.reporter.email)
                yield _Recipient(None, place, desk.customer_scene(unit, case))
        case To.ENGINEERS:
            for group in directory.engineers_groups():
                for place in group.all_places():
                    scene = desk.scene(unit, group.language, staff=True, place=place, edition=case.edition)
                    yield _Recipient(None, place, scene)
        case To.OPERATOR:
            unit.registry.alarm(f"{case.key}:{tell_.template}", text=f"{case.key}: {tell_.template}")
        case _:
            yield from _staff(unit, desk, directory, case, tell_)


def _staff(unit: Unit, desk: Desk, directory: Directory, case: Case, tell_: Tell) -> Iterator[_Recipient]:
    for person in _people(unit, directory, case, tell_):
        known = directory.person(person)
        place = directory.place_of(known) if known else None
        if known is None or place is None:
            unit.registry.alarm(f"unreachable:{person}", text=f"{person} has no direct conversation")
            continue
        scene = desk.person_scene(unit, person, edition=case.edition)
        yield _Recipient(person, place, scene)
        if tell_.second_channel and known.email:
            yield _Recipient(person, Place(MAIL, known.email), scene)


def _people(unit: Unit, directory: Directory, case: Case, tell_: Tell) -> tuple[PersonId, ...]:
    match tell_.to:
        case To.FORMER_OWNER:
            return (tell_.person,) if tell_.person and tell_.person != case.owner else ()
        case To.OWNER:
            owner = tell_.person or case.owner
            if owner != case.owner and tell_.template in RANK:
                return ()
            return (owner,) if owner else filled(unit, directory, Role.LEAD)
        case To.LEAD:
            return filled(unit, directory, Role.LEAD)
        case To.MANAGER:
            return filled(unit, directory, Role.MANAGER, but=case.owner)
        case _:
            role = Role(str(tell_.data["choice"]))
            if role is Role.ENGINEER and case.owner:
                return (case.owner,)
            return filled(unit, directory, role)


def filled(
    unit: Unit, directory: Directory, role: Role, *, but: PersonId | None = None
) -> tuple[PersonId, ...]:
    """Return who is on call in a role, else in the next filled one above; the operator hears of a gap.

    `but` is somebody who needs not be told what they do themselves: then who stands above them.
    """
    chain = ABOVE[ABOVE.index(role) :] if role in ABOVE else (role, *ABOVE)
    for each in chain:
        called = directory.on_call(each, unit.now)
        if called[:1] == (but,):
            continue
        if called:
            return called[:1]
        unit.registry.alarm(f"role:{each}", text=f"nobody has the role {each}")
    return ()
