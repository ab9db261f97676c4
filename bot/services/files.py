"""The pictures and files that come with words: noted for their case, carried to the other side of it."""

from collections.abc import Iterable
from dataclasses import replace

from bot.core.filetypes import safe_name
from bot.core.inbound import Sent
from bot.core.message import Attachment, Message
from bot.core.people import CaseKey, Language, PersonId, PlatformName
from bot.notify.files import not_carried
from bot.ports import FILE_LIMIT, FileState, Saying, Unit
from bot.services.desk import Desk
from bot.services.turn import JOIN_WINDOW, Turn

LOST = "file.lost"


def want(
    unit: Unit, platform: PlatformName, files: Iterable[Sent], *, case: CaseKey, by: PersonId
) -> tuple[Attachment, ...]:
    """Note what somebody sent as to be fetched for a case."""
    named = (replace(each, name=safe_name(each.name)) for each in files)
    return tuple(Attachment(unit.files.want(platform, each, case=case, by=by), each.name) for each in named)


def attached(turn: Turn, case: CaseKey) -> tuple[Attachment, ...]:
    """Note what somebody sends with their words, or sent before without any, as to be fetched for a case."""
    files = (*waiting(turn), *turn.files)
    return want(turn.unit, turn.origin.place.platform, files, case=case, by=turn.actor.person)


def waiting(turn: Turn) -> tuple[Sent, ...]:
    """Return the files this person sent here lately, or in this thread, that belong to no case yet."""
    place, unit = turn.origin.place, turn.unit
    lately = unit.exchanges.latest(place, turn.actor.person, since=turn.origin.said_at - JOIN_WINDOW)
    sent = (file for each in reversed(lately) for file in each.files)
    return tuple(each for each in dict.fromkeys(sent) if not unit.files.known(place.platform, each))


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
