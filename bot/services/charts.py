"""The picture of a case's clocks, drawn when somebody asks and kept as a file."""

from collections.abc import Iterable

from bot.cases.facts import Fact
from bot.cases.model import Case
from bot.cases.timeline import of_case
from bot.core.message import Attachment, Message
from bot.notify.build import level
from bot.notify.picture import png, svg
from bot.notify.scene import Scene
from bot.notify.timeline import in_sight, under
from bot.ports import Drawn
from bot.services.turn import Turn


def chart(turn: Turn, scene: Scene, case: Case, facts: Iterable[Fact]) -> Message:
    """Return the picture of a case's clocks as its reader may see it.

    Raises:
        CalendarRangeError: a due time lies beyond the calendar's data.
    """
    timeline = in_sight(scene, of_case(case, facts, book=scene.book, now=scene.now), case)
    drawn = svg(
        scene,
        timeline,
        title=scene.say("timeline.title", case=case.key),
        under=under(scene, timeline, level(scene, case)),
    )
    name = scene.say("timeline.file", case=case.key)
    made = Drawn(name=name, mime="image/png", data=png(drawn))
    file = turn.unit.files.put(made, case=case.key, by=turn.actor.person)
    return Message(blocks=(Attachment(file, name),))
