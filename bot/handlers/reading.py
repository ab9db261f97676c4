"""Small pieces of reading: words as typed, with full-width signs understood and nothing of them changed."""

import re
from collections.abc import Iterable

HALF_WIDTH = (
    {ord("　"): " ", ord("。"): "."}
    | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | {ord("İ"): "I", ord("ı"): "i", ord("ſ"): "s"}  # they match a Latin letter but do not fold to it
)
"""One sign for one sign, so that a place found in the half-width words is the same in the words as typed."""


def half_width(words: str) -> str:
    """Return the words with full-width letters, digits, punctuation and spaces as their plain ones."""
    return words.translate(HALF_WIDTH)


def starts(pattern: re.Pattern[str], words: str) -> tuple[re.Match[str], str] | None:
    """Match the beginning of the words; return the match, in half width, and what follows as typed."""
    found = pattern.match(half_width(words))
    return (found, words[found.end() :].lstrip(SEPARATORS)) if found else None


def ends(pattern: re.Pattern[str], words: str) -> tuple[re.Match[str], str] | None:
    """Find the pattern at the end of the words; return the match and what stands before it as typed."""
    found = pattern.search(half_width(words))
    return (found, words[: found.start()].rstrip(SEPARATORS)) if found else None


SEPARATORS = " \t\r\n　,，:：;；、"
"""What may stand between a verb, a number and the words."""


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first; Latin ones end where a word ends."""
    return "|".join(map(whole, sorted(words, key=len, reverse=True)))


def whole(word: str) -> str:
    """Return a pattern for a word that is not the beginning of a longer Latin one."""
    return re.escape(half_width(word)) + (r"(?![A-Za-z0-9_'’-])" if word[-1].isascii() else "")
