"""What people are called: the directory knows its own, Slack the others."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.core.clock import monotonic
from bot.core.errors import DeliveryError
from bot.core.people import Sender
from bot.core.text import storable
from bot.directory.lookup import Directory
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.payload import SLACK, Somebody

WAIT_S = 0.7
"""How long an event waits for names before it is stored; Slack wants its answer within 3 seconds."""

REMEMBERED = 5000

MOST_ASKED = 20
"""Names one event may ask for: Slack answers about a hundred such questions a minute."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Names being looked up, and until when that is worth waiting for."""

    tasks: frozenset[asyncio.Task[None]]
    until: float

    async def wait(self) -> None:
        """Wait until the names are known, or it takes too long."""
        if self.tasks and (left := self.until - monotonic()) > 0:
            await asyncio.wait(self.tasks, timeout=left)


class Names:
    """Looks up names without holding up anything: an unknown one is asked for once, and awaited shortly."""

    def __init__(self, api: SlackApi, directory: Callable[[], Directory]) -> None:
        self._api = api
        self._directory = directory
        self._known: dict[str, str] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def ask(self, users: Iterable[str]) -> Asking:
        """Begin to find out the names nobody knows yet."""
        directory = self._directory()
        unknown = (user for user in users if user not in self._known and not _filed(directory, user))
        asked = islice(unknown, MOST_ASKED)
        return Asking(frozenset(map(self._task, asked)), monotonic() + WAIT_S)

    def of(self, users: Iterable[str], given: Mapping[str, str]) -> tuple[Somebody, ...]:
        """Return people by the name known now: the directory's, Slack's, the one `given` along, or the id."""
        directory = self._directory()
        return tuple(
            Somebody(
                user=user,
                name=storable(_filed(directory, user) or self._known.get(user) or given.get(user) or user),
            )
            for user in dict.fromkeys(users)
        )

    async def stop(self) -> None:
        """Ask no further."""
        tasks = tuple(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _task(self, user: str) -> asyncio.Task[None]:
        if user not in self._asking:
            self._asking[user] = task = asyncio.create_task(self._look_up(user))
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        return self._asking[user]

    async def _look_up(self, user: str) -> None:
        try:
            name = await self._api.name(user)
        except DeliveryError:
            return
        if len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        if name:
            self._known[user] = name


def _filed(directory: Directory, user: str) -> str:
    person = directory.person_of(Sender(SLACK, user, user))
    return person.name if person else ""
