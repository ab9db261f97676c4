"""What Slack's refusals come to: some pass, some do not, and some somebody must put right."""

from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.slack.intake import Notice
from bot.platforms.slack.refusals import MENDING, REST, Refusal, refusal


def refused(
    status: int, data: dict[str, str], headers: dict[str, str] | None = None, *, method: str = "m"
) -> Refusal:
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/m",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )
    return refusal(method, api_error(response))


def api_error(response: object) -> SlackApiError:
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]  # the SDK's own


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "ratelimited", "service_unavailable"])
def test_slacks_own_troubles_pass(code: str) -> None:
    assert isinstance(refused(200, {"error": code}).error(), TemporaryDeliveryError)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_is_down_will_be_up_again(status: int) -> None:
    assert isinstance(refused(status, {}).error(), TemporaryDeliveryError)


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_found",
        "missing_scope",
        "msg_too_long",
        "invalid_blocks",
        "something_new",
    ],
)
def test_what_will_not_change_by_itself_is_refused_for_good(code: str) -> None:
    error = refused(200, {"error": code}).error()

    assert isinstance(error, PermanentDeliveryError)
    assert code in str(error)


@pytest.mark.parametrize(
    ("headers", "rest"),
    [({"Retry-After": "7"}, timedelta(seconds=7)), ({}, REST), ({"Retry-After": "x"}, REST)],
)
def test_slack_says_how_long_to_rest(headers: dict[str, str], rest: timedelta) -> None:
    error = refused(429, {"error": "ratelimited"}, headers).error()

    assert isinstance(error, TemporaryDeliveryError)
    assert error.retry_after == rest


def test_what_is_to_be_said_waits_for_a_new_token() -> None:
    error = refused(200, {"error": "token_revoked"}).error()

    assert isinstance(error, TemporaryDeliveryError)
    assert error.retry_after == MENDING


def test_an_answer_nobody_can_read_is_tried_again() -> None:
    error = refusal("m", api_error({"ok": False})).error()

    assert isinstance(error, TemporaryDeliveryError)


def test_a_missing_scope_is_named_to_the_operator() -> None:
    notice = refused(200, {"error": "missing_scope", "needed": "files:read"}, method="files.info").notice()

    assert notice == Notice(
        "slack:missing_scope:files:read",
        "Slack: files.info needs the scope files:read: add it to the app and install it again",
    )


@pytest.mark.parametrize(
    ("method", "token"), [("chat.postMessage", "bot"), ("apps.connections.open", "app-level")]
)
def test_each_refused_token_is_named_to_the_operator(method: str, token: str) -> None:
    notice = refused(200, {"error": "invalid_auth"}, method=method).notice()

    assert notice == Notice(
        f"slack:invalid_auth:{token}",
        f"Slack refuses the {token} token (invalid_auth): look whether it is right and still valid",
    )


def test_what_is_about_one_message_only_is_no_alarm_of_its_own() -> None:
    assert refused(200, {"error": "not_in_channel"}).notice() is None
