"""What every platform promises, on every platform: what is said arrives once, what is sent stands there."""

import asyncio
import threading
from datetime import timedelta

import pytest

from bot.core.errors import PermanentDeliveryError, StoreError, TemporaryDeliveryError
from bot.core.inbound import Action, Deleted, Edited, IncomingMessage
from bot.core.message import (
    Attachment,
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Field,
    Fields,
    FileId,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
)
from bot.core.people import CaseKey, Place
from bot.ports import Content
from tests.contract.platforms.on_dingtalk import DingTalkStage
from tests.contract.platforms.on_local import LocalStage
from tests.contract.platforms.on_slack import SlackStage
from tests.contract.platforms.stage import Delivering, Feature, Stage, Trouble, Upload, Words

STAGES: tuple[type[Stage], ...] = (LocalStage, SlackStage, DingTalkStage)
KEY = CaseKey("C-20261120-0007")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
HARM = (
    "<!channel> <@U2> &lt;!here&gt; &amp; *bold* _slanted_ `code` ~gone~ [x](http://y.example) @all @staff2 "
    "**fat** http://z.example :tada:"
)
REPLY = Message(title=("已收到",), blocks=(Paragraph(("谢谢，正在处理",)),))
CLEANLY = timedelta(seconds=3)


def on(*features: Feature) -> pytest.MarkDecorator:
    """Run a test on every platform that has these features."""
    fitting = [each for each in STAGES if each.features >= set(features)]
    return pytest.mark.parametrize("stage", fitting, indirect=True, ids=lambda kind: str(kind.group.platform))


def where_it_can_fail(trouble: Trouble) -> pytest.MarkDecorator:
    """Run a test on every platform where this can go wrong."""
    fitting = [each for each in STAGES if trouble in each.troubles]
    return pytest.mark.parametrize("stage", fitting, indirect=True, ids=lambda kind: str(kind.group.platform))


def seen(stage: Stage, place: Place) -> str:
    """Return everything the bot said in a place, as people see it."""
    return "\n".join(each.text for each in stage.stands(place))


async def heard_words(stage: Stage, count: int = 1) -> IncomingMessage:
    """Return the newest words that arrived."""
    incoming = (await stage.heard(count))[-1]
    assert isinstance(incoming, IncomingMessage)
    return incoming


# --- what people do ---------------------------------------------------------------------------------------


@on()
async def test_words_arrive_once_with_who_said_them_where_and_when(stage: Stage) -> None:
    ref = await stage.says(Words("打印机坏了 <b> & *三楼*"))

    incoming = await heard_words(stage)
    assert incoming.text == "打印机坏了 <b> & *三楼*"
    assert incoming.to_bot
    assert incoming.origin.sender == stage.speaker
    assert incoming.origin.place == stage.group
    assert incoming.origin.message == ref
    assert not incoming.origin.direct
    assert abs(incoming.origin.said_at - stage.now()) < timedelta(minutes=1)
    assert len(await stage.heard()) == 1


@on(Feature.HEARS_ALL)
async def test_words_that_are_not_for_the_bot_are_heard_as_such(stage: Stage) -> None:
    await stage.says(Words("大家早", to_bot=False))

    incoming = await heard_words(stage)
    assert incoming.text == "大家早"
    assert not incoming.to_bot


@on()
async def test_words_said_alone_are_for_the_bot(stage: Stage) -> None:
    await stage.says(Words("help", direct=True))

    incoming = await heard_words(stage)
    assert incoming.origin.place == stage.direct
    assert incoming.origin.direct
    assert incoming.to_bot


@on()
async def test_who_is_mentioned_is_told(stage: Stage) -> None:
    await stage.says(Words("请看一下", mentions=True))

    incoming = await heard_words(stage)
    assert [each.user for each in incoming.mentions] == [stage.colleague.user]
    assert incoming.text.startswith("请看一下")


@on(Feature.THREADS)
async def test_an_answer_stands_in_the_thread_of_what_it_answers(stage: Stage) -> None:
    ref = await stage.says(Words("打印机坏了"))
    await stage.says(Words("三楼的", below=ref))
    incoming = await heard_words(stage, 2)
    below = Place(stage.group.platform, stage.group.conversation, ref)

    await stage.platform.send(below, REPLY, key="k")

    assert incoming.origin.place == below
    assert incoming.origin.message != ref
    assert len(stage.stands(below)) == 1
    assert stage.stands(stage.group) == []


@on(Feature.TELLS_CHANGES)
async def test_changed_words_and_words_taken_away_are_told(stage: Stage) -> None:
    ref = await stage.says(Words("打印机坏了"))
    await stage.heard(1)
    await stage.edits(ref, "电脑坏了 & 慢")
    await stage.heard(2)
    await stage.deletes(ref)

    _, edited, deleted = await stage.heard(3)
    assert isinstance(edited, Edited)
    assert edited.text == "电脑坏了 & 慢"
    assert isinstance(deleted, Deleted)
    assert {edited.origin.message, deleted.origin.message} == {ref}
    assert edited.origin.sender.user == deleted.origin.sender.user == stage.speaker.user


@on(Feature.BUTTONS)
async def test_a_press_carries_what_the_button_was_drawn_for(stage: Stage) -> None:
    button = Button("降到二级", "level", KEY, words="2 一半人 <b>", as_of=3)
    ref = await stage.platform.send(
        stage.group, Message(title=("工单",), blocks=(Buttons((button,)),)), key="k"
    )

    await stage.presses("降到二级")

    (pressed,) = await stage.heard()
    assert isinstance(pressed, Action)
    assert (pressed.verb, pressed.case, pressed.words, pressed.as_of) == ("level", KEY, "2 一半人 <b>", 3)
    assert pressed.origin.message == ref.ref
    assert pressed.origin.sender == stage.speaker
    assert pressed.origin.place.lane == stage.group.lane


@on(Feature.CARRIES_FILES)
async def test_a_picture_that_came_along_can_be_fetched(stage: Stage) -> None:
    await stage.says(Words("屏幕是这样", file=Upload(name="屏幕.png", data=PNG)))

    (sent,) = (await heard_words(stage)).files
    assert await stage.platform.fetch(sent.ref) == PNG


# --- how it arrives ---------------------------------------------------------------------------------------


@on(Feature.DELIVERS)
async def test_it_is_acknowledged_when_it_is_stored_and_not_before(stage: Delivering) -> None:
    stage.reception.gate.clear()
    ref = await stage.says(Words("打印机坏了"))
    await stage.reception.bell.until(lambda: stage.reception.waiting)

    assert not stage.is_acknowledged(ref)
    stage.reception.gate.set()
    await stage.settled(ref)
    assert len(stage.reception.events) == 1


@on(Feature.DELIVERS)
async def test_what_cannot_be_stored_comes_again(stage: Delivering) -> None:
    stage.forgives()
    stage.reception.broken = True
    ref = await stage.says(Words("打印机坏了"))
    await stage.reception.bell.until(lambda: stage.reception.refused)

    assert not stage.is_acknowledged(ref)
    stage.reception.broken = False
    await stage.settled(ref)
    assert (await heard_words(stage)).text == "打印机坏了"
    assert len(stage.reception.events) == 1


@on(Feature.DELIVERS)
@pytest.mark.parametrize("renamed", [False, True], ids=["same id", "new id"])
async def test_what_is_delivered_again_is_a_duplicate(stage: Delivering, renamed: bool) -> None:
    ref = await stage.says(Words("打印机坏了"))
    await stage.heard()

    await stage.repeats(ref, renamed=renamed)

    await stage.settled(ref)
    assert len(stage.reception.events) == 1
    assert stage.reception.repeated


@on(Feature.DELIVERS)
async def test_what_is_said_after_a_drop_arrives(stage: Delivering) -> None:
    await stage.reconnects()

    await stage.says(Words("还在吗"))

    assert (await heard_words(stage)).text == "还在吗"


@on()
async def test_receiving_ends_cleanly(stage: Stage) -> None:
    await stage.says(Words("打印机坏了"))
    await stage.heard()

    stage.receiving.cancel()
    async with asyncio.timeout(CLEANLY.total_seconds()):
        await asyncio.wait({stage.receiving})

    assert stage.receiving.cancelled()
    for thread in threading.enumerate():
        if str(stage.group.platform) in thread.name:
            thread.join(CLEANLY.total_seconds())
            assert not thread.is_alive()


# --- what is sent -----------------------------------------------------------------------------------------


@on()
async def test_words_stand_where_they_were_sent(stage: Stage) -> None:
    await stage.platform.send(stage.group, REPLY, key="group")
    await stage.platform.send(stage.direct, REPLY, key="direct")

    for place in (stage.group, stage.direct):
        (standing,) = stage.stands(place)
        assert "已收到" in standing.text
        assert "谢谢，正在处理" in standing.text


@on(Feature.RINGS)
async def test_a_mention_rings_whoever_spoke(stage: Stage) -> None:
    await stage.says(Words("打印机坏了"))
    answered = (await stage.heard())[0].origin.event_id

    await stage.platform.send(
        stage.group,
        Message(blocks=(Paragraph((Mention(stage.speaker), " 已收到")),)),
        key="k",
        answers=answered,
    )

    (standing,) = stage.stands(stage.group)
    assert standing.rung == {stage.speaker.user}


@on()
@pytest.mark.parametrize("block", [Paragraph((HARM,)), Quote(HARM)], ids=["paragraph", "quote"])
async def test_words_of_people_ring_nobody_and_have_no_form(stage: Stage, block: Paragraph | Quote) -> None:
    await stage.says(Words("打印机坏了"))
    answered = (await stage.heard())[0].origin.event_id

    await stage.platform.send(
        stage.group, Message(title=("他说",), blocks=(block,)), key="k", answers=answered
    )

    (standing,) = stage.stands(stage.group)
    assert HARM in standing.text
    assert standing.rung == frozenset()
    assert [each for each in standing.formatted if each.strip() and each in HARM] == []


@on()
async def test_nothing_of_a_message_is_lost(stage: Stage) -> None:
    blocks = (
        Paragraph(
            (
                "平常的话 ",
                Bold("要紧"),
                " ",
                Code("/case show 0007"),
                " ",
                Link("文章", "https://kb.example/a"),
            )
        ),
        Quote("他的话\n第二行"),
        Fields((Field("级别", ("2 级",)), Field("Owner", (Mention(stage.colleague),)))),
        Bullets((("甲",), (Bold("乙"), "丙"))),
        Buttons((Button("进度", "show", KEY), Button("补充", "add", KEY))),
    )

    await stage.platform.send(stage.group, Message(title=("工单 C-20261120-0007",), blocks=blocks), key="k")

    text = seen(stage, stage.group)
    texts = [
        "平常的话",
        "要紧",
        "/case show 0007",
        "文章",
        "他的话",
        "第二行",
        "级别",
        "2 级",
        "Owner",
        "甲",
        "乙丙",
    ]
    assert [each for each in (*texts, "工单 C-20261120-0007") if each not in text] == []
    assert stage.colleague.name in text or stage.colleague.user in text
    buttons = [label for each in stage.stands(stage.group) for label in each.buttons]
    assert [each for each in ("进度", "补充") if each not in buttons and each not in text] == []


@on()
async def test_a_very_long_message_arrives_whole(stage: Stage) -> None:
    words = [f"第{number:04}句🖨" for number in range(1500)]

    await stage.platform.send(stage.group, Message(blocks=(Quote(" ".join(words)),)), key="k")

    text = seen(stage, stage.group)
    assert [each for each in words if each not in text.replace("\n", "")] == []
    places = [text.replace("\n", "").index(each) for each in words]
    assert places == sorted(places)


@on(Feature.EDITS)
async def test_an_edited_message_stands_where_it_stood(stage: Stage) -> None:
    ref = await stage.platform.send(stage.group, REPLY, key="k")

    await stage.platform.edit(ref, Message(title=("新的",), blocks=(Quote(HARM),)))

    (standing,) = stage.stands(stage.group)
    assert "新的" in standing.text
    assert "已收到" not in standing.text
    assert standing.rung == frozenset()


@on(Feature.READS_BACK)
async def test_a_message_is_found_by_its_key(stage: Stage) -> None:
    assert await stage.platform.find(stage.group, "k") is None

    ref = await stage.platform.send(stage.group, REPLY, key="k")

    assert await stage.platform.find(stage.group, "k") == ref
    assert await stage.platform.find(stage.group, "other") is None


@on(Feature.READS_BACK, Feature.THREADS)
async def test_a_message_is_found_in_its_thread(stage: Stage) -> None:
    ref = await stage.says(Words("打印机坏了"))
    below = Place(stage.group.platform, stage.group.conversation, ref)

    sent = await stage.platform.send(below, REPLY, key="k")

    assert await stage.platform.find(below, "k") == sent


@on(Feature.CARRIES_FILES)
async def test_a_picture_is_handed_on(stage: Delivering) -> None:
    file = FileId("f1")
    stage.reception.contents[file] = Content(file=file, name="屏幕.png", mime="image/png", data=PNG)

    await stage.platform.send(stage.group, Message(blocks=(Attachment(file, "屏幕.png"),)), key="k")

    assert [each.data for standing in stage.stands(stage.group) for each in standing.files] == [PNG]


# --- what can go wrong ------------------------------------------------------------------------------------


@where_it_can_fail(Trouble.AWAY)
async def test_a_platform_that_is_away_is_asked_again_later(stage: Stage) -> None:
    stage.breaks(Trouble.AWAY)

    with pytest.raises(TemporaryDeliveryError):
        await stage.platform.send(stage.group, REPLY, key="k")

    assert stage.stands(stage.group) == []
    await stage.platform.send(stage.group, REPLY, key="k")
    assert len(stage.stands(stage.group)) == 1


@where_it_can_fail(Trouble.TOO_FAST)
async def test_a_platform_that_wants_a_rest_gets_it(stage: Stage) -> None:
    stage.breaks(Trouble.TOO_FAST)

    with pytest.raises(TemporaryDeliveryError) as refused:
        await stage.platform.send(stage.group, REPLY, key="k")

    assert refused.value.retry_after is not None
    assert refused.value.retry_after >= timedelta(seconds=1)


@where_it_can_fail(Trouble.FORBIDDEN)
async def test_a_place_that_takes_no_words_is_given_up(stage: Stage) -> None:
    stage.breaks(Trouble.FORBIDDEN)

    with pytest.raises(PermanentDeliveryError):
        await stage.platform.send(stage.group, REPLY, key="k")


@on()
async def test_a_place_that_is_not_there_is_given_up(stage: Stage) -> None:
    with pytest.raises(PermanentDeliveryError):
        await stage.platform.send(stage.nowhere, REPLY, key="k")


@on(Feature.READS_BACK, Feature.DELIVERS)
async def test_a_message_whose_answer_was_lost_is_found_and_not_doubled(stage: Stage) -> None:
    stage.breaks(Trouble.LOST)

    with pytest.raises(TemporaryDeliveryError):
        await stage.platform.send(stage.group, REPLY, key="k")

    assert await stage.platform.find(stage.group, "k") is not None
    assert len(stage.stands(stage.group)) == 1


@pytest.mark.parametrize("garbled", ["", "{}", "[]", '{"v":99}', "null", '{"v":1,"kind":"dance"}'])
@on()
async def test_what_cannot_be_read_is_parked_and_never_told(stage: Stage, garbled: str) -> None:
    with pytest.raises(StoreError) as refused:
        stage.platform.to_inbound(garbled)

    assert "dance" not in str(refused.value)
