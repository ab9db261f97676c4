"""Who is on the fake DingTalk, which groups there are and what stands in them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from tests.fakes.dingtalk.markdown import seen, shown

CORP = "ding9f50b15bccd16741"
"""The organisation that the bot belongs to."""

WEBHOOK_LIFE = timedelta(minutes=90)


MARKDOWN = frozenset({"markdown", "sampleMarkdown", "actionCard"})


class How(StrEnum):
    """Which way a message of the bot came."""

    WEBHOOK = "webhook"
    API = "api"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or file with its bytes."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the bot; `rung` are the staff ids of those it rang, `key` its processQueryKey."""

    how: How
    kind: str
    title: str = ""
    text: str = ""
    rung: frozenset[str] = frozenset()
    media: Media | None = None
    key: str = ""

    @property
    def shown(self) -> str:
        """The message as people read it."""
        return shown(self.text) if self.kind in MARKDOWN else seen(self.text)


@dataclass
class Conversation:
    """A group, or what is between one person and the bot; `lines` is what the bot said there."""

    id: str
    title: str = ""
    lines: list[Line] = field(default_factory=list)
    recalled: list[Line] = field(default_factory=list)
    stopped: bool = False

    @property
    def text(self) -> str:
        """Everything the bot said here, as people read it."""
        return "\n\n".join(line.shown for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody with a DingTalk account; `staff_id` is empty for whoever is not of the bot's organisation."""

    staff_id: str
    nick: str
    sender_id: str
    corp: str = CORP
    admin: bool = False

    @property
    def union_id(self) -> str:
        """The id by which every app of one developer knows them."""
        return f"union-{self.sender_id[-8:]}"


@dataclass
class Session:
    """A sessionWebhook: where it leads and until when."""

    conversation: Conversation
    expires_at: datetime


@dataclass
class World:
    """Everybody and everything that is there.

    One-to-one conversations are kept by the person's sender id. `downloads` are files by their downloadCode,
    `uploads` by their media id.
    """

    members: dict[str, Member] = field(default_factory=dict)
    groups: dict[str, Conversation] = field(default_factory=dict)
    direct: dict[str, Conversation] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    downloads: dict[str, Media] = field(default_factory=dict)
    uploads: dict[str, Media] = field(default_factory=dict)
    flow_controlled: set[str] = field(default_factory=set)

    def member(self, staff_id: str) -> Member | None:
        """Return the member of the bot's organisation with this id."""
        return self.members.get(staff_id)

    def add(self, member: Member) -> Member:
        """Let somebody be there."""
        if member.staff_id:
            self.members[member.staff_id] = member
        return member

    def group(self, conversation: str) -> Conversation:
        """Return a group, which is there from the first time it is asked for."""
        return self.groups.setdefault(conversation, Conversation(conversation, f"群 {conversation[-6:]}"))

    def between(self, member: Member) -> Conversation:
        """Return what is between somebody and the bot."""
        key = member.sender_id
        return self.direct.setdefault(key, Conversation(f"cid1to1{len(self.direct):06}=="))

    def webhook(self, conversation: Conversation, *, expires_at: datetime) -> str:
        """Open a session in a conversation and return its name."""
        name = uuid4().hex
        self.sessions[name] = Session(conversation, expires_at)
        return name

    def offer(self, media: Media) -> str:
        """Keep a file to be downloaded and return its code."""
        code = f"dl{uuid4().hex}+/=="
        self.downloads[code] = media
        return code

    def upload(self, media: Media) -> str:
        """Keep an uploaded file and return its media id."""
        name = f"@lAD{uuid4().hex[:20]}"
        self.uploads[name] = media
        return name

    def lines(self) -> list[Line]:
        """Return everything the bot said anywhere."""
        places = (*self.groups.values(), *self.direct.values())
        return [line for place in places for line in place.lines]
