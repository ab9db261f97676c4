"""The web application."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.web.api import Api
from bot.web.articles import ArticlePages
from bot.web.chat import ChatPages
from bot.web.clock import ClockBar, ClockMover
from bot.web.desk import WebDesk
from bot.web.docs import ApiPage
from bot.web.files import FilePages
from bot.web.guard import LOOPBACK, Guard
from bot.web.metrics import DeskMetrics
from bot.web.pages import Pages
from bot.web.presses import PressPages
from bot.web.site import STATIC, Site


def create_app(desk: WebDesk, *, hosts: Collection[str] = LOOPBACK) -> FastAPI:
    """Return the application: chat, API and clock where there is a demo; console, health, metrics always.

    Args:
        desk: what is behind the pages.
        hosts: names this server is reached by; a request for another is refused.
    """
    site = Site(desk)
    mover = ClockMover(site)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await mover.stop()

    app = FastAPI(
        title="Casebell",
        description="The local chat and the demo clock, for programs.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(Guard, hosts=hosts)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(Pages(site, DeskMetrics(desk)).router())
    app.include_router(ApiPage(site, app).router())
    app.include_router(ArticlePages(site).router())
    if desk.demo is not None:
        app.include_router(ChatPages(site).router())
        app.include_router(PressPages(site).router())
        app.include_router(FilePages(site).router())
        app.include_router(ClockBar(site, mover).router())
        app.include_router(Api(site, mover).router())

    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            look = site.look(request)
            return site.page("missing.html", look, status=404, title=look.texts("app.not_found"))
        return await http_exception_handler(request, error)

    async def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        told = [{key: each[key] for key in ("type", "loc", "msg")} for each in error.errors()]
        return JSONResponse({"detail": told}, status_code=422)

    app.exception_handler(HTTPException)(refused)
    app.exception_handler(RequestValidationError)(unreadable)
    return app
