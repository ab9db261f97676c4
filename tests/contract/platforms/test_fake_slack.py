"""The fake Slack is as strict as the real one: what it must refuse, and what it must not lose."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack.limits import LOST_AFTER, UNAVAILABLE, limited
from tests.fakes.slack.people import Raw
from tests.fakes.slack.posting import Posting
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.text import Reading, read_mrkdwn

Json = dict[str, Any]

PLAIN = {"type": "plain_text", "text": "Go"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a", "value": "1"}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input", "action_id": "a"}}
MODAL = {"type": "modal", "title": PLAIN, "submit": PLAIN, "callback_id": "form", "blocks": [INPUT]}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def words(text: str) -> Json:
    return {"type": "text", "text": text}


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    slack.channel("C1")
    return AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


BAD_BLOCKS: dict[str, list[Json]] = {
    "51 blocks": [{"type": "divider"}] * 51,
    "an unknown block": [{"type": "table"}],
    "an unknown field": [{"type": "divider", "color": "red"}],
    "a section of nothing": [{"type": "section"}],
    "a section too long": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
    "an empty text element": [rich(words(""))],
    "an unknown element": [rich({"type": "mention", "user_id": "U1"})],
    "an unknown user": [rich({"type": "user", "user_id": "U404"})],
    "a broadcast to nobody": [rich({"type": "broadcast", "range": "all"})],
    "a list of texts": [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [words("x")]}],
        }
    ],
    "26 buttons": [{"type": "actions", "elements": [{**BUTTON, "action_id": str(n)} for n in range(26)]}],
    "a button's value too long": [{"type": "actions", "elements": [{**BUTTON, "value": "x" * 2001}]}],
    "a label too long": [{"type": "actions", "elements": [{**BUTTON, "text": {**PLAIN, "text": "x" * 76}}]}],
    "an action twice": [{"type": "actions", "elements": [BUTTON, BUTTON]}],
    "a block id twice": [{"type": "divider", "block_id": "b"}] * 2,
    "an input in a message": [INPUT],
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_blocks_slack_would_refuse_are_refused(
    slack: FakeSlack, client: AsyncWebClient, name: str
) -> None:
    slack.allow("invalid_blocks")

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel="C1", text="x", blocks=BAD_BLOCKS[name])

    assert slack.messages("C1") == []
    assert [each.code for each in slack.workspace.violations] == ["invalid_blocks"]


BAD_POSTS: dict[str, tuple[str, Json]] = {
    "nowhere": ("channel_not_found", {"channel": "C404", "text": "x"}),
    "where the bot is not": ("not_in_channel", {"channel": "C2", "text": "x"}),
    "a private channel of others": ("channel_not_found", {"channel": "C3", "text": "x"}),
    "an archived channel": ("is_archived", {"channel": "C4", "text": "x"}),
    "nothing": ("no_text", {"channel": "C1"}),
    "a book": ("msg_too_long", {"channel": "C1", "text": "x" * 40_001}),
    "too many words in blocks": (
        "msg_blocks_too_long",
        {"channel": "C1", "text": "x", "blocks": [rich(words("x" * 3000))] * 5},
    ),
    "below nothing": ("thread_not_found", {"channel": "C1", "text": "x", "thread_ts": "1.0"}),
    "metadata without a payload": (
        "invalid_metadata_format",
        {"channel": "C1", "text": "x", "metadata": {"event_type": "key"}},
    ),
}


@pytest.mark.parametrize("name", BAD_POSTS)
async def test_posts_slack_would_refuse_are_refused(
    slack: FakeSlack, client: AsyncWebClient, name: str
) -> None:
    error, post = BAD_POSTS[name]
    slack.channel("C2", joined=False)
    slack.channel("C3", joined=False, kind="group")
    slack.channel("C4").archived = True
    slack.allow(error)

    with pytest.raises(SlackApiError, match=error):
        await client.api_call("chat.postMessage", json=post)

    assert [each.code for each in slack.workspace.violations] == [error]


QUESTIONABLE: dict[str, Json] = {
    "text_too_long": {"text": "x" * 4001},
    "no_fallback_text": {"blocks": [rich(words("x"))]},
    "link_names_makes_words_ring": {"text": "x", "link_names": True},
    "parse_makes_words_ring": {"text": "x", "parse": "full"},
    "unknown_argument": {"text": "x", "colour": "red"},
}


@pytest.mark.parametrize("code", QUESTIONABLE)
async def test_what_slack_takes_but_does_not_do_well_is_noticed(
    slack: FakeSlack, client: AsyncWebClient, code: str
) -> None:
    slack.allow(code)

    await client.api_call("chat.postMessage", json={"channel": "C1", **QUESTIONABLE[code]})

    assert [each.code for each in slack.workspace.violations] == [code]


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-0", "invalid_auth"), ("app", "not_allowed_token_type")]
)
async def test_only_the_bots_token_opens_the_api(slack: FakeSlack, token: str, error: str) -> None:
    slack.allow(error)
    token = slack.workspace.app_token if token == "app" else token

    with pytest.raises(SlackApiError, match=error):
        await AsyncWebClient(token=token, base_url=slack.api_url).auth_test()


async def test_a_scope_that_was_not_granted_is_named(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.allow("missing_scope")
    slack.workspace.scopes.remove("channels:history")

    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel="C1")

    assert refused.value.response["needed"] == "channels:history"


async def test_an_unknown_method_and_an_unknown_path_are_noticed(slack: FakeSlack) -> None:
    slack.allow("unknown_method", "unknown_path")
    async with aiohttp.ClientSession() as session:
        for path in ("/api/chat.shout", "/nowhere"):
            async with session.post(slack.workspace.base + path):
                pass

    assert len(slack.workspace.violations) == 2


async def test_metadata_are_told_to_who_asks_for_them(slack: FakeSlack, client: AsyncWebClient) -> None:
    metadata = {"event_type": "casebell", "event_payload": {"key": "k"}}
    for number in range(3):
        await client.chat_postMessage(channel="C1", text=str(number), metadata=metadata)

    first = await client.conversations_history(channel="C1", limit=2, include_all_metadata=True)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C1", limit=2, cursor=cursor)

    assert [each["text"] for each in first["messages"]] == ["2", "1"]
    assert first["messages"][0]["metadata"] == metadata
    assert [each["text"] for each in rest["messages"]] == ["0"]
    assert "metadata" not in rest["messages"][0]
    assert not rest["has_more"]


async def test_a_thread_is_read_with_its_parent_first(slack: FakeSlack, client: AsyncWebClient) -> None:
    ts = slack.person("U1").says("C1", "help")
    for answer in ("one", "two"):
        await client.chat_postMessage(channel="C1", text=answer, thread_ts=ts)

    replies = await client.conversations_replies(channel="C1", ts=ts)
    history = await client.conversations_history(channel="C1")

    assert [each["text"] for each in replies["messages"]] == ["help", "one", "two"]
    assert [each["text"] for each in history["messages"]] == ["help"]
    assert history["messages"][0]["reply_count"] == 2


async def test_more_than_a_message_a_second_is_told_to_rest(slack: FakeSlack, client: AsyncWebClient) -> None:
    for number in range(int(slack.limits.burst)):
        await client.chat_postMessage(channel="C1", text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C1", text="one more")

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert len(slack.messages("C1")) == slack.limits.burst


async def test_calls_fail_as_a_test_wants(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.fail("chat.postMessage", UNAVAILABLE, limited(0), LOST_AFTER)

    with pytest.raises(SlackApiError, match="503"):
        await client.chat_postMessage(channel="C1", text="1")
    with pytest.raises(SlackApiError, match="429"):
        await client.chat_postMessage(channel="C1", text="2")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="3")

    assert [each.text for each in slack.messages("C1")] == ["3"]


READINGS: dict[str, tuple[str, set[str], tuple[str, ...]]] = {
    "plain *words*": ("plain words", set(), ("words",)),
    "a*b*c 2*3*4 snake_case_name": ("a*b*c 2*3*4 snake_case_name", set(), ()),
    "&lt;!channel&gt; &amp;lt;": ("<!channel> &lt;", set(), ()),
    "<!channel> <@U1> <#C1|general>": (
        "@channel @U1 #general",
        {"channel", "U1"},
        ("@channel", "@U1", "#general"),
    ),
    "<http://a.example|here> http://b.example": (
        "here http://b.example",
        set(),
        ("here", "http://b.example"),
    ),
}


@pytest.mark.parametrize("text", READINGS)
def test_markup_is_read_as_people_see_it(text: str) -> None:
    reading = Reading(tuple(read_mrkdwn(text)))

    assert (reading.text, set(reading.rung), reading.formatted) == READINGS[text]


def taken(_body: Json) -> BoltResponse:
    return BoltResponse(status=200, body="")


class Bot:
    """A Bolt app that keeps what it gets."""

    def __init__(self, slack: FakeSlack, client: AsyncWebClient) -> None:
        self.slack = slack
        self.app = AsyncApp(
            client=client,
            signing_secret=slack.workspace.signing_secret,
            ignoring_self_events_enabled=False,
        )
        self.got: list[Json] = []
        self.headers: list[Json] = []
        self.answer: Callable[[Json], BoltResponse] = taken
        self.app.middleware(self._take)

    async def _take(self, req: Any) -> BoltResponse:
        self.got.append(req.body)
        self.headers.append(req.headers)
        self.slack.workspace.bell.ring()
        return self.answer(req.body)

    def events(self) -> list[Json]:
        return [each["event"] for each in self.got if "event" in each]


@pytest.fixture
async def bot(slack: FakeSlack, client: AsyncWebClient) -> AsyncIterator[Bot]:
    bot = Bot(slack, client)
    handler = AsyncSocketModeHandler(bot.app, slack.workspace.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's own
    yield bot
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's own


async def test_what_people_say_arrives_as_slack_tells_it(slack: FakeSlack, bot: Bot) -> None:
    ann = slack.person("U1", "Ann")

    ts = ann.says("C1", slack.bot, " is <b> & *c*?")
    await slack.until(lambda: len(bot.got) == 2)
    ann.edits("C1", ts, "never mind")
    ann.deletes("C1", ts)
    await slack.until(lambda: len(bot.got) == 4)

    message, mention = sorted(bot.events()[:2], key=lambda event: str(event["type"]), reverse=True)
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["text"] == mention["text"] == "<@U0BOT> is &lt;b&gt; &amp; *c*?"
    assert {"team", "client_msg_id", "blocks", "channel_type"} <= message.keys()
    assert {each["subtype"] for each in bot.events()[2:]} == {"message_changed", "message_deleted"}
    assert len({each["event_id"] for each in bot.got}) == 4


async def test_the_bots_own_words_come_back_marked_as_its_own(
    slack: FakeSlack, bot: Bot, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C1", text="hello <@U0BOT>")
    slack.bot_says("C1", "another")
    await slack.until(lambda: len(bot.got) == 2)

    assert {each["bot_id"] for each in bot.events()} == {"B0BOT", "B0OTHER"}
    assert {each["type"] for each in bot.events()} == {"message"}


async def test_what_is_not_acknowledged_comes_again(slack: FakeSlack, bot: Bot) -> None:
    slack.allow("not_acknowledged", "acknowledged_late")
    slack.timing.ack_deadline = 0.2
    bot.answer = lambda body: BoltResponse(status=500 if len(bot.got) == 1 else 200)

    slack.person("U1").says("C1", "help")
    await slack.until(lambda: slack.deliveries[0].over)

    assert slack.deliveries[0].acknowledged
    assert bot.got[0] == bot.got[1]
    assert [headers.get("x-slack-retry-num") for headers in bot.headers] == [["0"], ["1"]]
    assert bot.headers[1]["x-slack-retry-reason"] == ["timeout"]


async def test_a_view_opens_once_and_asks_for_what_it_needs(
    slack: FakeSlack, bot: Bot, client: AsyncWebClient
) -> None:
    slack.allow("exchanged_trigger_id", "expired_trigger_id")
    ann = slack.person("U1")
    ann.types("/case", "new", channel="C1")
    await slack.until(lambda: bot.got)
    trigger = bot.got[0]["trigger_id"]

    await client.views_open(trigger_id=trigger, view=MODAL)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=MODAL)
    slack.timing.trigger = 0
    ann.types("/case", "new", channel="C1")
    await slack.until(lambda: len(bot.got) == 2)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=bot.got[1]["trigger_id"], view=MODAL)

    with pytest.raises(AssertionError, match="asks for 'Go'"):
        await ann.submits({})
    bot.answer = refusing
    assert (await ann.submits({"Go": "words"}))["response_action"] == "errors"
    assert len(slack.workspace.stacks["U1"]) == 1
    bot.answer = taken
    await ann.submits({"Go": "words"})
    assert ann.view is None
    (values,) = bot.got[-1]["view"]["state"]["values"].values()
    assert values == {"a": {"type": "plain_text_input", "value": "words"}}


def refusing(body: Json) -> BoltResponse:
    block = body["view"]["blocks"][0]["block_id"]
    answer = {"response_action": "errors", "errors": {block: "too short"}}
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})


@pytest.mark.parametrize(
    "broken",
    [
        {"title": {**PLAIN, "text": "x" * 25}},
        {"submit": None},
        {"blocks": []},
        {"private_metadata": "x" * 3001},
        {"colour": "red"},
    ],
    ids=str,
)
async def test_views_slack_would_refuse_are_refused(
    slack: FakeSlack, client: AsyncWebClient, broken: Json
) -> None:
    slack.allow("invalid_arguments")
    view = {key: value for key, value in {**MODAL, **broken}.items() if value is not None}

    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_open(trigger_id=slack.workspace.trigger("U1"), view=view)


async def test_a_ticket_is_good_for_one_connection(slack: FakeSlack) -> None:
    slack.allow("ticket_used_twice")
    apps = AsyncWebClient(base_url=slack.api_url)
    url = (await apps.apps_connections_open(app_token=slack.workspace.app_token))["url"]

    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError, match="408"):
            await session.ws_connect(url)


async def test_a_connection_that_answers_wrongly_is_noticed(slack: FakeSlack) -> None:
    slack.allow("malformed_acknowledgement", "unknown_envelope", "acknowledged_twice", "answer_to_an_event")
    slack.channel("C1")
    apps = AsyncWebClient(base_url=slack.api_url)
    url = (await apps.apps_connections_open(app_token=slack.workspace.app_token))["url"]

    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        await ws.receive_json()
        slack.person("U1").says("C1", "help")
        envelope = (await ws.receive_json())["envelope_id"]
        for ack in ("no", "[]", '{"ok": true}', '{"envelope_id": "e"}'):
            await ws.send_str(ack)
        await ws.send_json({"envelope_id": envelope, "payload": {"text": "why not"}})
        await slack.until(lambda: len(slack.workspace.violations) == 5)

    codes = [each.code for each in slack.workspace.violations]
    assert codes == ["malformed_acknowledgement"] * 3 + ["unknown_envelope", "answer_to_an_event"]


async def test_an_event_goes_to_one_of_ten_connections_at_most(slack: FakeSlack) -> None:
    slack.channel("C1")
    apps = AsyncWebClient(base_url=slack.api_url)

    async with aiohttp.ClientSession() as session, AsyncExitStack() as stack:
        greetings = []
        for _ in range(11):
            url = (await apps.apps_connections_open(app_token=slack.workspace.app_token))["url"]
            ws = await stack.enter_async_context(session.ws_connect(url))
            greetings.append(await ws.receive_json())
        slack.person("U1").says("C1", "help")
        taken = await slack.until(lambda: [each for each in slack.sockets.connections if each.waiting])

        assert [each["type"] for each in greetings] == ["hello"] * 10 + ["disconnect"]
        assert greetings[-1]["reason"] == "too_many_websockets"
        assert len(taken) == 1


async def test_a_response_address_is_good_for_five_answers(slack: FakeSlack) -> None:
    slack.allow("used_url", "not_supported_by_this_fake")
    slack.channel("C1")
    url = slack.workspace.response_url("C1", "U1")

    async with aiohttp.ClientSession() as session:
        statuses = []
        for body in [{"text": "hi"}] * 4 + [{"text": "hi", "delete_original": True}, {"text": "hi"}]:
            async with session.post(url, json=body) as answer:
                statuses.append(answer.status)

    assert statuses == [200, 200, 200, 200, 400, 404]
    assert [each.to for each in slack.workspace.channels["C1"].ephemerals] == ["U1"] * 4


async def test_a_file_is_opened_by_the_bots_token_alone(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.allow("not_authed")
    await client.files_upload_v2(channel="C1", content="hello", filename="a.txt")
    (posted,) = slack.messages("C1")
    url = posted.raw["files"][0]["url_private_download"]

    async with aiohttp.ClientSession() as session:
        async with session.get(url) as stranger:
            assert stranger.content_type == "text/html"
        async with session.get(url, headers={"Authorization": f"Bearer {client.token}"}) as bot:
            assert await bot.read() == b"hello"


async def test_events_over_http_are_signed_and_come_again(
    slack: FakeSlack, client: AsyncWebClient, unused_tcp_port: int
) -> None:
    bot = Bot(slack, client)
    runner = aiohttp.web.AppRunner(bot.app.web_app("/slack/events"))
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    posting: Posting = slack.posting
    posting.url = f"http://127.0.0.1:{unused_tcp_port}/slack/events"
    bot.answer = lambda body: BoltResponse(status=500 if len(bot.got) == 1 else 200)

    assert await posting.verify()
    slack.person("U1").says("C1", "help")
    await slack.until(lambda: slack.deliveries[0].over)
    statuses = [(await posting.post("{}", **forged))[0] for forged in ({"secret": "x"}, {"age_s": 301})]
    await runner.cleanup()

    assert slack.deliveries[0].acknowledged
    assert bot.headers[1]["x-slack-retry-num"] == ["1"]
    assert bot.headers[1]["x-slack-retry-reason"] == ["http_error"]
    assert statuses == [401, 401]


async def test_words_no_person_could_type_are_told_as_they_are(slack: FakeSlack, bot: Bot) -> None:
    slack.person("U1").says("C1", Raw("<!subteam^S1|@desk> <https://a.example|a>"))
    await slack.until(lambda: bot.got)

    assert bot.events()[0]["text"] == "<!subteam^S1|@desk> <https://a.example|a>"


PAYLOADS = Path(__file__).parents[2] / "payloads" / "slack"


def shape(payload: Json) -> set[str]:
    """Return the fields of a payload and of what it holds."""
    inner = {
        f"{name}.{key}" for name in ("event", "view", "container", "user") for key in payload.get(name, {})
    }
    return payload.keys() | inner


async def test_everything_is_told_in_the_shape_it_was_captured_in(
    slack: FakeSlack, bot: Bot, client: AsyncWebClient
) -> None:
    ann = slack.person("U1", "Ann").joins("C1")
    root = ann.says("C1", "hello")
    await client.chat_postMessage(
        channel="C1", text="x", blocks=[{"type": "actions", "elements": [BUTTON]}], thread_ts=root
    )
    ts = ann.says("C1", slack.bot, " help")
    ann.edits("C1", ts, "never mind")
    ann.deletes("C1", ts)
    ann.says_directly("help")
    ann.presses("Go")
    command = ann.types("/case", "new", channel="C1")
    await slack.until(lambda: len(bot.got) == 9)
    await client.views_open(trigger_id=command.payload["trigger_id"], view=MODAL)
    await ann.submits({"Go": "words"})

    told = {kind_of(each.payload): shape(each.payload) for each in slack.deliveries}
    captured = {
        kind_of(payload): (name, shape(payload))
        for name in TOLD
        for payload in [json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))]
    }
    assert {name: fields - told[kind] for kind, (name, fields) in captured.items()} == {
        name: set() for name in TOLD
    }


TOLD = (
    "app_mention",
    "block_actions",
    "direct_message",
    "message",
    "message_changed",
    "message_deleted",
    "slash_command",
    "view_submission",
)


def kind_of(payload: Json) -> tuple[str, ...]:
    event = payload.get("event", {})
    names = (
        payload.get("type", "command"),
        event.get("type"),
        event.get("subtype"),
        event.get("channel_type"),
    )
    return (*map(str, names), "ours" if "bot_id" in event else "theirs")
