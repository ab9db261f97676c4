"""What a card shows: the case as it is now, drawn for the place the card stands in."""

from bot.core.message import Message
from bot.notify.cards import customer_card, engineer_card
from bot.ports import Showing, Unit
from bot.services.desk import Desk


def draw(unit: Unit, desk: Desk, showing: Showing) -> Message:
    """Return the card of the current case: the engineers' in their groups, else the customer's."""
    case = unit.cases.find(showing.case)[0]
    directory = desk.directory_of(unit)
    group = directory.group_of(showing.place)
    if group is None or group not in directory.engineers_groups():
        return customer_card(desk.customer_scene(unit, case), case)
    scene = desk.scene(unit, group.language, staff=True, place=showing.place)
    last = unit.facts.of(case.id)[-1].fact
    return engineer_card(scene, case, last)
