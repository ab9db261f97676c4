"""What leaves: cards of the case as it is now, drawn for their place, and words as they were said."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cases.model import Fact
from bot.core.message import Message
from bot.notify.cards import CHANGES, change_line, customer_card, engineer_card
from bot.ports import Saying, Showing, Unit
from bot.services.desk import Desk
from bot.services.files import brought
from bot.services.tells import to_whom


@dataclass(frozen=True, slots=True)
class DeskPen:
    """Implements bot.jobs.delivery.Pen."""

    desk: Desk

    def card(self, unit: Unit, showing: Showing, *, again: bool) -> Message | None:
        """Draw the current case as the card a place shows; None where it has nothing new to say."""
        return draw(unit, self.desk, showing, again=again)

    def words(self, unit: Unit, saying: Saying) -> Message:
        """Return what is said; for a file that will not come the sentence that says so."""
        return brought(unit, self.desk, saying)


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
        card = to_whom(desk, case, showing.place, customer_card(scene, case))
        return None if again and not scene.edits else card
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
