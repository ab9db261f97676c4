"""What Slack wants the app to know: handed over until it is acknowledged, or given up."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.clock import monotonic
from tests.fakes.slack.state import Json, Workspace

EVENTS = "events_api"
TIMEOUT = "timeout"
NOBODY = "nobody"
"""No connection to hand it over on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: an answer, or the reason there is none."""

    answer: Json | None = None
    reason: str = ""


@dataclass(eq=False, slots=True)
class Delivery:
    """One thing to be told: events again and again, what people do once."""

    kind: str
    payload: Json
    began: float
    reasons: list[str] = field(default_factory=list)
    answer: Json | None = None
    seconds: float | None = None
    over: bool = False

    @property
    def acknowledged(self) -> bool:
        """Whether the app took it."""
        return self.answer is not None

    @property
    def event(self) -> Json:
        """The event inside, if it is one."""
        event: Json = self.payload.get("event", {})
        return event


class Way(Protocol):
    """How deliveries reach the app."""

    def open(self) -> bool:
        """Tell whether the app ever listened."""
        ...

    async def hand_over(self, delivery: Delivery) -> Outcome:
        """Try once; what was tried before stands in the delivery's reasons."""
        ...


class Postman:
    """Carries deliveries side by side and keeps what became of them."""

    def __init__(self, workspace: Workspace, way: Callable[[], Way]) -> None:
        self.deliveries: list[Delivery] = []
        self._workspace = workspace
        self._way = way
        self._carrying: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        """How many things are neither acknowledged nor given up."""
        return len(self._carrying)

    def send(self, kind: str, payload: Json) -> Delivery:
        """Begin to tell the app something; nothing is told before it listened for the first time."""
        delivery = Delivery(kind, payload, monotonic())
        if self._way().open():
            self.deliveries.append(delivery)
            task = asyncio.create_task(self._carry(delivery))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)
        else:
            delivery.over = True
        return delivery

    def again(self, delivery: Delivery, *, new_id: bool = False) -> Delivery:
        """Tell the app the same once more, under the same event id or a new one."""
        payload = deepcopy(delivery.payload)
        if new_id:
            payload["event_id"] = self._workspace.id("Ev0")
        return self.send(delivery.kind, payload)

    async def finished(self, delivery: Delivery) -> Delivery:
        """Wait until something was acknowledged or given up."""
        await self._workspace.bell.until(
            lambda: delivery.over, within_s=2 * self._workspace.timing.ack_deadline + 5
        )
        return delivery

    async def close(self) -> None:
        """Stop telling."""
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, delivery: Delivery) -> None:
        pauses = (0.0, *(self._workspace.timing.retries if delivery.kind == EVENTS else ()))
        for pause in pauses:
            if pause:
                await asyncio.sleep(pause)
            outcome = await self._way().hand_over(delivery)
            if outcome.answer is not None:
                delivery.answer = outcome.answer
                delivery.seconds = monotonic() - delivery.began
                break
            delivery.reasons.append(outcome.reason)
            if outcome.reason == TIMEOUT:
                self._workspace.blame(delivery.kind, "not_acknowledged")
            self._workspace.bell.ring()
        delivery.over = True
        self._workspace.bell.ring()
