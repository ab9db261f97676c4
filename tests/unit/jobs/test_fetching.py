from datetime import timedelta

import pytest

from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.core.inbound import Sent
from bot.core.message import FileId
from bot.core.people import CaseKey, PersonId, PlatformName
from bot.jobs.fetching import AT_ONCE, MAX_ATTEMPTS
from bot.ports import FILE_LIMIT, FileState
from tests.unit.jobs.bench import CHAT, Bench

PNG = b"\x89PNG\r\n\x1a\n"
SCREEN = Sent(ref="F1", name="screen.png")


def want(bench: Bench, sent: Sent = SCREEN, *, platform: PlatformName = CHAT) -> FileId:
    key, by = CaseKey("C-20261120-0001"), PersonId("wang")
    return bench.run(lambda unit: unit.files.want(platform, sent, case=key, by=by))


def state(bench: Bench, file: FileId) -> tuple[FileState, str]:
    return bench.run(lambda unit: unit.files.state(file))


async def test_a_wanted_file_is_fetched_and_kept_for_what_it_is(bench: Bench) -> None:
    bench.platform.files = {"F1": PNG}
    file = want(bench)
    rings = bench.bell.rings

    assert await bench.fetching.drain()
    assert not await bench.fetching.drain()

    content = bench.run(lambda unit: unit.files.content(file))
    assert (content.mime, content.data) == ("image/png", PNG)
    assert bench.bell.rings > rings


async def test_more_files_than_are_fetched_at_once_all_come(bench: Bench) -> None:
    names = [f"{number}.png" for number in range(AT_ONCE + 3)]
    bench.platform.files = dict.fromkeys(names, PNG)
    files = [want(bench, Sent(ref=name, name=name)) for name in names]

    await bench.fetching.drain()

    assert {state(bench, each)[0] for each in files} == {FileState.FETCHED}


@pytest.mark.parametrize(
    ("data", "size", "reason"),
    [
        (b"MZ\x90\0", None, "file.wrong_type"),
        (PNG + bytes(FILE_LIMIT), None, "file.too_big"),
        (PNG, FILE_LIMIT + 1, "file.too_big"),
    ],
)
async def test_what_is_not_carried_is_refused_with_its_reason(
    bench: Bench, data: bytes, size: int | None, reason: str
) -> None:
    bench.platform.files = {"F1": data}
    file = want(bench, Sent(ref="F1", name="screen.png", size=size))

    await bench.fetching.drain()

    assert state(bench, file) == (FileState.REFUSED, reason)


async def test_a_file_that_does_not_come_now_comes_later(bench: Bench) -> None:
    bench.platform.files = {"F1": PNG}
    bench.platform.troubles = [
        TemporaryDeliveryError("away"),
        TemporaryDeliveryError("slow", timedelta(hours=1)),
    ]
    file = want(bench)

    await bench.fetching.drain()
    bench.clock.advance(timedelta(seconds=2))
    await bench.fetching.drain()
    bench.clock.advance(timedelta(minutes=59))
    await bench.fetching.drain()
    assert state(bench, file)[0] is FileState.WANTED

    bench.clock.advance(timedelta(minutes=1))
    await bench.fetching.drain()
    assert state(bench, file)[0] is FileState.FETCHED


async def test_a_platform_that_is_away_for_hours_loses_no_file(bench: Bench) -> None:
    bench.platform.files = {"F1": PNG}
    file = want(bench)

    for _ in range(6 * 60 // 5):
        bench.platform.troubles = [TemporaryDeliveryError("away")]
        await bench.fetching.drain()
        bench.clock.advance(timedelta(minutes=5))
    bench.platform.troubles = []
    await bench.fetching.drain()

    assert state(bench, file)[0] is FileState.FETCHED


@pytest.mark.parametrize("trouble", [TemporaryDeliveryError("away"), KeyError("a fault of ours")])
async def test_a_file_that_never_comes_is_lost_in_the_end(bench: Bench, trouble: Exception) -> None:
    bench.platform.troubles = [trouble] * MAX_ATTEMPTS
    file = want(bench)

    for _ in range(MAX_ATTEMPTS):
        assert state(bench, file)[0] is FileState.WANTED
        await bench.fetching.drain()
        bench.clock.advance(timedelta(minutes=6))

    assert state(bench, file) == (FileState.LOST, "file.lost")


@pytest.mark.parametrize("platform", [CHAT, PlatformName("pigeon")])
async def test_a_file_that_is_not_to_be_had_is_lost_at_once(bench: Bench, platform: PlatformName) -> None:
    bench.platform.troubles = [PermanentDeliveryError("gone")]
    file = want(bench, platform=platform)

    await bench.fetching.drain()

    assert state(bench, file) == (FileState.LOST, "file.lost")
