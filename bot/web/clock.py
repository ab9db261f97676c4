"""The demo clock: one move at a time, watched by everybody."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse

from bot.core.errors import CasebellError
from bot.web.desk import Progress
from bot.web.durations import later
from bot.web.site import Site

STEPS = ("PT30M", "PT1H", "P1D", "P1M")
NEXT = "next"


class ClockMover:
    """Runs at most one move of the demo clock; a page starts it and looks on, a program waits for its end."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._task: asyncio.Task[Progress] | None = None
        self.failure = ""

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
        if self.moving:
            raise HTTPException(409, "The clock is moving; wait until it stands.")
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
            return await move
        except CasebellError as error:
            self.failure = str(error) or type(error).__name__
            return Progress(at=await self.now(), messages=0)


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

    async def show(self, request: Request) -> HTMLResponse:
        """Draw the clock as it stands or moves."""
        clock = self._site.demo.clock
        look = self._site.look(request)
        progress = clock.progress() if self._mover.moving else None
        now = progress.at if progress else await self._mover.now()
        return self._site.page(
            "_clock.html",
            look,
            moment=self._site.moment(now, look.language),
            moving=self._mover.moving,
            messages=progress.messages if progress else 0,
            failure=self._mover.failure,
            steps=(*STEPS, NEXT),
        )

    async def move(self, request: Request, step: Annotated[str, Form()]) -> HTMLResponse:
        """Begin to move and draw the clock moving."""
        if not self._mover.moving:
            try:
                await self._mover.start(step)
            except ValueError as error:
                raise HTTPException(422, str(error)) from error
        return await self.show(request)
