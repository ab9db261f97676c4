"""DingTalk as a platform: what is pushed becomes inbox rows, what the desk says leaves by webhook or API.

DingTalk cannot be read back, and its API knows no key of ours: where the answer to a call is lost, what it
said is said once more. Better twice than never.
"""

import asyncio
from datetime import UTC, timedelta
from weakref import WeakValueDictionary

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential

from bot.core.clock import Clock, SystemClock
from bot.core.errors import PermanentDeliveryError, StoreError
from bot.core.inbound import Incoming
from bot.core.message import Message
from bot.core.people import Place, PlatformName
from bot.notify.texts import Texts
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.apart import call_there, run_apart
from bot.platforms.dingtalk.api import Api
from bot.platforms.dingtalk.content import is_over_quota
from bot.platforms.dingtalk.outgoing import Outgoing
from bot.platforms.dingtalk.payload import DINGTALK, event, to_inbound
from bot.platforms.dingtalk.raw import Table, loads, words
from bot.platforms.dingtalk.render import MOST_TEXT
from bot.platforms.dingtalk.stream import Pace, Stream
from bot.ports import Capabilities, Event, Reception, SentRef

log = structlog.get_logger()

DOWNLOAD = "/v1.0/robot/messageFiles/download"

STORE_LIMIT = timedelta(seconds=2.5)
"""DingTalk waits three seconds for an acknowledgement."""

STORE_PATIENCE = timedelta(minutes=1)
"""How long storing is tried: DingTalk may push again what was not acknowledged, and may not."""

STOPS_WITHIN = timedelta(seconds=2)


class DingTalkPlatform:
    """A robot of an organisation; conversations are `<openConversationId>` and `dm:<staff id>`."""

    name: PlatformName = DINGTALK
    capabilities = Capabilities(
        edits=False,
        threads=False,
        buttons=False,
        forms=False,
        reads_back=False,
        reactions=False,
        max_text=MOST_TEXT,
    )

    def __init__(
        self,
        account: DingTalkAccount,
        reception: Reception,
        texts: Texts,
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._account = account
        self._reception = reception
        self._texts = texts
        self._clock = clock or SystemClock()
        self._pace = pace or Pace()
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._api = Api(account, self._tell)
        self._outgoing = Outgoing(
            self._api, reception, texts, robot_code=account.robot_code, clock=self._clock
        )

    async def receive(self) -> None:
        """Take pushes in until cancelled, storing each before it is acknowledged."""
        desk = asyncio.get_running_loop()

        async def deliver(data: Table, headers: Table) -> bool:
            return await call_there(desk, lambda: self._take(data, headers))

        async def tell(subject: str, text: str) -> None:
            await call_there(desk, lambda: self._tell(subject, text))

        stream = Stream(self._account, deliver, tell, self._pace)
        await run_apart("dingtalk-stream", stream.run, stops_within=STOPS_WITHIN)

    async def send(self, where: Place, message: Message, *, key: str, answers: str = "") -> SentRef:
        """Say a message in a place; `answers` is the event of this conversation that it answers, if any."""
        return await self._outgoing.send(where, message, key=key, answers=answers)

    async def edit(self, ref: SentRef, message: Message) -> None:  # noqa: ARG002  the port's signature
        """Refuse: nothing said on DingTalk can be changed."""
        raise PermanentDeliveryError(f"what stands in {ref.place} cannot be edited on DingTalk")

    async def find(self, where: Place, key: str) -> SentRef | None:  # noqa: ARG002  the port's signature
        """Find nothing: DingTalk cannot be read back."""
        return None

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file somebody sent; one above `FILE_LIMIT` is refused for good."""
        named = loads(ref) or {}
        robot = words(named, "robotCode") or self._account.robot_code
        asked = {"downloadCode": words(named, "downloadCode"), "robotCode": robot}
        url = words(await self._api.post(DOWNLOAD, asked), "downloadUrl")
        if not url:
            raise PermanentDeliveryError("DingTalk: the file has no address")
        return await self._api.download(url)

    def to_inbound(self, payload: str) -> Incoming | None:
        """Translate a stored event; None for what the robot itself said.

        Raises:
            StoreError: it cannot be read, or nobody said it anywhere.
        """
        return to_inbound(payload, self._texts)

    async def close(self) -> None:
        """Let go of connections; nothing is asked afterwards."""
        await self._api.close()

    async def _take(self, data: Table, headers: Table) -> bool:
        """Store a push; False if that takes too long, and it is not to be acknowledged."""
        push = event(data, headers, at=self._clock.now(), directory=self._reception.directory())
        storing = asyncio.create_task(self._store(push))
        try:
            async with asyncio.timeout(STORE_LIMIT.total_seconds()):
                stored = await asyncio.shield(storing)
        except TimeoutError:
            log.warning("Storing a push takes long; it is not acknowledged.", action="dingtalk_slow")
            return False
        if stored and is_over_quota(data):
            await self._tell(
                "quota:stream", "messages come without their words: the month's quota is used up"
            )
        return stored

    async def _store(self, push: Event) -> bool:
        """Store a push, again and again while that fails; False if it is given up.

        What came later in its conversation waits for it.
        """
        turn = self._lanes.setdefault(push.lane, asyncio.Lock())
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(StoreError),
            wait=wait_exponential(multiplier=0.1, max=5),
            stop=stop_after_delay(STORE_PATIENCE),
            reraise=True,
        )
        try:
            async with turn:
                await retrying(self._reception.store, push)
        except StoreError:
            log.exception("A push could not be stored.", action="dingtalk_not_stored")
            return False
        return True

    async def _tell(self, subject: str, text: str) -> None:
        """Tell the operator, once a day of each subject."""
        day = f"{self._clock.now().astimezone(UTC):%Y-%m-%d}"
        app = f"DingTalk app {self._account.client_id}"
        try:
            await self._reception.alarm(f"dingtalk:{subject}:{day}", f"{app}: {text}")
        except StoreError:
            log.exception("The operator could not be told.", action="dingtalk_alarm_lost", subject=subject)
