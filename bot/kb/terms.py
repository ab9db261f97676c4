"""What texts are made of: grams, words, sounds, concepts and names, each a key, for many texts at once.

Everything is arithmetic over one array of code points, so that a hundred thousand texts take seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.keys import (
    BARE,
    FIRST_HAN,
    FRAMED,
    LAST_HAN,
    Keys,
    Kind,
    Places,
    among,
    digest,
    frame_keys,
    keyed,
    meant,
    rolled,
    spans,
)
from bot.kb.normalise import family
from bot.kb.sound import SYLLABLES
from bot.kb.text import Text

Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]

NEWLINE = ord("\n")
LETTER, HAN, SYLLABLE, DIGIT, BETWEEN = range(5)
"""What a character is to the search: part of a word, if it is nothing else."""

LAST_CODE = 0x110000


@dataclass(frozen=True, slots=True)
class Terms:
    """Every term of every text, as often as it occurs."""

    owners: Numbers
    keys: Keys


def terms_of(texts: Sequence[Text]) -> Terms:
    """Return the terms of some texts; the arrays for a million characters take some hundred megabytes."""
    letters = _Letters.of(texts)
    words, of_words = _from_words(letters)
    others, of_others = _from_sounds_and_grams(letters)
    found = Terms(letters.owners(np.concatenate([words, others])), np.concatenate([of_words, of_others]))
    if not any(text.names for text in texts):
        return found
    named, of_names = _from_names(texts)
    return Terms(np.concatenate([found.owners, named]), np.concatenate([found.keys, of_names]))


@dataclass(frozen=True, slots=True)
class _Letters:
    """The words of texts, then their sounds, as one array of code points between line ends.

    `framing` is where words stand that only frame a question; it is known once words are.
    """

    codes: Keys
    lines: Numbers
    texts: int
    classes: NDArray[np.uint8]
    framing: Flags

    @classmethod
    def of(cls, texts: Sequence[Text]) -> Self:
        joined = "\n".join(["", *(text.words for text in texts), *(text.sound for text in texts), "\n\n\n"])
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        lines = np.cumsum(codes == NEWLINE, dtype=np.int32) - 1
        framing = np.zeros(codes.size, np.bool_)
        return cls(codes.astype(np.uint64), lines, len(texts), _classes()[codes], framing)

    def owners(self, places: Places) -> Numbers:
        """Return which text each place belongs to."""
        lines = self.lines[places]
        lines[lines >= self.texts] -= self.texts
        return lines


@cache
def _classes() -> NDArray[np.uint8]:
    classes = np.full(LAST_CODE, LETTER, np.uint8)
    classes[FIRST_HAN : LAST_HAN + 1] = HAN
    classes[SYLLABLES.start : SYLLABLES.stop] = SYLLABLE
    classes[ord("0") : ord("9") + 1] = DIGIT
    classes[[NEWLINE, *map(ord, " ,")]] = BETWEEN
    return classes


def _from_words(letters: _Letters) -> tuple[Places, Keys]:
    """Return Chinese characters by ones, twos and threes, other words whole, and what both mean."""
    found: list[tuple[Kind, Places, Keys]] = []
    run = han = letters.classes == HAN
    if han.any():
        hashes = rolled(letters.codes, 3)
        for size, kind in enumerate((Kind.HAN1, Kind.HAN2, Kind.HAN3)):
            run = run[:-1] & han[size:] if size else run
            places = np.flatnonzero(run)
            found.append((kind, places, hashes[size][places]))
    word = (letters.classes == LETTER) | (letters.classes == DIGIT)
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    whole = spans(letters.codes[: ends[-1]], starts, ends) if ends.size else ends.astype(np.uint64)
    found.append((Kind.WORD, starts, whole))
    keys = keyed([(kind, hashes) for kind, _, hashes in found])
    places = np.concatenate([places for _, places, _ in found])
    concepts, of = meant(keys)
    framing = among(frame_keys(), keys)
    keys[framing] = keys[framing] & BARE | FRAMED
    _mark(letters.framing, starts, ends, framing[keys.size - starts.size :])
    return np.concatenate([places, places[of]]), np.concatenate([keys, concepts])


def _mark(marks: Flags, starts: Places, ends: Places, chosen: Flags) -> None:
    """Set the marks of chosen spans."""
    if chosen.any():
        changes = np.zeros(marks.size, np.int32)
        changes[starts[chosen]] += 1
        changes[ends[chosen]] -= 1
        np.cumsum(changes, out=changes)
        np.not_equal(changes, 0, out=marks)


def _from_sounds_and_grams(letters: _Letters) -> tuple[Places, Keys]:
    """Return syllables alone and in pairs, and words but framing ones in padded threes and fours."""
    found: list[tuple[Kind, Places, Keys]] = []
    syllable = letters.classes == SYLLABLE
    alone = np.flatnonzero(syllable)
    if alone.size:
        pairs = np.flatnonzero(syllable[:-1] & syllable[1:])
        found.append((Kind.SOUND1, alone, letters.codes[alone]))
        found.append((Kind.SOUND2, pairs, rolled(letters.codes, 2)[1][pairs]))
    spelled = letters.classes == LETTER
    if spelled.any():
        hashes = rolled(np.where(spelled, letters.codes, np.uint64(0)), 4)
        free = (letters.classes != DIGIT) & ~letters.framing
        inner = spelled & free
        threes = np.flatnonzero(free[:-2] & inner[1:-1] & free[2:])
        fours = np.flatnonzero(free[:-3] & inner[1:-2] & inner[2:-1] & free[3:])
        found.append((Kind.GRAM3, threes, hashes[2][threes]))
        found.append((Kind.GRAM4, fours, hashes[3][fours]))
    if not found:
        return np.zeros(0, np.intp), np.zeros(0, np.uint64)
    keys = keyed([(kind, hashes) for kind, _, hashes in found])
    return np.concatenate([places for _, places, _ in found]), keys


def _from_names(texts: Sequence[Text]) -> tuple[Numbers, Keys]:
    """Return the names of each text and their families: they match exactly or not at all."""
    pairs = [(owner, name) for owner, text in enumerate(texts) for name in sorted(text.names)]
    families = [(owner, each) for owner, text in enumerate(texts) for each in set(map(family, text.names))]
    owners = np.array([owner for owner, _ in (*pairs, *families)], np.int32)
    names, alike = (np.array([digest(name) for _, name in each], np.uint64) for each in (pairs, families))
    return owners, keyed([(Kind.NAME, names), (Kind.FAMILY, alike)])
