"""What DingTalk pushes, as the inbox stores it, and what it means; the stored form never changes under a `v`.

Everything is read defensively: what is promised may be missing, and what is there of another type.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from bot.core.errors import StoreError
from bot.core.inbound import Command, Incoming, IncomingMessage, Origin
from bot.core.people import DIRECT, Language, Place, PlatformName, Sender
from bot.directory.lookup import Directory
from bot.handlers.parser import head
from bot.notify.texts import Texts
from bot.platforms.dingtalk.content import content, quote
from bot.platforms.dingtalk.raw import Table, clean, rows, words
from bot.ports import Event

DINGTALK = PlatformName("dingtalk")

OUTSIDER = "$:"
"""What the opaque id of somebody outside the robot's organisation begins with."""

ONE_TO_ONE = "1"
NOWHERE = Place(DINGTALK, "unreadable")
"""The lane of what does not say who spoke where: it holds up nobody."""

SANE = timedelta(days=1)
"""Further than this from its receipt, a message's own time is not believed."""

SLASH = re.compile(r"/(case|kb|oncall)(?:\s+|$)(.*)", re.DOTALL | re.IGNORECASE)
ALIASES = {"case": "", "kb": "kb ", "oncall": "oncall "}
"""Slash words, which DingTalk does not have but people type, and what they stand for."""


class Named(BaseModel):
    """Somebody's id with the name the directory had for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str
    name: str


class Stored(BaseModel):
    """A push as it came, with what was known when it came: `at` is its receipt."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: Literal[1] = 1
    event_id: str
    at: datetime
    lang: Language
    names: tuple[Named, ...]
    headers: dict[str, JsonValue]
    data: dict[str, JsonValue]


# --- storing ---------------------------------------------------------------------------------------------


def event(data: Table, headers: Table, *, at: datetime, directory: Directory) -> Event:
    """Return a push as it is stored.

    It is known by its msgId, and by what it says and when as well: a repeated push may bear a new msgId. One
    without a msgId is known by the latter alone.
    """
    kept, about = clean(data), clean(headers)
    fingerprint = _fingerprint(kept, about)
    event_id = words(kept, "msgId") or f"unnamed:{fingerprint}"
    place = (place_of(kept) if _user(kept) else None) or NOWHERE
    stored = Stored(
        event_id=event_id,
        at=at,
        lang=_language(directory, place),
        names=tuple(_names(kept, directory)),
        headers=dict(about),
        data=dict(kept),
    )
    return Event(
        platform=DINGTALK,
        event_id=event_id,
        lane=place.lane,
        payload=stored.model_dump_json(),
        twin=f"said:{fingerprint}" if words(kept, "createAt") else "",
    )


def place_of(data: Table) -> Place | None:
    """Return the conversation a push comes from; None if it names none."""
    conversation = words(data, "conversationId")
    if words(data, "conversationType") == ONE_TO_ONE or not conversation:
        user = _user(data)
        return Place(DINGTALK, f"{DIRECT}{user}") if user else None
    return Place(DINGTALK, conversation)


def _fingerprint(data: Table, headers: Table) -> str:
    """Digest who said what, where and when; without a time nothing but the very same push is the same."""
    said: list[JsonValue] = [
        *(words(data, name) for name in ("conversationId", "senderId", "senderStaffId", "createAt")),
        words(data, "msgtype"),
        data.get("text"),
        data.get("content"),
    ]
    if not words(data, "createAt"):
        said += [words(headers, "messageId"), dict(data)]
    digested = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(digested.encode()).hexdigest()[:32]


def _names(data: Table, directory: Directory) -> Iterator[Named]:
    for user in dict.fromkeys([_user(data), *(_mentioned(each) for each in rows(data, "atUsers"))]):
        person = directory.person_of(Sender(DINGTALK, user, ""))
        if person is not None:
            yield Named(user=user, name=person.name)


def _language(directory: Directory, place: Place) -> Language:
    group = directory.group_of(place)
    if group is not None:
        return group.language
    person = directory.person_of(Sender(DINGTALK, place.conversation.removeprefix(DIRECT), ""))
    return person.language if person else directory.desk.language


# --- understanding ---------------------------------------------------------------------------------------


def load(payload: str) -> Stored:
    """Return a stored push.

    Raises:
        StoreError: this version cannot read it; somebody has to look, for it may be a newer one's.
    """
    try:
        return Stored.model_validate_json(payload)
    except ValidationError:
        raise StoreError("a stored event of DingTalk cannot be read") from None  # never its words


def to_inbound(payload: str, texts: Texts) -> Incoming | None:
    """Translate a stored push; None for what the robot itself said.

    Raises:
        StoreError: it cannot be read, or nobody said it anywhere.
    """
    stored = load(payload)
    data = stored.data
    place, user = place_of(data), _user(data)
    if place is None or not user:
        raise StoreError("a stored event of DingTalk does not say who spoke where")
    if words(data, "senderId") == (words(data, "chatbotUserId") or None):
        return None
    direct = place.conversation.startswith(DIRECT)
    origin = Origin(
        event_id=stored.event_id,
        place=place,
        sender=Sender(DINGTALK, user, _name(stored, user) or words(data, "senderNick") or user),
        said_at=_said_at(stored),
        message=words(data, "msgId") or None,
        direct=direct,
    )
    mentions = tuple(Sender(DINGTALK, each, _name(stored, each) or each) for each in _others(data))
    text, files = content(data, texts, stored.lang)
    if command := SLASH.match(text):
        return Command(
            origin=origin, text=(ALIASES[command[1].lower()] + command[2]).strip(), mentions=mentions
        )
    answered = "" if head(text) else quote(data)
    return IncomingMessage(
        origin=origin,
        text="\n".join(filter(None, (answered, text))),
        to_bot=direct or data.get("isInAtList") is not False,
        mentions=mentions,
        files=files,
    )


def _user(data: Table) -> str:
    """Return the id in the robot's organisation, else the opaque one that everybody has."""
    return words(data, "senderStaffId") or words(data, "senderId")


def _mentioned(at_user: Table) -> str:
    return words(at_user, "staffId") or words(at_user, "dingtalkId")


def _others(data: Table) -> tuple[str, ...]:
    """Return whom a message mentions besides the robot."""
    robot = words(data, "chatbotUserId")
    others = (each for each in rows(data, "atUsers") if words(each, "dingtalkId") != robot)
    return tuple(filter(None, map(_mentioned, others)))


def _name(stored: Stored, user: str) -> str:
    return next((each.name for each in stored.names if each.user == user), "")


def _said_at(stored: Stored) -> datetime:
    try:
        said_at = datetime.fromtimestamp(int(words(stored.data, "createAt")) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return stored.at
    return said_at if abs(said_at - stored.at) <= SANE else stored.at
