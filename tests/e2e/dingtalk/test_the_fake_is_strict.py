"""The fake itself: what DingTalk would refuse it refuses, and what it would swallow it complains of."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import ClientSession, FormData
from pydantic import JsonValue

from bot.core.clock import FixedClock
from tests.fakes.dingtalk.cards import CREATE, UPDATE
from tests.fakes.dingtalk.faults import Trouble
from tests.fakes.dingtalk.gateway import CARDS, CONNECT, MESSAGES, OPEN, Timing
from tests.fakes.dingtalk.hosts import CALLS_A_SECOND, TOKEN_HEADER
from tests.fakes.dingtalk.oapi import GET_USER, UPLOAD
from tests.fakes.dingtalk.people import ONE_TO_ONE, Person, Said
from tests.fakes.dingtalk.robot import DOWNLOAD, QUERY, RECALL, TO_GROUP, TO_PEOPLE
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, ROBOT, TOKEN, FakeDingTalk, dingtalk

GROUP = "cid6KeBBLoveMJOGXoYKF5x7EeiodoA=="
Body = dict[str, JsonValue]


class Caller:
    """Calls the fake as a bot would, badly if it is told to."""

    def __init__(self, fake: FakeDingTalk, session: ClientSession) -> None:
        self.fake = fake
        self.session = session
        self.token = ""

    async def post(self, path: str, body: Body, *, status: int = 200) -> Body:
        headers = {TOKEN_HEADER: self.token} if self.token else {}
        address = f"{self.fake.openapi}{path}"
        async with self.session.post(address, json=body, headers=headers) as answer:
            assert answer.status == status
            return dict(await answer.json())

    async def log_in(self) -> None:
        answer = await self.post(TOKEN, {"appKey": CLIENT_ID, "appSecret": CLIENT_SECRET})
        self.token = str(answer["accessToken"])

    async def say(self, text: str, changed: Body | None = None, *, status: int = 200) -> Body:
        body: Body = {
            "openConversationId": GROUP,
            "robotCode": ROBOT,
            "msgKey": "sampleText",
            "msgParam": json.dumps({"content": text}),
        }
        return await self.post(TO_GROUP, body | (changed or {}), status=status)

    async def answer(self, said: Said, body: Body) -> Body:
        async with self.session.post(str(said.payload["sessionWebhook"]), json=body) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def connect(self, *topics: str) -> aiohttp.ClientWebSocketResponse:
        asked: Body = {
            "clientId": CLIENT_ID,
            "clientSecret": CLIENT_SECRET,
            "subscriptions": [{"type": "CALLBACK", "topic": topic} for topic in topics],
        }
        headers = {"Accept": "application/json"}
        async with self.session.post(f"{self.fake.openapi}{OPEN}", json=asked, headers=headers) as answer:
            ticket = (await answer.json())["ticket"]
        return await self.session.ws_connect(
            f"{self.fake.gateway.address}{CONNECT}", params={"ticket": ticket}
        )

    def complained(self, *words: str) -> None:
        """Expect exactly these complaints, each by some words of it, and forget them."""
        assert len(self.fake.violations) == len(words), self.fake.violations
        assert all(word in complaint for word, complaint in zip(words, self.fake.violations, strict=True))
        self.fake.violations.clear()


@pytest.fixture
async def fake() -> AsyncIterator[FakeDingTalk]:
    timing = Timing(
        ack_limit=timedelta(seconds=0.2),
        sends_again_after=timedelta(seconds=0.4),
        cuts_after=timedelta(seconds=0.1),
    )
    async with dingtalk(clock=FixedClock(datetime(2026, 11, 20, 2, tzinfo=UTC)), timing=timing) as fake:
        fake.group(GROUP)
        yield fake


@pytest.fixture
async def caller(fake: FakeDingTalk) -> AsyncIterator[Caller]:
    async with ClientSession() as session:
        caller = Caller(fake, session)
        await caller.log_in()
        yield caller


@pytest.fixture
def zhang(fake: FakeDingTalk) -> Person:
    return fake.person("staff1", nick="张三")


def ack(frame: str, *, code: int = 200, data: str = '{"response": null}') -> str:
    message = json.loads(frame)["headers"]["messageId"]
    headers = {"contentType": "application/json", "messageId": message}
    return json.dumps({"code": code, "headers": headers, "message": "OK", "data": data})


def moved(fake: FakeDingTalk, **by: float) -> None:
    assert isinstance(fake.clock, FixedClock)
    fake.clock.advance(timedelta(**by))


# --- the gateway -----------------------------------------------------------------------------------------


async def test_words_are_pushed_with_every_field_of_the_captured_sample(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    li = fake.person("staff2", nick="李四")
    async with await caller.connect(MESSAGES) as bot:
        said = await zhang.says(GROUP, "@bot @李四 打印机坏了")
        frame = await bot.receive_str()
        await bot.send_str(ack(frame))
        await fake.until(lambda: said.acknowledged)

    payload = json.loads(json.loads(frame)["data"])
    assert payload["text"] == {"content": " @李四 打印机坏了"}
    assert [each.get("staffId") for each in payload["atUsers"]] == [None, li.id]
    assert set(payload) == {
        "senderPlatform", "conversationId", "atUsers", "chatbotCorpId", "chatbotUserId", "msgId",
        "senderNick", "isAdmin", "senderStaffId", "sessionWebhookExpiredTime", "createAt", "senderCorpId",
        "conversationType", "senderId", "conversationTitle", "isInAtList", "sessionWebhook", "text",
        "robotCode", "msgtype",
    }  # fmt: skip
    assert payload["sessionWebhookExpiredTime"] - payload["createAt"] == 90 * 60 * 1000


async def test_an_outsider_has_no_staff_id_and_another_organisation(fake: FakeDingTalk) -> None:
    said = await fake.outsider("王五").says(GROUP, "@bot 打印机坏了")

    assert "senderStaffId" not in said.payload
    assert said.payload["senderCorpId"] != said.payload["chatbotCorpId"]


async def test_a_group_is_deaf_to_words_without_a_mention(fake: FakeDingTalk, zhang: Person) -> None:
    assert (await zhang.says(GROUP, "打印机坏了")).push is None
    assert (await zhang.says(ONE_TO_ONE, "打印机坏了")).push is not None


async def test_wrong_credentials_get_no_ticket(fake: FakeDingTalk, caller: Caller) -> None:
    body: Body = {
        "clientId": CLIENT_ID,
        "clientSecret": "wrong",
        "subscriptions": [{"type": "CALLBACK", "topic": MESSAGES}],
    }
    headers = {"Accept": "application/json"}
    async with caller.session.post(f"{fake.openapi}{OPEN}", json=body, headers=headers) as answer:
        assert answer.status == 401
        assert (await answer.json())["code"] == "authFailed"


async def test_a_ticket_is_for_one_connection(fake: FakeDingTalk, caller: Caller) -> None:
    async with await caller.connect(MESSAGES):
        used = next(iter(fake.gateway.tickets))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await caller.session.ws_connect(f"{fake.gateway.address}{CONNECT}", params={"ticket": used})

    caller.complained("a ticket used twice")


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ('{"code": 200}', "acknowledgement: headers"),
        ("OK", "acknowledgement: "),
        ("code", "500 for a topic"),
        ("data", "acknowledgement: data"),
        ("stranger", "nothing that waits"),
    ],
)
async def test_an_acknowledgement_of_another_shape_is_told(
    fake: FakeDingTalk, caller: Caller, zhang: Person, answer: str, complaint: str
) -> None:
    fake.gateway.forgiving = True
    async with await caller.connect(MESSAGES) as bot:
        await zhang.says(GROUP, "@bot 1")
        frame = await bot.receive_str()
        wrong = {
            "code": ack(frame, code=500),
            "data": json.dumps({**json.loads(ack(frame)), "data": {"response": None}}),
            "stranger": ack(json.dumps({"headers": {"messageId": "another"}})),
        }
        await bot.send_str(wrong.get(answer, answer))
        await fake.until(lambda: bool(fake.violations))

    assert complaint in fake.violations[0]
    fake.violations.clear()


async def test_what_is_not_acknowledged_is_told_and_comes_once_more(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    async with await caller.connect(MESSAGES) as bot:
        said = await zhang.says(GROUP, "@bot 1")
        first, second = await bot.receive_str(), await bot.receive_str()
        await bot.send_str(ack(second))
        await fake.until(lambda: said.acknowledged)

    assert first == second
    caller.complained("no acknowledgement within 0.2 s")


async def test_a_late_acknowledgement_is_told(fake: FakeDingTalk, caller: Caller, zhang: Person) -> None:
    async with await caller.connect(MESSAGES) as bot:
        said = await zhang.says(GROUP, "@bot 1")
        frame = await bot.receive_str()
        await fake.until(lambda: bool(fake.violations))
        await bot.send_str(ack(frame))
        await fake.until(lambda: said.acknowledged)

    caller.complained("no acknowledgement within", "later than 0.2 s")


async def test_a_ping_wants_its_own_words_back(fake: FakeDingTalk, caller: Caller) -> None:
    async with await caller.connect(MESSAGES) as bot:
        [ping] = await fake.gateway.pings()
        frame = await bot.receive_str()
        await bot.send_str(ack(frame, data=json.loads(frame)["data"]))
        await fake.until(ping.acknowledged.is_set)

        [ping] = await fake.gateway.pings()
        await bot.send_str(ack(await bot.receive_str(), data="{}"))
        await fake.until(ping.acknowledged.is_set)

    caller.complained("its opaque back")


async def test_after_disconnect_nothing_is_pushed_and_the_line_is_cut(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    async with await caller.connect(MESSAGES) as bot:
        await fake.gateway.disconnect()
        await zhang.says(GROUP, "@bot 1")

        assert json.loads(await bot.receive_str())["headers"]["topic"] == "disconnect"
        assert (await bot.receive()).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    assert len(fake.gateway.lost) == 1


async def test_of_several_connections_one_gets_a_message(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    async with await caller.connect(MESSAGES) as one, await caller.connect(CARDS) as other:
        said = await zhang.says(GROUP, "@bot 1")
        await one.send_str(ack(await one.receive_str()))
        await fake.until(lambda: said.acknowledged)
        pressed = await zhang.clicks("card1", GROUP, action="ack")
        await other.send_str(ack(await other.receive_str(), data='{"response": {}}'))
        await fake.until(pressed.acknowledged.is_set)


# --- tokens and calls ------------------------------------------------------------------------------------


async def test_a_token_is_the_same_for_two_hours_and_longer_when_asked_again(
    fake: FakeDingTalk, caller: Caller
) -> None:
    first = caller.token
    moved(fake, hours=1)
    await caller.log_in()
    assert caller.token == first
    moved(fake, hours=2)

    refused = await caller.say("1", status=400)
    assert refused["code"] == "InvalidAuthentication"

    await caller.log_in()
    await caller.say("2")
    assert [line.text for line in fake.group(GROUP).lines] == ["2"]


async def test_a_call_without_a_token_or_with_an_invented_one_is_told(caller: Caller) -> None:
    caller.token = ""
    await caller.say("1", status=400)
    caller.token = "invented"
    await caller.say("1", status=400)

    caller.complained("no x-acs", "never was")


async def test_a_path_that_is_none_is_told(caller: Caller) -> None:
    answer = await caller.post("/v1.0/robot/groupMessages/shout", {}, status=404)

    assert answer["code"] == "InvalidAction.NotFound"
    caller.complained("there is no such call")


@pytest.mark.parametrize(
    ("changed", "code", "complaint"),
    [
        ({"msgParam": {"content": "1"}}, "invalidParameter", "msgParam"),
        ({"surplus": 1}, "invalidParameter", "surplus"),
        ({"robotCode": "other"}, "invalidParameter.robotCode.notExsit", "robot code"),
        ({"msgKey": "text"}, "invalidParameter.msgKey.invalid", "msgKey text"),
        ({"msgParam": '{"text": "1"}'}, "invalidParameter.msgParam.invalid", "content: Field required"),
        ({"msgParam": '{"content": "%s"}' % ("好" * 5001)}, "invalidParameter.msgParam.tooLong", "15000"),
    ],
)
async def test_a_malformed_body_is_refused_and_told(
    caller: Caller, changed: Body, code: str, complaint: str
) -> None:
    answer = await caller.say("1", changed, status=400)

    assert answer["code"] == code
    caller.complained(complaint)


async def test_a_group_that_is_not_there_is_only_refused(caller: Caller) -> None:
    assert (await caller.say("1", {"openConversationId": "cid0"}, status=400))[
        "code"
    ] == "invalid.openConversationId"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a table"),
        ("```\nls\n```", "a code block"),
        ("~~gone~~", "struck-through"),
        ("one\ntwo", "a line break"),
        ("<font color=red>x</font>", "HTML"),
    ],
)
async def test_markdown_that_does_not_show_is_told(caller: Caller, text: str, complaint: str) -> None:
    await caller.say("", {"msgKey": "sampleMarkdown", "msgParam": json.dumps({"title": "t", "text": text})})

    assert complaint in caller.fake.violations[0]
    caller.fake.violations.clear()


async def test_people_are_reached_or_named_as_not_reached(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    li = fake.person("staff2", nick="李四")
    fake.world.flow_controlled.add(li.id)
    body: Body = {
        "robotCode": ROBOT,
        "userIds": [zhang.id, li.id, "nobody"],
        "msgKey": "sampleText",
        "msgParam": '{"content": "1"}',
    }

    answer = await caller.post(TO_PEOPLE, body)

    assert (answer["invalidStaffIdList"], answer["flowControlledStaffIdList"]) == (["nobody"], [li.id])
    assert [len(zhang.told), len(li.told)] == [1, 0]
    many: list[JsonValue] = [f"u{number}" for number in range(21)]
    assert (await caller.post(TO_PEOPLE, {**body, "userIds": many}, status=400))["code"] == "too.many.people"
    caller.complained("more than 20 people")


async def test_what_stands_in_a_group_can_be_looked_up_and_taken_back(
    fake: FakeDingTalk, caller: Caller
) -> None:
    key = (await caller.say("1"))["processQueryKey"]

    assert (await caller.post(QUERY, {"processQueryKey": key}))["sendStatus"] == "SUCCESS"
    taken: Body = {"openConversationId": GROUP, "robotCode": ROBOT, "processQueryKeys": [key, "other"]}
    back = await caller.post(RECALL, taken)
    assert back == {"successResult": [key], "failedResult": {"other": "not found"}}
    assert (await caller.post(QUERY, {"processQueryKey": key}))["sendStatus"] == "RECALLED"
    assert fake.group(GROUP).lines == []


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        (Trouble.QPS, 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"),
        (Trouble.QUOTA, 403, "Forbidden.AccessDenied.ApiCountLimitForOrg"),
        (Trouble.PERMISSION, 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied"),
        (Trouble.SYSTEM, 500, "system.error"),
        (Trouble.TOO_FAST, 400, "send.too.fast"),
    ],
)
async def test_trouble_comes_when_it_is_planned_and_goes(
    fake: FakeDingTalk, caller: Caller, trouble: Trouble, status: int, code: str
) -> None:
    fake.breaks(TO_GROUP, trouble)

    assert (await caller.say("1", status=status))["code"] == code
    await caller.say("2")

    assert [line.text for line in fake.group(GROUP).lines] == ["2"]


async def test_a_lost_answer_comes_after_it_was_done(fake: FakeDingTalk, caller: Caller) -> None:
    fake.breaks(TO_GROUP, Trouble.LOST)

    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.say("1")

    assert [line.text for line in fake.group(GROUP).lines] == ["1"]


async def test_more_than_twenty_calls_a_second_are_refused(fake: FakeDingTalk, caller: Caller) -> None:
    fake.breaks(QUERY, Trouble.SYSTEM, times=None)
    codes = [await _status(caller, QUERY) for _ in range(CALLS_A_SECOND + 1)]

    assert codes[-1] == 403


async def _status(caller: Caller, path: str) -> int:
    headers = {TOKEN_HEADER: caller.token}
    address = f"{caller.fake.openapi}{path}"
    async with caller.session.post(address, json={"processQueryKey": "1"}, headers=headers) as answer:
        return answer.status


# --- answers by sessionWebhook ---------------------------------------------------------------------------


async def test_a_webhook_answers_until_its_time_is_over(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    said = await zhang.says(GROUP, "@bot 1")
    body: Body = {
        "msgtype": "markdown",
        "markdown": {"title": "收到", "text": "@staff1 收到"},
        "at": {"atUserIds": ["staff1"], "isAtAll": False},
    }

    assert (await caller.answer(said, body))["errcode"] == 0
    [line] = fake.group(GROUP).lines
    assert (line.shown, set(line.rung)) == ("@staff1 收到", {"staff1"})
    moved(fake, minutes=90)
    assert (await caller.answer(said, body))["errcode"] == 300001


@pytest.mark.parametrize(
    ("body", "code", "complaint"),
    [
        ({"msgtype": "markdown", "markdown": {"text": "1"}}, 400402, "title: Field required"),
        ({"msgtype": "text", "text": {"content": "1"}, "at": {"atUserIds": [None]}}, 400402, "atUserIds.0"),
        ({"msgtype": "text", "text": {"content": "好" * 7000}}, 460101, "20000 bytes"),
        ({"msgtype": "text", "text": {"content": "1"}, "at": {"isAtAll": True}}, 0, "everybody"),
        (
            {
                "msgtype": "markdown",
                "markdown": {"title": "1", "text": "1"},
                "at": {"atUserIds": ["staff1"]},
            },
            0,
            "rings nobody",
        ),
        (
            {"msgtype": "text", "text": {"content": "1"}, "at": {"atUserIds": ["$:L"]}},
            0,
            "mentions of nobody",
        ),
        ({"msgtype": "file", "file": {"mediaId": "1"}}, 400402, "file"),
    ],
)
async def test_a_careless_answer_is_told(
    caller: Caller, zhang: Person, body: Body, code: int, complaint: str
) -> None:
    said = await zhang.says(GROUP, "@bot 1")

    assert (await caller.answer(said, body))["errcode"] == code
    caller.complained(complaint)


# --- files, people, cards --------------------------------------------------------------------------------


async def test_a_picture_can_be_fetched_by_its_code(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    said = await zhang.sends_picture(GROUP, b"PNG")
    content = said.payload["content"]
    assert isinstance(content, dict)

    answer = await caller.post(DOWNLOAD, {"downloadCode": content["downloadCode"], "robotCode": ROBOT})
    async with caller.session.get(str(answer["downloadUrl"])) as got:
        assert await got.read() == b"PNG"

    gone = await caller.post(DOWNLOAD, {"downloadCode": "gone", "robotCode": ROBOT}, status=400)
    assert gone["code"] == "invalidParameter.robotCode.downloadCode"


async def test_what_is_uploaded_can_be_sent_and_nothing_else(fake: FakeDingTalk, caller: Caller) -> None:
    form = FormData({"type": "file"})
    form.add_field("media", b"%PDF", filename="log.pdf", content_type="application/pdf")
    address = f"{fake.oapi}{UPLOAD}"
    async with caller.session.post(address, params={"access_token": caller.token}, data=form) as answer:
        media = (await answer.json())["media_id"]
    param = {"mediaId": media, "fileName": "log.pdf", "fileType": "pdf"}

    await caller.say("", {"msgKey": "sampleFile", "msgParam": json.dumps(param)})
    [line] = fake.group(GROUP).lines
    assert line.media is not None
    assert line.media.data == b"%PDF"

    never = json.dumps({**param, "mediaId": "@never"})
    await caller.say("", {"msgKey": "sampleFile", "msgParam": never}, status=400)
    caller.complained("never uploaded")


async def test_people_are_found_by_their_id_on_the_old_host(
    fake: FakeDingTalk, caller: Caller, zhang: Person
) -> None:
    address = f"{fake.oapi}{GET_USER}"
    for user, token, code in (
        (zhang.id, caller.token, 0),
        ("nobody", caller.token, 60121),
        (zhang.id, "no", 40014),
    ):
        async with caller.session.post(
            address, params={"access_token": token}, json={"userid": user}
        ) as answer:
            assert (await answer.json())["errcode"] == code
    caller.complained("never was")


async def test_a_card_is_made_once_and_changed_by_key(fake: FakeDingTalk, caller: Caller) -> None:
    fake.cards.templates.add("t.schema")
    card: Body = {
        "cardTemplateId": "t.schema",
        "outTrackId": "case-1",
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "C-1", "level": "3"}},
        "openSpaceId": f"dtv1.card//IM_GROUP.{GROUP}",
        "imGroupOpenSpaceModel": {"supportForward": True},
        "imGroupOpenDeliverModel": {"robotCode": ROBOT},
    }
    await caller.post(CREATE, card)
    assert (await caller.post(CREATE, card, status=400))["code"] == "param.cardAlreadyExist"

    change = {
        "outTrackId": "case-1",
        "cardData": {"cardParamMap": {"level": "1"}},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }
    headers = {TOKEN_HEADER: caller.token}
    async with caller.session.put(f"{fake.openapi}{UPDATE}", json=change, headers=headers) as answer:
        assert (await answer.json())["success"]

    assert fake.cards.cards["case-1"].values == {"title": "C-1", "level": "1"}
    await caller.post(CREATE, {**card, "cardData": {"cardParamMap": {"level": 1}}}, status=400)
    caller.complained("cardParamMap.level")
