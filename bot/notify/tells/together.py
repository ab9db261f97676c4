"""What is told of several cases at once, where a message for each would be too many."""

from collections.abc import Iterable, Sequence

from bot.cases.decision import Tell
from bot.cases.model import Case
from bot.core.message import Bullets, Line, Mention, Message, Paragraph
from bot.core.people import Sender
from bot.notify.answers.cases import one_line
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.texts import as_line


def draw_together(scene: Scene, named: Sequence[tuple[Scene, Case]], tell: Tell, *, count: int) -> Message:
    """Return what `tell` says about `count` cases; some are named, each by the edition of its own scene."""
    key, more = f"tell.{tell.template}.together", count - len(named)
    body = scene.line(f"{key}.body")
    return Message(
        title=scene.line(f"{key}.title", count=count),
        blocks=(
            Paragraph(body if scene.staff else _calling((case for _, case in named), body)),
            Bullets(tuple(one_line(view, case) for view, case in named)),
            *((para(scene, f"{key}.more", number=more),) if more > 0 else ()),
        ),
    )


def _calling(cases: Iterable[Case], body: Line) -> Line:
    """Begin by calling those who reported the cases, where others read along."""
    senders = (None if case.place.direct else case.reporter.sender for case in cases)
    mentions = tuple(Mention(each) for each in dict.fromkeys(senders) if isinstance(each, Sender))
    return as_line(*(span for each in mentions for span in (each, " ")), *body)
