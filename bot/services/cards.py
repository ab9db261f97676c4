"""What leaves: cards of the case as it is now, drawn for their place, and words as they were said."""

from dataclasses import dataclass

from bot.cases.history import between, news, unreached
from bot.core.message import Message
from bot.notify.cards import change_lines, customer_card, engineer_card
from bot.ports import Saying, Showing, Unit
from bot.services.desk import Desk
from bot.services.files import brought
from bot.services.tells import to_whom


@dataclass(frozen=True, slots=True)
class DeskPen:
    """Implements bot.jobs.delivery.Pen."""

    desk: Desk

    def card(self, unit: Unit, showing: Showing, *, shown: int | None) -> Message | None:
        """Draw the current case as the card a place shows; None where it has nothing new to say."""
        return draw(unit, self.desk, showing, shown=shown)

    def words(self, unit: Unit, saying: Saying) -> Message:
        """Return what is said; for a file that will not come the sentence that says so."""
        return brought(unit, self.desk, saying)


def draw(unit: Unit, desk: Desk, showing: Showing, *, shown: int | None) -> Message | None:
    """Return the card of the current case: the engineers' in their groups, else the customer's.

    `shown` is the version that stands there already. Where it cannot be edited, the engineers then get a line
    for each change of note and the customer nothing: what they must hear is said to them anyway.
    """
    case = unit.cases.find(showing.case)[0]
    directory = desk.directory_of(unit)
    group = directory.group_of(showing.place)
    if group is None or group not in directory.engineers_groups():
        scene = desk.customer_scene(unit, case)
        card = to_whom(desk, case, showing.place, customer_card(scene, case))
        return card if shown is None or scene.edits else None
    scene = desk.scene(unit, group.language, staff=True, place=showing.place, edition=case.edition)
    recorded = unit.facts.of(case.id)
    if shown is None or scene.edits:
        return engineer_card(scene, case, news(recorded)[-1], unreached(recorded))
    later = between(case, shown, showing.version, recorded)
    return change_lines(scene, case, (each.fact for each in later))
