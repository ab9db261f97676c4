"""Through Bolt to the inbox: stored first, then acknowledged; forms opened, no case changed."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.core.clock import FixedClock, SystemClock
from bot.core.errors import StoreError, TemporaryDeliveryError
from bot.core.inbound import Action, Command, IncomingMessage, Reaction
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from bot.platforms.slack.account import SlackAccount
from bot.platforms.slack.answers import RawWords
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.edge import UNREAD, Edge
from bot.platforms.slack.modals import Forms
from bot.platforms.slack.names import MOST_ASKED, Names
from bot.platforms.slack.payload import to_inbound
from bot.platforms.slack.render import Element
from bot.platforms.slack.responder import Responder
from tests.fakes.reception import FakeReception
from tests.unit.platforms.slack.captured import NAMES, US, captured
from tests.unit.platforms.slack.test_intake import NOW

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class QuietSlack(SlackApi):
    """Slack's Web API without Slack: names are asked for and come when they may, windows are kept."""

    def __init__(self, reception: FakeReception) -> None:
        super().__init__(SlackAccount(bot_token="xoxb-1"), reception.alarm)
        self.bell = reception.bell
        self.opened: list[tuple[str, Element]] = []
        self.expired = False
        self.asked: list[str] = []
        self.may_tell = asyncio.Event()
        self.may_tell.set()
        self.may_look = asyncio.Event()
        self.may_look.set()
        self.below: RawWords | None = None

    async def name(self, user: str) -> str:
        self.asked.append(user)
        self.bell.ring()
        await self.may_tell.wait()
        return f"{user}'s name"

    async def words(self, channel: str, ts: str) -> RawWords | None:
        await self.may_look.wait()
        if self.below is None:
            raise TemporaryDeliveryError("conversations.replies: no answer")
        return self.below

    async def open_view(self, trigger: str, view: Element) -> None:
        if self.expired:
            raise TemporaryDeliveryError("expired_trigger_id")
        self.opened.append((trigger, view))


class Desk:
    """Everything between Bolt and the inbox."""

    def __init__(self, directory: Directory, texts: Texts) -> None:
        self.reception = FakeReception(directory)
        self.slack = QuietSlack(self.reception)
        self.names = Names(self.slack, self.reception.directory)
        self.edge = Edge(
            self.slack,
            self.reception,
            self.names,
            Forms(texts, self.reception.directory),
            clock=FixedClock(NOW),
        )
        self.edge.us = US
        self.responder = Responder(self.slack, self.edge, signing_secret=SECRET)

    async def hears(self, body: Mapping[str, Any]) -> BoltResponse:
        return await self.responder.socket(dict(body))

    @property
    def heard(self) -> list[IncomingMessage | Command | Action]:
        found = [to_inbound(each.payload) for each in self.reception.events]
        return [each for each in found if isinstance(each, IncomingMessage | Command | Action)]


@pytest.fixture
def desk(directory: Directory, texts: Texts) -> Desk:
    return Desk(directory, texts)


@pytest.mark.parametrize("name", NAMES)
async def test_everything_is_acknowledged(desk: Desk, name: str) -> None:
    response = await desk.hears(captured(name))

    assert response.status == 200
    for event in desk.reception.events:
        assert to_inbound(event.payload) is not None


@pytest.mark.parametrize(
    "kind", ["view_closed", "message_action", "shortcut", "block_suggestion", "", "new_kind"]
)
async def test_kinds_that_mean_nothing_are_acknowledged_and_forgotten(desk: Desk, kind: str) -> None:
    assert (await desk.hears({"type": kind})).status == 200
    assert (await desk.hears({})).status == 200
    assert desk.reception.events == []


async def test_an_event_knows_its_conversation_and_both_its_names(desk: Desk) -> None:
    await desk.hears(captured("message"))

    (event,) = desk.reception.events
    assert event.event_id == "Ev0MESSAGE"
    assert event.lane == "slack:C0HUAYUE"
    assert event.twin == "T0CASEBELL:C0HUAYUE:1795150800.123456"


@pytest.mark.parametrize("name", ["message", "slash_command", "block_actions", "view_submission"])
async def test_what_cannot_be_stored_is_not_acknowledged(desk: Desk, name: str) -> None:
    desk.reception.broken = True

    assert (await desk.hears(captured(name))).status == 500

    desk.reception.broken = False
    assert (await desk.hears(captured(name))).status == 200
    assert len(desk.reception.events) == 1


async def test_eleven_copies_of_one_message_are_one_event(desk: Desk) -> None:
    copies = [captured("message_with_mentions") for _ in range(10)] + [captured("app_mention")]
    for number, copy in enumerate(copies):
        copy["event_id"] = f"Ev{number}"

    await asyncio.gather(*map(desk.hears, copies))

    assert len(desk.reception.events) == 1
    assert len(desk.reception.repeated) == 10


async def test_people_the_directory_knows_are_not_looked_up(desk: Desk) -> None:
    await desk.hears(captured("message_with_mentions"))

    (words,) = desk.heard
    assert isinstance(words, IncomingMessage)
    assert words.origin.sender.name == "秦书瑶"
    assert [each.name for each in words.mentions] == ["林小北"]
    assert desk.slack.asked == []


async def test_a_stranger_is_asked_for_once(desk: Desk) -> None:
    for _ in range(2):
        await desk.hears(captured("file_in_shared_channel"))

    assert desk.heard[0].origin.sender.name == "U0GUEST's name"
    assert desk.slack.asked == ["U0GUEST"]


async def test_of_a_crowd_mentioned_only_some_are_looked_up(desk: Desk) -> None:
    body = captured("message")
    event = body["event"]
    assert isinstance(event, dict)
    event["text"] = " ".join(f"<@U0GUEST{number}>" for number in range(300))

    await desk.hears(body)

    (words,) = desk.heard
    assert isinstance(words, IncomingMessage)
    assert len(words.mentions) == 300
    assert len(desk.slack.asked) == MOST_ASKED


async def test_a_name_that_does_not_come_holds_nothing_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.names.WAIT_S", 0.01)
    desk.slack.may_tell.clear()

    await desk.hears(captured("file_in_shared_channel"))

    assert desk.heard[0].origin.sender.name == "U0GUEST"
    await desk.names.stop()


async def test_words_keep_their_order_while_a_name_is_looked_up(desk: Desk) -> None:
    desk.slack.may_tell.clear()
    first = asyncio.create_task(desk.hears(captured("file_in_shared_channel")))
    second = asyncio.create_task(desk.hears(captured("message_in_thread")))
    await desk.reception.bell.until(lambda: desk.slack.asked)
    assert desk.reception.events == []

    desk.slack.may_tell.set()
    await asyncio.gather(first, second)

    assert [each.event_id for each in desk.reception.events] == ["Ev0HIDDEN", "Ev0THREAD"]


async def test_a_sign_comes_with_the_words_it_was_put_on_and_their_thread(desk: Desk) -> None:
    desk.slack.below = RawWords(
        ts="1795150800.123456", thread_ts="1795150700.000100", text="<@U0BELL> 连不上 &lt;wifi&gt;"
    )

    await desk.hears(captured("reaction_added"))

    (sign,) = (to_inbound(each.payload) for each in desk.reception.events)
    assert isinstance(sign, Reaction)
    assert sign.text == "连不上 <wifi>"
    assert sign.author is not None
    assert sign.author.name == "秦书瑶"
    assert sign.origin.place.thread == "1795150700.000100"


async def test_what_is_said_after_a_sign_is_stored_after_it_however_long_its_words_are_looked_for(
    desk: Desk,
) -> None:
    desk.slack.below = RawWords(ts="1795150800.123456", thread_ts=None, text="连不上")
    desk.slack.may_look.clear()
    sign = asyncio.create_task(desk.hears(captured("reaction_added")))
    said = asyncio.create_task(desk.hears(captured("message")))
    await asyncio.wait({said}, timeout=0.05)  # it may not go in first
    assert desk.reception.events == []

    desk.slack.may_look.set()
    await asyncio.gather(sign, said)

    kinds = [type(to_inbound(each.payload)) for each in desk.reception.events]
    assert kinds == [Reaction, IncomingMessage]


async def test_a_sign_whose_words_cannot_be_looked_up_is_stored_bare(desk: Desk) -> None:
    assert (await desk.hears(captured("reaction_added"))).status == 200

    (sign,) = (to_inbound(each.payload) for each in desk.reception.events)
    assert isinstance(sign, Reaction)
    assert (sign.text, sign.origin.place.thread) == ("", None)


async def test_a_press_that_needs_words_opens_a_form_and_stores_nothing(desk: Desk) -> None:
    body = captured("block_actions")
    body["actions"] = [{"value": '{"verb":"add","case":"C-20261120-0007","as_of":3}'}]

    assert (await desk.hears(body)).status == 200

    ((trigger, view),) = desk.slack.opened
    assert trigger == "12466734323.1395872398.ad5c9d"
    assert view["callback_id"] == "form"
    assert desk.reception.events == []


async def test_a_form_that_cannot_open_lets_the_press_in_bare(desk: Desk) -> None:
    desk.slack.expired = True
    body = captured("block_actions")
    body["actions"] = [{"value": '{"verb":"add","case":"C-20261120-0007","as_of":3}'}]

    await desk.hears(body)

    (action,) = desk.heard
    assert isinstance(action, Action)
    assert (action.verb, action.words) == ("add", "")


async def test_a_command_without_its_words_opens_a_form(desk: Desk) -> None:
    command = captured("slash_command")

    await desk.hears({**command, "text": "solve 0007"})
    desk.slack.expired = True
    await desk.hears({**command, "text": "solve 0007"})

    assert len(desk.slack.opened) == 1
    (order,) = desk.heard
    assert isinstance(order, Command)
    assert order.text == "solve 0007"


async def test_a_form_sent_is_stored_and_closed(desk: Desk) -> None:
    response = await desk.hears(captured("view_submission"))

    assert json.loads(response.body) == {"response_action": "clear"}
    (action,) = desk.heard
    assert isinstance(action, Action)
    assert action.words == "三楼也不行 <b> & 更多"
    assert action.origin.sender.name == "秦书瑶"


async def test_a_form_with_an_answer_missing_stays_open(desk: Desk) -> None:
    body = captured("view_submission")
    view = body["view"]
    assert isinstance(view, dict)
    view["state"] = {"values": {}}

    response = await desk.hears(body)

    assert json.loads(response.body)["response_action"] == "errors"
    assert desk.reception.events == []


async def test_news_of_a_channel_reach_the_operator(desk: Desk) -> None:
    await desk.hears(captured("channel_id_changed"))
    await desk.hears({"type": "app_rate_limited", "minute_rate_limited": 1795150800})

    assert list(desk.reception.alarms) == [
        "slack:channel_id_changed:Ev0RENUMBERED",
        "slack:app_rate_limited:1795150800",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "event": "text"},
        {
            "type": "event_callback",
            "event": {"type": "message", "user": "U0QIN", "text": "在吗", "ts": "now"},
        },
        {"type": "event_callback", "event": {"type": "message", "subtype": "message_changed"}},
        {"type": "event_callback", "event_id": 7, "event": {}},
        {"type": "block_actions", "user": "U0QIN", "token": "Z0verification"},
        {"type": "view_submission", "user": {"id": "U0QIN"}, "view": {"id": "V", "callback_id": "form"}},
        {"type": "event_callback", "team": ["\0", "\ud800"]},
        {"command": "/case"},
    ],
)
async def test_what_has_an_unknown_shape_is_kept_for_somebody_to_look_at(
    desk: Desk, body: dict[str, Any]
) -> None:
    assert (await desk.hears(body)).status == 200

    (event,) = desk.reception.events
    assert event.lane == UNREAD
    assert "Z0verification" not in event.payload
    assert "\\ud800" not in event.payload
    with pytest.raises(StoreError, match="a shape this version does not know"):
        to_inbound(event.payload)


async def test_an_event_says_itself_for_whom_it_is_until_slack_does(desk: Desk) -> None:
    desk.edge.us = None
    await desk.hears(captured("message_with_mentions"))

    (words,) = desk.heard
    assert isinstance(words, IncomingMessage)
    assert words.to_bot
    assert (await desk.hears({**captured("message"), "authorizations": None})).status == 500


# --- over HTTP --------------------------------------------------------------------------------------------


def signed(body: str, *, secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
    at = str(int(SystemClock().now().timestamp()) - age_s)
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
    assert signature is not None
    return {
        "Content-Type": "application/json" if body.startswith("{") else "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": signature,
    }


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("message", json.dumps),
        ("slash_command", urlencode),
        ("block_actions", lambda body: urlencode({"payload": json.dumps(body)})),
    ],
)
async def test_a_signed_request_is_stored_and_acknowledged(desk: Desk, name: str, written: Any) -> None:
    body = written(captured(name))

    assert (await desk.responder.http(body, signed(body))).status == 200
    assert len(desk.reception.events) == 1


@pytest.mark.parametrize("wrong", [{"secret": "another"}, {"age_s": 301}, {"age_s": -301}])
async def test_a_request_without_a_good_signature_or_an_old_one_is_refused(
    desk: Desk, wrong: dict[str, Any]
) -> None:
    body = json.dumps(captured("message"))

    assert (await desk.responder.http(body, signed(body, **wrong))).status == 401
    assert (await desk.responder.http(body, {})).status == 401
    assert desk.reception.events == []


async def test_slack_may_ask_whether_the_address_is_ours(desk: Desk) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"})

    response = await desk.responder.http(body, signed(body))

    assert response.status == 200
    assert json.loads(response.body) == {"challenge": "3eZbrw1aB"}


@pytest.mark.parametrize(
    "body", ["{", "[" * 100_000, '{"event": 7}', "payload={", '{"team": 7, "event": []}', ""]
)
async def test_garbage_is_refused_and_breaks_nothing(desk: Desk, body: str) -> None:
    response = await desk.responder.http(body, {"Content-Type": "application/json"})

    assert response.status in {400, 401}
    assert desk.reception.events == []
