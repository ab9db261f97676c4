"""The demo clock: one move at a time, watched by everybody."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from bot.core.errors import CasebellError
from bot.core.people import Language, PersonId
from bot.ports import Unit
from bot.web import seen
from bot.web.desk import Progress
from bot.web.durations import later
from bot.web.seen import find_person
from bot.web.site import Look, Site
from bot.web.views import title_of

STEPS = ("PT30M", "PT1H", "P1D", "P1M")
NEXT = "next"


@dataclass(frozen=True, slots=True)
class Before:
    """What there was before a move: lines unread by person and conversation, and mails."""

    unread: Mapping[PersonId, Mapping[str, int]]
    mails: int


@dataclass(frozen=True, slots=True)
class News:
    """Where something new stands, and how much."""

    title: str
    address: str
    count: int


class ClockMover:
    """Runs at most one move of the demo clock; a page starts it and looks on, a program waits for its end."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._task: asyncio.Task[Progress] | None = None
        self.failure = ""
        self.moves = 0
        self.last: Progress | None = None
        self.before = Before(unread={}, mails=0)

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._task is not None and not self._task.done()

    async def now(self) -> datetime:
        """Return business time."""
        return await self._site.desk.read(lambda unit: unit.now)

    async def start(self, step: str) -> "asyncio.Task[Progress]":
        """Begin to move by an ISO 8601 duration, or to the next event.

        Raises:
            ValueError: the duration is none.
            HTTPException: the clock is moving (409).
        """
        clock = self._site.demo.clock
        now = await self.now()
        end = None if step == NEXT else later(now, step, self._site.desk.directory().desk.zone)
        before = await self._look_round()
        if self.moving:
            raise HTTPException(409, "The clock is moving; wait until it stands.")
        self.before = before
        move = clock.to_next_event() if end is None else clock.advance(end - now)
        self._task = asyncio.create_task(self._watched(move))
        return self._task

    async def stop(self) -> None:
        """Give up the move under way."""
        if self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _watched(self, move: Awaitable[Progress]) -> Progress:
        self.failure = ""
        try:
            self.last = await move
        except CasebellError as error:
            self.failure = str(error) or type(error).__name__
            self.last = Progress(at=await self.now(), messages=0)
        self.moves += 1
        return self.last

    async def _look_round(self) -> Before:
        """Count what everybody has not read, to tell afterwards what a move brought."""
        directory = self._site.desk.directory()
        shown = {
            person.id: tuple(each.id for each in seen.conversations(directory, person))
            for person in seen.people(directory)
        }

        def work(unit: Unit) -> Mapping[PersonId, Mapping[str, int]]:
            return {person: unit.chat.unread(person, ids) for person, ids in shown.items()}

        return Before(unread=await self._site.desk.read(work), mails=len(await self._site.demo.mails()))


class ClockBar:
    """The clock at the top of every page of the demo."""

    def __init__(self, site: Site, mover: ClockMover) -> None:
        self._site = site
        self._mover = mover

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/clock", self.show)
        router.add_api_route("/clock", self.move, methods=["POST"])
        return router

    async def show(
        self,
        request: Request,
        language: Language | None = None,
        person: str = "",
        told: Annotated[str, Query(pattern=r"^\d{0,9}$")] = "",
    ) -> HTMLResponse:
        """Draw the clock as it stands or moves; a page that knew of fewer moves hears of the last."""
        clock = self._site.demo.clock
        look = self._site.look(request, language=language)
        progress = clock.progress() if self._mover.moving else None
        now = progress.at if progress else await self._mover.now()
        moves = self._mover.moves
        arrived = bool(told) and int(told) < moves and not self._mover.moving
        return self._site.page(
            "_clock.html",
            look,
            moment=self._site.moment(now, look.language),
            moving=self._mover.moving,
            messages=progress.messages if progress else 0,
            failure=self._mover.failure,
            steps=(*STEPS, NEXT),
            viewer=person,
            told=told if self._mover.moving and told else moves,
            brought=self._mover.last if arrived else None,
            news=await self._news(person, look) if arrived else (),
        )

    async def move(
        self,
        request: Request,
        step: Annotated[str, Form()],
        language: Language | None = None,
        person: str = "",
    ) -> HTMLResponse:
        """Begin to move and draw the clock moving."""
        if not self._mover.moving:
            try:
                await self._mover.start(step)
            except ValueError as error:
                raise HTTPException(422, str(error)) from error
        return await self.show(request, language, person)

    async def _news(self, person: str, look: Look) -> tuple[News, ...]:
        """Return where a reader finds what the last move brought: conversations of theirs, and mails."""
        directory = self._site.desk.directory()
        viewer = find_person(directory, person)
        found: list[News] = []
        if viewer:
            shown = seen.conversations(directory, viewer)
            ids = tuple(each.id for each in shown)
            unread = await self._site.desk.read(lambda unit: unit.chat.unread(viewer.id, ids))
            before = self._mover.before.unread.get(viewer.id, {})
            found = [
                News(title_of(each, look), f"/chat/{viewer.id}/c/{each.id}", new)
                for each in shown
                if (new := unread.get(each.id, 0) - before.get(each.id, 0)) > 0
            ]
        mails = len(await self._site.demo.mails()) - self._mover.before.mails
        return (*found, *((News(look.texts("app.outbox"), "/outbox", mails),) if mails > 0 else ()))
