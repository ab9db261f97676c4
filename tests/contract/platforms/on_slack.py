"""Slack on the contract's stage: the real client against the strict fake."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Self

from bot.core.people import Place, PlatformName, Sender
from bot.notify.texts import Texts
from bot.platforms.slack.account import SlackAccount
from bot.platforms.slack.platform import SlackPlatform
from tests.contract.platforms.stage import Delivering, Feature, Standing, Trouble, Upload, Words
from tests.fakes.bell import Bell
from tests.fakes.reception import FakeReception
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.limits import LOST_AFTER, UNAVAILABLE, Fault, error, limited
from tests.fakes.slack.people import Upload as SlackUpload
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Posted

SLACK = PlatformName("slack")
FAULTS: Mapping[Trouble, Fault] = {
    Trouble.AWAY: UNAVAILABLE,
    Trouble.FORBIDDEN: error("restricted_action"),
    Trouble.LOST: LOST_AFTER,
    Trouble.TOO_FAST: limited(2),
}


def account_of(fake: FakeSlack, **more: object) -> SlackAccount:
    """Return how the bot is known to a fake Slack."""
    workspace = fake.workspace
    return SlackAccount(
        bot_token=workspace.bot_token,
        app_token=workspace.app_token,
        signing_secret=workspace.signing_secret,
        api_url=fake.api_url,
        **more,  # type: ignore[arg-type]  # the fields a test wants otherwise
    )


class SlackStage(Delivering):
    """A workspace with one channel, over Socket Mode."""

    features = frozenset(Feature)
    troubles = frozenset(Trouble)
    group = Place(SLACK, "C1")
    direct = Place(SLACK, "dm:U1")
    nowhere = Place(SLACK, "C404")
    speaker = Sender(SLACK, "U1", "秦书瑶")
    colleague = Sender(SLACK, "U2", "林小北")

    def __init__(self, fake: FakeSlack, reception: FakeReception) -> None:
        self.fake = fake
        self.reception = reception
        self.platform = SlackPlatform(account_of(fake), reception, Texts.load())
        fake.channel("C1")
        fake.allow("channel_not_found")  # of the place that is nowhere
        self._ann = fake.person("U1", self.speaker.name).joins("C1")
        self._bob = fake.person("U2", self.colleague.name).joins("C1")

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        bell = Bell()
        fake = FakeSlack(bell=bell)
        async with fake.running():
            stage = cls(fake, FakeReception(bell=bell))
            stage.receiving = asyncio.create_task(stage.platform.receive())
            await fake.until(lambda: fake.sockets.connections)
            yield stage
            stage.receiving.cancel()
            with suppress(asyncio.CancelledError):
                await stage.receiving
            await stage.platform.close()
        assert fake.unexpected == []

    async def says(self, words: Words) -> str:
        files = (SlackUpload(words.file.name, words.file.data),) if words.file else ()
        parts = (words.text, *((" ", self._bob) if words.mentions else ()))
        if words.direct:
            return self._ann.says_directly(*parts, files=files)
        named = (self.fake.bot, " ", *parts) if words.to_bot else parts
        return self._ann.says("C1", *named, thread=words.below, files=files)

    def stands(self, place: Place) -> list[Standing]:
        direct = place.conversation.startswith("dm:")
        channel = self._ann.direct.id if direct else place.conversation
        return [self._standing(each) for each in self.fake.said(channel, thread=place.thread or "")]

    def breaks(self, trouble: Trouble) -> None:
        self.fake.fail("chat.postMessage", FAULTS[trouble])

    async def edits(self, ref: str, text: str) -> None:
        self._ann.edits("C1", ref, text)

    async def deletes(self, ref: str) -> None:
        self._ann.deletes("C1", ref)

    async def presses(self, label: str) -> None:
        self._ann.presses(label)

    async def repeats(self, ref: str, *, renamed: bool) -> None:
        await self.fake.postman.finished(self.fake.postman.again(self._of(ref)[0], new_id=renamed))

    def is_acknowledged(self, ref: str) -> bool:
        return any(each.acknowledged for each in self._of(ref))

    def forgives(self) -> None:
        self.fake.allow("not_acknowledged", "acknowledged_late")
        self.fake.timing.ack_deadline = 0.5
        self.fake.timing.retries = (0.2, 0.2, 0.2)

    async def settled(self, ref: str) -> None:
        await self.fake.until(lambda: all(each.acknowledged for each in self._of(ref)))

    async def reconnects(self) -> None:
        opened = self.fake.sockets.opened
        self.fake.sockets.drop()
        await self.fake.until(lambda: self.fake.sockets.opened > opened, within_s=15)

    def _of(self, ref: str) -> list[Delivery]:
        return [each for each in self.fake.deliveries if each.event.get("ts") == ref]

    def _standing(self, posted: Posted) -> Standing:
        files = [self.fake.workspace.files[each["id"]] for each in posted.raw.get("files", ())]
        return Standing(
            text=posted.text,
            rung=posted.reading.rung,
            formatted=posted.reading.formatted,
            buttons=tuple(each["text"]["text"] for each in posted.buttons),
            files=tuple(Upload(name=each.raw["name"], data=each.content) for each in files),
        )
