"""Words that mean about the same, and words that only frame a question: data, read once."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

LONGEST_HAN = 3


@cache
def concepts() -> tuple[tuple[str, ...], ...]:
    """Return groups of words that mean about the same, inflections included."""
    return tuple(
        tuple(dict.fromkeys(form for word in line for form in _forms(word)))
        for line in _lines("concepts.txt")
    )


@cache
def frame() -> frozenset[str]:
    """Return the words that only frame a question."""
    return frozenset(word for line in _lines("frame.txt") for word in line)


@cache
def known_words() -> frozenset[str]:
    """Return the Latin words that are no misspelling of another."""
    meant = {word for group in concepts() for word in group if word.isascii()}
    return frame() | meant | {form for line in _lines("common.txt") for word in line for form in _forms(word)}


def _lines(name: str) -> list[list[str]]:
    text = (files("bot.kb") / "data" / name).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _forms(word: str) -> Iterator[str]:
    """Yield a word and what grammar makes of it; forms that do not exist do no harm."""
    if not word.isascii():
        yield word[:LONGEST_HAN]
        return
    yield word
    yield from (f"{word}{ending}" for ending in ("s", "es", "ed", "d", "ing"))
    if word.endswith("e"):
        yield f"{word[:-1]}ing"
    elif word.endswith("y"):
        yield from (f"{word[:-1]}{ending}" for ending in ("ies", "ied"))
    else:
        yield from (f"{word}{word[-1]}{ending}" for ending in ("ed", "ing"))
