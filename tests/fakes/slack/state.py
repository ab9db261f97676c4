"""What a workspace holds, and what went wrong in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.core.clock import Clock, SystemClock, monotonic
from bot.platforms.slack.manifest import EVENTS, SCOPES
from tests.fakes.bell import Bell
from tests.fakes.slack.text import Reading, read_message

Json = dict[str, Any]

KIND_SCOPES = {"channel": "channels", "group": "groups", "im": "im"}


@dataclass(frozen=True, slots=True)
class Violation:
    """Something the client should not have done; `code` is what a test can allow."""

    where: str
    code: str
    detail: str = ""


@dataclass(slots=True)
class Timing:
    """Seconds: as Slack's own, for a test to shorten."""

    ack_deadline: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    closing: float = 10.0
    response_url: float = 1800.0


@dataclass(slots=True, kw_only=True)
class Member:
    """Somebody with an account; of another workspace if `team` says so."""

    id: str
    name: str
    team: str
    email: str = ""
    is_bot: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Posted:
    """A message as conversations.history returns it, its metadata apart; `to` sees it alone if set."""

    raw: Json
    metadata: Json | None = None
    to: str = ""

    @property
    def ts(self) -> str:
        """Its id in its conversation."""
        return str(self.raw["ts"])

    @property
    def thread(self) -> str:
        """The message it answers below; empty at the top level."""
        thread = str(self.raw.get("thread_ts", ""))
        return "" if thread == self.ts else thread

    @property
    def author(self) -> str:
        """The user who said it."""
        return str(self.raw.get("user", ""))

    @property
    def reading(self) -> Reading:
        """What people see of it."""
        return read_message(self.raw)

    @property
    def text(self) -> str:
        """The words people see, without their form."""
        return self.reading.text

    @property
    def buttons(self) -> list[Json]:
        """The buttons below it."""
        return [
            {**element, "block_id": block["block_id"]}
            for block in self.raw.get("blocks", ())
            if block["type"] == "actions"
            for element in block["elements"]
            if element["type"] == "button"
        ]


@dataclass(slots=True, kw_only=True)
class Channel:
    """A conversation: `kind` is channel, group (private) or im (with `user`)."""

    id: str
    name: str
    kind: str = "channel"
    members: set[str] = field(default_factory=set)
    user: str = ""
    shared: bool = False
    archived: bool = False
    messages: list[Posted] = field(default_factory=list)
    ephemerals: list[Posted] = field(default_factory=list)

    def find(self, ts: str) -> Posted | None:
        """Find a message."""
        return next((each for each in self.messages if each.ts == ts), None)


@dataclass(slots=True)
class File:
    """A file: `content` once it was uploaded."""

    raw: Json
    content: bytes = b""
    length: int = 0
    complete: bool = False
    check_info: bool = False


@dataclass(slots=True, kw_only=True)
class TriggerId:
    """Opens one view, within seconds of what somebody did."""

    user: str
    until: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Answers to one press or command, five times in half an hour."""

    channel: str
    user: str
    message: Posted | None
    until: float
    used: int = 0


@dataclass(kw_only=True)
class Workspace:
    """Everything Slack knows; one app is installed in it."""

    clock: Clock = field(default_factory=SystemClock)
    timing: Timing = field(default_factory=Timing)
    bell: Bell = field(default_factory=Bell)
    team: str = "T0DESK"
    domain: str = "desk"
    app: str = "A0DESK"
    bot_user: str = "U0BOT"
    bot: str = "B0BOT"
    bot_token: str = "xoxb-fake-0-bot"
    app_token: str = "xapp-1-fake-0-app"
    signing_secret: str = "fake-signing-secret"
    base: str = ""
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    subscriptions: set[str] = field(default_factory=lambda: set(EVENTS))
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    triggers: dict[str, TriggerId] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    emit: Callable[[str, Json], object] = lambda _kind, _payload: None
    _last_ts: int = 0
    _serial: int = 0

    def __post_init__(self) -> None:
        self.members[self.bot_user] = Member(id=self.bot_user, name="casebell", team=self.team, is_bot=True)

    def blame(self, where: str, code: str, detail: str = "") -> None:
        """Record what the client should not have done."""
        self.violations.append(Violation(where, code, detail))
        self.bell.ring()

    @property
    def unexpected(self) -> list[Violation]:
        """The violations no test allowed."""
        return [each for each in self.violations if each.code not in self.allowed]

    def ts(self) -> str:
        """Return a new message id: the time, never twice."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def id(self, prefix: str) -> str:
        """Return a new id."""
        self._serial += 1
        return f"{prefix}{self._serial:08X}"

    def trigger(self, user: str) -> str:
        """Return what opens a view for somebody who just did something."""
        name = f"{self._serial}.{self.id('').lower()}"
        self.triggers[name] = TriggerId(user=user, until=monotonic() + self.timing.trigger)
        return name

    def response_url(self, channel: str, user: str, message: Posted | None = None) -> str:
        """Return an address that takes answers to what somebody just did."""
        name = self.id("r")
        self.response_urls[name] = ResponseUrl(
            channel=channel, user=user, message=message, until=monotonic() + self.timing.response_url
        )
        return f"{self.base}/actions/{self.team}/{name}"

    def im(self, user: str) -> Channel:
        """Return the direct conversation of the bot and somebody."""
        name = f"D{user}"
        return self.channels.setdefault(
            name, Channel(id=name, name=user, kind="im", user=user, members={user, self.bot_user})
        )

    def shares_a_channel(self, user: str) -> bool:
        """Tell whether the bot and somebody meet anywhere."""
        return any({user, self.bot_user} <= each.members for each in self.channels.values())

    def top_view(self, user: str) -> Json | None:
        """Return the view somebody has before them."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None

    def everything(self) -> Iterator[tuple[Channel, Posted]]:
        """Return every message of every conversation."""
        return ((channel, each) for channel in self.channels.values() for each in channel.messages)
