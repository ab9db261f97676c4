"""What texts are made of: grams, words, sounds and concepts, each a 64-bit key, for many texts at once.

A key's four highest bits say of which kind it is; equal keys are equal terms, in every process and edition.
Everything is arithmetic over one array of code points, so that a hundred thousand texts take seconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.kb.lexicon import concepts, frame
from bot.kb.normalise import family
from bot.kb.sound import SYLLABLES
from bot.kb.text import Text

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int32]


class Kind(IntEnum):
    """The kinds of terms."""

    HAN1 = 0
    HAN2 = 1
    HAN3 = 2
    WORD = 3
    FRAME = 4
    GRAM3 = 5
    GRAM4 = 6
    SOUND1 = 7
    SOUND2 = 8
    CONCEPT = 9
    NAME = 10
    FAMILY = 11


SHIFT = np.uint64(60)
"""Where the kind begins in a key."""

BARE = np.uint64((1 << 60) - 1)
FRAMED = np.uint64(Kind.FRAME << 60)

NEWLINE, BLANK, COMMA, ZERO, NINE = map(ord, "\n ,09")
FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
BASE = 0x9E3779B97F4A7C15
"""An odd number: powers of it have an inverse modulo 2**64."""

UNBASE = pow(BASE, -1, 1 << 64)
MIX = np.uint64(0xD6E8FEB86659FD93)
HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Terms:
    """Every term of every text, as often as it occurs."""

    owners: Numbers
    keys: Keys


WORDS_KEPT = 20_000

BATCH = 5_000
"""Texts that are taken apart at once: the arrays of all together would need several times the memory."""


def terms_of(texts: Sequence[Text]) -> Terms:
    """Return the terms of some texts."""
    starts = range(0, max(len(texts), 1), BATCH)
    parts = [part for start in starts for part in _parts(texts[start : start + BATCH], start)]
    return Terms(
        np.concatenate([part.owners for part in parts]), np.concatenate([part.keys for part in parts])
    )


def _parts(texts: Sequence[Text], first: int) -> Iterator[Terms]:
    parts = [_written([text.words for text in texts]), _spoken([text.sound for text in texts])]
    if any(text.names for text in texts):
        parts.append(_named(Kind.NAME, [text.names for text in texts]))
        parts.append(_named(Kind.FAMILY, [frozenset(map(family, text.names)) for text in texts]))
    for part in parts:
        yield Terms(part.owners + np.int32(first), part.keys)


@lru_cache(maxsize=WORDS_KEPT)
def word_key(word: str) -> np.uint64:
    """Return the key of a Latin word."""
    return np.uint64(_word_keys([word], frames=True)[0])


def kinds(keys: Keys) -> NDArray[np.uint8]:
    """Return of which kind each key is."""
    return (keys >> SHIFT).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Letters:
    """Texts as one array of code points, between line ends."""

    codes: Keys
    owners: Numbers
    han: NDArray[np.bool_]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Letters":
        joined = "\n" + "\n".join(texts) + "\n\n\n\n"
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        owners = np.cumsum(codes == NEWLINE, dtype=np.int32) - 1
        return cls(codes, owners, (codes >= FIRST_HAN) & (codes <= LAST_HAN))


def _named(kind: Kind, names: Sequence[frozenset[str]]) -> Terms:
    """Return the names of each text as terms: they match exactly or not at all."""
    pairs = [(owner, name) for owner, each in enumerate(names) for name in sorted(each)]
    digests = [int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) for _, name in pairs]
    return Terms(np.array([owner for owner, _ in pairs], np.int32), _key(kind, np.array(digests, np.uint64)))


def _written(texts: Sequence[str]) -> Terms:
    letters = _Letters.of(texts)
    found = _Found(letters.owners)
    _add_han(letters, found)
    _add_latin(letters, found)
    return found.terms(concepts=True)


def _spoken(texts: Sequence[str]) -> Terms:
    letters = _Letters.of(texts)
    found = _Found(letters.owners)
    codes = letters.codes
    syllable = (codes >= SYLLABLES.start) & (codes < SYLLABLES.stop)
    found.add(Kind.SOUND1, np.flatnonzero(syllable), codes)
    pairs = np.flatnonzero(syllable[:-1] & syllable[1:])
    found.add(Kind.SOUND2, pairs, _rolled(codes, 2))
    return found.terms(concepts=False)


class _Found:
    """Terms as they are found."""

    def __init__(self, owners: Numbers) -> None:
        self._owners = owners
        self._places: list[NDArray[np.intp]] = []
        self._keys: list[Keys] = []

    def add(self, kind: Kind, places: NDArray[np.intp], hashes: Keys) -> None:
        """Add the terms that begin at `places`."""
        self.add_at(kind, places, hashes[places])

    def add_at(self, kind: Kind, places: NDArray[np.intp], hashes: Keys) -> None:
        """Add one term for each of `places`."""
        self._places.append(places)
        self._keys.append(_key(kind, hashes))

    def terms(self, *, concepts: bool) -> Terms:
        """Return what was found, with the concepts it stands for."""
        places, keys = np.concatenate(self._places), np.concatenate(self._keys)
        if concepts:
            meant, at = _meant(keys)
            keys = np.where(_among(_han_frame_keys(), keys), keys & BARE | FRAMED, keys)
            places, keys = np.concatenate([places, places[at]]), np.concatenate([keys, meant])
        return Terms(self._owners[places], keys)


def _add_han(letters: _Letters, found: _Found) -> None:
    codes, run = letters.codes, letters.han
    for size, kind in ((1, Kind.HAN1), (2, Kind.HAN2), (3, Kind.HAN3)):
        if size > 1:
            run = run[:-1] & letters.han[size - 1 :]
        found.add(kind, np.flatnonzero(run), _rolled(codes, size))


def _add_latin(letters: _Letters, found: _Found) -> None:
    codes = letters.codes
    word = ~(letters.han | (codes == NEWLINE) | (codes == BLANK) | (codes == COMMA))
    edges = np.diff(word.astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1) + 1, np.flatnonzero(edges == -1) + 1
    if not starts.size:
        return
    whole = _spans(codes, starts, ends)
    framing = _among(_frame_keys(), _key(Kind.WORD, whole))
    found.add_at(Kind.FRAME, starts[framing], whole[framing])
    found.add_at(Kind.WORD, starts[~framing], whole[~framing])
    digit = (codes >= ZERO) & (codes <= NINE)
    spelled = word & ~digit
    counts = np.zeros(codes.size + 1, np.int32)
    counts[starts[framing]] += 1
    counts[ends[framing]] -= 1
    plain = np.where(spelled, codes, 0)
    free = (np.cumsum(counts[:-1]) == 0) & ~digit
    for size, kind in ((3, Kind.GRAM3), (4, Kind.GRAM4)):
        last = size - 1
        held = free[: codes.size - last].copy()
        for offset in range(1, size):
            held &= free[offset : codes.size - last + offset]
        for offset in range(1, last):
            held &= spelled[offset : codes.size - last + offset]
        found.add(kind, np.flatnonzero(held), _rolled(plain, size))


def _rolled(codes: Keys, size: int) -> Keys:
    """Return a hash of the `size` code points from each place on."""
    last = codes.size - size + 1
    rolled = np.zeros(last, np.uint64)
    for offset in range(size):
        rolled *= np.uint64(BASE)
        rolled += codes[offset : last + offset] + np.uint64(1)
    return rolled


def _spans(codes: Keys, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Keys:
    """Return a hash of the code points of each span, the same wherever it stands."""
    powers, inverse = _powers(codes.size)
    sums = np.zeros(codes.size + 1, np.uint64)
    np.cumsum((codes + np.uint64(1)) * powers[: codes.size], out=sums[1:])
    return (sums[ends] - sums[starts]) * inverse[starts]


def _powers(length: int) -> tuple[Keys, Keys]:
    if length <= SHORT:
        forth, back = _short_powers()
        return forth, back
    return _powers_to(length)


SHORT = 2048
"""Code points of a question and its borders, at most; longer texts compute their own powers."""


@cache
def _short_powers() -> tuple[Keys, Keys]:
    return _powers_to(SHORT)


def _powers_to(length: int) -> tuple[Keys, Keys]:
    forth, back = np.full(length, BASE, np.uint64), np.full(length, UNBASE, np.uint64)
    forth[0] = back[0] = 1
    return np.cumprod(forth), np.cumprod(back)


def _key(kind: Kind, hashes: Keys) -> Keys:
    mixed = (hashes ^ (hashes >> HALF)) * MIX
    mixed ^= mixed >> HALF
    mixed *= MIX
    return (mixed >> np.uint64(64 - int(SHIFT))) | np.uint64(kind << int(SHIFT))


def _meant(keys: Keys) -> tuple[Keys, NDArray[np.intp]]:
    """Return the concepts that terms stand for, and which terms these are."""
    said, meant = _concept_keys()
    at = np.minimum(np.searchsorted(said, keys), said.size - 1)
    hits = np.flatnonzero(said[at] == keys)
    return meant[at[hits]], hits


def _among(sorted_keys: Keys, keys: Keys) -> NDArray[np.bool_]:
    at = np.minimum(np.searchsorted(sorted_keys, keys), sorted_keys.size - 1)
    return np.asarray(sorted_keys[at] == keys)


@cache
def _frame_keys() -> Keys:
    return np.sort(_word_keys(sorted(filter(str.isascii, frame())), frames=False))


@cache
def _han_frame_keys() -> Keys:
    return np.sort(_word_keys(sorted(word for word in frame() if not word.isascii()), frames=False))


def _word_keys(words: Sequence[str], *, frames: bool) -> Keys:
    """Return the keys of single words, each of one script."""
    keys = np.zeros(len(words), np.uint64)
    for number, word in enumerate(words):
        codes = np.array([ord(letter) for letter in word], np.uint64)
        if FIRST_HAN <= ord(word[0]) <= LAST_HAN:
            keys[number] = _key(Kind(Kind.HAN1 + len(word) - 1), _rolled(codes, len(word)))[0]
        else:
            kind = Kind.FRAME if frames and word in frame() else Kind.WORD
            keys[number] = _key(kind, _spans(codes, np.array([0]), np.array([len(word)])))[0]
    return keys


@cache
def _concept_keys() -> tuple[Keys, Keys]:
    pairs = [(word, number) for number, group in enumerate(concepts()) for word in group]
    said = _word_keys([word for word, _ in pairs], frames=True)
    meant = _key(Kind.CONCEPT, np.array([number for _, number in pairs], np.uint64) + np.uint64(7))
    order = np.argsort(said, kind="stable")
    return said[order], meant[order]
