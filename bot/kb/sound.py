"""How a text sounds: every syllable as one letter, so that sounds are compared as texts are."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from pypinyin.constants import PINYIN_DICT

from bot.kb.lexicon import known_words

FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
FIRST = 0xE000
"""The letter of the first syllable; no text of people has letters from here."""

SYLLABLES = range(FIRST, FIRST + 0x400)
LATIN = re.compile("[a-z]{4,}")
"""What may be Chinese written as it sounds; shorter words are too often English."""

ALIKE = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("(?<=[aei]n)g$"), ""),
    (re.compile("^[nr](?=[^$])"), "l"),
    (re.compile("^hu(?=.)"), "f"),
)
"""Sounds that many people do not tell apart."""

ROUNDED = str.maketrans("üǖǘǚǜ", "vvvvv")


def heard(text: str) -> str:
    """Return the syllables of a normalised text, one letter each; what is not Chinese becomes a space."""
    return LATIN.sub(_syllables, text).translate(_letters())


def _syllables(word: re.Match[str]) -> str:
    """Return a word of pinyin as the letters of its syllables, any other word as it is."""
    if word[0] in known_words():
        return word[0]
    known = _known()
    ways: list[str | None] = ["", *[None] * len(word[0])]
    for end in range(1, len(ways)):
        for start in range(max(0, end - 6), end):
            before, letter = ways[start], known.get(word[0][start:end])
            if before is not None and letter is not None and end - start > 1:
                ways[end] = before + letter
                break
    return ways[-1] or word[0]


@cache
def _sounds() -> Mapping[int, str]:
    """Return the toneless syllable of every Chinese character."""
    return {
        code: "".join(
            letter
            for letter in unicodedata.normalize("NFD", marked.partition(",")[0].translate(ROUNDED))
            if letter.isascii() and letter.isalpha()
        )
        for code, marked in PINYIN_DICT.items()
        if FIRST_HAN <= code <= LAST_HAN
    }


@cache
def _known() -> Mapping[str, str]:
    """Return the letter of each syllable; syllables that sound alike share one."""
    folded = {sound: _folded(sound) for sound in set(_sounds().values())}
    numbers = {sound: number for number, sound in enumerate(sorted(set(folded.values())))}
    return {sound: chr(FIRST + numbers[fold]) for sound, fold in folded.items()}


@cache
def _letters() -> "_Letters":
    known = _known()
    return _Letters({code: known[sound] for code, sound in _sounds().items()})


class _Letters(dict[int, str]):
    """What each character becomes; letters of syllables stay, everything unknown is a space."""

    def __missing__(self, code: int) -> str:
        return chr(code) if code in SYLLABLES else " "


def _folded(sound: str) -> str:
    for pattern, replacement in ALIKE:
        sound = pattern.sub(replacement, sound)
    return sound
