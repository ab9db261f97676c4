"""What DingTalk answers when it does not do what it is asked, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.core.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.dingtalk.raw import Table, table, words


class Kind(StrEnum):
    """What an answer other than yes means."""

    STALE = "the access token is no longer good"
    SESSION = "the sessionWebhook takes nothing any more"
    BUSY = "asked too often within a second"
    MINUTE = "asked too often within a minute"
    AWAY = "DingTalk's own trouble"
    CREDENTIALS = "the app's id or secret is wrong"
    QUOTA = "the organisation's monthly quota of calls is used up"
    PERMISSION = "the app lacks a permission"
    REFUSED = "it will never be done"


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that is no yes: its code, what it means, the permissions it asks for."""

    code: str
    kind: Kind
    scopes: tuple[str, ...] = ()


PAUSES: Mapping[Kind, timedelta] = {
    Kind.BUSY: timedelta(seconds=2),
    Kind.MINUTE: timedelta(minutes=1),
    Kind.CREDENTIALS: timedelta(minutes=5),
    Kind.QUOTA: timedelta(hours=1),
}
"""When to try again, where that is known; else soon, and then less and less often.

An hour for the quota: more can be bought any day, so what is to be said stays wanted, and nothing is asked
meanwhile.
"""

DENIED = "Forbidden.AccessDenied."

CODES: Mapping[str, Kind] = {
    # the new API
    "InvalidAuthentication": Kind.STALE,
    "invalidClientIdOrSecret": Kind.CREDENTIALS,
    "authFailed": Kind.CREDENTIALS,
    f"{DENIED}QpsLimitForAppkeyAndApi": Kind.BUSY,
    f"{DENIED}QpsLimitForApi": Kind.BUSY,
    f"{DENIED}QpmLimitForAppkeyAndApi": Kind.MINUTE,
    f"{DENIED}QpmLimitForApi": Kind.MINUTE,
    f"{DENIED}ApiCountLimitForOrg": Kind.QUOTA,
    f"{DENIED}AccessTokenPermissionDenied": Kind.PERMISSION,
    "send.too.fast": Kind.BUSY,
    "send.byToken.tooFast": Kind.BUSY,
    "too.many.group": Kind.BUSY,
    "unknown.send.result": Kind.AWAY,
    "resource.unavailable": Kind.AWAY,
    "system.error": Kind.AWAY,
    "system.busy": Kind.AWAY,
    "ServiceUnavailable": Kind.AWAY,
    # the old API, whose errors come with HTTP 200
    "-1": Kind.AWAY,
    "90002": Kind.BUSY,
    "90018": Kind.BUSY,
    "90020": Kind.QUOTA,
    "40014": Kind.STALE,
    "42001": Kind.STALE,
    "40089": Kind.CREDENTIALS,
    "40096": Kind.CREDENTIALS,
    "60011": Kind.PERMISSION,
    "300001": Kind.SESSION,
    "130101": Kind.SESSION,  # twenty messages a minute by one webhook: the API takes what it does not
    "410100": Kind.SESSION,
}
"""By code. Any other refusal is for good: the same call would be refused again."""

FLOW_CONTROLLED = Trouble("flow controlled", Kind.AWAY)
UNKNOWN_STAFF = Trouble("unknown staff id", Kind.REFUSED)
"""Persons that a message to persons did not reach, though the answer was yes."""

BLOCKED = Trouble("blocked", Kind.AWAY)
"""Something that is no JSON came back: an address that asked too often is answered so for five minutes."""


def trouble_of(status: int, answer: Table | None) -> Trouble | None:
    """Return what is wrong with an answer of either API; None if nothing is."""
    if answer is None:
        return BLOCKED if status < 500 else Trouble(str(status), Kind.AWAY)
    code = words(answer, "errcode") or words(answer, "code")
    if status < 400 and code in ("", "0"):
        return None if words(answer, "status") != "1111" else BLOCKED
    if code == "88":  # the old API's word for: the new one's code is in here
        code = words(answer, "sub_code") or code
    usual = Kind.AWAY if status >= 500 else Kind.REFUSED
    scopes = table(answer, "accessdenieddetail").get("requiredScopes")
    named = tuple(map(str, scopes)) if isinstance(scopes, list) else ()
    return Trouble(code or str(status), CODES.get(code, usual), named)


def error_of(trouble: Trouble) -> DeliveryError:
    """Return the error that says what to do about it; it names the code and never what was said."""
    reason = f"DingTalk: {trouble.kind} ({trouble.code})"
    if trouble.kind in (Kind.REFUSED, Kind.PERMISSION):
        return PermanentDeliveryError(reason)
    return TemporaryDeliveryError(reason, PAUSES.get(trouble.kind))
