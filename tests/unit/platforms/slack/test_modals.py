"""Forms on Slack: what they ask, what is said of their answers, and what they come to."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.inbound import Action, Command
from bot.core.people import CaseKey, Place
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from bot.platforms.slack.modals import PREVIEWED_LIMIT, WORDS_LIMIT, Form, Forms
from bot.platforms.slack.payload import SLACK, Ordered, Pressed, to_inbound
from bot.platforms.slack.raw import RawSubmission
from tests.fakes.slack.blocks import faults_of_view
from tests.unit.platforms.slack.captured import captured

Json = dict[str, Any]

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CASE = "C-20261120-0007"
LIN, EVE, QIN = "U0LIN", "U0EVE", "U0QIN"


@pytest.fixture
def forms(directory: Directory, texts: Texts) -> Forms:
    return Forms(texts, lambda: directory)


def press(verb: str, user: str = LIN, words: str = "", channel: str = "C0ENG") -> Pressed:
    return Pressed(
        event_id="act:1",
        bot="U0BELL",
        channel=channel,
        user=user,
        at=NOW,
        message="1795150801.000200",
        thread="1795150800.123456",
        verb=verb,
        case=CASE,
        words=words,
        as_of=3,
    )


def command(text: str, user: str = LIN, channel: str = "C0ENG") -> Ordered:
    return Ordered(event_id="cmd:1", bot="U0BELL", channel=channel, user=user, at=NOW, text=text)


def window(forms: Forms, happening: Pressed | Ordered) -> Json:
    form = forms.for_press(happening) if isinstance(happening, Pressed) else forms.for_command(happening)
    assert form is not None
    drawn: Json = json.loads(json.dumps(forms.window(form, happening)))
    assert faults_of_view(drawn) == []
    return drawn


def sent(view: Json, user: str = LIN, **answers: Json) -> RawSubmission:
    values = {name: {"answer": answer} for name, answer in answers.items()}
    return RawSubmission.model_validate(
        {"user": {"id": user, "name": "x"}, "view": {"id": "V1", **view, "state": {"values": values}}}
    )


def typed(text: str) -> Json:
    return {"type": "plain_text_input", "value": text}


def chosen(value: str) -> Json:
    return {"type": "static_select", "selected_option": {"value": value}}


def done(forms: Forms, submission: RawSubmission) -> Action | Command:
    happening = forms.answer(submission, NOW)
    assert isinstance(happening, Pressed | Ordered)
    incoming = to_inbound(happening.model_dump_json())
    assert isinstance(incoming, Action | Command)
    return incoming


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("solve", ["solution"]),
        ("reply", ["words"]),
        ("level", ["level", "reason"]),
        ("assign", ["person"]),
        ("wait", ["waiting_for", "until"]),
        ("escalate", ["up_to", "reason"]),
        ("confirm", ["who_said_so"]),
    ],
)
def test_a_button_that_needs_words_asks_for_them(forms: Forms, verb: str, fields: list[str]) -> None:
    view = window(forms, press(verb))

    assert [block["block_id"] for block in view["blocks"]] == fields
    assert view["title"]["text"].endswith(CASE)


@pytest.mark.parametrize(
    "happening", [press("ack"), press("level", words="2 坏了"), press("dance"), press("clarify")]
)
def test_a_button_that_acts_at_once_asks_nothing(forms: Forms, happening: Pressed) -> None:
    assert forms.for_press(happening) is None


def test_who_may_not_is_not_asked_but_refused_in_the_conversation(forms: Forms) -> None:
    assert forms.for_press(press("reply", user=QIN, channel="C0HUAYUE")) is None
    assert forms.for_press(press("reply", user="U0STRANGER", channel="C0HUAYUE")) is None
    assert forms.for_command(command("solve 0007", user=QIN, channel="C0HUAYUE")) is None


def test_forms_speak_the_language_of_whoever_is_asked(forms: Forms) -> None:
    zh, en = window(forms, press("solve", user=LIN)), window(forms, press("solve", user=EVE))

    assert (zh["submit"]["text"], en["submit"]["text"]) == ("发送", "Send")
    assert (zh["title"]["text"], en["title"]["text"]) == (f"解决 {CASE}", f"Solve {CASE}")


def test_a_colleague_is_chosen_from_the_desks_own_people(forms: Forms) -> None:
    (block,) = window(forms, press("assign"))["blocks"]
    values = {option["value"] for option in block["element"]["options"]}

    assert {"lin-xiaobei", "eve-turner"} <= values
    assert "qin-shuyao" not in values


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("solve", ["number", "solution"]),
        ("解决 0007", ["solution"]),
        ("solve #7", ["solution"]),
        ("reply C-20261120-0007", ["words"]),
        ("level 0007", ["level", "reason"]),
        ("new", ["for_customer", "problem", "at"]),
    ],
)
def test_a_verb_typed_without_its_words_asks_for_them(forms: Forms, text: str, fields: list[str]) -> None:
    drawn = [block["block_id"] for block in window(forms, command(text))["blocks"]]

    assert sorted(drawn) == sorted(fields)


@pytest.mark.parametrize(
    "text",
    ["", "help", "list", "solve 0007 换了线", "level 2", "level 0007 2", "new 登录不上", "diag 0007", "ack"],
)
def test_whatever_else_is_typed_opens_nothing(forms: Forms, text: str) -> None:
    assert forms.for_command(command(text)) is None


def test_a_form_filled_in_is_the_press_with_its_words(forms: Forms) -> None:
    view = window(forms, press("level"))

    action = done(forms, sent(view, level=chosen("2"), reason=typed(" 一半人 <b> ")))
    assert isinstance(action, Action)
    assert (action.verb, action.case, action.words, action.as_of) == (
        "level",
        CaseKey(CASE),
        "2 一半人 <b>",
        3,
    )
    assert action.origin.place == Place(SLACK, "C0ENG", "1795150800.123456")
    assert action.origin.message == "1795150801.000200"
    assert action.origin.event_id == "view:V1"


def test_a_time_and_a_choice_are_typed_as_one_would(forms: Forms) -> None:
    view = window(forms, press("wait"))

    action = done(forms, sent(view, waiting_for=chosen("parts"), until={"selected_time": "17:30"}))
    assert isinstance(action, Action)
    assert action.words == "parts until 17:30"


def test_a_form_of_a_command_is_the_command_typed_in_full(forms: Forms) -> None:
    view = window(forms, command("solve"))

    order = done(forms, sent(view, number=typed("0007"), solution=typed("换了 <b> & 线")))
    assert isinstance(order, Command)
    assert order.text == "solve 0007 换了 <b> & 线"
    assert order.mentions == ()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("   ", "这一栏要写内容。"),
        ("", "这一栏要写内容。"),
        ("字" * (WORDS_LIMIT + 1), "最多 3000 个字，现在有 3001 个。"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_below_its_field(forms: Forms, answer: str, error: str) -> None:
    view = window(forms, press("solve"))

    assert forms.answer(sent(view, solution=typed(answer)), NOW) == {
        "response_action": "errors",
        "errors": {"solution": error},
    }


def test_a_field_left_out_of_the_answers_is_missing_too(forms: Forms) -> None:
    answer = forms.answer(sent(window(forms, press("solve"))), NOW)

    assert isinstance(answer, dict)
    assert list(answer["errors"]) == ["solution"]


def test_a_reply_is_shown_as_the_customer_will_read_it_before_it_goes(forms: Forms) -> None:
    shouts = "<!channel> *b* &lt;\n好了" + '"' * (PREVIEWED_LIMIT - 30)
    answer = forms.answer(sent(window(forms, press("reply")), words=typed(shouts)), NOW)

    assert isinstance(answer, dict)
    assert answer["response_action"] == "push"
    preview = json.loads(json.dumps(answer["view"]))
    assert faults_of_view(preview) == []
    assert len(preview["private_metadata"]) < 3000
    assert preview["blocks"][1]["elements"] == [
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": shouts}]}
    ]
    action = done(forms, sent(preview))
    assert isinstance(action, Action)
    assert (action.verb, action.words) == ("reply", shouts)


def test_a_preview_of_a_typed_reply_keeps_its_case(forms: Forms) -> None:
    view = window(forms, command("reply"))
    answer = forms.answer(sent(view, number=typed("0007"), words=typed("好了 <@U0QIN>")), NOW)
    assert isinstance(answer, dict)

    order = done(forms, sent(json.loads(json.dumps(answer["view"]))))
    assert isinstance(order, Command)
    assert order.text == "reply 0007 好了 <@U0QIN>"


def test_a_form_that_was_sent_twice_is_one_happening(forms: Forms) -> None:
    view = window(forms, press("solve"))
    pushed = {**view, "id": "V2", "root_view_id": "V1"}

    first, second = (done(forms, sent(each, solution=typed("好"))) for each in (view, pushed))
    assert first.origin.event_id == second.origin.event_id


def test_windows_of_others_mean_nothing(forms: Forms) -> None:
    assert forms.answer(sent({"callback_id": "theirs"}), NOW) is None


def test_a_window_of_an_unknown_shape_is_refused(forms: Forms) -> None:
    with pytest.raises(ValueError, match="Form"):
        forms.answer(sent({"callback_id": "form", "private_metadata": '{"kind":"dance"}'}), NOW)


def test_the_captured_submission_is_understood(forms: Forms) -> None:
    action = done(forms, RawSubmission.model_validate(captured("view_submission")))

    assert isinstance(action, Action)
    assert (action.verb, action.words) == ("add", "三楼也不行 <b> & 更多")


def test_what_a_form_is_for_fits_along_with_the_longest_reply() -> None:
    form = Form(
        kind="command",
        bot="U" * 12,
        channel="C" * 12,
        direct=True,
        message="1795150801.000200",
        thread="1795150801.000200",
        verb="reply",  # type: ignore[arg-type]  # as it comes from Slack
        case="C" * 20,
        as_of=100_000,
        number="C" * 20,
    )

    assert len(form.model_dump_json()) + PREVIEWED_LIMIT < 3000
