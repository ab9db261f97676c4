"""What DingTalk pushes is stored as it came and means what people said, however little of it can be read."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.core.errors import StoreError
from bot.core.inbound import Command, IncomingMessage, Sent
from bot.core.people import Language, Place, Sender
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from bot.platforms.dingtalk.content import is_over_quota
from bot.platforms.dingtalk.payload import DINGTALK, NOWHERE, event, to_inbound
from bot.platforms.dingtalk.raw import loads
from bot.ports import Event
from tests.unit.platforms.dingtalk.captured import GROUP, LIN, NAMES, ROBOT, SPEAKER, captured

SAID_AT = datetime(2023, 9, 20, 8, 41, 9, 62000, tzinfo=UTC)
RECEIVED_AT = SAID_AT + timedelta(seconds=1)
HEADERS: dict[str, JsonValue] = {"messageId": "212ca9d7_974_1898c159aa6_1783b"}

Store = Callable[[dict[str, JsonValue]], Event]
Understand = Callable[[dict[str, JsonValue]], IncomingMessage]


@pytest.fixture
def store(directory: Directory) -> Store:
    return lambda data: event(data, HEADERS, at=RECEIVED_AT, directory=directory)


@pytest.fixture
def understand(store: Store, texts: Texts) -> Understand:
    def understood(data: dict[str, JsonValue]) -> IncomingMessage:
        incoming = to_inbound(store(data).payload, texts)
        assert isinstance(incoming, IncomingMessage)
        return incoming

    return understood


def sent(code: str, name: str) -> Sent:
    return Sent(ref=json.dumps({"downloadCode": code, "robotCode": ROBOT}), name=name)


# --- who, where, when ------------------------------------------------------------------------------------


def test_words_in_a_group_are_said_to_the_bot(understand: Understand) -> None:
    message = understand(captured("text"))

    assert message.text == "你好"
    assert message.to_bot
    assert message.origin.place == Place(DINGTALK, GROUP)
    assert message.origin.sender == Sender(DINGTALK, SPEAKER, "小钉")
    assert message.origin.said_at == SAID_AT
    assert message.origin.message == "msg2bQ5p+w=="
    assert not message.origin.direct


def test_whom_the_directory_knows_is_called_by_their_name_there(understand: Understand) -> None:
    message = understand(captured("text", senderStaffId=LIN))

    assert message.origin.sender == Sender(DINGTALK, LIN, "林小北")
    assert message.mentions == (Sender(DINGTALK, LIN, "林小北"),)


def test_a_conversation_of_two_bears_the_persons_id(understand: Understand) -> None:
    message = understand(captured("text_single"))

    assert message.origin.place == Place(DINGTALK, f"dm:{SPEAKER}")
    assert message.origin.direct
    assert message.to_bot


def test_somebody_from_outside_has_only_the_opaque_id(understand: Understand) -> None:
    message = understand(captured("outsider"))

    assert message.origin.sender == Sender(DINGTALK, "$:LWCP_v1:$xiaoding", "外部客户")
    assert [each.user for each in message.mentions] == ["$:LWCP_v1:$other"]


def test_a_time_may_be_written_as_a_string_and_a_staff_id_be_empty(understand: Understand) -> None:
    message = understand(captured("unpublished"))

    assert message.origin.said_at == SAID_AT
    assert message.origin.sender.user == "$:LWCP_v1:$xiaoding"


@pytest.mark.parametrize("at", ["soon", "", -1, 0, 10**30, 1795199269062, True, {}], ids=str)
def test_an_absurd_time_is_the_time_of_receipt(understand: Understand, at: JsonValue) -> None:
    assert understand(captured("text", createAt=at)).origin.said_at == RECEIVED_AT


def test_a_message_that_only_rings_everybody_is_not_to_the_bot(understand: Understand) -> None:
    assert not understand(captured("text", isInAtList=False)).to_bot


def test_the_robots_own_words_mean_nothing(store: Store, texts: Texts) -> None:
    assert to_inbound(store(captured("own")).payload, texts) is None


# --- what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "files"),
    [
        ("empty_mention", "", ()),
        ("rich_text", "登录页报错请看截图", (sent("dl1", "picture-1"), sent("pdl2", "picture-2"))),
        ("picture", "", (sent("dl3", "picture"),)),
        ("audio", "[语音] 打印机不工作了", (sent("dl4", "voice"),)),
        ("audio_unrecognised", "[语音]", (sent("dl4", "voice"),)),
        ("video", "", (sent("dl5", "video.mp4"),)),
        ("file", "", (sent("dl6", "错误日志.log"),)),
        ("quote", "> 请重启一下\n> 再试试\n还是不行", ()),
        ("quote_of_card", "好了", ()),
        ("over_quota", "「内容没有送到的消息」", ()),
        ("unknown_type", "「这里显示不了的消息」", ()),
    ],
)
def test_every_kind_of_message_says_something(
    understand: Understand, name: str, text: str, files: tuple[Sent, ...]
) -> None:
    message = understand(captured(name))

    assert message.text == text
    assert message.files == files


def test_what_stands_for_words_is_in_the_language_of_the_group(directory: Directory, texts: Texts) -> None:
    group, *others = directory.filed_groups
    english = replace(directory, filed_groups=(replace(group, language=Language.EN), *others))

    stored = event(captured("unknown_type"), HEADERS, at=RECEIVED_AT, directory=english)

    incoming = to_inbound(stored.payload, texts)
    assert isinstance(incoming, IncomingMessage)
    assert incoming.text == "“a message that cannot be shown here”"


def test_words_of_a_kind_unknown_so_far_are_found(understand: Understand) -> None:
    assert understand(captured("unknown_type", content={"title": "会议纪要"})).text == "会议纪要"


def test_a_file_of_a_kind_unknown_so_far_is_found(understand: Understand) -> None:
    message = understand(captured("unknown_type", content={"downloadCode": "dl7", "fileName": "a.pdf"}))

    assert message.files == (sent("dl7", "a.pdf"),)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("/case list all", "list all"), ("/KB 重启", "kb 重启"), ("/oncall who", "oncall who"), ("/case", "")],
)
def test_slash_words_are_commands_here_too(store: Store, texts: Texts, typed: str, meant: str) -> None:
    incoming = to_inbound(store(captured("text", text={"content": f" {typed}"})).payload, texts)

    assert isinstance(incoming, Command)
    assert incoming.text == meant


def test_a_verb_typed_below_a_quote_stays_a_verb(understand: Understand) -> None:
    quoted = captured("quote")["text"]
    assert isinstance(quoted, dict)

    assert understand(captured("quote", text=quoted | {"content": " 催办 0007"})).text == "催办 0007"


# --- what is stored --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_push_is_stored_as_it_came(store: Store, name: str) -> None:
    stored = json.loads(store(captured(name)).payload)

    assert stored["v"] == 1
    assert stored["data"] == captured(name)
    assert stored["headers"] == HEADERS


def test_a_push_is_known_by_its_id_and_lies_in_its_conversation(store: Store) -> None:
    stored = store(captured("text"))

    assert stored.event_id == "msg2bQ5p+w=="
    assert stored.lane == f"dingtalk:{GROUP}"


def test_the_same_words_under_a_new_id_are_the_same(store: Store) -> None:
    assert store(captured("text")).twin == store(captured("text", msgId="msgNew==")).twin


@pytest.mark.parametrize(
    "change",
    [
        {"createAt": 1695199269063},
        {"senderId": "$:LWCP_v1:$li"},
        {"conversationId": "cidX"},
        {"text": {"content": " 您好"}},
    ],
    ids=str,
)
def test_other_words_are_others(store: Store, change: dict[str, JsonValue]) -> None:
    assert store(captured("text")).twin != store(captured("text") | change).twin


def test_without_an_id_a_push_is_known_by_what_it_says(store: Store) -> None:
    first, again = (store(captured("text", msgId=None)) for _ in range(2))

    assert first.event_id == again.event_id
    assert first.event_id.startswith("unnamed:")


def test_without_a_time_equal_words_are_not_taken_for_the_same(store: Store) -> None:
    assert store(captured("text", createAt=None)).twin == ""


@pytest.mark.parametrize(
    "data",
    [{}, {"unreadable": "not JSON {"}, {"conversationId": GROUP}, {"senderId": "", "conversationId": 8}],
    ids=str,
)
def test_what_nobody_said_is_kept_aside_for_the_operator(
    store: Store, texts: Texts, data: dict[str, JsonValue]
) -> None:
    stored = store(data)

    assert stored.lane == NOWHERE.lane
    with pytest.raises(StoreError):
        to_inbound(stored.payload, texts)


@pytest.mark.parametrize("payload", ["", "{}", '{"v":2}', "语音"])
def test_what_another_version_stored_is_refused_without_its_words(payload: str, texts: Texts) -> None:
    with pytest.raises(StoreError, match=r"^a stored event of DingTalk cannot be read$") as refused:
        to_inbound(payload, texts)
    assert refused.value.__cause__ is None


def test_signs_no_database_holds_are_replaced(store: Store) -> None:
    stored = store(captured("text", senderNick="a\0b\ud800", text={"content": "\udfff"}))

    assert "\\u0000" not in stored.payload
    assert json.loads(stored.payload)["data"]["senderNick"] == "a�b�"


def test_only_the_months_quota_is_over_quota() -> None:
    assert is_over_quota(captured("over_quota"))
    assert is_over_quota(captured("over_quota", errorCode="20001"))
    assert not is_over_quota(captured("text"))


def test_what_is_no_object_is_no_push() -> None:
    assert [loads(text) for text in ("", "[1]", "7", "{", "[" * 100_000)] == [None] * 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(sorted(captured("quote") | captured("rich_text") | captured("over_quota")))


@given(st.sampled_from(NAMES), st.dictionaries(FIELDS, JSON, max_size=4))
def test_whatever_is_pushed_is_stored_and_read_or_refused(
    directory: Directory, texts: Texts, name: str, changes: dict[str, JsonValue]
) -> None:
    stored = event(captured(name) | changes, HEADERS, at=RECEIVED_AT, directory=directory)

    stored.payload.encode()
    try:
        incoming = to_inbound(stored.payload, texts)
    except StoreError:
        return
    assert incoming is None or incoming.origin.place.lane == stored.lane
