from datetime import date, timedelta
from pathlib import Path

from bot.jobs.heads import HeadFiles
from bot.ports import Head
from tests.unit.jobs.bench import Bench

DAY = date(2026, 11, 20)


def take(bench: Bench, day: date = DAY) -> Head:
    return bench.run(lambda unit: unit.heads.take(day))


async def test_a_head_becomes_a_file_that_is_sealed_and_never_written_over(
    bench: Bench, tmp_path: Path
) -> None:
    files = HeadFiles(bench.executor, tmp_path / "heads")
    first = take(bench)
    await files.write()
    (tmp_path / "heads" / "2026-11-20.jsonl").write_text("kept", encoding="utf-8")
    second = take(bench, DAY + timedelta(days=1))

    await files.write()

    assert first.text.splitlines()[-1] == f'{{"hash":"{first.hash}","signature":""}}'
    assert {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "heads").iterdir()} == {
        "2026-11-20.jsonl": "kept",
        "2026-11-21.jsonl": second.text,
    }


async def test_a_folder_that_cannot_be_written_is_told_to_the_operator(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    take(bench)

    await HeadFiles(bench.executor, tmp_path / "file").write()

    [told] = bench.alarms()
    assert told.startswith("daily heads cannot be written to")


async def test_in_memory_nothing_is_written(bench: Bench) -> None:
    take(bench)

    await HeadFiles(bench.executor, None).write()

    assert bench.alarms() == []
