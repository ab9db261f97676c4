"""What is examined alike on every platform: where its API is, what answers there, whether clocks agree."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
from pydantic import JsonValue

from bot.core.errors import CasebellError
from bot.ports import Finding, Verdict

PATIENCE_S = 10.0
"""How long one question to a platform may take."""

CLOCK_WARNING = timedelta(seconds=5)
CLOCK_FAULT = timedelta(seconds=60)

Form = Mapping[str, JsonValue]

THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def address_finding(setting: str, url: str, *, usual: str) -> Finding | None:
    """Return what is odd about where an API is said to be; None for its usual host."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in THIS_MACHINE:
        return Finding(
            subject=setting,
            verdict=Verdict.FAULT,
            detail=f"{host} is asked without encryption: secrets can be read on the way",
            next_step=f"begin {setting} with https://, or leave it out",
        )
    if host == usual:
        return None
    return Finding(
        subject=setting,
        verdict=Verdict.WARNING,
        detail=f"asks {host}, not {usual}",
        next_step=f"leave {setting} out, unless this is a test",
    )


def clock_finding(date: str, now: datetime) -> Finding:
    """Compare our clock with a platform's, as the Date header of its answer tells it to the second."""
    try:
        ahead = now - parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return Finding(subject="clock", verdict=Verdict.WARNING, detail="the platform does not tell its time")
    if abs(ahead) <= CLOCK_WARNING:
        return Finding(subject="clock", verdict=Verdict.WELL, detail="agrees with the platform's")
    return Finding(
        subject="clock",
        verdict=Verdict.FAULT if abs(ahead) > CLOCK_FAULT else Verdict.WARNING,
        detail=f"this machine is {abs(ahead).total_seconds():.0f} s {_side(ahead)}",
        next_step="let this machine keep time by NTP, for example with `timedatectl set-ntp true`",
    )


def _side(ahead: timedelta) -> str:
    return "ahead" if ahead > timedelta() else "behind"


class NoAnswerError(CasebellError):
    """A platform could not be reached, or something else answered in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a platform answered; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: Form


def open_session() -> aiohttp.ClientSession:
    """Return a session for questions, which goes through the proxy that HTTPS_PROXY names."""
    return aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=PATIENCE_S))


async def ask(
    session: aiohttp.ClientSession,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Form | None = None,
) -> Answer:
    """Post a question and return the answer, whatever it says.

    Raises:
        NoAnswerError: there was none in time, or it is no JSON object.
    """
    try:
        async with session.post(url, headers=headers, data=form, json=body) as response:
            text = await response.text(errors="replace")
    except aiohttp.ClientConnectorError as error:
        raise NoAnswerError(f"no connection to {error.host}:{error.port}") from error
    except TimeoutError as error:
        raise NoAnswerError(f"nothing came in {PATIENCE_S:.0f} s") from error
    except (aiohttp.ClientError, OSError) as error:
        raise NoAnswerError(str(error) or type(error).__name__) from error
    try:
        told = json.loads(text)
    except ValueError as error:
        raise NoAnswerError(f"something else answers in its place (HTTP {response.status})") from error
    if not isinstance(told, dict):
        raise NoAnswerError(f"something else answers in its place (HTTP {response.status})")
    names = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status, headers=names, body=told)
