"""Who writes and what: people of other organisations, pictures, voices, quotes, and what nobody can read."""

import json
from base64 import b64decode

import pytest

from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, Stage
from tests.fakes.dingtalk.payloads import Payload
from tests.fakes.dingtalk.people import ONE_TO_ONE
from tests.fakes.dingtalk.robot import TO_PEOPLE
from tests.fakes.dingtalk.world import How

QIN, HE = "qin-shuyao", "he-miao"
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"
ODD: dict[str, Payload] = {
    "a type nobody knows": {"msgtype": "hologram", "content": {"x": 1}},
    "a text without one": {"msgtype": "text"},
    "a text that is a list": {"msgtype": "text", "text": ["1"]},
    "a picture without a code": {"msgtype": "picture", "content": {}},
    "nothing rich": {"msgtype": "richText", "content": {"richText": []}},
}


async def test_somebody_of_another_organisation_is_answered_in_the_group_and_never_written_to_alone(
    stage: Stage,
) -> None:
    wang = stage.dingtalk.outsider("王五")
    said = await wang.says(HUAYUE, f"@bot {FAULT}")
    await stage.dingtalk.until(lambda: said.acknowledged)

    card = await stage.reads(HUAYUE, "已登记", FAULT)
    assert card.how is How.WEBHOOK
    assert not card.rung
    assert "王五" in card.shown
    number = card.shown.split()[0]

    await stage.says(HE, ENGINEERS, f"@bot 回复 {number} 请重启一次")
    await stage.reads(ENGINEERS, "30 秒后发出")
    await stage.wait(seconds=31)
    answer = await stage.reads(HUAYUE, "工程师回复", "请重启一次")
    assert answer.how is How.API
    assert "王五" in answer.shown
    await stage.at_rest()
    assert wang.told == []


async def test_somebody_of_another_organisation_alone_with_the_bot_is_answered_while_they_can_be(
    stage: Stage,
) -> None:
    wang = stage.dingtalk.outsider("王五")
    before = stage.dingtalk.ledger.calls[TO_PEOPLE]
    said = await wang.says(ONE_TO_ONE, "帮助")

    await stage.dingtalk.until(lambda: said.acknowledged and wang.told)

    assert {line.how for line in wang.told} == {How.WEBHOOK}
    assert stage.dingtalk.ledger.calls[TO_PEOPLE] == before


async def test_a_picture_goes_to_the_engineers(stage: Stage) -> None:
    qin = stage.people[QIN]
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.reads(HUAYUE, "已登记")

    said = await qin.sends_rich(HUAYUE, "@bot 报错如图", PNG)
    await stage.dingtalk.until(lambda: said.acknowledged)

    await stage.told("lin-xiaobei", "报错如图")
    [media] = await stage.dingtalk.until(
        lambda: [line.media for line in stage.dingtalk.world.lines() if line.media]
    )
    assert media.data == PNG


async def test_files_sent_alone_go_with_the_words_that_follow_and_a_program_goes_nowhere(
    stage: Stage,
) -> None:
    qin = stage.people[QIN]
    for name, data in (("log.pdf", PDF), ("app.log", b"an error\n"), ("tool.exe", b"MZ\x90\0" + bytes(99))):
        await qin.sends_file(name, data)
        await stage.told(QIN, "收到", name)

    await stage.says(QIN, ONE_TO_ONE, FAULT)
    await stage.told(QIN, "已登记", FAULT)
    await stage.reads(ENGINEERS, "tool.exe", "没有转交")
    await stage.at_rest()

    sent = {line.media.name: line.media for line in stage.dingtalk.group(ENGINEERS).lines if line.media}
    assert set(sent) == {"log.pdf", "app.log.zip"}
    assert sent["log.pdf"].data == PDF


@pytest.mark.parametrize("content", ODD.values(), ids=ODD.keys())
async def test_a_message_that_shows_nothing_is_answered_to_its_sender(stage: Stage, content: Payload) -> None:
    said = await stage.people[QIN].sends(HUAYUE, content)
    await stage.dingtalk.until(lambda: said.acknowledged)

    answer = await stage.reads(HUAYUE, "「")
    assert set(answer.rung) == {stage.people[QIN].id}


async def test_a_voice_is_what_was_recognised_in_it(stage: Stage) -> None:
    said = await stage.people[QIN].sends_voice(FAULT, b"#!AMR\n1234")
    await stage.dingtalk.until(lambda: said.acknowledged)

    card = await stage.told(QIN, "已登记", FAULT)
    assert card.how is How.WEBHOOK


async def test_the_bots_own_words_can_be_quoted(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    card = await stage.reads(HUAYUE, "已登记")

    said = await stage.people[QIN].quotes(card, HUAYUE, "@bot 全校都用不了")
    await stage.dingtalk.until(lambda: said.acknowledged)

    await stage.reads(HUAYUE, "等级已确认", "全校都用不了")


HOSTILE = "@all @helper **急** `rm` | a | b | ~~x~~ <b>!</b> # 题"


async def test_peoples_words_are_shown_as_typed_and_ring_nobody(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot 报障 邮件坏了 {HOSTILE}")

    card = await stage.reads(HUAYUE, "已登记", HOSTILE)
    assert set(card.rung) <= {stage.people[QIN].id}
    await stage.reads(ENGINEERS, HOSTILE)


GARBLED = {
    "no JSON": "not JSON {",
    "no object": "[1, 2]",
    "nothing": "{}",
    "no text": json.dumps({"msgId": "m1", "conversationId": HUAYUE, "msgtype": "text"}),
    "another type": json.dumps(
        {"msgId": "m2", "conversationId": HUAYUE, "conversationType": "2", "msgtype": "hologram"}
    ),
    "null everywhere": json.dumps(
        {"msgId": None, "conversationId": None, "senderId": None, "text": None, "createAt": None}
    ),
    "numbers": json.dumps({"msgId": 7, "conversationId": 8, "text": 9, "atUsers": 10, "createAt": "soon"}),
    "control signs": json.dumps(
        {
            "msgId": "m\x00\ud800",
            "conversationId": HUAYUE,
            "conversationType": "2",
            "msgtype": "text",
            "text": {"content": "\x00\ud83d"},
        }
    ),
}


@pytest.mark.parametrize("data", GARBLED.values(), ids=GARBLED.keys())
async def test_what_nobody_can_read_is_kept_and_stops_nothing(stage: Stage, data: str) -> None:
    push = await stage.dingtalk.raw(data)
    await stage.dingtalk.until(push.acknowledged.is_set)
    assert stage.office.books.count("inbox") == 1

    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.reads(HUAYUE, "已登记", FAULT)
