"""How long to wait before trying again."""

from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=5)


def backoff(failures: int) -> timedelta:
    """Return the pause after the given number of failures (from 1): doubling, five minutes at most."""
    return min(LONGEST, FIRST * (1 << min(failures - 1, 10)))
