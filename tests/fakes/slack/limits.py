"""Rate limits as Slack's, and calls that fail because a test says so."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.core.clock import monotonic
from tests.fakes.slack.calls import Call, Method

POST = "chat.postMessage"
REACTION_S = 0.2
"""A call that was on its way when the pause began is no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How the next call of a method fails; `done` says that it did its work all the same."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    lost: bool = False
    done: bool = False


UNAVAILABLE = Fault(status=503)
LOST_BEFORE = Fault(lost=True)
LOST_AFTER = Fault(lost=True, done=True)
WELL = None
"""No fault at all: for a call between others that fail."""


def limited(seconds: int) -> Fault:
    """Answer 429 with Retry-After."""
    return Fault(status=429, error="ratelimited", retry_after=seconds)


def error(code: str) -> Fault:
    """Answer `ok: false`."""
    return Fault(error=code)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(slots=True)
class Limits:
    """Leaky buckets: one message a second and conversation, `tier` calls a minute of a method."""

    on: bool = True
    burst: float = 3.0
    calls: deque[str] = field(default_factory=deque)
    limited: int = 0
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    _resting: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def take(self, call: Call, method: Method) -> int | None:
        """Count a call; seconds to rest if it comes too early. Blames who calls while told to rest."""
        self.calls.append(call.method)
        key, rate, size = self._terms(call, method)
        now = monotonic()
        began, until = self._resting.get(key, (now, now))
        if began + REACTION_S < now < until - REACTION_S:
            call.workspace.blame(call.method, "called_while_resting", key[1])
        if not self.on:
            return None
        bucket = self._buckets.setdefault(key, _Bucket(0.0, now))
        bucket.level = max(0.0, bucket.level - (now - bucket.at) * rate)
        bucket.at = now
        if bucket.level + 1 > size:
            return self.rest(call, method, 1 if call.method == POST else 5)
        bucket.level += 1
        return None

    def rest(self, call: Call, method: Method, seconds: int) -> int:
        """Tell a caller to rest; returns for how long."""
        key, _, _ = self._terms(call, method)
        now = monotonic()
        self._resting[key] = (now, now + seconds)
        self.limited += 1
        return seconds

    def _terms(self, call: Call, method: Method) -> tuple[tuple[str, str], float, float]:
        if call.method == POST:
            return (call.method, call.text("channel")), 1.0, self.burst
        return (call.method, ""), method.tier / 60, float(method.tier)


class Faults(defaultdict[str, deque[Fault | None]]):
    """What the next calls of each method meet."""

    def __init__(self) -> None:
        super().__init__(deque)

    def next(self, method: str) -> Fault | None:
        """Return and forget what the next call of a method meets."""
        queue = self.get(method)
        return queue.popleft() if queue else None
