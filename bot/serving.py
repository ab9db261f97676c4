"""A desk as a process: its port, its pages, its signals; it ends when it is told to."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from bot.core.errors import CasebellError
from bot.main import App, Role

HOST = "127.0.0.1"

LAST_REQUESTS = 1
"""Seconds that requests under way may still take when the process stops."""


def listen(port: int) -> socket.socket:
    """Take a port of this machine; 0 takes any.

    Raises:
        CasebellError: somebody else has it.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise CasebellError(
            f"port {port} cannot be used ({os.strerror(error.errno or 0)}); set CASEBELL_HTTP_PORT to another"
        ) from error


async def serve(
    app: App, roles: Collection[Role], listening: socket.socket | None, *, ready: Callable[[], None]
) -> None:
    """Run the desk until the process is told to stop; `ready` is called when everything answers."""
    stop, again = asyncio.Event(), asyncio.Event()
    for each, event in ((signal.SIGINT, stop), (signal.SIGTERM, stop), (signal.SIGHUP, again)):
        asyncio.get_running_loop().add_signal_handler(each, event.set)
    async with app.running(roles), _reloading(app, again):
        if listening is None:
            ready()
            await stop.wait()
        else:
            await _serve_web(app, listening, stop, ready)


@asynccontextmanager
async def _reloading(app: App, again: asyncio.Event) -> AsyncIterator[None]:
    """Read the files anew each time the process is asked to."""

    async def listen() -> None:
        while await again.wait():
            again.clear()
            await app.reload.perform()

    task = asyncio.create_task(listen(), name="reload")
    app.crew.pulse.watch(task)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _serve_web(
    app: App, listening: socket.socket, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    config = uvicorn.Config(
        app.web, log_config=None, access_log=False, timeout_graceful_shutdown=LAST_REQUESTS
    )
    server = _Server(config, ready)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.handle_exit(signal.SIGTERM, None)  # live pages listen for exactly this call
    while not serving.done():
        app.bell.ring()  # a live page that waits for news hears of the end instead
        await asyncio.wait({serving}, timeout=0.1)
    await serving
    stopped.cancel()


class _Server(uvicorn.Server):
    """A server that says when it answers, and leaves signals to us: the loops stop with it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
