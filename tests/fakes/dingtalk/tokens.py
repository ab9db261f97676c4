"""Access tokens: two hours, the same one while it holds, and how a wrong one is answered."""

from datetime import datetime, timedelta
from uuid import uuid4

from bot.core.clock import Clock

LIFE = timedelta(seconds=7200)


class Tokens:
    """What was given out and what still holds; `asked` counts how often one was asked for."""

    def __init__(self, clock: Clock) -> None:
        self.asked = 0
        self._clock = clock
        self._given: set[str] = set()
        self._current: tuple[str, datetime] = ("", clock.now())

    def give(self) -> str:
        """Return the token, the same and longer while it holds."""
        self.asked += 1
        now = self._clock.now()
        token = self._current[0] if self.holds(self._current[0]) else uuid4().hex
        self._given.add(token)
        self._current = (token, now + LIFE)
        return token

    def holds(self, token: str) -> bool:
        """Tell whether a token is good now."""
        current, until = self._current
        return bool(token) and token == current and self._clock.now() < until

    def known(self, token: str) -> bool:
        """Tell whether a token was ever given out."""
        return token in self._given

    def revoke(self) -> None:
        """End what was given out."""
        self._current = ("", self._clock.now())
