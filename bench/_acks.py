"""How fast what people say is acknowledged."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

from bench._chat_desk import Town, channel, conversation
from bench._desk import TROUBLE

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
