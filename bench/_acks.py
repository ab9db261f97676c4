"""How fast what people say is acknowledged, and how fast it becomes a case."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from bench._chat_desk import Books, Town, channel, conversation, desk, echo
from bench._desk import GROUPS, TROUBLE

WARM_UP = 10
"""Messages before anything is counted."""

Says = Callable[[int], Coroutine[object, object, float]]
"""Says the message of a number and returns how long its acknowledgement took."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long acknowledgements took, in milliseconds."""

    p50: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Waits":
        """Sum up samples in seconds."""
        samples = [1e3 * each for each in seconds]
        hundredths = quantiles(samples * 2 if len(samples) == 1 else samples, n=100, method="inclusive")
        return cls(hundredths[49], hundredths[98], max(samples))


async def says_on_slack(town: Town, number: int) -> float:
    """Let the customer say something on Slack."""
    ts = town.on_slack.says(channel(number), TROUBLE)
    delivery = next(each for each in reversed(town.slack.deliveries) if each.event.get("ts") == ts)
    await town.slack.postman.finished(delivery)
    if delivery.seconds is None:
        raise RuntimeError("a message was not acknowledged")
    return delivery.seconds


async def says_on_dingtalk(town: Town, number: int) -> float:
    """Let the customer say something on DingTalk."""
    began = perf_counter()
    said = await town.on_dingtalk.says(conversation(number), f"@bot {TROUBLE}")
    if said.push is None:
        raise RuntimeError("a message was not delivered")
    await said.push.acknowledged.wait()
    return perf_counter() - began


async def paced(says: Says, *, per_second: int, events: int) -> Waits:
    """Say so many things at an even pace."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    tasks: list[asyncio.Task[float]] = []
    for number in range(events):
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        tasks.append(asyncio.create_task(says(number)))
    return Waits.of(list(await asyncio.gather(*tasks)))


async def burst(says: Says, *, events: int) -> Waits:
    """Say so many things at once."""
    return Waits.of(list(await asyncio.gather(*(says(number) for number in range(events)))))


async def echoes_per_second(town: Town, folder: Path, *, messages: int, limited: bool) -> float:
    """Return how many messages a second the bare bot takes in and answers, with Slack's limits or without."""
    async with echo(town, folder):
        await _echoed(town, WARM_UP)
        town.slack.limits.on = limited
        began = perf_counter()
        await _echoed(town, messages)
        town.slack.limits.on = False
        return messages / (perf_counter() - began)


async def _echoed(town: Town, messages: int) -> None:
    before = _said(town)
    for number in range(messages):
        town.on_slack.says(channel(number), TROUBLE)
    await town.slack.until(lambda: _said(town) >= before + messages, within_s=300)


def _said(town: Town) -> int:
    return sum(len(town.slack.said(channel(number))) for number in range(GROUPS))


async def cases_per_second(
    town: Town, folder: Path, configuration: Path, *, messages: int, name: str
) -> float:
    """Return how many messages a second become cases, from being said on Slack to being committed."""
    async with desk(town, folder, configuration, name=name) as books:
        await _opened(town, books, WARM_UP)
        began = perf_counter()
        await _opened(town, books, messages)
        return messages / (perf_counter() - began)


async def _opened(town: Town, books: Books, messages: int) -> None:
    before = await books.cases()
    for number in range(messages):
        town.on_slack.says(channel(number), TROUBLE)
    await books.hold(before + messages)
