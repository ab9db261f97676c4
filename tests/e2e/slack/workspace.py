"""A Slack workspace of local-slack: people speak, press, fill in forms, and all that stands there is seen.

What it does not do as Slack does, so that no test here relies on it (the strict fake in tests/fakes does):
- text comes as it was typed, not escaped; events carry no `team`, `client_msg_id` or `blocks`;
- message metadata is dropped, so nothing can be read back; the bot's own words never come back as events;
- a private channel says `channel`; every slash command reaches the app; any token is taken,
  no rate limited;
- events are delivered once, within 5 s, and dropped while nobody is connected;
- there is ONE stack of forms for everybody, and a form is only filled in through the page's own WebSocket.
It listens on every interface and keeps everything in memory.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from tests.e2e.slack.shown import Form, Json, Post, form, given, post
from tests.fakes.bell import Bell

T = TypeVar("T")
BOT = "U0BELL"
TEAM = "T0BELL"
BOT_TOKEN = "xoxb-bell"
APP_TOKEN = "xapp-bell"
SIGNING_SECRET = "bell"
PATIENCE_S = 20


@dataclass
class Workspace:
    """A running local-slack, mirrored through its page's WebSocket."""

    address: str
    http: aiohttp.ClientSession
    page: aiohttp.ClientWebSocketResponse
    messages: dict[str, dict[str, Json]] = field(default_factory=dict)
    directs: dict[str, str] = field(default_factory=dict)
    forms: list[Json] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)
    connected: bool = False
    bell: Bell = field(default_factory=Bell)

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    # --- what people do --------------------------------------------------------------------------------

    async def says(self, who: str, where: str, text: str, *, thread: str | None = None) -> str:
        """Write a message and return its `ts`; by then the bot has acknowledged it."""
        said = await self._control(
            "message", {"user": who, "channel": where, "text": text, "thread_ts": thread or ""}
        )
        return str(said["message"]["ts"])

    async def edits(self, who: str, where: str, ts: str, text: str) -> None:
        await self._control("edit-message", {"user": who, "channel": where, "ts": ts, "text": text})

    async def deletes(self, who: str, where: str, ts: str) -> None:
        await self._control("delete-message", {"user": who, "channel": where, "ts": ts})

    async def reacts(self, who: str, where: str, ts: str, name: str) -> None:
        await self._control("reaction", {"user": who, "channel": where, "ts": ts, "name": name})

    async def sends_file(
        self, who: str, where: str, name: str, data: bytes, *, text: str = "", thread: str | None = None
    ) -> None:
        form = aiohttp.FormData({"user": who, "channel": where, "text": text, "thread_ts": thread or ""})
        form.add_field("file", data, filename=name)
        async with self.http.post(f"{self.address}/_control/upload", data=form) as answer:
            assert answer.ok, await answer.text()

    async def types(self, who: str, where: str, command: str, text: str) -> None:
        """Type a slash command."""
        await self._control("command", {"user": who, "channel": where, "command": command, "text": text})

    async def presses(self, who: str, label: str, *, where: str) -> None:
        """Press the newest button of this name in a channel, once it is there."""
        found, button = await self.until(lambda: self._button(where, label))
        action = {name: button.get(name) for name in ("type", "action_id", "block_id", "value", "text")}
        await self._control(
            "interact", {"user": who, "channel": where, "messageTs": found.ts, "action": action}
        )

    async def fills_in(self, who: str, values: Mapping[str, str] | None = None) -> None:
        """Send the open form with these values, by their labels, and wait for what becomes of it."""
        opened = await self.until(lambda: self.form)
        before, self.errors = self.forms, {}
        state: dict[str, Json] = {}
        for label, value in (values or {}).items():
            block = opened.inputs[label]
            element = block["element"]
            state[block["block_id"]] = {element["action_id"]: given(element, value)}
        await self.page.send_json({"t": "view_submit", "user": who, "values": state})
        await self.until(lambda: self.forms is not before or bool(self.errors))

    # --- what people see -------------------------------------------------------------------------------

    def posts(self, where: str, *, thread: str | None = None, by: str = BOT) -> list[Post]:
        """Return what somebody wrote in a channel, or below one of its messages, oldest first."""
        every = [post(each) for each in self.messages.get(where, {}).values()]
        return [each for each in every if each.user == by and thread in (None, each.thread)]

    def texts(self, where: str, *, thread: str | None = None, by: str = BOT) -> list[str]:
        return [each.text for each in self.posts(where, thread=thread, by=by)]

    def told(self, who: str) -> list[str]:
        """Return what the bot wrote to somebody directly."""
        return self.texts(self.directs[who]) if who in self.directs else []

    async def gets(self, where: str, name: str, *, thread: str | None = None) -> bytes:
        """Wait for a file of the bot with this name and return what is in it."""
        found = await self.until(
            lambda: [
                each
                for posted in self.posts(where, thread=thread)
                for each in posted.files
                if each["name"] == name
            ]
        )
        headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
        async with self.http.get(found[-1]["url_private_download"], headers=headers) as answer:
            return await answer.read()

    @property
    def form(self) -> Form | None:
        """The form that lies open on top, if there is one."""
        return form(self.forms[-1]) if self.forms else None

    async def until(self, found: Callable[[], T | None]) -> T:
        """Wait until something is so, looking whenever anything changes here, and return it."""
        there = await self.bell.until(found, within_s=PATIENCE_S)
        assert there is not None
        return there

    # --- the machinery ---------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Keep the mirror true until cancelled."""
        async for frame in self.page:
            self._apply(json.loads(frame.data))
            self.bell.ring()

    def _apply(self, news: Json) -> None:
        match news["t"]:
            case "init":
                self._begin(news["state"])
            case "channel":
                self._know(news["channel"])
            case "message" | "message_update":
                message = news["message"]
                self.messages.setdefault(message["channel"], {})[message["ts"]] = message
            case "message_delete":
                self.messages[news["channel"]].pop(news["ts"])
            case "view":
                self.forms = news["stack"]
            case "view_errors":
                self.errors = news["errors"]
            case "socket_status":
                self.connected = news["connected"]
            case _:
                pass

    def _begin(self, state: Json) -> None:
        for channel in state["channels"]:
            self._know(channel)
        for channel, messages in state["messages"].items():
            self.messages[channel] = {each["ts"]: each for each in messages}

    def _know(self, channel: Json) -> None:
        if channel["is_im"]:
            self.directs.update({who: channel["id"] for who in channel["members"] if who != BOT})

    def _button(self, where: str, label: str) -> tuple[Post, Json] | None:
        return next(
            (
                (found, button)
                for found in reversed(self.posts(where))
                for button in found.buttons
                if button["text"]["text"] == label
            ),
            None,
        )

    async def _control(self, what: str, body: Mapping[str, object]) -> Json:
        async with self.http.post(f"{self.address}/_control/{what}", json=body) as answer:
            assert answer.ok, await answer.text()
            told: Json = await answer.json()
            return told


@asynccontextmanager
async def workspace(
    folder: Path, people: Mapping[str, str], channels: Sequence[str], *, events_to: str | None = None
) -> AsyncIterator[Workspace]:
    """Run a workspace whose people (by id, with their names) are in all channels, as is the bot.

    `events_to` is where events are posted, signed; without it they go through Socket Mode.
    """
    config = folder / "local-slack.json"
    config.write_text(json.dumps(_config(people, channels, events_to)), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        _local_slack(),
        *("--config", str(config), "--port", "0", "--base-host", "127.0.0.1"),
        *("--files-dir", str(folder / "local-slack-files")),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        address = await _told_address(process)
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{address}/ui") as page:
            slack = Workspace(address=address, http=http, page=page)
            following = asyncio.create_task(slack.follow())
            yield slack
            following.cancel()
    finally:
        process.terminate()
        await process.communicate()


def _local_slack() -> str:
    binary = os.environ.get("LOCAL_SLACK")
    if not binary:
        leave_out = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        leave_out("no local-slack: set LOCAL_SLACK to its path")
    return binary


async def _told_address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        async for line in process.stdout:
            if b"Web UI:" in line:
                return line.split()[-1].decode()
    raise AssertionError("local-slack did not start")


def _config(people: Mapping[str, str], channels: Sequence[str], events_to: str | None) -> Json:
    delivery = {"mode": "events", "requestUrl": events_to} if events_to else {"mode": "socket"}
    return {
        "workspace": {"name": "Starcloud", "domain": "starcloud", "teamId": TEAM},
        "app": {
            "appId": "A0BELL",
            "botUserId": BOT,
            "botName": "casebell",
            "botToken": BOT_TOKEN,
            "appToken": APP_TOKEN,
            "signingSecret": SIGNING_SECRET,
            **delivery,
        },
        "users": [{"id": who, "name": name, "real_name": name} for who, name in people.items()],
        "channels": [
            {"id": channel, "name": channel.lower(), "members": [*people, BOT]} for channel in channels
        ],
    }
