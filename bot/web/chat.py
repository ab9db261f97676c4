"""The chat's pages and the parts of them that change; everything here exists in the demo only."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

from anyio import Event
from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from sse_starlette import EventSourceResponse

from bot.core.people import Place
from bot.directory.model import Person
from bot.ports import ChatLine, Unit
from bot.web import seen
from bot.web.seen import Conversation
from bot.web.site import REMEMBERED, Look, Site
from bot.web.views import Entry, LineDrawer, LineView, entries, face_of, subtitle_of, title_of

POLL = timedelta(seconds=1)
"""How often a page looks for changes when nothing tells it sooner."""
GRACE_S = 2.0
"""How long a stream has to end by itself when the server stops; longer than `POLL`."""
SEARCHED = 1000
"""How far back the head of a thread is looked for, in lines."""
LONGEST_TEXT = 4000
"""What one may say at once, in characters; a browser sends each end of a line as two."""

Thread = Annotated[str, Query(pattern=r"^\d{0,12}$")]


class ChatPages:
    """The pages of one person in the local chat."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._desk = site.desk

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        here = "/chat/{person}"
        there = here + "/c/{conversation}"
        router.add_api_route("/people", self.people)
        router.add_api_route("/live", self.live)
        router.add_api_route(here, self.nowhere)
        router.add_api_route(here + "/list", self.list)
        router.add_api_route(there, self.conversation)
        router.add_api_route(there + "/t/{thread}", self.thread)
        router.add_api_route(there + "/t/{thread}/parent", self.parent)
        router.add_api_route(there + "/lines", self.lines)
        router.add_api_route(there + "/say", self.say, methods=["POST"])
        return router

    async def people(self, request: Request) -> HTMLResponse:
        """Offer everybody there is to be."""
        look = self._site.look(request)
        return self._site.page("people.html", look, teams=self._teams(look), title=look.texts("people.title"))

    async def live(self) -> EventSourceResponse:
        """Tell a page that something changed, each time it does."""
        closing = Event()
        return EventSourceResponse(
            self._changes(closing), ping=15, shutdown_event=closing, shutdown_grace_period=GRACE_S
        )

    async def nowhere(self, request: Request, person: str) -> HTMLResponse:
        """Show what a person sees, no conversation being open."""
        return await self._shell(request, self._site.person(person), None, None)

    async def conversation(self, request: Request, person: str, conversation: str) -> HTMLResponse:
        """Show a conversation."""
        viewer = self._site.person(person)
        return await self._shell(request, viewer, self._site.conversation(viewer, conversation), None)

    async def thread(self, request: Request, person: str, conversation: str, thread: int) -> HTMLResponse:
        """Show a conversation with one of its threads."""
        viewer = self._site.person(person)
        return await self._shell(request, viewer, self._site.conversation(viewer, conversation), str(thread))

    async def parent(self, request: Request, person: str, conversation: str, thread: int) -> HTMLResponse:
        """Draw the line a thread is about: its card may have changed."""
        viewer = self._site.person(person)
        found = self._site.conversation(viewer, conversation)
        look = self._site.look(request, viewer)
        return self._site.page(
            "_parent.html",
            look,
            address=_address(viewer, conversation),
            parent=await self._parent(viewer, look, found, str(thread)),
            thread=str(thread),
        )

    async def list(
        self, request: Request, person: str, current: str | None = None, hidden: str = ""
    ) -> HTMLResponse:
        """Draw the list of conversations; what is open on a hidden page is not read yet."""
        viewer = self._site.person(person)
        look = self._site.look(request, viewer)
        shown = await self._entries(viewer, look, current, hidden=bool(hidden))
        return self._site.page("_list.html", look, person=viewer, entries=shown)

    async def lines(
        self, request: Request, person: str, conversation: str, thread: Thread = "", hidden: str = ""
    ) -> HTMLResponse:
        """Draw the lines; whoever looks at them has read them."""
        viewer = self._site.person(person)
        place = self._place(self._site.conversation(viewer, conversation), thread)
        if not hidden:
            await self._mark_read(viewer, place.conversation)
        return await self._lines(request, viewer, place)

    async def say(
        self,
        request: Request,
        person: str,
        conversation: str,
        text: Annotated[str, Form(max_length=2 * LONGEST_TEXT)],
        thread: Annotated[str, Form(pattern=r"^\d{0,12}$")] = "",
    ) -> HTMLResponse:
        """Say something and draw the lines with it."""
        viewer = self._site.person(person)
        place = self._place(self._site.conversation(viewer, conversation), thread)
        said = text.replace("\r\n", "\n").strip("\n").rstrip()
        if len(said) > LONGEST_TEXT:
            look = self._site.look(request, viewer)
            raise HTTPException(422, look.texts("chat.too_long", longest=LONGEST_TEXT))
        line = await self._site.demo.chat.post(viewer.id, place, said) if said else None
        page = await self._lines(request, viewer, place)
        if line:
            page.headers["HX-Trigger"] = json.dumps({"said": {"line": line.seq, "thread": line.thread or ""}})
        return page

    async def _changes(self, closing: Event) -> AsyncIterator[dict[str, str]]:
        known = -1
        while not closing.is_set():
            latest = await self._desk.read(lambda unit: unit.chat.changes())
            if latest != known:
                known = latest
                yield {"event": "changed", "data": str(latest)}
            await self._desk.changed(POLL)

    async def _shell(
        self, request: Request, viewer: Person, conversation: Conversation | None, thread: str | None
    ) -> HTMLResponse:
        look = self._site.look(request, viewer)
        current = conversation.id if conversation else None
        if current:
            await self._mark_read(viewer, current)
        page = self._site.page(
            "chat.html",
            look,
            title=title_of(conversation, look) if conversation else look.texts("chat.conversations"),
            subtitle=subtitle_of(conversation, look) if conversation else "",
            person=viewer,
            face=face_of(viewer, look.language, look.texts(f"role.{seen.role_of(viewer)}")),
            teams=self._teams(look),
            entries=await self._entries(viewer, look, current),
            conversation=conversation,
            kind=conversation.kind if conversation else "",
            address=_address(viewer, current) if current else "",
            lines=await self._views(viewer, look, self._place(conversation)) if conversation else (),
            thread=thread,
            parent=await self._parent(viewer, look, conversation, thread)
            if conversation and thread
            else None,
            thread_lines=(
                await self._views(viewer, look, self._place(conversation, thread))
                if conversation and thread
                else ()
            ),
            longest=LONGEST_TEXT,
        )
        page.set_cookie("person", viewer.id, max_age=REMEMBERED, httponly=True, samesite="strict")
        return page

    def _place(self, conversation: Conversation, thread: str | None = None) -> Place:
        return Place(self._site.demo.chat.name, conversation.id, thread or None)

    async def _mark_read(self, viewer: Person, conversation: str) -> None:
        """Remember that a person has seen a conversation, writing only if there was something new."""
        new = await self._desk.read(lambda unit: unit.chat.unread(viewer.id, (conversation,)))
        if new.get(conversation, 0):
            await self._desk.call(lambda unit: unit.chat.mark_read(viewer.id, conversation))

    async def _entries(
        self, viewer: Person, look: Look, current: str | None, *, hidden: bool = False
    ) -> tuple[Entry, ...]:
        shown = seen.conversations(self._desk.directory(), viewer)
        ids = tuple(each.id for each in shown)
        unread = await self._desk.read(lambda unit: unit.chat.unread(viewer.id, ids))
        if current and not hidden:
            unread = {**unread, current: 0}
        return entries(shown, unread, look, current=current)

    async def _lines(self, request: Request, viewer: Person, place: Place) -> HTMLResponse:
        look = self._site.look(request, viewer)
        return self._site.page(
            "_lines.html",
            look,
            address=_address(viewer, place.conversation),
            lines=await self._views(viewer, look, place),
            thread=place.thread,
            kind=self._site.conversation(viewer, place.conversation).kind,
        )

    async def _views(self, viewer: Person, look: Look, place: Place) -> tuple[LineView, ...]:
        def work(unit: Unit) -> tuple[tuple[ChatLine, ...], dict[int, ChatLine]]:
            lines = unit.chat.lines(place.conversation, thread=place.thread)
            newest = {
                line.seq: unit.chat.lines(place.conversation, thread=str(line.seq), limit=1)[0]
                for line in lines
                if line.replies
            }
            return lines, newest

        lines, newest = await self._desk.read(work)
        return LineDrawer(self._site, look, viewer, _address(viewer, place.conversation)).all(lines, newest)

    async def _parent(
        self, viewer: Person, look: Look, conversation: Conversation, thread: str
    ) -> LineView | None:
        lines = await self._desk.read(lambda unit: unit.chat.lines(conversation.id, limit=SEARCHED))
        found = next((line for line in lines if str(line.seq) == thread), None)
        drawer = LineDrawer(self._site, look, viewer, _address(viewer, conversation.id))
        return drawer.one(found) if found else None

    def _teams(self, look: Look) -> tuple[tuple[str, tuple[tuple[Person, object], ...]], ...]:
        """Return everybody by customer, the desk's own people last."""
        directory = self._desk.directory()
        names = {each.id: each.name.to(look.language) for each in directory.customers.values()}
        teams: dict[str, list[tuple[Person, object]]] = {name: [] for name in names.values()}
        staff = teams.setdefault(look.texts("people.staff"), [])
        for person in seen.people(directory):
            face = face_of(person, look.language, look.texts(f"role.{seen.role_of(person)}"))
            team = teams[names[person.customer]] if person.customer in names else staff
            team.append((person, face))
        return tuple((name, tuple(members)) for name, members in teams.items() if members)


def _address(viewer: Person, conversation: str) -> str:
    return f"/chat/{viewer.id}/c/{conversation}"
