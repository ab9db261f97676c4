"""Every answer of DingTalk that is no yes, and whether it is worth asking again."""

from datetime import timedelta

import pytest
from pydantic import JsonValue

from bot.core.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.dingtalk.faults import (
    FLOW_CONTROLLED,
    UNKNOWN_STAFF,
    Kind,
    Trouble,
    error_of,
    trouble_of,
)

FORBIDDEN = "Forbidden.AccessDenied."


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, {}, None),
        (200, {"errcode": 0, "errmsg": "ok"}, None),
        (200, {"processQueryKey": "k"}, None),
        (400, {"code": "InvalidAuthentication"}, Kind.STALE),
        (400, {"code": "invalidClientIdOrSecret"}, Kind.CREDENTIALS),
        (403, {"code": f"{FORBIDDEN}QpsLimitForAppkeyAndApi"}, Kind.BUSY),
        (403, {"code": f"{FORBIDDEN}QpmLimitForAppkeyAndApi"}, Kind.MINUTE),
        (403, {"code": f"{FORBIDDEN}ApiCountLimitForOrg"}, Kind.QUOTA),
        (403, {"code": f"{FORBIDDEN}AccessTokenPermissionDenied"}, Kind.PERMISSION),
        (400, {"code": "send.too.fast"}, Kind.BUSY),
        (400, {"code": "system.error"}, Kind.AWAY),
        (400, {"code": "group.disbanded"}, Kind.REFUSED),
        (400, {"code": "invalidParameter.msgParam.tooLong"}, Kind.REFUSED),
        (400, {}, Kind.REFUSED),
        (404, {"code": "InvalidAction.NotFound"}, Kind.REFUSED),
        (500, {"code": "whatever"}, Kind.AWAY),
        (502, None, Kind.AWAY),
        (200, None, Kind.AWAY),
        (200, {"status": 1111}, Kind.AWAY),
        (200, {"errcode": -1}, Kind.AWAY),
        (200, {"errcode": 300001}, Kind.SESSION),
        (200, {"errcode": 130101}, Kind.SESSION),
        (200, {"errcode": 40014}, Kind.STALE),
        (200, {"errcode": 90018}, Kind.BUSY),
        (200, {"errcode": 90020}, Kind.QUOTA),
        (200, {"errcode": 88, "sub_code": "60011"}, Kind.PERMISSION),
        (200, {"errcode": 460101}, Kind.REFUSED),
        (200, {"errcode": 430101}, Kind.REFUSED),
    ],
    ids=str,
)
def test_an_answer_means(status: int, answer: dict[str, JsonValue] | None, kind: Kind | None) -> None:
    trouble = trouble_of(status, answer)

    assert (trouble and trouble.kind) == kind


@pytest.mark.parametrize(
    ("kind", "error", "pause"),
    [
        (Kind.STALE, TemporaryDeliveryError, None),
        (Kind.BUSY, TemporaryDeliveryError, timedelta(seconds=2)),
        (Kind.AWAY, TemporaryDeliveryError, None),
        (Kind.SESSION, TemporaryDeliveryError, None),
        (Kind.MINUTE, TemporaryDeliveryError, timedelta(minutes=1)),
        (Kind.CREDENTIALS, TemporaryDeliveryError, timedelta(minutes=5)),
        (Kind.QUOTA, TemporaryDeliveryError, timedelta(hours=1)),
        (Kind.PERMISSION, PermanentDeliveryError, None),
        (Kind.REFUSED, PermanentDeliveryError, None),
    ],
)
def test_what_is_worth_asking_again(kind: Kind, error: type[DeliveryError], pause: timedelta | None) -> None:
    found = error_of(Trouble("code", kind))

    assert type(found) is error
    assert getattr(found, "retry_after", None) == pause
    assert "code" in str(found)


def test_the_permissions_it_asks_for_are_named() -> None:
    answer: dict[str, JsonValue] = {
        "code": f"{FORBIDDEN}AccessTokenPermissionDenied",
        "accessdenieddetail": {"requiredScopes": ["qyapi_robot_sendmsg"]},
    }

    trouble = trouble_of(403, answer)

    assert trouble is not None
    assert trouble.scopes == ("qyapi_robot_sendmsg",)


def test_who_is_no_member_is_given_up_and_who_gets_too_much_is_tried_again() -> None:
    assert isinstance(error_of(UNKNOWN_STAFF), PermanentDeliveryError)
    assert isinstance(error_of(FLOW_CONTROLLED), TemporaryDeliveryError)
