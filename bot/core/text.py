"""What happens to people's words wherever they go."""

import re

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Return words without what no database or page can hold: NUL, and halves of surrogate pairs."""
    return UNSTORABLE.sub("\ufffd", text)


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, with a sign where it goes on."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
