"""Whatever a frame holds, DingTalk's SDK can read it, and what it carried is kept."""

import json

import pytest
from dingtalk_stream import CallbackMessage, SystemMessage
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.platforms.dingtalk.stream import readable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
HEADERS = st.dictionaries(st.sampled_from(["messageId", "time", "topic", "eventBornTime", "more"]), JSON)
FRAMES = st.dictionaries(st.sampled_from(["type", "headers", "data", "specVersion"]), JSON | HEADERS)


def test_a_frame_is_read_as_it_came() -> None:
    headers = {"messageId": "212ca9d7_974", "time": "1690362102194", "topic": "/v1.0/im/bot/messages/get"}
    frame: dict[str, JsonValue] = {"type": "CALLBACK", "headers": {**headers}, "data": '{"msgId": "m"}'}

    message = CallbackMessage.from_dict(readable(frame))

    assert message.data == {"msgId": "m"}
    assert message.headers.message_id == "212ca9d7_974"
    assert message.headers.topic == "/v1.0/im/bot/messages/get"


@pytest.mark.parametrize("data", ["not JSON {", "[1]", "7", '"words"', ""])
def test_data_that_are_no_object_are_kept(data: str) -> None:
    frame: dict[str, JsonValue] = {"type": "CALLBACK", "headers": {}, "data": data}

    assert CallbackMessage.from_dict(readable(frame)).data == {"unreadable": data}


@given(FRAMES)
def test_no_frame_is_too_odd(frame: dict[str, JsonValue]) -> None:
    read = readable(frame)

    json.loads(json.dumps(read))
    CallbackMessage.from_dict(read)
    SystemMessage.from_dict(read)
