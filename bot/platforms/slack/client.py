"""Slack's Web API as we use it: limits kept, nothing tried twice, every refusal translated."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.clock import monotonic
from bot.core.errors import GoneError, TemporaryDeliveryError
from bot.platforms.slack.account import SlackAccount
from bot.platforms.slack.answers import (
    RawAddress,
    RawConversation,
    RawFileInfo,
    RawIdentity,
    RawMemberInfo,
    RawPage,
    RawPosted,
    RawStanding,
    RawThreadPage,
    RawUpload,
    RawWords,
)
from bot.platforms.slack.intake import Us
from bot.platforms.slack.raw import Raw, RawFile
from bot.platforms.slack.refusals import NO_SUCH_MESSAGE, refusal
from bot.platforms.slack.render import Element, Part
from bot.platforms.slack.turns import Turns

log = structlog.get_logger()

ANSWER_LIMIT_S = 8
"""How long Slack may take to answer; less than delivery gives a message."""

POST_PACE_S = 1.0
"""Slack takes a message a second in each channel."""

PAGE = 200
PAGES = 10
"""How far back a message of ours is looked for: so many pages of so many messages."""

MARK = "casebell"
"""What our messages' metadata are called."""

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),
    "auth.test": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "users.info": ("users:read",),
    "views.open": (),
}
"""Every method that is called, with the scopes it needs of the bot's token."""

Asked = TypeVar("Asked", bound=Raw)
Alarm = Callable[[str, str], Awaitable[None]]
Request = Callable[[], Awaitable[AsyncSlackResponse]]


class SlackApi:
    """The calls we make; each raises only the delivery errors.

    The SDK's own retries are off: a message whose answer was lost would be posted twice.
    """

    def __init__(self, account: SlackAccount, alarm: Alarm) -> None:
        self.web = AsyncWebClient(
            token=account.bot_token,
            base_url=account.api_url,
            timeout=ANSWER_LIMIT_S,
            retry_handlers=[],
            logger=quiet_logger(),
        )
        self._alarm = alarm
        self._turns = Turns()

    def session(self) -> aiohttp.ClientSession:
        """Return the connections to Slack, opened when they are first needed."""
        if self.web.session is None or self.web.session.closed:
            self.web.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_LIMIT_S))
        return self.web.session

    async def close(self) -> None:
        """Let go of the connections."""
        if self.web.session is not None:
            await self.web.session.close()

    async def identity(self) -> Us:
        """Return who we are."""
        told = await self._ask(RawIdentity, "auth.test", self.web.auth_test)
        return Us(told.team_id, told.user_id)

    async def post(
        self, channel: str, part: Part, *, thread: str | None, mark: Mapping[str, str | int]
    ) -> str:
        """Post a message and return its `ts`; `mark` is what it is found again by."""
        request = partial(
            self.web.chat_postMessage,
            channel=channel,
            blocks=[dict(block) for block in part.blocks],
            text=part.text,
            thread_ts=thread,
            metadata={"event_type": MARK, "event_payload": dict(mark)},
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
        )
        posted = await self._ask(
            RawPosted, "chat.postMessage", request, turn=f"chat.postMessage:{channel}", pace_s=POST_PACE_S
        )
        return posted.ts

    async def update(self, channel: str, ts: str, part: Part) -> None:
        """Replace a message of ours; what it is found by stays."""
        request = partial(
            self.web.chat_update,
            channel=channel,
            ts=ts,
            blocks=[dict(block) for block in part.blocks],
            text=part.text,
        )
        await self._ask(Raw, "chat.update", request)

    async def standing(self, channel: str, thread: str | None) -> AsyncIterator[RawStanding]:
        """Yield the messages of a thread, or a channel's newest first, page by page."""
        method, read = (
            (
                "conversations.replies",
                partial(self.web.conversations_replies, channel=channel, ts=thread or ""),
            )
            if thread
            else ("conversations.history", partial(self.web.conversations_history, channel=channel))
        )
        cursor: str | None = None
        for _ in range(PAGES):
            request = partial(read, include_all_metadata=True, limit=PAGE, cursor=cursor)
            page = await self._ask(RawPage, method, request)
            for message in page.messages:
                yield message
            cursor = page.response_metadata.next_cursor if page.response_metadata else ""
            if not cursor:
                return

    async def words(self, channel: str, ts: str) -> RawWords | None:
        """Return one message, in a thread or not; None if it is gone."""
        request = partial(
            self.web.conversations_replies,
            channel=channel,
            ts=ts,
            oldest=ts,
            latest=ts,
            inclusive=True,
            limit=2,  # a thread's first message comes along with every other
        )
        page = await self._ask(RawThreadPage, "conversations.replies", request)
        return next((each for each in page.messages if each.ts == ts), None)

    async def direct_channel(self, user: str) -> str:
        """Return the channel of our direct conversation with somebody."""
        request = partial(self.web.conversations_open, users=user)
        return (await self._ask(RawConversation, "conversations.open", request)).channel.id

    async def name(self, user: str) -> str:
        """Return the name Slack shows of somebody."""
        return (
            await self._ask(RawMemberInfo, "users.info", partial(self.web.users_info, user=user))
        ).user.shown

    async def open_view(self, trigger: str, view: Element) -> None:
        """Open a form for whoever caused the trigger, which lives 3 seconds."""
        await self._ask(Raw, "views.open", partial(self.web.views_open, trigger_id=trigger, view=dict(view)))

    async def file(self, file: str) -> RawFile:
        """Return what is known of a file."""
        return (await self._ask(RawFileInfo, "files.info", partial(self.web.files_info, file=file))).file

    async def place_to_upload(self, name: str, length: int, alt: str) -> RawUpload:
        """Return where a file of this length may be laid down."""
        request = partial(self.web.files_getUploadURLExternal, filename=name, length=length, alt_txt=alt)
        return await self._ask(RawUpload, "files.getUploadURLExternal", request)

    async def share(self, file: str, title: str, channel: str, thread: str | None) -> None:
        """Show a file that was laid down in a conversation."""
        request = partial(
            self.web.files_completeUploadExternal,
            files=[{"id": file, "title": title}],
            channel_id=channel,
            thread_ts=thread,
        )
        await self._ask(Raw, "files.completeUploadExternal", request)

    async def socket_address(self, app_token: str) -> str:
        """Return where to open a connection for events; each address is good for one."""
        request = partial(self.web.apps_connections_open, app_token=app_token)
        return (await self._ask(RawAddress, "apps.connections.open", request)).url

    async def _ask(
        self, shape: type[Asked], method: str, request: Request, *, turn: str = "", pace_s: float = 0.0
    ) -> Asked:
        await self._turns.take(turn or method, pace_s=pace_s)
        self.session()
        try:
            answer = await request()
            return shape.model_validate(answer.data)
        except SlackApiError as error:
            refused = refusal(method, error)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise TemporaryDeliveryError(f"{method}: {type(error).__name__}") from error
        except (AttributeError, ValueError) as error:
            # Some other server's page stands where Slack's answer should.
            raise TemporaryDeliveryError(f"{method}: an answer that cannot be read") from error
        if refused.rest is not None:
            self._turns.rest(turn or method, refused.rest, now=monotonic())
        if notice := refused.notice():
            await self._alarm(notice.key, notice.text)
        if refused.code in NO_SUCH_MESSAGE:
            raise GoneError(str(refused.error()))
        raise refused.error()


def quiet_logger() -> logging.Logger:
    """Return the logger of Slack's libraries: below warnings they write people's words."""
    logger = logging.getLogger("casebell.slack")
    logger.setLevel(logging.ERROR)
    return logger
