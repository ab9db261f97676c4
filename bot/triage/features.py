"""What the trained model sees of a message: pieces of its words, and what the rules found in it."""

import re
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from zlib import crc32

from bot.triage.intents import Row
from bot.triage.levels import Severity
from bot.triage.passage import Passage

BUCKETS = 1 << 14
"""Rows of the table of weights: features share rows by their checksum."""

LONGEST = 3
"""Signs of a Chinese piece, at most: a word has one to three."""

STEM = 5
"""Letters of an English word that its forms share."""

SAID_WEIGHT = 2.5
"""How much all that the rules found weighs against all the pieces of words."""

HAN = re.compile("[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z][a-z0-9']*|\d+")
DIGITS = re.compile(r"\d+")
QUESTION = "?"


@dataclass(frozen=True, slots=True)
class Features:
    """What a message is made of; `places` has where in its text a piece stands first."""

    places: dict[str, tuple[int, int]]
    said: frozenset[str]

    def weighted(self) -> dict[int, float]:
        """Return what each row of the table weighs; both parts count the same however long the message."""
        weights: dict[int, float] = {}
        parts = ((self.places, 1.0), (self.said, SAID_WEIGHT))
        for names, weight in parts:
            share = weight / sqrt(len(names) or 1)
            for name in names:
                weights[bucket(name)] = weights.get(bucket(name), 0.0) + share
        return weights


def bucket(name: str) -> int:
    """Return the row of a feature."""
    return crc32(name.encode()) % BUCKETS


def features(passage: Passage, row: Row, found: Severity | None) -> Features:
    """Return what a message is made of, with what the rules made of it."""
    said = {f"sign {sign}" for sign in passage.signs}
    said |= {f"intent {row.intent}", f"over {passage.over}", f"asked {QUESTION in passage.text}"}
    said.add("something" if passage.marks else "nothing")
    said.add(f"level {found.level} {found.ask}" if found else "level none")
    return Features(_pieces(passage.text), frozenset(said))


def _pieces(text: str) -> dict[str, tuple[int, int]]:
    """Return runs of Chinese signs, words, pairs of words and their stems, with their places."""
    pieces: dict[str, tuple[int, int]] = {}
    for found in HAN.finditer(text):
        for start in range(*found.span()):
            for end in range(start + 1, min(start + LONGEST, found.end()) + 1):
                pieces.setdefault(text[start:end], (start, end))
    words = [(DIGITS.sub("0", found[0]), *found.span()) for found in LATIN.finditer(text)]
    for word, start, end in words:
        pieces.setdefault(f"{word}_", (start, end))
        if len(word) > STEM:
            pieces.setdefault(f"{word[:STEM]}-", (start, end))
    for (first, start, _), (second, _, end) in pairwise(words):
        pieces.setdefault(f"{first} {second}", (start, end))
    return pieces
