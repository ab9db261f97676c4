"""A case's life, step by step, each beside a bare commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.progress import track

from bench._databases import Commit, bare_commits
from bench._desk import CUSTOMER, ENGINEER, Desk, desk
from bench._meter import Meter
from bot.core.message import Message
from bot.core.people import CaseKey, Place
from bot.platforms.local.payload import Ordered, Said
from bot.ports import Saying

BARE = "bare durable commit"
STORED = "event stored (before the acknowledgement)"
OPENED = "opened by a customer's message"
SENT = "held reply sent by its wake"
WOKEN = "wake of one due case"
DELIVERED = "delivery of one saying to the local chat"

HELD = timedelta(minutes=2)
"""Longer than a reply is held back."""


@dataclass(frozen=True, slots=True)
class Life:
    """One desk being measured."""

    desk: Desk
    meter: Meter
    commit: Commit

    async def live(self) -> None:
        """Let one case be opened, worked on, solved, confirmed, reopened and cancelled."""
        trouble = self.desk.trouble()
        await self._handle(OPENED, trouble)
        key, group = self.desk.newest().key, trouble.conversation.removeprefix("g:")
        await self._staff(key, ack="", reply="正在处理，请稍候")
        await self._wake(SENT, after=HELD)
        await self._staff(key, level="2 影响一个部门", diag="驱动程序过旧", note="备件在库")
        await self._wake(WOKEN)
        await self._staff(key, solve="换了驱动程序")
        for verb in ("confirm", "reopen"):
            await self._order(verb, CUSTOMER, key, "又脱机了" if verb == "reopen" else "", group)
        await self._staff(key, cancel="测量完毕")
        await self.desk.app.crew.delivery.drain()
        await self._say(trouble)

    async def _staff(self, key: CaseKey, **orders: str) -> None:
        for verb, words in orders.items():
            await self._order(verb, ENGINEER, key, words, "engineers")

    async def _order(self, verb: str, who: str, key: CaseKey, words: str, group: str) -> None:
        before = self.desk.newest().version
        await self._handle(verb, self.desk.order(who, f"{verb} {key} {words}", group=group))
        if self.desk.newest().version == before:
            raise RuntimeError(f"{verb} was refused")

    async def _handle(self, name: str, event: Said | Ordered) -> None:
        with self._beside_a_commit(STORED):
            self.desk.hear(event)
        with self._beside_a_commit(name):
            await self.desk.app.crew.lanes.step()

    async def _wake(self, name: str, *, after: timedelta = timedelta(0)) -> None:
        """Move the clock by `after`, else to the next wake."""
        now = self.desk.clock.now()
        due = self.desk.read(lambda unit: unit.cases.next_wake()) or now
        self.desk.clock.set(now + after if after else max(due, now))
        with self._beside_a_commit(name):
            woken = await self.desk.app.crew.wakes.step()
        if not woken:
            raise RuntimeError("nobody was due")

    async def _say(self, event: Said) -> None:
        place: Place = event.origin().place
        saying = Saying(
            key=f"bench:{event.event_id}", place=place, message=Message(title=("测量 / measuring",))
        )
        self.desk.store.run(lambda unit: unit.outbox.say(saying))
        with self._beside_a_commit(DELIVERED):
            await self.desk.app.crew.delivery.step()
            await self.desk.app.crew.delivery.landed()

    @contextmanager
    def _beside_a_commit(self, name: str) -> Iterator[None]:
        """Time something right after a bare commit: both meet the same disk."""
        with self.meter.timing(BARE):
            self.commit()
        with self.meter.timing(name):
            yield


async def measure_steps(url: str, configuration: Path, *, rounds: int) -> Meter:
    """Return what every step of so many cases' lives took."""
    async with desk(url, configuration) as measured:
        await measured.app.crew.settle()
        with bare_commits(url) as commit:
            await Life(measured, Meter(), commit).live()  # what is done once, such as compiling statements
            life = Life(measured, Meter(), commit)
            for _ in track(range(rounds), description="steps", transient=True):
                await life.live()
    return life.meter
