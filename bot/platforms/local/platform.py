"""The local chat as a platform: what the bot says becomes lines, what people do becomes inbox rows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import uuid4

from bot.core.errors import PermanentDeliveryError, StoreError, TemporaryDeliveryError
from bot.core.inbound import Incoming
from bot.core.message import Button, Message
from bot.core.people import DIRECT, LOCAL, PersonId, Place, PlatformName
from bot.core.text import storable
from bot.directory.lookup import Directory
from bot.directory.model import Person
from bot.platforms.local.mentions import read, slash
from bot.platforms.local.payload import (
    GROUP,
    Happening,
    Ordered,
    Payload,
    Pressed,
    Said,
    Somebody,
    to_inbound,
)
from bot.ports import Capabilities, ChatLine, SentRef, Unit

BOT = "casebell"
"""The author of the bot's own lines."""

T = TypeVar("T")


class Call(Protocol):
    """Runs one transaction off the event loop."""

    def __call__(self, work: Callable[[Unit], T]) -> Awaitable[T]:
        """Run `work` in a transaction and return what it returns."""
        ...


class LocalPlatform:
    """The chat that comes with Casebell; conversations are `g:<group id>` and `dm:<person id>`."""

    name: PlatformName = LOCAL
    capabilities = Capabilities(
        edits=True,
        threads=True,
        buttons=True,
        forms=True,
        reads_back=True,
        reactions=False,
        max_text=4000,
    )

    def __init__(self, call: Call, directory: Callable[[], Directory]) -> None:
        self._call = call
        self._directory = directory

    async def receive(self) -> None:
        """Wait until cancelled: events come through `post` and `press`."""
        await asyncio.Event().wait()

    async def send(self, where: Place, message: Message, *, key: str, answers: str = "") -> SentRef:  # noqa: ARG002 - nothing here expires
        """Say a message in a place; a second time with the same key changes nothing."""
        if not where.conversation.startswith((GROUP, DIRECT)):
            raise PermanentDeliveryError(f"no such conversation: {where}")
        line = await self._deliver(lambda unit: unit.chat.post(_bot_line(unit, where, message), key=key))
        return SentRef(place=where, ref=str(line.seq))

    async def edit(self, ref: SentRef, message: Message) -> None:
        """Replace a message said before."""
        await self._deliver(lambda unit: unit.chat.edit(int(ref.ref), message))

    async def find(self, where: Place, key: str) -> SentRef | None:
        """Return where a message with this key stands."""
        line = await self._deliver(lambda unit: unit.chat.by_key(key))
        return SentRef(place=where, ref=str(line.seq)) if line else None

    async def fetch(self, ref: str) -> bytes:
        """Refuse: no files come in here."""
        raise PermanentDeliveryError(f"the local chat holds no file {ref}")

    async def close(self) -> None:
        """Hold nothing to let go of."""

    def to_inbound(self, payload: str) -> Incoming:
        """Translate a stored event.

        Raises:
            StoreError: this version cannot read it.
        """
        return to_inbound(payload)

    async def post(self, person: PersonId, place: Place, text: str) -> ChatLine:
        """Say something as a person: the line they see and the event the bot reads, in one transaction."""
        directory = self._directory()
        author = directory.people[person]

        def work(unit: Unit) -> ChatLine:
            line = unit.chat.post(_line(unit, place, author.id, text=storable(text)))
            _store(unit, place, _said(line, author, directory))
            return line

        return await self._call(work)

    async def press(self, person: PersonId, place: Place, button: Button, *, line: int | None) -> None:
        """Press a button of a line as a person; its words hold what the form asked."""
        presser = self._directory().people[person]
        event_id = f"press:{uuid4()}"

        def work(unit: Unit) -> None:
            pressed = Pressed(
                event_id=event_id,
                conversation=place.conversation,
                thread=place.thread,
                by=_somebody(presser),
                said_at=unit.now,
                line=None if line is None else str(line),
                verb=button.verb,
                case=button.case,
                words=storable(button.words),
                as_of=button.as_of,
            )
            _store(unit, place, pressed)

        await self._call(work)

    async def _deliver(self, work: Callable[[Unit], T]) -> T:
        try:
            return await self._call(work)
        except StoreError as error:
            raise TemporaryDeliveryError(str(error)) from error


def _line(
    unit: Unit, place: Place, author: str, *, text: str = "", message: Message | None = None
) -> ChatLine:
    """Draw up a line; the log gives it its `seq` and `change`."""
    return ChatLine(
        seq=0,
        change=0,
        conversation=place.conversation,
        thread=place.thread,
        author=author,
        said_at=unit.now,
        text=text,
        message=message,
    )


def _bot_line(unit: Unit, place: Place, message: Message) -> ChatLine:
    return _line(unit, place, BOT, message=message)


def _store(unit: Unit, place: Place, payload: Payload) -> None:
    unit.inbox.put(
        platform=LOCAL, event_id=payload.event_id, lane=place.lane, payload=payload.model_dump_json()
    )


def _said(line: ChatLine, author: Person, directory: Directory) -> Said | Ordered:
    """Turn a line into the event it is: a slash command, or words."""
    happening = Happening(
        event_id=f"line:{line.seq}",
        conversation=line.conversation,
        thread=line.thread,
        by=_somebody(author),
        said_at=line.said_at,
        line=str(line.seq),
    )
    shared = happening.model_dump()
    command = slash(line.text)
    words = read(line.text if command is None else command, directory.people.values())
    mentions = tuple(_somebody(each.person, each.name) for each in words.people)
    if command is not None:
        return Ordered(**shared, text=command, mentions=mentions)
    return Said(**shared, text=words.text, to_bot=words.to_bot, mentions=mentions)


def _somebody(person: Person, name: str | None = None) -> Somebody:
    return Somebody(user=person.ids.get(LOCAL, person.id), name=name or person.name)
