"""What only DingTalk does to us: webhooks that end, tokens, quotas, people who are out of reach."""

import asyncio
import io
import logging
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.core.inbound import IncomingMessage
from bot.core.message import Attachment, FileId, Mention, Message, Paragraph, Quote
from bot.core.people import Place
from bot.notify.texts import Texts
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.platform import DingTalkPlatform
from bot.ports import FILE_LIMIT, Content
from tests.contract.platforms.on_dingtalk import DingTalkStage
from tests.contract.platforms.stage import Words
from tests.fakes.dingtalk.faults import Trouble
from tests.fakes.dingtalk.oapi import WEBHOOK
from tests.fakes.dingtalk.people import ONE_TO_ONE, Person
from tests.fakes.dingtalk.robot import DOWNLOAD, TO_GROUP, TO_PEOPLE
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, ROBOT, TOKEN
from tests.fakes.dingtalk.world import How, Line

HELLO = Message(blocks=(Paragraph(("你好",)),))
LONG = Message(blocks=(Quote("字" * 6000),))


@pytest.fixture
async def stage() -> AsyncIterator[DingTalkStage]:
    async with DingTalkStage.open() as stage:
        yield stage


def standing(stage: DingTalkStage) -> list[Line]:
    return stage.fake.group(stage.group.conversation).lines


async def asked(stage: DingTalkStage) -> str:
    """Let something be said in the group and return the event."""
    await stage.says(Words("打印机坏了"))
    await stage.reception.bell.until(lambda: stage.reception.events)
    return stage.reception.events[-1].event_id


# --- which way words go ----------------------------------------------------------------------------------


async def test_a_webhook_of_somebody_elses_host_gets_nothing(stage: DingTalkStage) -> None:
    stage.fake.post.host = "http://127.0.0.1:9"
    event = await asked(stage)

    await stage.platform.send(stage.group, HELLO, key="k", answers=event)

    assert [line.how for line in standing(stage)][-1] is How.API


async def test_an_answer_goes_by_webhook_and_rings(stage: DingTalkStage) -> None:
    event = await asked(stage)

    await stage.platform.send(
        stage.group, Message(blocks=(Paragraph((Mention(stage.speaker), " 收到")),)), key="k", answers=event
    )

    [line] = standing(stage)
    assert (line.how, line.rung) == (How.WEBHOOK, frozenset({stage.speaker.user}))


async def test_what_answers_nothing_goes_by_the_api_and_rings_nobody(stage: DingTalkStage) -> None:
    await asked(stage)

    await stage.platform.send(stage.group, Message(blocks=(Paragraph((Mention(stage.speaker),)),)), key="k")

    [line] = standing(stage)
    assert (line.how, line.rung) == (How.API, frozenset())
    assert stage.speaker.name in line.shown


@pytest.mark.parametrize("trouble", [Trouble.SESSION_GONE, Trouble.WEBHOOK_TOO_FAST])
async def test_what_a_webhook_does_not_take_goes_by_the_api_at_once(
    stage: DingTalkStage, trouble: Trouble
) -> None:
    event = await asked(stage)
    stage.fake.breaks(WEBHOOK, trouble)

    await stage.platform.send(stage.group, HELLO, key="k", answers=event)

    assert [line.how for line in standing(stage)] == [How.API]


async def test_a_webhook_of_another_conversation_is_not_used(stage: DingTalkStage) -> None:
    event = await asked(stage)

    await stage.platform.send(stage.direct, HELLO, key="k", answers=event)

    assert standing(stage) == []
    assert stage.fake.ledger.calls[WEBHOOK] == 0


async def test_words_a_webhook_must_not_say_are_given_up(stage: DingTalkStage) -> None:
    event = await asked(stage)
    stage.fake.breaks(WEBHOOK, Trouble.WEBHOOK_BLOCKED)

    with pytest.raises(PermanentDeliveryError, match="430101"):
        await stage.platform.send(stage.group, HELLO, key="k", answers=event)


@pytest.fixture
def outsider(stage: DingTalkStage) -> Person:
    return stage.fake.outsider("外部客户")


async def test_somebody_from_outside_is_written_to_only_while_their_webhook_lives(
    stage: DingTalkStage, outsider: Person
) -> None:
    await outsider.says(ONE_TO_ONE, "在吗")
    await stage.reception.bell.until(lambda: stage.reception.events)
    [event] = stage.reception.events
    incoming = stage.platform.to_inbound(event.payload)
    assert incoming is not None
    there = incoming.origin.place

    await stage.platform.send(there, HELLO, key="k", answers=event.event_id)
    with pytest.raises(PermanentDeliveryError, match="outside the organisation"):
        await stage.platform.send(there, HELLO, key="l")

    assert [line.how for line in outsider.told] == [How.WEBHOOK]
    assert stage.fake.ledger.calls[TO_PEOPLE] == 0


async def test_whom_a_yes_names_as_not_reached_was_not_reached(stage: DingTalkStage) -> None:
    stage.fake.world.flow_controlled.add("staff1")

    with pytest.raises(TemporaryDeliveryError, match="flow controlled"):
        await stage.platform.send(stage.direct, HELLO, key="k")
    with pytest.raises(PermanentDeliveryError, match="staff id"):
        await stage.platform.send(Place(stage.direct.platform, "dm:nobody"), HELLO, key="l")


async def test_of_a_long_message_only_what_is_missing_is_said_again(stage: DingTalkStage) -> None:
    sending = asyncio.create_task(stage.platform.send(stage.group, LONG, key="k"))
    await stage.fake.until(lambda: len(standing(stage)) == 1)
    stage.fake.breaks(TO_GROUP, Trouble.UNAVAILABLE)
    with pytest.raises(TemporaryDeliveryError):
        await sending

    await stage.platform.send(stage.group, LONG, key="k")

    assert sum(line.shown.count("字") for line in standing(stage)) == 6000


# --- tokens, limits, permissions -------------------------------------------------------------------------


async def test_many_at_once_ask_for_one_token(stage: DingTalkStage) -> None:
    await asyncio.gather(*(stage.platform.send(stage.group, HELLO, key=str(each)) for each in range(5)))

    assert stage.fake.tokens.asked == 1


async def test_a_token_that_is_no_good_any_more_is_renewed_once(stage: DingTalkStage) -> None:
    await stage.platform.send(stage.group, HELLO, key="k")
    stage.fake.tokens.revoke()

    await stage.platform.send(stage.group, HELLO, key="l")

    assert len(standing(stage)) == 2
    assert stage.fake.tokens.asked == 2


async def test_a_wrong_secret_is_told_and_tried_again_later(stage: DingTalkStage) -> None:
    account = DingTalkAccount(
        client_id=CLIENT_ID, client_secret="wrong", robot_code=ROBOT, openapi_endpoint=stage.fake.openapi
    )
    platform = DingTalkPlatform(account, stage.reception, Texts.load())
    with pytest.raises(TemporaryDeliveryError) as refused:
        await platform.send(stage.group, HELLO, key="k")
    await platform.close()

    assert refused.value.retry_after == timedelta(minutes=5)
    [(key, text)] = stage.reception.alarms.items()
    assert "credentials" in key
    assert "wrong" not in text.split()


async def test_a_quota_that_is_used_up_is_told_and_nothing_is_asked_meanwhile(stage: DingTalkStage) -> None:
    stage.fake.breaks(TO_GROUP, Trouble.QUOTA, times=None)
    for key in ("k", "l"):
        with pytest.raises(TemporaryDeliveryError, match="quota") as refused:
            await stage.platform.send(stage.group, HELLO, key=key)
        assert refused.value.retry_after is not None
        assert refused.value.retry_after > timedelta(minutes=59)

    assert stage.fake.ledger.calls[TO_GROUP] == 1
    [text] = stage.reception.alarms.values()
    assert "ApiCountLimitForOrg" in text


async def test_answers_still_go_by_webhook_when_the_quota_is_used_up(stage: DingTalkStage) -> None:
    event = await asked(stage)
    stage.fake.breaks(TO_GROUP, Trouble.QUOTA)
    with pytest.raises(TemporaryDeliveryError):
        await stage.platform.send(stage.group, HELLO, key="k")

    await stage.platform.send(stage.group, HELLO, key="l", answers=event)

    assert [line.how for line in standing(stage)] == [How.WEBHOOK]


async def test_a_permission_that_lacks_is_told_by_its_name(stage: DingTalkStage) -> None:
    stage.fake.breaks(TO_GROUP, Trouble.PERMISSION)
    with pytest.raises(PermanentDeliveryError):
        await stage.platform.send(stage.group, HELLO, key="k")

    [text] = stage.reception.alarms.values()
    assert "qyapi_robot_sendmsg" in text


async def test_no_more_calls_are_made_than_dingtalk_takes(stage: DingTalkStage) -> None:
    await asyncio.gather(*(stage.platform.send(stage.group, HELLO, key=str(each)) for each in range(25)))

    assert len(standing(stage)) == 25


async def test_a_page_in_place_of_an_answer_is_tried_again(stage: DingTalkStage) -> None:
    for path in (TOKEN, TO_GROUP):
        stage.fake.breaks(path, Trouble.BANNED)
        with pytest.raises(TemporaryDeliveryError):
            await stage.platform.send(stage.group, HELLO, key="k")


# --- files -----------------------------------------------------------------------------------------------


async def test_a_log_arrives_in_an_archive(stage: DingTalkStage) -> None:
    file = FileId("f1")
    stage.reception.contents[file] = Content(file=file, name="a.log", mime="text/plain", data=b"error" * 9)

    await stage.platform.send(stage.group, Message(blocks=(Attachment(file, "a.log"),)), key="k")

    [line] = standing(stage)
    assert line.media is not None
    with zipfile.ZipFile(io.BytesIO(line.media.data)) as archive:
        assert archive.read("a.log") == b"error" * 9


async def test_a_file_for_somebody_from_outside_is_not_even_uploaded(stage: DingTalkStage) -> None:
    message = Message(blocks=(Attachment(FileId("f1"), "a.log"),))

    with pytest.raises(PermanentDeliveryError, match="outside the organisation"):
        await stage.platform.send(Place(stage.group.platform, "dm:$:LWCP_v1:$x"), message, key="k")
    assert stage.fake.world.uploads == {}


async def test_a_file_that_is_too_large_or_gone_is_given_up(stage: DingTalkStage, outsider: Person) -> None:
    await outsider.sends_file("large.zip", b"0" * (FILE_LIMIT + 1))
    await stage.reception.bell.until(lambda: stage.reception.events)
    incoming = stage.platform.to_inbound(stage.reception.events[0].payload)
    assert isinstance(incoming, IncomingMessage)

    with pytest.raises(PermanentDeliveryError, match="20 MB"):
        await stage.platform.fetch(incoming.files[0].ref)
    with pytest.raises(PermanentDeliveryError, match="downloadCode"):
        await stage.platform.fetch('{"downloadCode":"gone"}')
    assert stage.fake.ledger.calls[DOWNLOAD] == 2


# --- the stream ------------------------------------------------------------------------------------------


async def test_logs_hold_no_secrets_and_no_words(
    stage: DingTalkStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        await stage.reconnects()
        await stage.says(Words("打印机坏了"))
        await stage.reception.bell.until(lambda: stage.reception.events)
        await stage.fake.gateway.disconnect()
        await stage.fake.until(lambda: stage.fake.gateway.opened == 3)

    told = f"{logs}{caplog.text}"
    assert logs
    assert not [secret for secret in (CLIENT_SECRET, "ticket", "打印机", "session=") if secret in told]
