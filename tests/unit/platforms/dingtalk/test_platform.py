"""What is pushed is stored before it is acknowledged; what cannot be stored at once is stored later."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.errors import PermanentDeliveryError
from bot.core.message import Message
from bot.core.people import Place
from bot.notify.texts import Texts
from bot.platforms.dingtalk import platform as module
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.payload import DINGTALK
from bot.platforms.dingtalk.platform import DingTalkPlatform
from bot.ports import SentRef
from tests.fakes.reception import FakeReception
from tests.unit.platforms.dingtalk.captured import GROUP, captured

HERE = Place(DINGTALK, GROUP)


@pytest.fixture
def reception() -> FakeReception:
    return FakeReception()


@pytest.fixture
def platform(reception: FakeReception, texts: Texts) -> DingTalkPlatform:
    account = DingTalkAccount(client_id="id", client_secret="secret", robot_code="robot")
    return DingTalkPlatform(account, reception, texts)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORE_LIMIT", timedelta(milliseconds=10))


async def test_what_is_stored_is_acknowledged(platform: DingTalkPlatform, reception: FakeReception) -> None:
    assert await platform._take(captured("text"), {})
    assert await platform._take(captured("text"), {})

    assert len(reception.events) == 1


@pytest.mark.usefixtures("impatient")
async def test_what_takes_too_long_is_not_acknowledged_and_stored_all_the_same(
    platform: DingTalkPlatform, reception: FakeReception
) -> None:
    reception.gate.clear()
    assert not await platform._take(captured("text"), {})

    reception.gate.set()

    await reception.bell.until(lambda: len(reception.events) == 1)


async def test_what_cannot_be_stored_at_first_is_tried_again(
    platform: DingTalkPlatform, reception: FakeReception
) -> None:
    reception.broken = True
    taking = asyncio.create_task(platform._take(captured("text"), {}))
    await reception.bell.until(lambda: reception.refused)

    reception.broken = False

    assert await taking
    assert len(reception.events) == 1


async def test_what_came_first_is_stored_first_even_if_that_failed_once(
    platform: DingTalkPlatform, reception: FakeReception
) -> None:
    reception.broken = True
    first = asyncio.create_task(platform._take(captured("text", msgId="first"), {}))
    await reception.bell.until(lambda: reception.refused)
    reception.broken = False

    assert await platform._take(captured("text", msgId="second", createAt=1695199269063), {})
    assert await first

    assert [each.event_id for each in reception.events] == ["first", "second"]


async def test_words_that_came_empty_are_told_to_the_operator_once_a_day(
    platform: DingTalkPlatform, reception: FakeReception
) -> None:
    for number in range(2):
        assert await platform._take(captured("over_quota", msgId=f"m{number}"), {})

    [text] = reception.alarms.values()
    assert "quota" in text


async def test_nothing_can_be_changed_or_read_back(platform: DingTalkPlatform) -> None:
    assert await platform.find(HERE, "key") is None
    with pytest.raises(PermanentDeliveryError):
        await platform.edit(SentRef(place=HERE, ref="k"), Message())


async def test_a_secret_is_never_shown(platform: DingTalkPlatform) -> None:
    assert "secret" not in repr(platform._account).replace("client_secret", "")


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://oapi.dingtalk.com/robot/sendBySession?session=1", True),
        ("https://dingtalk.com/", True),
        ("http://127.0.0.1:8/robot/sendBySession", True),
        ("http://oapi.dingtalk.com/robot/sendBySession", False),
        ("https://dingtalk.com.example.org/", False),
        ("https://notdingtalk.com/", False),
        ("https://oapi.dingtalk.com@example.org/", False),
        ("http://127.0.0.1:9/", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_dingtalks_own_addresses_are_told_anything(url: str, *, ours: bool) -> None:
    account = DingTalkAccount(
        client_id="id", client_secret="secret", robot_code="robot", oapi_endpoint="http://127.0.0.1:8"
    )

    assert account.is_dingtalks(url) is ours
