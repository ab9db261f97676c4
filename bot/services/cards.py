"""What a card shows: the case as it is now, drawn for the place the card stands in."""

from bot.core.message import Message
from bot.notify.cards import change_line, customer_card, engineer_card
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
    last = unit.facts.of(case.id)[-1].fact
    return change_line(scene, case, last) if again and not scene.edits else engineer_card(scene, case, last)
