"""What only Slack does to us: connections that end in many ways, limits, forms, strangers, echoes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import yaml

from bot.core.errors import GoneError, PermanentDeliveryError, TemporaryDeliveryError
from bot.core.inbound import Action, Command, Deleted, IncomingMessage
from bot.core.message import Attachment, Button, Buttons, FileId, Message, Paragraph, Quote
from bot.core.people import CaseKey, Place
from bot.directory.loader import load_directory
from bot.notify.texts import Texts
from bot.platforms.slack.account import Mode
from bot.platforms.slack.payload import SLACK
from bot.platforms.slack.platform import SlackPlatform
from bot.ports import FILE_LIMIT, Content
from tests.contract.platforms.on_slack import SlackStage, account_of
from tests.contract.platforms.stage import Words
from tests.fakes.reception import DEMO, FakeReception
from tests.fakes.slack.limits import LOST_AFTER, UNAVAILABLE, WELL, Fault, limited
from tests.fakes.slack.people import Upload
from tests.fakes.slack.server import FakeSlack

BACK_WITHIN_S = 15
KEY = CaseKey("C-20261120-0007")
REPLY = Message(title=("已收到",), blocks=(Paragraph(("谢谢",)),))


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    async with SlackStage.open() as stage:
        yield stage


async def is_back(stage: SlackStage, opened: int) -> None:
    """Wait for another connection than those that were opened, and let something be said over it."""
    fake = stage.fake
    await fake.until(lambda: fake.sockets.opened > opened, within_s=BACK_WITHIN_S)
    await stage.says(Words("还在吗"))
    assert len(await stage.heard()) == 1


# --- connections ------------------------------------------------------------------------------------------


async def test_a_refused_connection_is_asked_for_anew(stage: SlackStage) -> None:
    stage.fake.sockets.refuse(408, 408, 503)
    stage.fake.sockets.drop()

    await is_back(stage, opened=1)


async def test_no_address_for_a_while_is_no_end(stage: SlackStage) -> None:
    stage.fake.fail("apps.connections.open", UNAVAILABLE, Fault(error="internal_error"), Fault(lost=True))
    stage.fake.sockets.drop()

    await is_back(stage, opened=1)


async def test_a_connection_that_answers_nothing_any_more_is_given_up(stage: SlackStage) -> None:
    stage.fake.sockets.freeze()

    await is_back(stage, opened=1)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refreshed_connection_loses_nothing(stage: SlackStage, reason: str) -> None:
    stage.fake.timing.closing = 0.5
    await stage.fake.sockets.disconnect(reason)

    await is_back(stage, opened=1)
    await stage.fake.until(lambda: len(stage.fake.sockets.connections) == 1)


async def test_socket_mode_switched_off_is_told_to_the_operator(stage: SlackStage) -> None:
    stage.fake.timing.closing = 0.1

    await stage.fake.sockets.disconnect("link_disabled")

    await stage.reception.bell.until(lambda: stage.reception.alarms)
    assert "Socket Mode" in " ".join(stage.reception.alarms.values())


async def test_a_refused_token_is_told_to_the_operator_and_ends_nothing(slack: FakeSlack) -> None:
    slack.allow("invalid_auth")
    account = account_of(slack)
    slack.workspace.app_token = "xapp-another"
    reception = FakeReception(bell=slack.workspace.bell)
    platform = SlackPlatform(account, reception, Texts.load())
    receiving = asyncio.create_task(platform.receive())

    await slack.until(lambda: reception.alarms)

    assert not receiving.done()
    receiving.cancel()
    with suppress(asyncio.CancelledError):
        await receiving
    await platform.close()


# --- what comes in ----------------------------------------------------------------------------------------


async def test_eleven_copies_of_a_message_are_one(stage: SlackStage) -> None:
    ref = await stage.says(Words("打印机坏了"))  # a message and a mention already
    await stage.heard()
    for number in range(9):
        await stage.repeats(ref, renamed=bool(number % 2))

    await stage.settled(ref)
    assert len(stage.fake.deliveries) == 11
    assert len(stage.reception.events) == 1


async def test_bots_are_not_answered_and_neither_are_we(stage: SlackStage) -> None:
    await stage.platform.send(stage.group, REPLY, key="k")
    await stage.platform.edit((await stage.platform.send(stage.group, REPLY, key="l")), REPLY)
    stage.fake.bot_says("C1", "<@U0BOT> help")

    await stage.fake.until(lambda: all(each.over for each in stage.fake.deliveries))
    assert len(stage.fake.deliveries) == 5
    assert await stage.heard(0) == []


async def test_people_of_other_workspaces_speak_and_press(stage: SlackStage) -> None:
    eve = stage.fake.person("U9", "Eve", team="T9OTHER")
    await stage.platform.send(
        stage.group, Message(blocks=(Buttons((Button("进度", "show", KEY),)),)), key="k"
    )
    eve.says("C1", stage.fake.bot, " 打印机坏了")
    await stage.heard()
    eve.presses("进度")

    said, pressed = await stage.heard(2)
    assert isinstance(said, IncomingMessage)
    assert isinstance(pressed, Action)
    assert said.origin.sender.user == pressed.origin.sender.user == "U9"


async def test_a_message_with_a_thread_that_is_taken_away_is_told_as_such(stage: SlackStage) -> None:
    ref = await stage.says(Words("打印机坏了"))
    await stage.says(Words("三楼的", below=ref))
    await stage.heard(2)

    await stage.deletes(ref)

    gone = (await stage.heard(3))[-1]
    assert isinstance(gone, Deleted)
    assert gone.origin.message == ref


@pytest.mark.parametrize(
    ("command", "meant"), [("/case", "list <b> & @林小北"), ("/kb", "kb list <b> & @林小北")]
)
async def test_a_slash_command_arrives_as_it_was_typed(stage: SlackStage, command: str, meant: str) -> None:
    bob = stage.fake.person("U2")
    delivery = stage.fake.person("U1").types(command, "list <b> & {}", bob, channel="C1")

    (incoming,) = await stage.heard()
    assert isinstance(incoming, Command)
    assert incoming.text == meant
    assert [each.user for each in incoming.mentions] == ["U2"]
    await stage.fake.postman.finished(delivery)
    assert delivery.answer == {}


async def test_a_file_hidden_in_a_shared_channel_is_asked_for(stage: SlackStage) -> None:
    stage.fake.person("U1").says("C1", files=(Upload("屏幕.png", b"pixels", unseen=True),))

    (incoming,) = await stage.heard()
    assert isinstance(incoming, IncomingMessage)
    assert await stage.platform.fetch(incoming.files[0].ref) == b"pixels"


async def test_words_whose_thread_was_taken_away_stand_in_the_channel_once(stage: SlackStage) -> None:
    thread = await stage.says(Words("打印机坏了"))
    await stage.deletes(thread)
    stage.fake.allow("thread_not_found")
    below = Place(stage.group.platform, stage.group.conversation, thread)

    sent = await stage.platform.send(below, REPLY, key="k")

    assert [each.ts for each in stage.fake.said("C1")] == [sent.ref]
    assert sent.place == stage.group
    assert await stage.platform.find(below, "k") == sent


async def test_a_picture_that_came_without_an_ending_has_one_on_slack(stage: SlackStage) -> None:
    file = FileId("f1")
    stage.reception.contents[file] = Content(file=file, name="picture-1", mime="image/jpeg", data=b"pixels")

    await stage.platform.send(stage.group, Message(blocks=(Attachment(file, "picture-1"),)), key="k")

    [shown] = stage.fake.said("C1")
    assert [each["name"] for each in shown.raw["files"]] == ["picture-1.jpg"]


async def test_a_file_that_is_too_large_is_refused(stage: SlackStage) -> None:
    stage.fake.person("U1").says("C1", files=(Upload("film.mp4", bytes(FILE_LIMIT + 1)),))

    (incoming,) = await stage.heard()
    assert isinstance(incoming, IncomingMessage)
    with pytest.raises(PermanentDeliveryError):
        await stage.platform.fetch(incoming.files[0].ref)


async def test_the_operator_hears_of_a_channel_that_is_no_more(stage: SlackStage) -> None:
    stage.fake.happens({"type": "channel_archive", "channel": "C1", "user": "U1"}, "C1")

    await stage.reception.bell.until(lambda: stage.reception.alarms)
    assert "C1" in " ".join(stage.reception.alarms.values())


# --- what goes out ----------------------------------------------------------------------------------------


async def test_a_channel_gets_a_message_a_second(stage: SlackStage) -> None:
    stage.fake.limits.burst = 1.5

    for number in range(3):
        await stage.platform.send(stage.group, REPLY, key=str(number))

    assert len(stage.stands(stage.group)) == 3
    assert stage.fake.limits.limited == 0


async def test_a_channel_that_must_rest_holds_up_no_other(stage: SlackStage) -> None:
    stage.fake.channel("C2")
    stage.fake.fail("chat.postMessage", limited(30))
    with pytest.raises(TemporaryDeliveryError):
        await stage.platform.send(stage.group, REPLY, key="k")

    with pytest.raises(TemporaryDeliveryError) as refused:
        await stage.platform.send(stage.group, REPLY, key="k")
    await stage.platform.send(stage.group.__class__(stage.group.platform, "C2"), REPLY, key="l")

    assert refused.value.retry_after is not None
    assert refused.value.retry_after.total_seconds() > 20
    assert len(stage.fake.said("C2")) == 1


async def test_a_long_message_of_which_half_was_lost_is_completed(stage: SlackStage) -> None:
    words = [f"第{number:04}句" for number in range(3000)]
    long = Message(blocks=(Quote(" ".join(words)),))
    stage.fake.fail("chat.postMessage", WELL, LOST_AFTER)

    with pytest.raises(TemporaryDeliveryError):
        await stage.platform.send(stage.group, long, key="k")
    found = await stage.platform.find(stage.group, "k")
    if found is None:
        await stage.platform.send(stage.group, long, key="k")

    text = "".join(each.text for each in stage.stands(stage.group))
    assert [text.count(each) for each in words] == [1] * len(words)
    assert await stage.platform.find(stage.group, "k") is not None


@pytest.mark.parametrize("answered", [False, True], ids=["alone", "with a thread"])
async def test_a_card_somebody_took_away_is_known_to_be_gone(stage: SlackStage, answered: bool) -> None:
    stage.fake.allow("message_not_found")
    ref = await stage.platform.send(stage.group, REPLY, key="k")
    if answered:
        await stage.says(Words("看到了", to_bot=False, below=ref.ref))
    stage.fake.takes_away("C1", ref.ref)

    with pytest.raises(GoneError):
        await stage.platform.edit(ref, REPLY)


async def test_who_types_a_command_where_the_bot_is_not_is_answered_directly(stage: SlackStage) -> None:
    stage.fake.allow("not_in_channel")
    stage.fake.channel("CELSEWHERE", joined=False)
    stage.fake.person("U1").types("/case", "help", channel="CELSEWHERE")
    await stage.reception.bell.until(lambda: stage.reception.events)
    event = stage.reception.events[0]

    ref = await stage.platform.send(Place(SLACK, "CELSEWHERE"), REPLY, key="k", answers=event.event_id)

    assert ref.place == Place(SLACK, "dm:U1")
    with pytest.raises(PermanentDeliveryError):
        await stage.platform.send(Place(SLACK, "CELSEWHERE"), REPLY, key="by a clock")


# --- forms ------------------------------------------------------------------------------------------------


def directory_with_slack(folder: Path) -> Path:
    """Write the demo's directory with Slack's ids in it."""
    document = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    for person in document["people"]:
        person["ids"] = {"slack": slack_id(person["id"])}
    for group in document["groups"]:
        group["places"] = {"slack": f"C{group['id'].upper()}"}
    path = folder / "directory.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


def slack_id(person: str) -> str:
    return "U" + person.upper().replace("-", "")


@asynccontextmanager
async def receiving(platform: SlackPlatform) -> AsyncIterator[None]:
    task = asyncio.create_task(platform.receive())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await platform.close()


@pytest.mark.parametrize("mode", Mode)
async def test_a_reply_is_asked_for_shown_and_then_sent(
    slack: FakeSlack, tmp_path: Path, unused_tcp_port: int, mode: Mode
) -> None:
    reception = FakeReception(load_directory(directory_with_slack(tmp_path)), slack.workspace.bell)
    platform = SlackPlatform(
        account_of(slack, mode=mode, events_port=unused_tcp_port), reception, Texts.load()
    )
    slack.channel("CENGINEERS")
    lin = slack.person(slack_id("lin-xiaobei"), "林小北").joins("CENGINEERS")
    async with receiving(platform):
        if mode is Mode.HTTP:
            slack.posting.url = f"http://127.0.0.1:{unused_tcp_port}/slack/events"
            await until_it_answers(slack)
        else:
            await slack.until(lambda: slack.sockets.connections)
        where = SlackStage.group.__class__(SlackStage.group.platform, "CENGINEERS")
        card = Message(title=("工单",), blocks=(Buttons((Button("回复客户", "reply", KEY, as_of=3),)),))
        ref = await platform.send(where, card, key="k")

        lin.presses("回复客户")
        await slack.until(lambda: lin.view)
        preview = await lin.submits({label_of(lin.view): "<!channel> *换了驱动* & 好了"})
        assert reception.events == []
        await lin.submits()

    assert preview["response_action"] in {"push", "update"}
    assert "<!channel> *换了驱动* & 好了" in json.dumps(preview, ensure_ascii=False)
    (event,) = reception.events
    action = platform.to_inbound(event.payload)
    assert isinstance(action, Action)
    assert (action.verb, action.case, action.as_of) == ("reply", KEY, 3)
    assert action.words == "<!channel> *换了驱动* & 好了"
    assert action.origin.message == ref.ref


def label_of(view: dict[str, object] | None) -> str:
    assert view is not None
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    return str(next(each["label"]["text"] for each in blocks if each["type"] == "input"))


async def until_it_answers(slack: FakeSlack) -> None:
    """Wait until the server of the bot listens."""
    async with asyncio.timeout(5):
        while True:
            with suppress(OSError):
                if await slack.posting.verify():
                    return
            await asyncio.sleep(0.01)


# --- over HTTP --------------------------------------------------------------------------------------------


async def test_over_http_only_what_slack_signed_lately_is_taken(
    slack: FakeSlack, unused_tcp_port: int
) -> None:
    reception = FakeReception(bell=slack.workspace.bell)
    account = account_of(slack, mode=Mode.HTTP, events_port=unused_tcp_port)
    slack.channel("C1")
    async with receiving(SlackPlatform(account, reception, Texts.load())):
        slack.posting.url = f"http://127.0.0.1:{unused_tcp_port}/slack/events"
        await until_it_answers(slack)
        slack.person("U1").says("C1", slack.bot, " 打印机坏了")
        await slack.until(lambda: reception.events and all(each.over for each in slack.deliveries))
        body = json.dumps(slack.deliveries[0].payload | {"event_id": "Ev0FORGED"})
        forged = [await slack.posting.post(body, **how) for how in ({"secret": "guess"}, {"age_s": 301})]
        slack.timing.retries = (0.1, 0.1)
        reception.broken = True
        slack.person("U1").says("C1", "再说一次")
        await slack.until(lambda: reception.refused)
        reception.broken = False
        await slack.until(lambda: len(reception.events) == 2)

    assert [status for status, _, _ in forged] == [401, 401]
    assert len(reception.events) == 2
