"""Slack and DingTalk as a person between them sees both: people write, and read what the bot says."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.core.people import DIRECT, PersonId, Place
from bot.platforms.dingtalk.payload import DINGTALK
from bot.platforms.slack.payload import SLACK
from tests.e2e.dingtalk.conftest import group as conversation
from tests.e2e.dingtalk.conftest import staff
from tests.e2e.office import DIRECTORY
from tests.e2e.slack.conftest import channel, user
from tests.fakes.dingtalk.people import Said
from tests.fakes.dingtalk.server import FakeDingTalk
from tests.fakes.dingtalk.world import Line, Media
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.people import Upload
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Channel, Posted

BOT = "@bot"
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message of the bot: its words, who is rung by it, the files with it."""

    text: str
    rung: frozenset[str] = frozenset()
    files: tuple[bytes, ...] = ()


class Chat(ABC):
    """A platform with the demo's people and groups on it, who are called as in the demo's directory."""

    @abstractmethod
    def person(self, person: str) -> str:
        """Return somebody's id there."""

    @abstractmethod
    def group(self, group: str) -> str:
        """Return a group's conversation there."""

    @abstractmethod
    async def speaks(self, who: str, group: str, text: str, picture: bytes | None = None) -> None:
        """Write in a group (`@bot` calls the bot), a picture with it."""

    @abstractmethod
    async def heard(self) -> None:
        """Wait until the bot has acknowledged what was written last."""

    @abstractmethod
    def heard_all(self) -> bool:
        """Whether the bot has acknowledged what was written last."""

    @abstractmethod
    async def tells_again(self) -> None:
        """Let the platform tell again what was not acknowledged."""

    async def says(self, who: str, group: str, text: str, picture: bytes | None = None) -> None:
        """Write in a group, and wait until the bot has acknowledged it."""
        await self.speaks(who, group, text, picture)
        await self.heard()

    @abstractmethod
    def seen(self, group: str) -> list[Seen]:
        """Return what the bot said in a group."""

    @abstractmethod
    def told(self, who: str) -> list[Seen]:
        """Return what the bot said to somebody alone."""

    @abstractmethod
    async def until(self, found: Callable[[], list[Seen]]) -> list[Seen]:
        """Wait until there is something, and return it."""

    async def reads(self, group: str, *words: str) -> Seen:
        """Wait for a message of the bot that holds all of these words, and return the newest."""
        found = await self.until(
            lambda: [each for each in self.seen(group) if all(word in each.text for word in words)]
        )
        return found[-1]

    async def gets(self, group: str, content: bytes) -> Seen:
        """Wait for a message of the bot with this file, and return the newest."""
        return (await self.until(lambda: [each for each in self.seen(group) if content in each.files]))[-1]


class OnSlack(Chat):
    """Everybody on Slack."""

    def __init__(self, fake: FakeSlack) -> None:
        self.fake = fake
        self._said: list[Delivery] = []
        people = [fake.person(self.person(each.id), each.name) for each in DIRECTORY.people.values()]
        for group in DIRECTORY.groups:
            fake.channel(self.group(group.id)).members.update(each.id for each in people)

    def person(self, person: str) -> str:
        return user(person)

    def group(self, group: str) -> str:
        return channel(group)

    async def speaks(self, who: str, group: str, text: str, picture: bytes | None = None) -> None:
        parts = (self.fake.bot, text.removeprefix(BOT)) if text.startswith(BOT) else (text,)
        files = (Upload("screen.png", picture),) if picture else ()
        told = len(self.fake.deliveries)
        self.fake.person(self.person(who)).says(self.group(group), *parts, files=files)
        self._said = self.fake.deliveries[told:]

    async def heard(self) -> None:
        for each in self._said:
            await self.fake.postman.finished(each)
            assert each.acknowledged

    def heard_all(self) -> bool:
        return all(each.acknowledged for each in self._said)

    async def tells_again(self) -> None:
        """Do nothing: Slack does so by itself."""

    def seen(self, group: str) -> list[Seen]:
        return [self._seen(each) for each in self.fake.said(self.group(group))]

    def told(self, who: str) -> list[Seen]:
        direct = self.fake.person(self.person(who)).direct
        return [self._seen(each) for each in self.fake.said(direct.id)]

    async def until(self, found: Callable[[], list[Seen]]) -> list[Seen]:
        try:
            return await self.fake.until(found, within_s=PATIENCE_S)
        except AssertionError as error:
            everything = self.fake.workspace.everything()
            said = "\n".join(f"[{where.id}] {each.author}: {each.text}" for where, each in everything)
            raise AssertionError(f"{error}\n{said}") from None

    def standing(self) -> Counter[tuple[str, str, int]]:
        """Count the bot's messages by lane, key and part; a file's key ends its description."""
        return Counter(
            (_lane(where), *_key(each))
            for where, each in self.fake.workspace.everything()
            if each.author == self.fake.workspace.bot_user
        )

    def _seen(self, posted: Posted) -> Seen:
        reading = posted.reading
        files = self.fake.workspace.files
        return Seen(
            text=reading.text,
            rung=reading.rung,
            files=tuple(files[each["id"]].content for each in posted.raw.get("files", ())),
        )


def _lane(channel: Channel) -> str:
    return Place(SLACK, f"{DIRECT}{channel.user}" if channel.user else channel.id).lane


def _key(posted: Posted) -> tuple[str, int]:
    if posted.metadata:
        mark = posted.metadata["event_payload"]
        return mark["key"], mark["part"]
    [file] = posted.raw["files"]
    return file["alt_txt"].rpartition(" · ")[2], 0


class OnDingTalk(Chat):
    """Everybody on DingTalk."""

    def __init__(self, fake: FakeDingTalk) -> None:
        self.fake = fake
        self._said = Said({})
        for group in DIRECTORY.groups:
            fake.group(self.group(group.id))
        self._people = {
            each.id: fake.person(self.person(each.id), nick=each.name) for each in DIRECTORY.people.values()
        }

    def person(self, person: str) -> str:
        return staff(person)

    def group(self, group: str) -> str:
        return conversation(group)

    async def speaks(self, who: str, group: str, text: str, picture: bytes | None = None) -> None:
        person, where = self._people[PersonId(who)], self.group(group)
        self._said = await (person.sends_rich(where, text, picture) if picture else person.says(where, text))

    async def heard(self) -> None:
        await self.fake.until(self.heard_all)

    def heard_all(self) -> bool:
        return self._said.acknowledged

    async def tells_again(self) -> None:
        if not self._said.acknowledged:
            self._said = await self.fake.repeats(self._said)

    def seen(self, group: str) -> list[Seen]:
        return [_shown(each) for each in self.fake.group(self.group(group)).lines]

    def told(self, who: str) -> list[Seen]:
        return [_shown(each) for each in self._people[PersonId(who)].told]

    async def until(self, found: Callable[[], list[Seen]]) -> list[Seen]:
        return await self.fake.until(found)

    def standing(self) -> Counter[tuple[str, str, Media | None]]:
        """Count the bot's messages by lane and content, for there they have no key."""
        world = self.fake.world
        said = {Place(DINGTALK, name).lane: each.lines for name, each in world.groups.items()}
        for staff_id, member in world.members.items():
            said[Place(DINGTALK, f"{DIRECT}{staff_id}").lane] = world.between(member).lines
        return Counter((lane, line.text, line.media) for lane, lines in said.items() for line in lines)


def _shown(line: Line) -> Seen:
    files = (line.media.data,) if line.media else ()
    return Seen(text=line.shown, rung=line.rung, files=files)
