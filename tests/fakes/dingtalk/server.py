"""A DingTalk on this machine that does what is documented and notes whatever a caller does wrong."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeVar

from aiohttp import web

from bot.core.clock import Clock, SystemClock
from tests.fakes.dingtalk.bodies import AppSecret, ClientSecret
from tests.fakes.dingtalk.calls import Answer, RefusedError, answering, read
from tests.fakes.dingtalk.cards import Cards
from tests.fakes.dingtalk.faults import Trouble, Troubles
from tests.fakes.dingtalk.gateway import CONNECT, MESSAGES, OPEN, Gateway, Push, Timing
from tests.fakes.dingtalk.hosts import Hosts
from tests.fakes.dingtalk.ledger import Ledger
from tests.fakes.dingtalk.oapi import OldHost
from tests.fakes.dingtalk.payloads import new_id
from tests.fakes.dingtalk.people import Person, Post, Said
from tests.fakes.dingtalk.robot import Robot
from tests.fakes.dingtalk.tokens import LIFE, Tokens
from tests.fakes.dingtalk.world import CORP, Conversation, Member, World

T = TypeVar("T")

PATIENCE_S = 20.0
"""How long something may take on a machine that does other things besides."""

CLIENT_ID = "dingfakeappkey"
CLIENT_SECRET = "fake-secret-of-the-app"
ROBOT = CLIENT_ID
OTHER_CORP = "dingotherorganisation"

TOKEN = "/v1.0/oauth2/accessToken"
CORP_TOKEN = "/v1.0/oauth2/{corp}/token"
WITHOUT_TOKEN = frozenset({TOKEN, CORP_TOKEN, OPEN, CONNECT})

BAD_SECRET = RefusedError("invalidClientIdOrSecret", "无效的clientId或者clientSecret")


class FakeDingTalk:
    """Both hosts and the gateway, with the people and groups of one organisation.

    `openapi` and `oapi` are the hosts' addresses. Whatever breaks the protocol is in `violations`.
    """

    def __init__(self, *, clock: Clock | None = None, timing: Timing | None = None) -> None:
        self.clock = clock or SystemClock()
        self.ledger = Ledger()
        self.world = World()
        self.tokens = Tokens(self.clock)
        self.troubles = Troubles()
        client = (CLIENT_ID, CLIENT_SECRET)
        self.gateway = Gateway(self.ledger, self.clock, client=client, timing=timing or Timing())
        self.cards = Cards(self.ledger, self.world, robot=ROBOT)
        self.post = Post(self.gateway, self.world, self.clock, ROBOT)
        self.openapi = ""
        self.oapi = ""
        self._robot = Robot(self.ledger, self.world, code=ROBOT)
        self._old = OldHost(self.ledger, self.world, self.tokens, self.clock, client=client)
        self._hosts = Hosts(self.ledger, self.tokens, self.troubles)
        self._numbers = count(1)

    # --- who and what is there -------------------------------------------------------------------------

    @property
    def violations(self) -> list[str]:
        """What was done that a careful caller would not do."""
        return self.ledger.violations

    def person(self, staff_id: str, *, nick: str, admin: bool = False) -> Person:
        """Let somebody be of the bot's organisation."""
        sender = self._sender()
        member = Member(staff_id=staff_id, nick=nick, sender_id=sender, admin=admin)
        return Person(self.world.add(member), self.post)

    def outsider(self, nick: str) -> Person:
        """Let somebody be there who is of another organisation."""
        member = Member(staff_id="", nick=nick, sender_id=self._sender(), corp=OTHER_CORP)
        return Person(member, self.post)

    def group(self, conversation: str) -> Conversation:
        """Return a group; it is there from the first time it is named."""
        return self.world.group(conversation)

    # --- what happens ----------------------------------------------------------------------------------

    async def until(self, true: Callable[[], T]) -> T:
        """Wait until something is the case and return it; what stands there is told where it never is.

        Raises:
            AssertionError: it did not happen in time.
        """
        try:
            return await self.ledger.bell.until(true, within_s=PATIENCE_S)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._account()}") from None

    async def connected(self, connections: int = 1) -> None:
        """Wait until so many connections are open."""
        await self.until(lambda: len(self.gateway.connections) == connections)

    async def repeats(self, said: Said, *, renamed: bool = False) -> Said:
        """Push the same words once more, under the same msgId or under a new one."""
        payload = {**said.payload, "msgId": new_id()} if renamed else said.payload
        return Said(payload, await self.post.push(payload))

    async def raw(self, data: str) -> Push:
        """Push a bot message whose data are these, whatever they are."""
        return await self.gateway.push(MESSAGES, data)

    def breaks(self, path: str, trouble: Trouble, *, times: int | None = 1) -> None:
        """Let calls of a path go wrong so many times; None until it is mended."""
        self.troubles.plan(path, trouble, times)

    def mends(self, path: str) -> None:
        """Let a path work again."""
        self.troubles.mend(path)

    def ends_sessions(self) -> None:
        """Let no sessionWebhook be good any more, whatever was promised."""
        for each in self.world.sessions.values():
            each.expires_at = self.clock.now()

    # --- both hosts ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Answer on two ports of this machine."""
        new = [
            web.post(OPEN, self.gateway.open),
            web.get(CONNECT, self.gateway.connect),
            web.post(TOKEN, answering(self._token)),
            web.post(CORP_TOKEN, answering(self._corp_token)),
            *self._robot.routes(),
            *self.cards.routes(),
        ]
        self.openapi = await self._hosts.start_new(new, without_token=WITHOUT_TOKEN)
        self.oapi = await self._hosts.start_old(self._old.routes())
        self.gateway.address = self.openapi.replace("http", "ws", 1)
        self._robot.address = self.post.host = self.oapi

    async def stop(self) -> None:
        """Be gone."""
        self.gateway.close()
        await self._hosts.stop()

    async def _token(self, request: web.Request) -> Answer:
        asked = await read(request, AppSecret, self.ledger)
        if (asked.app_key, asked.app_secret) != (CLIENT_ID, CLIENT_SECRET):
            raise BAD_SECRET
        return {"accessToken": self.tokens.give(), "expireIn": int(LIFE.total_seconds())}

    async def _corp_token(self, request: web.Request) -> Answer:
        asked = await read(request, ClientSecret, self.ledger)
        if (asked.client_id, asked.client_secret) != (CLIENT_ID, CLIENT_SECRET):
            raise BAD_SECRET
        if request.match_info["corp"] != CORP:
            raise RefusedError("invalidCorpId", "无效的corpId")
        return {"access_token": self.tokens.give(), "expires_in": int(LIFE.total_seconds())}

    # --- details ---------------------------------------------------------------------------------------

    def _sender(self) -> str:
        return f"$:LWCP_v1:$sender{next(self._numbers):010}=="

    def _account(self) -> str:
        """Say what stands where, for whoever waited in vain."""
        places = {**self.world.groups, **self.world.direct}
        said = [f"[{name}] {line.how}: {line.shown}" for name, at in places.items() for line in at.lines]
        calls = ", ".join(f"{path} {times}" for path, times in self.ledger.calls.items())
        noticed = [f"violation: {each}" for each in self.violations]
        return "\n".join([f"calls: {calls}", *noticed, *said])


@asynccontextmanager
async def dingtalk(
    *, clock: Clock | None = None, timing: Timing | None = None
) -> AsyncIterator[FakeDingTalk]:
    """Run a fake DingTalk; whoever broke its protocol hears of it at the end."""
    fake = FakeDingTalk(clock=clock, timing=timing)
    await fake.start()
    try:
        yield fake
    finally:
        await fake.stop()
    assert fake.violations == []
