"""docs/lifecycle.md, drawn from the table that decides."""

from collections.abc import Iterator

from bot.cases.model import Status
from bot.cases.rows import Transition
from bot.cases.transitions import TRANSITIONS
from bot.cases.triggers import TriggerKind

HEAD = """\
# How a case moves

Generated from `bot/cases/transitions.py` by `make docs`; a pair of status and trigger without a row is
refused with a sentence. “ours” marks a row that no service document asks for.
"""


def lifecycle_md() -> str:
    """Return the diagram of statuses and the whole table."""
    return "\n".join([HEAD, *_diagram(), "", *_table(), ""])


def _diagram() -> Iterator[str]:
    moves: dict[tuple[Status, Status], list[TriggerKind]] = {}
    for (status, trigger), row in TRANSITIONS.items():
        if row.to is not status:
            moves.setdefault((status, row.to), []).append(trigger)
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {Status.OPEN}")
    for (before, after), triggers in moves.items():
        yield f"    {before} --> {after}: {', '.join(triggers)}"
    yield "```"


def _table() -> Iterator[str]:
    yield "| status | trigger | becomes | clocks | recorded | told | source |"
    yield "|---|---|---|---|---|---|---|"
    for (status, trigger), row in TRANSITIONS.items():
        yield f"| {' | '.join((status, trigger, *_columns(status, row)))} |"


def _columns(status: Status, row: Transition) -> Iterator[str]:
    yield "" if row.to is status else row.to
    yield ", ".join(row.clocks)
    yield row.fact
    yield ", ".join(f"{told.template} → {told.to}" for told in row.tells)
    yield row.clause
