"""What the way from a chat platform costs: a message to a case, and to its acknowledgement.

The platforms are the tests' strict fakes, in this process; the bot is the real program, in one of its own.
A full run writes its tables into docs/performance.md.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.progress import track

from bench._acks import Waits, burst, paced, says_on_dingtalk, says_on_slack
from bench._chat_desk import Town, configure, desk
from bench._desk import GROUPS
from bench._meter import Report, machine
from bench._rates import AT_ONCE, Rate, cases, echoes
from bot.core.clock import monotonic
from bot.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
BETWEEN = re.compile(r"(?<=<!-- chat -->\n).*(?=<!-- end of chat -->)", re.DOTALL)
LEAST_RATIO = 0.5
"""Of the bare bot's messages a second, so many at least become cases."""

MOST_P99_MS = 1_000
BURST = 200
MOST_BURST_MS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured; `limited` are the messages of a bot held to Slack's limits, `events` by pace."""

    rounds: int
    messages: int
    limited: int
    events: dict[int, int]
    burst: int


FULL = Sizes(rounds=5, messages=1_000, limited=400, events={1: 20, 10: 150, 50: 500}, burst=BURST)
QUICK = Sizes(rounds=1, messages=40, limited=10, events={10: 5}, burst=10)


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes: does it run?")] = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Measure what the way from a chat platform costs."""
    report, began = Report(), monotonic()
    report.line(f"{machine()}\n")
    with TemporaryDirectory(prefix="casebell-bench-") as folder:
        asyncio.run(_measure(report, Path(folder), QUICK if quick else FULL))
    report.line(f"The run took {timedelta(seconds=round(monotonic() - began))}.")
    if not quick:
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(BETWEEN.sub(lambda _: report.text, document), encoding="utf-8")


async def _measure(report: Report, folder: Path, sizes: Sizes) -> None:
    configuration = configure(folder / "configuration")
    await _rates(report, folder, configuration, sizes)
    async with Town.open(configuration) as town, desk(town, folder, configuration, name="acknowledgements"):
        await _acknowledgements(report, town, sizes)


async def _rates(report: Report, folder: Path, configuration: Path, sizes: Sizes) -> None:
    limited = await echoes(configuration, folder, messages=sizes.limited, limited=True)
    bare, ours = [], []
    for number in track(range(sizes.rounds), description="messages", transient=True):
        bare.append(await echoes(configuration, folder, messages=sizes.messages))
        ours.append(await cases(configuration, folder, messages=sizes.messages, name=f"cases{number}"))
    report.table(
        f"Messages a second over Slack's Socket Mode, in {GROUPS} channels, {AT_ONCE} on their way at once",
        ("bot", "median", "of all rounds", "own CPU ms a message"),
        [
            _row("bare Bolt bot, to its echo, as fast as Slack lets it", [limited]),
            _row("bare Bolt bot, to its echo, on a Slack without limits", bare),
            _row("Casebell, to an opened case", ours),
        ],
    )
    pairs = list(zip(ours, bare, strict=True))
    ratio = median(one.per_second / other.per_second for one, other in pairs)
    work = median(one.cpu_ms / other.cpu_ms for one, other in pairs)
    report.line(
        f"Casebell / bare Bolt bot: {ratio:.2f} on a Slack without limits (at least {LEAST_RATIO}): "
        f"{_verdict(ratio >= LEAST_RATIO)}; {median(_rates_of(ours)) / limited.per_second:.1f} with them. "
        f"A case takes {work:.1f} times the CPU time of an echo.\n"
    )


def _row(bot: str, rates: list[Rate]) -> tuple[str, str, str, str]:
    found = _rates_of(rates)
    rounds = ", ".join(f"{each:,.0f}" for each in found)
    return bot, f"{median(found):,.0f}", rounds, f"{median(each.cpu_ms for each in rates):.2f}"


def _rates_of(rates: list[Rate]) -> list[float]:
    return [each.per_second for each in rates]


async def _acknowledgements(report: Report, town: Town, sizes: Sizes) -> None:
    speakers = {"Slack": partial(says_on_slack, town), "DingTalk": partial(says_on_dingtalk, town)}
    found: dict[tuple[str, str], Waits] = {}
    for platform, says in speakers.items():
        await burst(says, events=1)
        for rate, events in sizes.events.items():
            found[platform, f"{rate} a second"] = await paced(says, per_second=rate, events=events)
        found[platform, f"{sizes.burst} at once"] = await burst(says, events=sizes.burst)
    report.table(
        "Time to acknowledge (ms), while the desk handles what came",
        ("platform, events", "p50", "p99", "longest"),
        [
            (f"{platform}, {rate}", f"{waits.p50:,.0f}", f"{waits.p99:,.0f}", f"{waits.most:,.0f}")
            for (platform, rate), waits in found.items()
        ],
    )
    at_once = f"{sizes.burst} at once"
    slowest = max(waits.p99 for (_, rate), waits in found.items() if rate != at_once)
    longest = max(waits.most for (_, rate), waits in found.items() if rate == at_once)
    report.line(
        f"Slowest p99 at a pace: {slowest:,.0f} ms (below {MOST_P99_MS:,}): "
        f"{_verdict(slowest < MOST_P99_MS)}. Burst of {sizes.burst}: {longest:,.0f} ms "
        f"(at most {MOST_BURST_MS:,}): {_verdict(longest <= MOST_BURST_MS)}\n"
    )


def _verdict(well: object) -> str:
    return "PASS" if well else "FAIL"


if __name__ == "__main__":
    typer.run(main)
