"""A desk of one room behind the real page."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext

from bot.web.app import create_app
from tests.e2e.chat.page import ChatPage
from tests.unit.web.desk import SmallDesk


@dataclass
class Served:
    """A desk on a port of this machine."""

    desk: SmallDesk
    base: str


@pytest.fixture
def served() -> Iterator[Served]:
    desk = SmallDesk()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(create_app(desk), log_level="warning", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        yield Served(desk, f"http://127.0.0.1:{listener.getsockname()[1]}")
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    yield context
    for page in context.pages:  # live streams end with their pages; closing over them hung now and then
        page.goto("about:blank")
        page.close()


@pytest.fixture
def tab(context: BrowserContext, served: Served) -> Callable[[], ChatPage]:
    """Open a further tab; what the browser finds wrong in any page fails the test."""

    def opened() -> ChatPage:
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
        return ChatPage(page, served.base)

    return opened
