"""The pages beside the chat: the start, the outbox, the operator's console, health and metrics."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.core.people import Language
from bot.ports import AlarmKind
from bot.web.metrics import DeskMetrics
from bot.web.render import blocks_html, line_html
from bot.web.seen import find_person
from bot.web.site import REMEMBERED, Site, Theme

ALARMS = 200
"""How many alarms the console shows, the newest first."""

DOUBTFUL = 100
"""How many deadlines that may still move stand on one page of the console."""

REACHING = (AlarmKind.DELIVERED, AlarmKind.UNDELIVERED, AlarmKind.LATE)
"""What became of an alarm on a channel."""


class Pages:
    """What exists beside the chat."""

    def __init__(self, site: Site, metrics: DeskMetrics) -> None:
        self._site = site
        self._desk = site.desk
        self._metrics = metrics

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/", self.start)
        router.add_api_route("/outbox", self.outbox)
        router.add_api_route("/console", self.console)
        router.add_api_route("/settings", self.settings, methods=["POST"])
        router.add_api_route("/health", self.health)
        router.add_api_route("/ready", self.ready)
        router.add_api_route("/metrics", self.metrics)
        return router

    async def start(self, request: Request) -> Response:
        """Lead to the chat of whom this browser was last, or to a choice; without a demo show the console."""
        if self._desk.demo is None:
            return await self.console(request)
        remembered = find_person(self._desk.directory(), request.cookies.get("person", ""))
        return RedirectResponse(f"/chat/{remembered.id}" if remembered else "/people", status_code=303)

    async def settings(
        self,
        request: Request,
        language: Annotated[Language | None, Form()] = None,
        theme: Annotated[Theme | None, Form()] = None,
    ) -> RedirectResponse:
        """Remember how this browser wants pages and go back to the page it came from."""
        back = RedirectResponse(_own_path(request.headers.get("referer", "")), status_code=303)
        for name, value in (("language", language), ("theme", theme)):
            if value is not None:
                back.set_cookie(name, value, max_age=REMEMBERED, httponly=True, samesite="strict")
        return back

    async def outbox(self, request: Request) -> HTMLResponse:
        """Show the mails that would be sent."""
        look = self._site.look(request)
        mails = [
            {
                "address": mail.address,
                "moment": self._site.moment(mail.at, look.language),
                "message": mail.message,
                "title": line_html(mail.message.title),
                "body": blocks_html(mail.message),
            }
            for mail in sorted(await self._site.demo.mails(), key=lambda mail: mail.at, reverse=True)
        ]
        return self._site.page("outbox.html", look, title=look.texts("outbox.title"), mails=mails)

    async def console(self, request: Request, doubtful: Annotated[int, Query(ge=1)] = 1) -> HTMLResponse:
        """Show the operator how the desk is doing, with one page of deadlines that may still move."""
        look = self._site.look(request)
        parked, dead, alarms, conflicts = await self._desk.read(
            lambda unit: (
                unit.inbox.parked(),
                unit.outbox.given_up(),
                unit.alarms.latest(limit=ALARMS),
                self._desk.directory_of(unit).conflicts,
            )
        )
        many = await self._desk.count_provisional()
        pages = -(-many.promises // DOUBTFUL)
        page = max(1, min(doubtful, pages))
        return self._site.page(
            "console.html",
            look,
            title=look.texts("console.title"),
            checks=[
                (check.ok, *(self._site.alarm(each, look.language) for each in (check.name, check.detail)))
                for check in await self._desk.checks()
            ],
            parked=[(row, self._site.moment(row.received_at, look.language)) for row in parked],
            dead=[(row, self._site.moment(row.at, look.language)) for row in dead],
            provisional=[
                (each, each.promise.to(look.language), self._site.moment(each.due_at, look.language))
                for each in await self._desk.provisional(limit=DOUBTFUL, offset=(page - 1) * DOUBTFUL)
            ],
            doubtful=many,
            page=page,
            pages=pages,
            conflicts=conflicts,
            alarms=[
                (
                    each,
                    self._site.moment(each.at, look.language),
                    self._site.alarm(each.text, look.language),
                    [fact for fact in each.facts if fact.kind in REACHING],
                )
                for each in alarms
            ],
        )

    async def health(self) -> JSONResponse:
        """Say that the process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self) -> JSONResponse:
        """Say whether everything the desk needs is well; 503 if something is not."""
        checks = await self._desk.checks()
        well = all(check.ok for check in checks)
        return JSONResponse(
            {
                "status": "ok" if well else "failing",
                "checks": {check.name: {"ok": check.ok, "detail": check.detail} for check in checks},
            },
            status_code=200 if well else 503,
        )

    async def metrics(self) -> Response:
        """Give the metrics as Prometheus reads them."""
        await self._metrics.refresh()
        return Response(generate_latest(self._desk.metrics), media_type=CONTENT_TYPE_LATEST)


def _own_path(address: str) -> str:
    """Return the path of an address of ours: never another site's."""
    try:
        return "/" + urlsplit(address).path.lstrip("/\\")
    except ValueError:
        return "/"
