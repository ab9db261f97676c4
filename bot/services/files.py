"""The pictures and files that come with words: noted for their case, carried to the other side of it."""

from collections.abc import Iterable
from dataclasses import replace

from bot.core.filetypes import safe_name
from bot.core.inbound import Enclosed
from bot.core.message import Attachment, Message
from bot.core.people import CaseKey, Language, PersonId
from bot.notify.files import not_carried
from bot.ports import FILE_LIMIT, FileState, Saying, Unit
from bot.services.desk import Desk
from bot.services.turn import JOIN_WINDOW, Turn

LOST = "file.lost"


def enclosed(turn: Turn) -> tuple[Enclosed, ...]:
    """Return what somebody sends with their words, or sent here lately without any, for no case yet."""
    place, unit = turn.origin.place, turn.unit
    lately = unit.exchanges.loose(place, turn.actor.person, since=turn.origin.said_at - JOIN_WINDOW)
    waiting = (file for each in reversed(lately) for file in each.files)
    sent = (*(each for each in waiting if not unit.files.known(place.platform, each)), *turn.files)
    return tuple(
        Enclosed(place.platform, replace(each, name=safe_name(each.name))) for each in dict.fromkeys(sent)
    )


def want(unit: Unit, files: Iterable[Enclosed], *, case: CaseKey, by: PersonId) -> None:
    """Note what somebody sent as to be fetched for a case."""
    for each in files:
        unit.files.want(each.platform, each.sent, case=case, by=by)


def brought(unit: Unit, desk: Desk, saying: Saying) -> Message:
    """Return what is said; for a file that will not come the sentence that says which, and why."""
    for block in saying.message.blocks:
        if isinstance(block, Attachment):
            state, reason = unit.files.state(block.file)
            if state is not FileState.FETCHED:
                scene = desk.scene(unit, _language(unit, desk, saying), staff=False, place=saying.place)
                return not_carried(scene, block.name, reason or LOST, limit=FILE_LIMIT)
    return saying.message


def _language(unit: Unit, desk: Desk, saying: Saying) -> Language:
    """Return the language of the conversation: the customer's in theirs, else the group's."""
    case = next(iter(unit.cases.find(saying.case)), None) if saying.case else None
    if case is not None and case.place.lane == saying.place.lane:
        return case.language
    directory = desk.directory_of(unit)
    group = directory.group_of(saying.place)
    return group.language if group else directory.desk.language
