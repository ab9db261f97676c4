"""What Slack tells, as the inside hears it."""

import json
from datetime import UTC, datetime

import pytest

from bot.core.errors import StoreError
from bot.core.inbound import Action, Command, Deleted, Edited, Incoming, IncomingMessage, Reaction, Sign
from bot.core.people import Place, Sender
from bot.platforms.slack.intake import Heard, Notice, heard, ordered, pressed, us_of
from bot.platforms.slack.payload import SLACK, Payload, Somebody, moment, to_inbound
from bot.platforms.slack.raw import RawCallback, RawCommand, RawPress
from tests.unit.platforms.slack.captured import US, captured

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SAID_AT = datetime(2026, 11, 20, 5, 0, 0, 123456, tzinfo=UTC)
CHANNEL = Place(SLACK, "C0HUAYUE")
THREAD = Place(SLACK, "C0HUAYUE", "1795150800.123456")
QIN = Sender(SLACK, "U0QIN", "秦书瑶")
LIN = Sender(SLACK, "U0LIN", "林小北")
PEOPLE = tuple(Somebody(user=each.user, name=each.name) for each in (QIN, LIN))


def meaning_of(name: str) -> Heard | Notice | None:
    return heard(RawCallback.model_validate(captured(name)), US)


def told(happening: Payload) -> Incoming:
    payload = happening.model_copy(update={"people": PEOPLE}).model_dump_json()
    incoming = to_inbound(payload)
    assert incoming is not None
    return incoming


def event(name: str) -> tuple[Incoming, str]:
    meaning = meaning_of(name)
    assert isinstance(meaning, Heard)
    return told(meaning.happening), meaning.twin


def message(name: str) -> IncomingMessage:
    incoming, _ = event(name)
    assert isinstance(incoming, IncomingMessage)
    return incoming


def test_words_come_with_who_where_and_when_to_the_microsecond() -> None:
    incoming, twin = event("message")

    assert isinstance(incoming, IncomingMessage)
    assert incoming.text == "登录不上，<b> & 报错 example.com/a?b=1"
    assert incoming.origin.event_id == "Ev0MESSAGE"
    assert incoming.origin.place == CHANNEL
    assert incoming.origin.sender == QIN
    assert incoming.origin.said_at == SAID_AT
    assert incoming.origin.message == "1795150800.123456"
    assert not incoming.origin.direct
    assert not incoming.to_bot
    assert twin == "T0CASEBELL:C0HUAYUE:1795150800.123456"


def test_words_in_a_thread_stay_in_it() -> None:
    assert message("message_in_thread").origin.place == THREAD
    assert message("thread_broadcast").origin.place == THREAD


def test_a_mention_is_the_same_happening_as_the_message_it_stands_in() -> None:
    (first, twin), (second, other) = event("message_with_mentions"), event("app_mention")

    assert twin == other
    assert isinstance(first, IncomingMessage)
    assert isinstance(second, IncomingMessage)
    assert first.to_bot
    assert first.text == second.text == "转派 0007 @林小北，见 #engineers"
    assert first.mentions == second.mentions == (LIN,)


def test_what_is_said_directly_is_for_the_bot() -> None:
    incoming = message("direct_message")

    assert incoming.to_bot
    assert incoming.origin.direct
    assert incoming.origin.place == Place(SLACK, "dm:U0QIN")


def test_me_messages_are_words_too() -> None:
    assert message("me_message").text == "去看看"


def test_what_was_passed_on_is_said_by_who_passed_it_on() -> None:
    assert message("passed_on").text == "客户说打印机不动"


def test_a_file_comes_along_with_all_that_fetching_it_needs() -> None:
    (file,) = message("file_share").files

    assert (file.name, file.mime, file.size) == ("截图 1.png", "image/png", 52113)
    assert json.loads(file.ref) == {
        "id": "F0SHOT",
        "url": "https://files.slack.com/files-pri/T0CASEBELL-F0SHOT/download/shot.png",
    }


def test_a_file_slack_hides_is_asked_for_later() -> None:
    (file,) = message("file_in_shared_channel").files

    assert json.loads(file.ref) == {"id": "F0HIDDEN", "url": ""}
    assert file.size is None


def test_changed_words_are_told_with_when_they_were_changed() -> None:
    incoming, twin = event("message_changed")

    assert isinstance(incoming, Edited)
    assert incoming.text == "登录不上了"
    assert incoming.origin.message == "1795150800.123456"
    assert incoming.origin.sender == QIN
    assert incoming.origin.said_at == datetime(2026, 11, 20, 5, 0, 50, tzinfo=UTC)
    assert twin == "edit:T0CASEBELL:C0HUAYUE:1795150800.123456:1795150850.000000"


@pytest.mark.parametrize("name", ["message_deleted", "message_with_thread_deleted"])
def test_words_taken_away_are_told_with_whose_they_were(name: str) -> None:
    incoming, twin = event(name)

    assert isinstance(incoming, Deleted)
    assert incoming.origin.message == "1795150800.123456"
    assert incoming.origin.sender == QIN
    assert incoming.origin.place == CHANNEL
    assert twin == "delete:T0CASEBELL:C0HUAYUE:1795150800.123456"


@pytest.mark.parametrize("name", ["own_message", "other_bot", "channel_join", "message_unfurled"])
def test_bots_and_chatter_of_slack_mean_nothing(name: str) -> None:
    assert meaning_of(name) is None


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted"])
def test_our_own_cards_may_change(subtype: str) -> None:
    body = captured(subtype)
    event = body["event"]
    assert isinstance(event, dict)
    for name in ("message", "previous_message"):
        if name in event:
            event[name] |= {"user": "U0BELL", "bot_id": "B0BELL"}

    assert heard(RawCallback.model_validate(body), US) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("channel_id_changed", "Slack: the channel G0OLD is C0NEW now: write C0NEW into the directory"),
        (
            "member_left_channel",
            "Slack: the bot left the channel C0HUAYUE: invite it again, or change the directory",
        ),
    ],
)
def test_the_operator_hears_when_the_directory_is_no_longer_right(name: str, expected: str) -> None:
    meaning = meaning_of(name)

    assert isinstance(meaning, Notice)
    assert meaning.text == expected


def test_other_people_may_leave() -> None:
    body = captured("member_left_channel")
    body["event"] = {**dict(body["event"]), "user": "U0QIN"}  # type: ignore[call-overload]  # JSON

    assert heard(RawCallback.model_validate(body), US) is None


def test_events_say_for_whom_they_are() -> None:
    assert us_of(RawCallback.model_validate(captured("message"))) == US
    assert us_of(RawCallback.model_validate({"event": {}})) is None


def test_a_command_carries_who_it_names_and_when_it_came() -> None:
    command = ordered(RawCommand.model_validate(captured("slash_command")), US, NOW)
    incoming = told(command)

    assert isinstance(incoming, Command)
    assert incoming.text == "assign 0007 @秦书瑶"
    assert incoming.mentions == (QIN,)
    assert incoming.origin.said_at == NOW
    assert incoming.origin.place == Place(SLACK, "C0ENG")
    assert incoming.origin.event_id == "cmd:13345224609.738474920.8088930838d88f008e0"


@pytest.mark.parametrize(
    ("slash", "typed", "meant"),
    [
        ("/case", "", ""),
        ("/case", " list mine ", "list mine"),
        ("/kb", "邮箱满了", "kb 邮箱满了"),
        ("/oncall", "", "oncall"),
        ("/OnCall", "who", "oncall who"),
        ("/support", "help", "help"),
    ],
)
def test_aliases_are_written_out(slash: str, typed: str, meant: str) -> None:
    raw = RawCommand.model_validate({**captured("slash_command"), "command": slash, "text": typed})

    incoming = told(ordered(raw, US, NOW))
    assert isinstance(incoming, Command)
    assert incoming.text == meant


def test_a_command_typed_alone_with_the_bot_is_answered_there() -> None:
    raw = RawCommand.model_validate({**captured("slash_command"), "channel_id": "D0LIN"})

    incoming = told(ordered(raw, US, NOW))
    assert incoming.origin.direct
    assert incoming.origin.place == Place(SLACK, "dm:U0LIN")


def test_a_press_carries_what_the_button_was_drawn_for() -> None:
    press = pressed(RawPress.model_validate(captured("block_actions")), US, NOW)
    assert press is not None

    incoming = told(press)
    assert isinstance(incoming, Action)
    assert (incoming.verb, incoming.case, incoming.words, incoming.as_of) == (
        "chase",
        "C-20261120-0007",
        "",
        3,
    )
    assert incoming.origin.place == THREAD
    assert incoming.origin.message == "1795150801.000200"
    assert incoming.origin.sender == QIN


@pytest.mark.parametrize("value", [None, "", "yes", "[]", '{"case":"C-1"}', '{"verb":7}'])
def test_buttons_that_are_not_ours_mean_nothing(value: str | None) -> None:
    body = captured("block_actions")
    body["actions"] = [{"type": "button", "value": value, "action_ts": "1795150810.512345"}]

    assert pressed(RawPress.model_validate(body), US, NOW) is None


def test_a_press_outside_of_any_conversation_means_nothing() -> None:
    body = captured("block_actions") | {"container": {"type": "view"}, "channel": None}

    assert pressed(RawPress.model_validate(body), US, NOW) is None


def test_who_spoke_stands_in_the_payload_as_a_value_of_its_own() -> None:
    meaning = meaning_of("message_with_mentions")
    assert isinstance(meaning, Heard)
    stored = meaning.happening.model_copy(update={"people": PEOPLE}).model_dump_json()

    assert '"U0QIN"' in stored
    assert '"U0LIN"' in stored


@pytest.mark.parametrize("secret", ["Z0verification", "hooks.slack.com"])
def test_no_secret_is_stored(secret: str) -> None:
    for happening in (
        ordered(RawCommand.model_validate(captured("slash_command")), US, NOW),
        pressed(RawPress.model_validate(captured("block_actions")), US, NOW),
    ):
        assert happening is not None
        assert secret not in happening.model_dump_json()


@pytest.mark.parametrize("payload", ["", "{}", '{"v":2,"kind":"message"}', '{"v":1,"kind":"dance"}', "[]"])
def test_what_this_version_cannot_read_is_refused_without_its_words(payload: str) -> None:
    with pytest.raises(StoreError, match=r"^a stored event of Slack cannot be read$"):
        to_inbound(payload)


@pytest.mark.parametrize("ts", ["", "now", "1.x", "9" * 30])
def test_a_time_that_is_none_is_refused(ts: str) -> None:
    with pytest.raises(ValueError, match="no time of Slack"):
        moment(ts)


def reaction(**changed: object) -> Heard | Notice | None:
    body = captured("reaction_added")
    event = body["event"]
    assert isinstance(event, dict)
    return heard(RawCallback.model_validate(body | {"event": event | changed}), US)


def test_a_sign_knows_its_message_and_who_put_it_there() -> None:
    sign, twin = event("reaction_added")

    assert isinstance(sign, Reaction)
    assert (sign.sign, sign.origin.sender, sign.author) == (Sign.TICKET, LIN, QIN)
    assert (sign.origin.place, sign.origin.message) == (CHANNEL, "1795150800.123456")
    assert sign.written_at == SAID_AT
    assert sign.origin.said_at == datetime(2026, 11, 20, 5, 1, 0, 500, tzinfo=UTC)
    assert twin == "react:T0CASEBELL:C0HUAYUE:1795150800.123456:U0LIN:ticket:1795150860.000500"


def test_of_reactions_that_mean_nothing_nothing_is_kept() -> None:
    assert reaction(reaction="thumbsup") is None
    assert reaction(user=US.bot) is None
    assert reaction(item={"type": "file", "file": "F0"}) is None


def test_a_message_of_ours_has_no_author() -> None:
    meaning = reaction(item_user=US.bot)

    assert isinstance(meaning, Heard)
    sign = told(meaning.happening)
    assert isinstance(sign, Reaction)
    assert sign.author is None
