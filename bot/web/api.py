"""The JSON API of the local chat and the demo clock; all of it exists in the demo only."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Body, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from bot.core.message import Button, Buttons, Message
from bot.core.people import CaseKey, CustomerId, Language, PersonId, Place, Role
from bot.directory.model import Person
from bot.ports import ChatLine
from bot.web import seen
from bot.web.chat import LONGEST_TEXT
from bot.web.clock import NEXT, ClockMover
from bot.web.desk import Progress
from bot.web.seen import Kind
from bot.web.site import Site

LineNumber = Annotated[int, Field(ge=1, le=10**12)]


def _like(**example: JsonValue) -> ConfigDict:
    """Let a body hold what is described and nothing else, and show an example of it."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Strict(BaseModel):
    """A body that holds what is described and nothing else."""

    model_config = ConfigDict(extra="forbid")


class PersonOut(Strict):
    """Somebody to be."""

    id: PersonId
    name: str
    name_en: str | None
    language: Language
    roles: list[Role]
    customer: CustomerId | None


class ConversationOut(Strict):
    """A conversation this person may open."""

    id: str
    kind: Kind
    title: dict[Language, str]
    unread: int


class LineOut(Strict):
    """One line: `text` of a person, or `message` of the bot; `change` grows when a card changes in place."""

    seq: int
    change: int
    conversation: str
    thread: str | None
    author: str
    said_at: datetime
    text: str
    message: Message | None
    replies: int


class Post(Strict):
    """Words to say."""

    model_config = _like(conversation="g:huayue", text="@bot 登录不上")

    conversation: str
    thread: LineNumber | None = None
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Press(Strict):
    """A button to press: number `button` (from 0) of a `line`, or else its `verb`, `case` and `as_of`.

    `words` are what its form would ask; they follow the words the button already has.
    """

    model_config = _like(conversation="g:engineers", line=12, button=1, words="2 一半人登录不上")

    conversation: str
    thread: LineNumber | None = None
    line: LineNumber | None = None
    button: int | None = Field(default=None, ge=0)
    verb: str | None = Field(default=None, min_length=1)
    case: str | None = None
    words: str = ""
    as_of: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.button is None) == (self.verb is None):
            raise ValueError("either a button of a line, or a verb is expected")
        if self.button is not None and self.line is None:
            raise ValueError("the line of the button is missing")
        return self


class ClockOut(Strict):
    """Business time, and the move under way: where it has come to and how many messages left on the way."""

    now: datetime
    zone: str
    moving: bool
    messages: int


class Move(Strict):
    """How far to move the clock: an ISO 8601 duration such as PT30M or P1M, or to the next due instant."""

    model_config = _like(advance="PT30M")

    advance: str | None = None
    to: Literal["next"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.advance is None) == (self.to is None):
            raise ValueError('either "advance" or "to" is expected')
        return self


class Api:
    """What the page can do, for programs."""

    def __init__(self, site: Site, mover: ClockMover) -> None:
        self._site = site
        self._mover = mover

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        one = "/api/people/{person}"
        router.add_api_route("/api/people", self.people, tags=["chat"])
        router.add_api_route(one + "/conversations", self.conversations, tags=["chat"])
        router.add_api_route(one + "/conversations/{conversation}/lines", self.lines, tags=["chat"])
        router.add_api_route(one + "/messages", self.post, methods=["POST"], status_code=201, tags=["chat"])
        router.add_api_route(one + "/press", self.press, methods=["POST"], status_code=202, tags=["chat"])
        router.add_api_route("/demo/clock", self.clock, tags=["demo"])
        router.add_api_route("/demo/clock", self.move, methods=["POST"], tags=["demo"])
        return router

    async def people(self) -> list[PersonOut]:
        """List everybody of the local chat."""
        return [
            PersonOut(
                id=each.id,
                name=each.name,
                name_en=each.name_en,
                language=each.language,
                roles=sorted(each.roles),
                customer=each.customer,
            )
            for each in seen.people(self._site.desk.directory())
        ]

    async def conversations(self, person: str) -> list[ConversationOut]:
        """List the conversations a person sees, with how much of each is unread."""
        viewer = self._site.person(person)
        shown = seen.conversations(self._site.desk.directory(), viewer)
        ids = tuple(each.id for each in shown)
        unread = await self._site.desk.read(lambda unit: unit.chat.unread(viewer.id, ids))
        return [
            ConversationOut(
                id=each.id,
                kind=each.kind,
                title={
                    language: each.title.to(language) if each.title else texts(f"chat.{each.kind}")
                    for language, texts in self._site.texts.items()
                },
                unread=unread.get(each.id, 0),
            )
            for each in shown
        ]

    async def lines(
        self,
        person: str,
        conversation: str,
        thread: Annotated[LineNumber | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> list[LineOut]:
        """List what a person sees in a conversation or in one of its threads, oldest first."""
        self._site.conversation(self._site.person(person), conversation)
        below = None if thread is None else str(thread)
        lines = await self._site.desk.read(
            lambda unit: unit.chat.lines(conversation, thread=below, limit=limit)
        )
        return [_out(line) for line in lines]

    async def post(self, person: str, body: Post) -> LineOut:
        """Say something as a person; the answer comes as further lines."""
        author = self._site.person(person)
        place = self._place(author, body.conversation, body.thread)
        return _out(await self._site.demo.chat.post(author.id, place, body.text))

    async def press(self, person: str, body: Press) -> dict[str, str]:
        """Press a button as a person; the answer comes as further lines."""
        presser = self._site.person(person)
        place = self._place(presser, body.conversation, body.thread)
        button = await self._button(place, body)
        await self._site.demo.chat.press(presser.id, place, button, line=body.line)
        return {"pressed": button.verb}

    async def clock(self) -> ClockOut:
        """Tell business time."""
        progress = self._site.demo.clock.progress() if self._mover.moving else None
        return self._clock(progress or Progress(at=await self._mover.now(), messages=0))

    async def move(self, body: Annotated[Move, Body()]) -> ClockOut:
        """Move business time through every due instant and answer when it stands."""
        try:
            task = await self._mover.start(body.advance or NEXT)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        progress = await task
        if self._mover.failure:
            raise HTTPException(500, f"The clock stopped at {progress.at.isoformat()}: {self._mover.failure}")
        return self._clock(progress)

    def _clock(self, progress: Progress) -> ClockOut:
        zone = self._site.desk.directory().desk.zone
        return ClockOut(
            now=progress.at.astimezone(zone),
            zone=zone.key,
            moving=self._mover.moving,
            messages=progress.messages,
        )

    def _place(self, person: Person, conversation: str, thread: int | None) -> Place:
        self._site.conversation(person, conversation)
        return Place(self._site.demo.chat.name, conversation, None if thread is None else str(thread))

    async def _button(self, place: Place, body: Press) -> Button:
        """Return the button meant, its words completed."""
        if body.verb is not None:
            case = CaseKey(body.case) if body.case else None
            return Button(label=body.verb, verb=body.verb, case=case, words=body.words, as_of=body.as_of)
        lines = await self._site.desk.read(
            lambda unit: unit.chat.lines(place.conversation, thread=place.thread, limit=1000)
        )
        message = next((line.message for line in lines if line.seq == body.line), None)
        buttons = _buttons(message)
        if body.button is None or body.button >= len(buttons):
            raise HTTPException(422, f"Line {body.line} has {len(buttons)} buttons, counted from 0.")
        found = buttons[body.button]
        return Button(
            label=found.label,
            verb=found.verb,
            case=found.case,
            words=" ".join(filter(None, (found.words, body.words))),
            as_of=found.as_of,
        )


def _buttons(message: Message | None) -> tuple[Button, ...]:
    blocks = message.blocks if message else ()
    return tuple(button for block in blocks if isinstance(block, Buttons) for button in block.buttons)


def _out(line: ChatLine) -> LineOut:
    return LineOut(
        seq=line.seq,
        change=line.change,
        conversation=line.conversation,
        thread=line.thread,
        author=line.author,
        said_at=line.said_at,
        text=line.text,
        message=line.message,
        replies=line.replies,
    )
