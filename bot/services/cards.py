"""What a card shows: the case as it is now, drawn for the place the card stands in."""

from collections.abc import Sequence

from bot.cases.model import Fact
from bot.core.message import Message
from bot.notify.cards import CHANGES, change_line, customer_card, engineer_card
from bot.ports import Showing, Unit
from bot.services.desk import Desk


def draw(unit: Unit, desk: Desk, showing: Showing, *, again: bool) -> Message | None:
    """Return the card of the current case: the engineers' in their groups, else the customer's.

    `again` says that the card stands there already. Where it cannot be edited, the engineers then get a line
    for a change of note and the customer nothing: what they must hear is said to them anyway.
    """
    case = unit.cases.find(showing.case)[0]
    directory = desk.directory_of(unit)
    group = directory.group_of(showing.place)
    if group is None or group not in directory.engineers_groups():
        scene = desk.customer_scene(unit, case)
        return None if again and not scene.edits else customer_card(scene, case)
    scene = desk.scene(unit, group.language, staff=True, place=showing.place, edition=case.edition)
    facts = [recorded.fact for recorded in unit.facts.of(case.id)]
    if again and not scene.edits:
        return change_line(scene, case, _change(facts))
    return engineer_card(scene, case, facts[-1])


def _change(facts: Sequence[Fact]) -> Fact:
    """Return the change of note among what happened last, for several things may have happened at once."""
    last = facts[-1]
    at_once = (fact for fact in reversed(facts) if fact.at == last.at)
    return next((fact for fact in at_once if fact.kind in CHANGES), last)
