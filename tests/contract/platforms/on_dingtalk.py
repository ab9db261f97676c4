"""DingTalk on the contract's stage: the real stream client against the strict fake."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Self

from bot.core.people import Place, PlatformName, Sender
from bot.notify.texts import Texts
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.platform import DingTalkPlatform
from tests.contract.platforms.stage import Delivering, Feature, Standing, Upload, Words
from tests.contract.platforms.stage import Trouble as Wanted
from tests.fakes.dingtalk.faults import Trouble
from tests.fakes.dingtalk.gateway import Timing
from tests.fakes.dingtalk.people import ONE_TO_ONE, Said
from tests.fakes.dingtalk.robot import TO_GROUP
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, ROBOT, FakeDingTalk, dingtalk
from tests.fakes.dingtalk.world import CORP, Line
from tests.fakes.reception import FakeReception

DINGTALK = PlatformName("dingtalk")
GROUP = "cid6KeBBLoveMJOGXoYKF5x7EeiodoA=="
TROUBLES: Mapping[Wanted, Trouble] = {
    Wanted.AWAY: Trouble.UNAVAILABLE,
    Wanted.FORBIDDEN: Trouble.STOPPED,
    Wanted.LOST: Trouble.LOST,
    Wanted.TOO_FAST: Trouble.QPS,
}


class DingTalkStage(Delivering):
    """An organisation with one group, over a stream."""

    features = frozenset({Feature.CARRIES_FILES, Feature.DELIVERS, Feature.RINGS})
    troubles = frozenset(TROUBLES)
    group = Place(DINGTALK, GROUP)
    direct = Place(DINGTALK, "dm:staff1")
    nowhere = Place(DINGTALK, "cid404==")
    speaker = Sender(DINGTALK, "staff1", "秦书瑶")
    colleague = Sender(DINGTALK, "staff2", "林小北")

    def __init__(self, fake: FakeDingTalk, reception: FakeReception) -> None:
        self.fake = fake
        self.reception = reception
        account = DingTalkAccount(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            robot_code=ROBOT,
            corp_id=CORP,
            openapi_endpoint=fake.openapi,
            oapi_endpoint=fake.oapi,
        )
        self.platform = DingTalkPlatform(account, reception, Texts.load())
        fake.group(GROUP)
        self._ann = fake.person("staff1", nick=self.speaker.name)
        self._bob = fake.person("staff2", nick=self.colleague.name)
        self._said: dict[str, list[Said]] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        async with dingtalk() as fake:
            stage = cls(fake, FakeReception())
            stage.receiving = asyncio.create_task(stage.platform.receive())
            await fake.connected()
            yield stage
            stage.receiving.cancel()
            with suppress(asyncio.CancelledError):
                await stage.receiving
            await stage.platform.close()

    async def says(self, words: Words) -> str:
        where = ONE_TO_ONE if words.direct else GROUP
        text = words.text if words.direct else f"@bot {words.text}"
        text += f" @{self.colleague.name}" if words.mentions else ""
        if words.file:
            said = await self._ann.sends_picture(where, words.file.data)
        else:
            said = await self._ann.says(where, text)
        self._said.setdefault(said.id, []).append(said)
        return said.id

    def stands(self, place: Place) -> list[Standing]:
        direct = place.conversation.startswith("dm:")
        return [_standing(line) for line in (self._ann.told if direct else self.fake.group(GROUP).lines)]

    def breaks(self, trouble: Wanted) -> None:
        self.fake.breaks(TO_GROUP, TROUBLES[trouble])

    async def repeats(self, ref: str, *, renamed: bool) -> None:
        again = await self.fake.repeats(self._said[ref][0], renamed=renamed)
        self._said[ref].append(again)
        await self.fake.until(lambda: again.acknowledged)

    def is_acknowledged(self, ref: str) -> bool:
        return any(each.acknowledged for each in self._said[ref])

    def forgives(self) -> None:
        self.fake.gateway.forgiving = True
        self.fake.gateway.timing = Timing(
            ack_limit=timedelta(seconds=0.5), sends_again_after=timedelta(seconds=1)
        )

    async def settled(self, ref: str) -> None:
        await self.fake.until(lambda: all(each.acknowledged for each in self._said[ref]))

    async def reconnects(self) -> None:
        opened = self.fake.gateway.opened
        self.fake.gateway.drop()
        await self.fake.until(lambda: self.fake.gateway.opened > opened)


def _standing(line: Line) -> Standing:
    files = (Upload(name=line.media.name, data=line.media.data),) if line.media else ()
    return Standing(text=f"{line.title}\n{line.shown}", rung=line.rung, files=files)
