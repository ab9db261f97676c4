"""Slack as a platform: what people do there is stored, what the desk says is posted, each part once."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

import structlog

from bot.core.clock import SystemClock
from bot.core.errors import (
    ConfigError,
    Fault,
    GoneError,
    PermanentDeliveryError,
    StoreError,
    TemporaryDeliveryError,
)
from bot.core.filetypes import with_ending
from bot.core.inbound import Command, Incoming
from bot.core.message import Attachment, Message
from bot.core.people import DIRECT, Place, PlatformName
from bot.notify.texts import Texts
from bot.platforms.slack.account import Mode, SlackAccount
from bot.platforms.slack.answers import RawMark, RawStanding
from bot.platforms.slack.client import MARK, SlackApi
from bot.platforms.slack.connection import HOPELESS_PAUSE_S, LONGEST_PAUSE_S, Connection
from bot.platforms.slack.edge import Edge
from bot.platforms.slack.files import Files
from bot.platforms.slack.intake import Us
from bot.platforms.slack.modals import Forms
from bot.platforms.slack.names import Names
from bot.platforms.slack.payload import SLACK, to_inbound
from bot.platforms.slack.refusals import NotThereError
from bot.platforms.slack.render import TEXT_LIMIT, only_part, parts
from bot.platforms.slack.responder import Responder
from bot.platforms.slack.server import serving
from bot.ports import Capabilities, Reception, SentRef

log = structlog.get_logger()

Standing = dict[int, str]
"""The parts of a message that stand already, each with its `ts`."""


class SlackPlatform:
    """One Slack workspace; a message is known by its `ts`, which also names the thread below it.

    Raises:
        ConfigError: the account lacks what its mode needs.
    """

    name: PlatformName = SLACK
    capabilities = Capabilities(
        edits=True,
        threads=True,
        buttons=True,
        forms=True,
        reads_back=True,
        reactions=False,
        max_text=TEXT_LIMIT,
    )

    def __init__(self, account: SlackAccount, reception: Reception, texts: Texts) -> None:
        _check(account)
        self._account = account
        self._reception = reception
        self._clock = SystemClock()
        self._api = SlackApi(account, self._alarm)
        self._files = Files(self._api)
        self._names = Names(self._api, reception.directory)
        forms = Forms(texts, reception.directory)
        self._edge = Edge(self._api, reception, self._names, forms, clock=self._clock)
        self._responder = Responder(self._api, self._edge, signing_secret=account.signing_secret)
        self._direct: dict[str, str] = {}
        self._standing: dict[tuple[Place, str], Standing] = {}
        self._uploaded: dict[tuple[Place, str], str] = {}

    async def receive(self) -> None:
        """Take events in until cancelled, storing each before it is acknowledged.

        Raises:
            CasebellError: the port for Slack's calls belongs to somebody else.
        """
        try:
            if self._account.mode is Mode.HTTP:
                async with serving(self._account, self._responder):
                    await self._introduce()
                    await asyncio.Event().wait()
            await self._introduce()
            await Connection(self._api, self._account.app_token, self._responder.socket, self._alarm).keep()
        finally:
            await self._names.stop()

    async def close(self) -> None:
        """Let go of connections; nothing is asked of it afterwards."""
        await self._names.stop()
        await self._api.close()

    async def send(self, where: Place, message: Message, *, key: str, answers: str = "") -> SentRef:
        """Say a message, in several parts if it is long; parts that stand already are not said again.

        Where the thread was taken away it is said in the conversation itself; who typed a slash command where
        we are not is answered directly.
        """
        try:
            return await self._say(where, message, key)
        except NotThereError:
            asker = await self._who_typed(answers)
            if asker is None:
                raise
            return await self._say(Place(SLACK, f"{DIRECT}{asker}"), message, key)
        except GoneError:
            if where.thread is None:
                raise
            return await self._say(replace(where, thread=None), message, key)

    async def edit(self, ref: SentRef, message: Message) -> None:
        """Replace a message said before; what does not fit into one is left out."""
        await self._api.update(await self._channel(ref.place), ref.ref, only_part(message))

    async def find(self, where: Place, key: str) -> SentRef | None:
        """Return where a message with this key stands, if all of it does.

        A file has no key of ours. It is found by its description, where Slack tells that; else only by the
        process that laid it down.
        """
        try:
            return await self._found(where, key)
        except NotThereError:
            return None
        except GoneError:
            return await self.find(replace(where, thread=None), key) if where.thread else None

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file somebody sent; one that is too large is refused for good."""
        return await self._files.fetch(ref)

    def to_inbound(self, payload: str) -> Incoming | None:
        """Translate a stored event.

        Raises:
            StoreError: this version cannot read it.
        """
        return to_inbound(payload)

    async def _found(self, where: Place, key: str) -> SentRef | None:
        us, channel = await self._us(), await self._channel(where)
        standing: Standing = {}
        uploaded = self._uploaded.get((where, key), "")
        async for message in self._api.standing(channel, where.thread):
            if message.user != us.bot:
                continue
            if file := _file(message, key, uploaded):
                return SentRef(place=where, ref=file)
            mark = _mark(message)
            if mark.key == key:
                standing[mark.part] = message.ts
                if len(standing) == mark.parts:
                    return SentRef(place=where, ref=standing[0])
        if standing:
            self._standing[where, key] = standing
        return None

    async def _who_typed(self, event: str) -> str | None:
        """Return who typed the slash command that an event is; commands work where the bot is not."""
        payload = await self._reception.payload(SLACK, event) if event else ""
        command = self.to_inbound(payload) if payload else None
        return command.origin.sender.user if isinstance(command, Command) else None

    async def _say(self, where: Place, message: Message, key: str) -> SentRef:
        channel = await self._channel(where)
        for block in message.blocks:
            if isinstance(block, Attachment):
                return await self._hand_over(block, channel, where, key)
        drawn = parts(message)
        standing = self._standing.pop((where, key), {})
        try:
            for number, part in enumerate(drawn):
                if number not in standing:
                    mark: dict[str, str | int] = {"key": key, "part": number, "parts": len(drawn)}
                    standing[number] = await self._api.post(channel, part, thread=where.thread, mark=mark)
        finally:
            if 0 < len(standing) < len(drawn):
                self._standing[where, key] = standing
        return SentRef(place=where, ref=standing[0])

    async def _hand_over(self, attachment: Attachment, channel: str, where: Place, key: str) -> SentRef:
        try:
            content = await self._reception.content(attachment.file)
        except StoreError as error:
            raise TemporaryDeliveryError("a file that is not there yet") from error
        name = with_ending(attachment.name, content.mime)
        room = await self._api.place_to_upload(name, len(content.data), _alt(name, key))
        await self._files.lay_down(content, room.upload_url)
        self._uploaded[where, key] = room.file_id
        await self._api.share(room.file_id, name, channel, where.thread)
        del self._uploaded[where, key]
        return SentRef(place=where, ref=room.file_id)

    async def _channel(self, where: Place) -> str:
        if not where.conversation.startswith(DIRECT):
            return where.conversation
        user = where.conversation.removeprefix(DIRECT)
        if user not in self._direct:
            self._direct[user] = await self._api.direct_channel(user)
        return self._direct[user]

    async def _us(self) -> Us:
        if self._edge.us is None:
            self._edge.us = await self._api.identity()
        return self._edge.us

    async def _introduce(self) -> None:
        """Ask Slack who we are, until it says so."""
        while True:
            try:
                await self._us()
                return
            except PermanentDeliveryError:
                pause = HOPELESS_PAUSE_S
            except TemporaryDeliveryError as error:
                pause = error.retry_after.total_seconds() if error.retry_after else LONGEST_PAUSE_S
            log.error(
                "Slack does not say who we are; asking again.", action="unknown_to_slack", seconds=pause
            )
            await asyncio.sleep(pause)

    async def _alarm(self, key: str, text: str) -> None:
        """Tell the operator, once a day of each thing."""
        day = f"{self._clock.now().astimezone(UTC):%Y-%m-%d}"
        try:
            await self._reception.alarm(f"{key}:{day}", text)
        except StoreError:
            log.exception("An alarm could not be stored.", action="alarm_lost", key=key)


def _mark(message: RawStanding) -> RawMark:
    metadata = message.metadata
    told: Mapping[str, object] = metadata.event_payload if metadata and metadata.event_type == MARK else {}
    return RawMark.model_validate(told)


def _file(message: RawStanding, key: str, uploaded: str) -> str:
    """Return the file of a message that was handed over under a key."""
    ours = (
        each for each in message.files if each.id == uploaded or (each.alt_txt or "").endswith(_alt("", key))
    )
    return next((each.id for each in ours), "")


def _alt(name: str, key: str) -> str:
    """Return how a file is described to those who cannot see it; the key makes it found again."""
    return f"{name} · {key}"


def _check(account: SlackAccount) -> None:
    needed = {"SLACK_BOT_TOKEN": account.bot_token}
    if account.mode is Mode.HTTP:
        needed["SLACK_SIGNING_SECRET"] = account.signing_secret
    else:
        needed["SLACK_APP_TOKEN"] = account.app_token
    faults = [
        Fault("environment", 1, name, f"a value, with SLACK_MODE={account.mode}")
        for name, value in needed.items()
        if not value.strip()
    ]
    if faults:
        raise ConfigError(*faults)
