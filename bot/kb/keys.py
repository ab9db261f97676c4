"""Terms as 64-bit keys: the four highest bits say of which kind a term is, the others what it is.

Equal keys are equal terms, in every process and edition.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache, lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.kb.lexicon import concepts, frame

Keys = NDArray[np.uint64]
Places = NDArray[np.intp]


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


class Group(IntEnum):
    """Kinds of terms that are weighed together."""

    CHARACTER = 0
    HAN = 1
    WORD = 2
    FRAME = 3
    GRAM = 4
    SOUND = 5
    CONCEPT = 6
    NAME = 7
    FAMILY = 8


GROUPS = len(Group)
GROUP_OF = np.array(
    [
        {
            Kind.HAN1: Group.CHARACTER,
            Kind.HAN2: Group.HAN,
            Kind.HAN3: Group.HAN,
            Kind.WORD: Group.WORD,
            Kind.FRAME: Group.FRAME,
            Kind.GRAM3: Group.GRAM,
            Kind.GRAM4: Group.GRAM,
            Kind.SOUND1: Group.SOUND,
            Kind.SOUND2: Group.SOUND,
            Kind.CONCEPT: Group.CONCEPT,
            Kind.NAME: Group.NAME,
            Kind.FAMILY: Group.FAMILY,
        }[kind]
        for kind in Kind
    ],
    np.uint8,
)

FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
WORDS_KEPT = 20_000

SHIFT = np.uint64(60)
"""Where the kind begins in a key."""

BARE = np.uint64((1 << 60) - 1)
FRAMED = np.uint64(Kind.FRAME << 60)

BASE = 0x9E3779B97F4A7C15
"""An odd number: powers of it have an inverse modulo 2**64."""

UNBASE = pow(BASE, -1, 1 << 64)
MIX = np.uint64(0xD6E8FEB86659FD93)
HALF = np.uint64(32)
ONE = np.uint64(1)

SHORT = 2048
"""Code points of a question and its borders, at most; longer texts compute their own powers."""


def kinds(keys: Keys) -> NDArray[np.uint8]:
    """Return of which kind each key is."""
    return (keys >> SHIFT).astype(np.uint8)


def keyed(hashes: Sequence[tuple[Kind, Keys]]) -> Keys:
    """Return the keys of terms, one kind after the other."""
    every = np.concatenate([each for _, each in hashes])
    mixed = every >> HALF
    mixed ^= every
    mixed *= MIX
    mixed ^= mixed >> HALF
    mixed *= MIX
    mixed >>= np.uint64(64 - int(SHIFT))
    at = 0
    for kind, each in hashes:
        mixed[at : at + each.size] |= np.uint64(kind << int(SHIFT))
        at += each.size
    return mixed


def rolled(codes: Keys, most: int) -> list[Keys]:
    """Return hashes of one code point from each place on, of two, and so on up to `most`."""
    single = codes + ONE
    hashes = [single]
    for size in range(2, most + 1):
        hashes.append(hashes[-1][:-1] * np.uint64(BASE) + single[size - 1 :])
    return hashes


def spans(codes: Keys, starts: Places, ends: Places) -> Keys:
    """Return a hash of the code points of each span, the same wherever it stands."""
    powers, inverse = _short_powers() if codes.size <= SHORT else _powers_to(codes.size)
    sums = np.zeros(codes.size + 1, np.uint64)
    np.cumsum((codes + ONE) * powers[: codes.size], out=sums[1:])
    return (sums[ends] - sums[starts]) * inverse[starts]


def digest(text: str) -> int:
    """Return 64 bits that a text alone decides."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def among(ordered: Keys, keys: Keys) -> NDArray[np.bool_]:
    """Say which keys are among some others, which are in order."""
    at = np.minimum(np.searchsorted(ordered, keys), ordered.size - 1)
    return np.asarray(ordered[at] == keys)


def distinct(keys: Keys) -> Keys:
    """Return keys in order, each once; the array given is put in order."""
    keys.sort()
    return keys[np.r_[True, keys[1:] != keys[:-1]]] if keys.size else keys


@lru_cache(maxsize=WORDS_KEPT)
def word_key(word: str) -> np.uint64:
    """Return the key of a Latin word."""
    key = _word_keys([word])[0]
    return np.uint64(key & BARE | FRAMED if word in frame() else key)


def meant(keys: Keys) -> tuple[Keys, Places]:
    """Return the concepts that terms stand for, and which terms these are; before any are framing words."""
    said, means = _concept_keys()
    at = np.minimum(np.searchsorted(said, keys), said.size - 1)
    hits = np.flatnonzero(said[at] == keys)
    return means[at[hits]], hits


@cache
def frame_keys() -> Keys:
    """Return the keys, in order, of what would be a word if it did not only frame a question."""
    return np.sort(_word_keys(sorted(frame())))


def _word_keys(words: Sequence[str]) -> Keys:
    """Return the keys of single words, each of one script."""
    keys = np.zeros(len(words), np.uint64)
    for number, word in enumerate(words):
        codes = np.array([ord(letter) for letter in word], np.uint64)
        if FIRST_HAN <= codes[0] <= LAST_HAN:
            hashes = (Kind(Kind.HAN1 + len(word) - 1), rolled(codes, len(word))[-1])
        else:
            hashes = (Kind.WORD, spans(codes, np.array([0]), np.array([len(word)])))
        keys[number] = keyed([hashes])[0]
    return keys


@cache
def _concept_keys() -> tuple[Keys, Keys]:
    pairs = [(word, number) for number, group in enumerate(concepts()) for word in group]
    said = _word_keys([word for word, _ in pairs])
    means = keyed([(Kind.CONCEPT, np.array([number for _, number in pairs], np.uint64) + np.uint64(7))])
    order = np.argsort(said, kind="stable")
    return said[order], means[order]


@cache
def _short_powers() -> tuple[Keys, Keys]:
    return _powers_to(SHORT)


def _powers_to(length: int) -> tuple[Keys, Keys]:
    forth, back = np.full(length, BASE, np.uint64), np.full(length, UNBASE, np.uint64)
    forth[0] = back[0] = 1
    return np.cumprod(forth), np.cumprod(back)
