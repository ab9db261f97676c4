"""Three platforms as people use them: they write to the bot, press what it offers, and read.

Where nothing can be pressed, what a message offers is typed as it stands there.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.people import PersonId
from tests.e2e.dingtalk.conftest import group as conversation
from tests.e2e.office import Office
from tests.e2e.process.desk import Books, Desk, until
from tests.e2e.slack.conftest import channel, user
from tests.e2e.slack.workspace import BOT, Workspace
from tests.fakes.dingtalk.people import Person
from tests.fakes.dingtalk.server import FakeDingTalk

Line = dict[str, Any]


class Hall(ABC):
    """A platform with the demo's people and groups, called as in its directory, and a desk at work there."""

    @abstractmethod
    async def says(self, who: str, group: str, words: str) -> None:
        """Write to the bot in a group, and wait until it has that."""

    @abstractmethod
    async def presses(self, who: str, group: str, label: str) -> None:
        """Press the newest button of this name in a group, or type what stands there instead."""

    @abstractmethod
    async def reads(self, group: str, *words: str) -> str:
        """Wait for a message of the bot in a group that holds all of these words; return the newest."""

    @abstractmethod
    async def everything(self, group: str) -> str:
        """Wait until everything is said, and return all that the bot said in a group."""


@dataclass(frozen=True)
class LocalHall(Hall):
    """The demo, a process of its own."""

    desk: Desk
    folder: Path

    async def says(self, who: str, group: str, words: str) -> None:
        await asyncio.to_thread(self.desk.say, who, group, f"@bot {words}")

    async def presses(self, who: str, group: str, label: str) -> None:
        def pushed() -> bool:
            offered = [
                {"thread": line["thread"], "line": line["seq"], "button": number}
                for line in self._lines(who, group)
                for number, button in enumerate(_buttons(line))
                if button["label"] == label
            ]
            if offered:
                body = {"conversation": f"g:{group}", **offered[-1]}
                self._client_post(f"/api/people/{who}/press", body)
            return bool(offered)

        await asyncio.to_thread(until, pushed)

    async def reads(self, group: str, *words: str) -> str:
        found: list[str] = []

        def told() -> bool:
            found[:] = _holding(self._texts(group), words)
            return bool(found)

        await asyncio.to_thread(until, told)
        return found[-1]

    async def everything(self, group: str) -> str:
        await asyncio.to_thread(until, Books(self.folder / "demo.db").at_rest)
        return "\n".join(await asyncio.to_thread(self._texts, group))

    def _client_post(self, path: str, body: Mapping[str, object]) -> None:
        with self.desk.client as client:
            client.post(path, json=body).raise_for_status()

    def _texts(self, group: str) -> list[str]:
        return [_words(line["message"]) for line in self._lines(LOOKER_ON, group) if line["message"]]

    def _lines(self, who: str, group: str) -> list[Line]:
        """Return what stands in a group and in its threads, oldest first."""
        path = f"/api/people/{who}/conversations/g:{group}/lines"
        with self.desk.client as client:
            top: list[Line] = client.get(path).raise_for_status().json()
            below = [
                client.get(path, params={"thread": line["seq"]}).raise_for_status().json()
                for line in top
                if line["replies"]
            ]
        return sorted((*top, *(line for lines in below for line in lines)), key=lambda line: line["seq"])


LOOKER_ON = "zhou-lan"
"""Somebody of the desk who sees every group."""


def _buttons(line: Line) -> list[Line]:
    blocks = line["message"]["blocks"] if line["message"] else []
    return [button for block in blocks if "buttons" in block for button in block["buttons"]]


def _words(part: object) -> str:
    """Return every word in a message, whatever block it stands in."""
    match part:
        case str():
            return part
        case dict():
            return " ".join(_words(each) for each in part.values())
        case list():
            return " ".join(_words(each) for each in part)
        case _:
            return ""


@dataclass(frozen=True)
class SlackHall(Hall):
    """Everybody on a local Slack."""

    slack: Workspace
    office: Office

    async def says(self, who: str, group: str, words: str) -> None:
        await self.slack.says(user(who), channel(group), f"<@{BOT}> {words}")

    async def presses(self, who: str, group: str, label: str) -> None:
        await self.slack.presses(user(who), label, where=channel(group))

    async def reads(self, group: str, *words: str) -> str:
        found = await self.slack.until(lambda: _holding(self._texts(group), words))
        return found[-1]

    async def everything(self, group: str) -> str:
        await self.office.at_rest()
        return "\n".join(self._texts(group))

    def _texts(self, group: str) -> list[str]:
        """Return the bot's messages with what can be pressed on them."""
        posts = self.slack.posts(channel(group))
        return [" ".join((each.text, *(b["text"]["text"] for b in each.buttons))) for each in posts]


@dataclass(frozen=True)
class DingTalkHall(Hall):
    """Everybody on a strict DingTalk, which has no buttons for the bot."""

    dingtalk: FakeDingTalk
    people: Mapping[PersonId, Person]
    office: Office

    async def says(self, who: str, group: str, words: str) -> None:
        said = await self.people[PersonId(who)].says(conversation(group), f"@bot {words}")
        await self.dingtalk.until(lambda: said.acknowledged)

    async def presses(self, who: str, group: str, label: str) -> None:
        def offered() -> Sequence[str]:
            lines = (line for text in self._texts(group) for line in text.splitlines())
            return [line for line in lines if line.startswith(label)]

        line = (await self.dingtalk.until(offered))[-1]
        typed = line.removeprefix(label)
        await self.says(who, group, typed.removeprefix("：") if typed.startswith("：") else line)

    async def reads(self, group: str, *words: str) -> str:
        found = await self.dingtalk.until(lambda: _holding(self._texts(group), words))
        return found[-1]

    async def everything(self, group: str) -> str:
        await self.office.at_rest()
        return "\n".join(self._texts(group))

    def _texts(self, group: str) -> list[str]:
        return [line.shown for line in self.dingtalk.group(conversation(group)).lines]


def _holding(texts: Sequence[str], words: Sequence[str]) -> list[str]:
    return [text for text in texts if all(each in text for each in words)]
