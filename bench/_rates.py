"""How many messages a second a bare bot echoes, and how many become cases."""

from asyncio.subprocess import Process
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench._chat_desk import OPENING_S, Books, Town, channel, desk, echo
from bench._desk import TROUBLE
from bench._meter import cpu_seconds

WARM_UP = 20
"""Messages before anything is counted."""

AT_ONCE = 50
"""How many events may wait for their acknowledgement: Slack waits three seconds for each."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages a second, from the first one said to the last one done; the bot's own CPU time for each."""

    per_second: float
    cpu_ms: float


async def echoes(configuration: Path, folder: Path, *, messages: int, limited: bool = False) -> Rate:
    """Measure the bare bot, with Slack's limits or without: a message is done when its echo is posted."""
    async with Town.open(configuration) as town, echo(town, folder) as process:
        await _echoed(town, WARM_UP)
        town.slack.limits.on = limited
        rate = await _measured(_echoed(town, messages), messages, process)
        town.slack.limits.on = False
        return rate


async def cases(configuration: Path, folder: Path, *, messages: int, name: str) -> Rate:
    """Measure a desk on a new database: a message is done when its case is committed."""
    async with Town.open(configuration) as town, desk(town, folder, configuration, name=name) as books:
        await _opened(town, books, WARM_UP)
        return await _measured(_opened(town, books, messages), messages, books.process)


async def _measured(work: Awaitable[None], messages: int, process: Process) -> Rate:
    began, worked = perf_counter(), cpu_seconds(process.pid)
    await work
    worked = cpu_seconds(process.pid) - worked
    return Rate(messages / (perf_counter() - began), 1e3 * worked / messages)


async def _echoed(town: Town, messages: int) -> None:
    lines = _lines(town) + 2 * messages
    await _say(town, messages)
    await town.slack.until(lambda: _lines(town) >= lines, within_s=OPENING_S)


async def _opened(town: Town, books: Books, messages: int) -> None:
    cases = await books.cases() + messages
    await _say(town, messages)
    await books.hold(cases)


async def _say(town: Town, messages: int) -> None:
    """Say so many things in all channels in turn, as fast as they are acknowledged."""
    postman = town.slack.postman
    for number in range(messages):
        if postman.under_way >= AT_ONCE:
            await town.slack.until(lambda: postman.under_way < AT_ONCE, within_s=OPENING_S)
        town.on_slack.says(channel(number), TROUBLE)


def _lines(town: Town) -> int:
    return sum(len(each.messages) for each in town.slack.workspace.channels.values())
