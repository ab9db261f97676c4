"""A whole desk in memory: people speak and press, time moves, and everything the bot says is on record.

The store is the real one on SQLite in memory, the platform a fake of our port; nothing else is faked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.cases.facts import OUTCOMES, Fact, FactKind, Recorded
from bot.cases.history import news
from bot.cases.model import Case
from bot.configuration import Configuration, load_configuration
from bot.core.clock import FixedClock
from bot.core.filetypes import kind_of
from bot.core.inbound import (
    Action,
    Command,
    Deleted,
    Edited,
    Incoming,
    IncomingMessage,
    Origin,
    Reaction,
    Sent,
    Sign,
)
from bot.core.message import Attachment, Button, Buttons, Message, spoken_on
from bot.core.people import GroupId, PersonId, Place, PlatformName, Sender
from bot.handlers.dispatch import dispatch
from bot.jobs.delivery import is_stale
from bot.notify.plain import plain
from bot.ports import Capabilities, CaseQuery, FileState, Order, SentRef, Unit
from bot.services.alerts import DeskLedger
from bot.services.cards import DeskPen
from bot.services.desk import Desk
from bot.services.wake import fire_due
from tests.scenario.memory import fresh_store

LOCAL = PlatformName("local")
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 10:00 in Shanghai: everybody's service hours."""

THREADED = Capabilities(
    edits=True, threads=True, buttons=True, forms=True, reads_back=True, reactions=False, max_text=4000
)
NO_FILES: Mapping[str, bytes] = {}
FLAT = replace(THREADED, edits=False, threads=False)


@dataclass
class Line:
    """One message on the fake platform: a person's words, or what the bot said and in how many versions."""

    ref: str
    place: Place
    message: Message
    at: datetime
    versions: int = 1

    @property
    def text(self) -> str:
        """The message as plain text."""
        return "\n".join(plain(self.message))

    @property
    def file(self) -> str | None:
        """The name of the file it brings."""
        return next((block.name for block in self.message.blocks if isinstance(block, Attachment)), None)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Every button on it."""
        rows = (block.buttons for block in self.message.blocks if isinstance(block, Buttons))
        return tuple(button for row in rows for button in row)


@cache
def demo() -> Configuration:
    """Return the demo's files, read once."""
    return load_configuration(Path(__file__).parents[2] / "demo")


@cache
def desk(capabilities: Capabilities) -> Desk:
    """Return the demo's desk, which remembers nothing from one world to the next."""
    return demo().desk({LOCAL: capabilities})


@dataclass(frozen=True)
class Setting:
    """Another desk than the demo's: its files, and the platforms it is on."""

    configuration: Configuration
    platforms: Mapping[PlatformName, Capabilities]


@dataclass
class World:
    """The demo's desk with a movable clock.

    People are named by their id in the directory, groups by theirs; `dm:<person>` is a direct conversation.
    A group talks on its platform in the directory, a person directly on theirs; both are called the same on
    every platform.
    `every` keeps all that was ever said, each version of a card too; `heard` is what people said, and what
    strangers call themselves, `keys` the outbox's of what was sent; `late` is how long words take to reach
    us. Conversations that are `unreachable` refuse everything.
    """

    capabilities: Capabilities = THREADED
    start: datetime = START
    setting: Setting | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    mails: list[Line] = field(default_factory=list)
    every: list[Line] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    late: timedelta = timedelta(0)
    unreachable: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.clock = FixedClock(self.start)
        self.store = fresh_store(self.clock)
        self.configuration = self.setting.configuration if self.setting else demo()
        self.platforms = self.setting.platforms if self.setting else {LOCAL: self.capabilities}
        self.desk: Desk = self.configuration.desk(self.platforms) if self.setting else desk(self.capabilities)
        self.pen = DeskPen(self.desk)
        self.ledger = DeskLedger(self.desk)
        self._count = 0

    # --- what people do --------------------------------------------------------------------------------

    def say(
        self,
        who: str,
        text: str,
        *,
        group: str | None = None,
        thread: str | None = None,
        to_bot: bool = False,
        files: Mapping[str, bytes] = NO_FILES,
    ) -> str:
        """Let somebody write in a group (or to the bot directly) and return the reference of their message.

        `@bot` calls the bot, `@` and an id a person. `files` are sent along, by their names.
        """
        origin = self.origin(who, group, thread)
        words = text.removeprefix("@bot").strip()
        self._hear(words)
        sent = tuple(Sent(ref=f"{origin.message}/{name}", name=name) for name in files)
        self.heard.extend(files)
        self.files |= {each.ref: files[each.name] for each in sent}
        self._dispatch(
            IncomingMessage(
                origin=origin,
                text=words,
                to_bot=to_bot or words != text,
                mentions=self._mentioned(words, origin.place.platform),
                files=sent,
            )
        )
        return str(origin.message)

    def edit(
        self, who: str, message: str, text: str, *, group: str | None = None, thread: str | None = None
    ) -> None:
        """Let somebody change a message of theirs."""
        self._hear(text)
        origin = replace(self.origin(who, group, thread), message=message)
        self._dispatch(Edited(origin=origin, text=text))

    def delete(self, who: str, message: str, *, group: str | None = None, thread: str | None = None) -> None:
        """Let somebody take a message of theirs away."""
        self._dispatch(Deleted(origin=replace(self.origin(who, group, thread), message=message)))

    def command(self, who: str, text: str, *, group: str | None = None, thread: str | None = None) -> None:
        """Let somebody type a slash command, without the slash word."""
        self._hear(text)
        origin = self.origin(who, group, thread)
        mentions = self._mentioned(text, origin.place.platform)
        self._dispatch(Command(origin=origin, text=text, mentions=mentions))

    def react(
        self,
        who: str,
        sign: Sign,
        message: str,
        *,
        group: str,
        thread: str | None = None,
        author: str | None = None,
        text: str = "",
    ) -> None:
        """Let somebody put a sign on a message of a group, written just now by `author`, or else by a bot."""
        origin = replace(self.origin(who, group, thread), message=message)
        self._hear(text)
        wrote = self.origin(author, group).sender if author else None
        self._dispatch(Reaction(origin=origin, sign=sign, author=wrote, written_at=origin.said_at, text=text))

    def press(self, who: str, label: str, *, on: Line | None = None, words: str = "") -> None:
        """Let somebody press the newest button with this label that stands where they can see it."""
        self.push(who, self.button(who, label, on=on), words=words)

    def button(self, who: str, label: str, *, on: Line | None = None) -> tuple[Line, Button]:
        """Return the newest button with this label that somebody can see, to be pressed now or later."""
        return next(
            (line, button)
            for line in ([on] if on else reversed(self.seen_by(who)))
            for button in line.buttons
            if button.label == label
        )

    def push(self, who: str, pressed: tuple[Line, Button], *, words: str = "") -> None:
        """Let somebody press a button they saw, at whatever has become of it meanwhile."""
        line, button = pressed
        self._hear(words)
        origin = self.origin(who)
        place = line.place
        self._dispatch(
            Action(
                origin=replace(
                    origin, place=place, message=line.ref, direct=place.conversation == f"dm:{who}"
                ),
                verb=button.verb,
                case=button.case,
                words=" ".join(part for part in (button.words, words) if part),
                as_of=button.as_of,
            )
        )

    def wait(self, **length: float) -> None:
        """Let time pass (`timedelta`'s arguments), stopping at every instant at which something is due."""
        target = self.clock.now() + timedelta(**length)
        while True:
            self.settle()
            due = [at for at in self.store.read(_next_events) if at is not None]
            first = min([at for at in due if at > self.clock.now()] + [target])
            if first >= target:
                break
            self.clock.set(first)
        self.clock.set(target)
        self.settle()

    # --- what people see -------------------------------------------------------------------------------

    def in_group(self, group: str, thread: str | None = None) -> list[Line]:
        """Return the bot's lines in a group, oldest first."""
        return [
            line
            for line in self.lines
            if line.place.conversation == f"g:{group}" and thread in (None, line.place.thread)
        ]

    def told(self, who: str) -> list[Line]:
        """Return the bot's lines in somebody's direct conversation, oldest first."""
        return [line for line in self.lines if line.place.conversation == f"dm:{who}"]

    def mailed(self, address: str) -> list[Line]:
        """Return what an address got beside chat."""
        return [line for line in self.mails if line.place.conversation == address]

    def seen_by(self, who: str) -> list[Line]:
        """Return every line somebody can see: their groups' and their own."""
        directory = self.desk.directory
        person = directory.people[PersonId(who)]
        theirs = {
            place.conversation
            for group in directory.groups
            for place in group.all_places()
            if person.is_staff or group.customer == person.customer
        }
        return [line for line in self.lines if line.place.conversation in {*theirs, f"dm:{who}"}]

    # --- what is stored --------------------------------------------------------------------------------

    def case(self, number: str | None = None) -> Case:
        """Return the case with this number, else the newest."""
        if number is not None:
            return self.store.read(lambda unit: unit.cases.find(number))[0]
        return self.store.read(lambda unit: unit.cases.select(CaseQuery(order=Order.NEWEST, limit=1)))[0]

    def cases(self) -> tuple[Case, ...]:
        """Return every case, the newest first."""
        return self.store.read(lambda unit: unit.cases.select(CaseQuery(order=Order.NEWEST, limit=100)))

    def facts(self, case: Case | None = None) -> list[Fact]:
        """Return a case's history, without what became of alerts."""
        return list(news(self.history(case)))

    def outcomes(self, case: Case | None = None) -> list[Fact]:
        """Return what became of alerts about a case."""
        return [each.fact for each in self.history(case) if each.fact.kind in OUTCOMES]

    def history(self, case: Case | None = None) -> tuple[Recorded, ...]:
        """Return everything that is recorded of a case."""
        of = case or self.case()
        return self.store.read(lambda unit: unit.facts.of(of.id))

    def happened(self, kind: FactKind, case: Case | None = None) -> list[Fact]:
        """Return the facts of one kind."""
        return [fact for fact in self.facts(case) if fact.kind is kind]

    # --- the machinery ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything happen that is due now, and deliver what it says."""
        while True:
            fired = self.store.run(lambda unit: fire_due(unit, self.desk, limit=100))
            fetched = self.store.run(self._fetch)
            if not self._deliver() and not fired and not fetched:
                return

    def _hear(self, words: str) -> None:
        """Remember what a person says, with and without the verb before it and the time behind it."""
        words = re.sub(r"\s+(?:at|于)\s+\d+:\d+$", "", words)
        starts = [found.end() for found in re.finditer(r"^|[\s:：，,]+", words)]
        self.heard.extend(each for start in starts[:5] if re.search(r"[^\W\d]{2}", each := words[start:]))

    def _mentioned(self, words: str, platform: PlatformName) -> tuple[Sender, ...]:
        people = self.configuration.directory.people
        called = [people.get(PersonId(word)) for word in re.findall(r"@([\w-]+)", words)]
        return tuple(Sender(platform, person.id, person.name) for person in called if person)

    def platform(self, who: str, group: str | None = None) -> PlatformName:
        """Return where a group talks, or a person directly."""
        directory = self.configuration.directory
        if group is not None:
            places = (each.places for each in directory.groups if each.id == GroupId(group))
            return next(iter(next(places, {LOCAL: ""})))
        person = directory.people.get(PersonId(who))
        return next(iter(person.ids)) if person else LOCAL

    def origin(self, who: str, group: str | None = None, thread: str | None = None) -> Origin:
        """Return where something is said, and by whom."""
        self._count += 1
        platform = self.platform(who, group)
        place = Place(platform, f"g:{group}" if group else f"dm:{who}", thread)
        person = self.configuration.directory.people.get(PersonId(who))
        if person is None:
            self.heard.append(who)
        return Origin(
            event_id=f"e{self._count}",
            place=place,
            sender=Sender(platform, who, person.name if person else who),
            said_at=self.clock.now() - self.late,
            message=f"m{self._count}",
            direct=group is None,
        )

    def _dispatch(self, incoming: Incoming) -> None:
        event_id = incoming.origin.event_id
        self.store.run(lambda unit: dispatch(unit, self.desk, incoming, event_id))
        self.settle()

    def _fetch(self, unit: Unit) -> bool:
        """Fetch what is wanted: what a platform has not, is lost."""
        wanted = unit.files.claim(owner="world", limit=50)
        for each in wanted:
            data = self.files.get(each.sent.ref)
            mime = kind_of(each.sent.name, data) if data is not None else None
            if data is None or mime is None:
                state = FileState.LOST if data is None else FileState.REFUSED
                unit.files.over(each.file, state, reason="file.lost" if data is None else "file.wrong_type")
            else:
                unit.files.fetched(each.file, mime=mime, data=data)
        return bool(wanted)

    def _deliver(self) -> bool:
        return self.store.run(lambda unit: [*self._say(unit), *self._show(unit)]) != []

    def _say(self, unit: Unit) -> Iterator[str]:
        for claimed in unit.outbox.claim_sayings(owner="world", limit=50):
            saying = claimed.saying
            case = unit.cases.get(saying.guard.case) if saying.guard else None
            if is_stale(saying, case, unit.now):
                self.ledger.dropped(unit, claimed)
                yield saying.key
                continue
            if saying.place.lane in self.unreachable:
                self.ledger.dead(unit, claimed, reason="no such conversation")
                yield saying.key
                continue
            words = spoken_on(self.pen.words(unit, saying), saying.place.platform)
            line = Line(f"b{len(self.lines)}", saying.place, words, unit.now)
            (self.lines if saying.place.platform in self.platforms else self.mails).append(line)
            self.every.append(replace(line))
            self.keys.append(saying.key)
            self.ledger.sent(unit, claimed, SentRef(place=saying.place, ref=line.ref))
            yield saying.key

    def _show(self, unit: Unit) -> Iterator[str]:
        for claimed in unit.outbox.claim_showings(owner="world", limit=50):
            message = self.pen.card(unit, claimed.showing, shown=claimed.shown)
            line = next((line for line in self.lines if claimed.ref and line.ref == claimed.ref.ref), None)
            if line is not None and message is None:
                unit.outbox.shown(
                    claimed,
                    ref=SentRef(place=claimed.showing.place, ref=line.ref),
                    version=claimed.showing.version,
                )
                yield line.ref
                continue
            assert message is not None
            message = spoken_on(message, claimed.showing.place.platform)
            if line is not None and self.platforms[claimed.showing.place.platform].edits:
                line.message, line.versions = message, line.versions + 1
            else:
                line = Line(f"b{len(self.lines)}", claimed.showing.place, message, unit.now)
                self.lines.append(line)
            self.every.append(replace(line, at=unit.now))
            ref = SentRef(place=claimed.showing.place, ref=line.ref)
            unit.outbox.shown(claimed, ref=ref, version=claimed.showing.version)
            yield line.ref


def _next_events(unit: Unit) -> tuple[datetime | None, datetime | None]:
    return unit.cases.next_wake(), unit.outbox.next_due()
