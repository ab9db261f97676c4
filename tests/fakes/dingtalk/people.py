"""People at their DingTalk: whatever they do becomes a frame, with everything the captured sample has."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import Clock
from tests.fakes.dingtalk import payloads
from tests.fakes.dingtalk.gateway import CARDS, MESSAGES, Gateway, Push
from tests.fakes.dingtalk.oapi import WEBHOOK
from tests.fakes.dingtalk.payloads import BOT_NICK, Payload
from tests.fakes.dingtalk.world import CORP, WEBHOOK_LIFE, Conversation, Line, Member, World

ONE_TO_ONE = ""
"""Where somebody writes to the bot alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something somebody said; `push` is its frame, which does not exist where the bot does not hear it."""

    payload: Payload
    push: Push | None = None

    @property
    def id(self) -> str:
        """Its msgId."""
        return str(self.payload["msgId"])

    @property
    def acknowledged(self) -> bool:
        """Whether the bot acknowledged it."""
        return self.push is not None and self.push.acknowledged.is_set()


@dataclass
class Post:
    """Carries what people say to the bot; `webhook_life` is how long what they say can be answered."""

    gateway: Gateway
    world: World
    clock: Clock
    robot: str
    host: str = ""
    webhook_life: timedelta = WEBHOOK_LIFE

    async def deliver(
        self, by: Member, place: Conversation, content: Payload, mentioned: tuple[Member, ...] = ()
    ) -> Said:
        """Push something somebody said."""
        payload = self._envelope(by, place, mentioned) | content
        return Said(payload, await self.push(payload))

    async def push(self, payload: Payload) -> Push:
        """Push a payload as it is."""
        return await self.gateway.push(MESSAGES, json.dumps(payload, ensure_ascii=False))

    def now(self) -> datetime:
        """Return the present instant."""
        return self.clock.now()

    def _envelope(self, by: Member, place: Conversation, mentioned: tuple[Member, ...]) -> Payload:
        now = self.now()
        session = self.world.webhook(place, expires_at=now + self.webhook_life)
        return payloads.envelope(
            by,
            place,
            at=now,
            webhook=f"{self.host}{WEBHOOK}?session={session}",
            webhook_until=now + self.webhook_life,
            robot=self.robot,
            mentioned=mentioned,
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can do things; `where` is a group's conversation, or `ONE_TO_ONE`."""

    member: Member
    post: Post

    @property
    def id(self) -> str:
        """Their staff id; empty for whoever is of another organisation."""
        return self.member.staff_id

    @property
    def told(self) -> list[Line]:
        """What the bot said to them alone."""
        return self.post.world.between(self.member).lines

    async def says(self, where: str, text: str) -> Said:
        """Write; in a group the bot hears it only where it is mentioned (`@bot`)."""
        return await self._writes(where, text, payloads.words(text))

    async def quotes(self, what: Said | Line, where: str, text: str) -> Said:
        """Write below a quote of somebody's words, or of the bot's."""
        quoted = (
            payloads.quote_of(what.payload)
            if isinstance(what, Said)
            else payloads.quote_of_bot(self.post.now())
        )
        return await self._writes(where, text, payloads.quoting(text, quoted=quoted))

    async def sends_picture(self, where: str, data: bytes) -> Said:
        """Send a picture alone."""
        return await self._delivers(where, payloads.picture(self.post.world, data))

    async def sends_rich(self, where: str, *parts: str | bytes) -> Said:
        """Send words and pictures in one message."""
        return await self._delivers(where, payloads.rich(self.post.world, *parts))

    async def sends_file(self, name: str, data: bytes) -> Said:
        """Send a file, which a robot only gets one-to-one."""
        return await self._delivers(ONE_TO_ONE, payloads.file(self.post.world, name, data))

    async def sends_voice(self, recognition: str, data: bytes) -> Said:
        """Speak, which a robot only gets one-to-one."""
        return await self._delivers(ONE_TO_ONE, payloads.voice(self.post.world, recognition, data))

    async def sends_video(self, data: bytes) -> Said:
        """Send a video, which a robot only gets one-to-one."""
        return await self._delivers(ONE_TO_ONE, payloads.video(self.post.world, data))

    async def sends(self, where: str, content: Payload) -> Said:
        """Send something nobody has heard of."""
        return await self._delivers(where, content)

    async def writes_over_quota(self, where: str) -> Said:
        """Write when the organisation's month is used up: the words do not come along."""
        return await self._delivers(where, payloads.over_quota())

    async def clicks(self, card: str, where: str, **params: str) -> Push:
        """Press a button of a card."""
        action = {"cardPrivateData": {"actionIds": ["1"], "params": params}}
        click = {
            "type": "actionCallback",
            "outTrackId": card,
            "corpId": CORP,
            "userId": self.member.staff_id,
            "userIdType": 1,
            "spaceType": "IM_GROUP" if where else "IM_ROBOT",
            "spaceId": self._place(where).id,
            "extension": "{}",
            "content": json.dumps(action),
        }
        return await self.post.gateway.push(CARDS, json.dumps(click, ensure_ascii=False))

    async def _writes(self, where: str, text: str, content: Payload) -> Said:
        if where and BOT_NICK not in text:
            return Said({})
        members = self.post.world.members.values()
        mentioned = tuple(each for each in members if f"@{each.nick}" in text) if where else ()
        return await self._delivers(where, content, mentioned)

    async def _delivers(self, where: str, content: Payload, mentioned: tuple[Member, ...] = ()) -> Said:
        return await self.post.deliver(self.member, self._place(where), content, mentioned)

    def _place(self, where: str) -> Conversation:
        world = self.post.world
        return world.group(where) if where else world.between(self.member)
