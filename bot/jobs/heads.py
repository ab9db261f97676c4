"""Writing daily heads to a folder, from where they can be carried away: outside they prove what they list."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.jobs.executor import Executor
from bot.ports import HEAD_SUFFIX, Head, Unit

log = structlog.get_logger()


class HeadFiles:
    """One file a head, `<day>.jsonl`; what is there is never written over.

    Args:
        executor: the store.
        folder: where they go; None writes nothing.
    """

    def __init__(self, executor: Executor, folder: Path | None) -> None:
        self._executor = executor
        self._folder = folder

    async def write(self) -> None:
        """Write every head that has no file yet; a folder that cannot be written is told to the operator."""
        if self._folder is None:
            return
        folder = self._folder
        try:
            there = await asyncio.to_thread(_days, folder)
            missing = await self._executor.read(lambda unit: _missing(unit, there))
            await asyncio.to_thread(_write, folder, missing)
        except OSError as error:
            log.exception("Daily heads could not be written.", action="heads_failed")
            text = f"daily heads cannot be written to {folder}: {error.strerror}"
            await self._executor.call(lambda unit: unit.registry.alarm(f"heads:{text}", text=text))


def _days(folder: Path) -> frozenset[str]:
    return frozenset(file.stem for file in folder.glob(f"*{HEAD_SUFFIX}"))


def _missing(unit: Unit, there: frozenset[str]) -> tuple[Head, ...]:
    return tuple(unit.heads.of(day) for day in unit.heads.days() if day not in there)


def _write(folder: Path, heads: Sequence[Head]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for head in heads:
        part = folder / f"{head.day}.part"
        part.write_text(head.text, encoding="utf-8")
        part.rename(folder / f"{head.day}{HEAD_SUFFIX}")  # whole or not at all
