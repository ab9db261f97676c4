"""What the words of a message mean, whatever their language: lists of words of one meaning, as data."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

FOLDER = Path(__file__).parent / "concepts"

LONGEST_HAN = 8
"""Signs of the longest Chinese word of a list."""
LONGEST_COUNT = 6
"""Digits of what counts something: more are a telephone or a case number."""
LONGEST_LATIN = 5
"""Words of the longest English phrase of a list."""

HAN = re.compile("[\u3400-\u9fff]")
LATIN = re.compile(r"\.?[a-z0-9][a-z0-9'&%-]*(?:[.:]\d+)*")
CLAUSE_END = re.compile(
    r"[,，、;；:：()（）。！？!?\n…~–—]|\.(?=\s|$)|(?=但是?|不过|只是|可是)"
    r"|\b(?=(?:but|however|though|although|whereas|while|except|only that)\b)"
)
COUNT = re.compile(
    r"([一二两三四五六七八九十百千万几]{1,12}|(?<!\d)\d{1,9})(?:多|来|余)?(?:个(?!小时|钟|月)|[台家位名人间张条块部层所辆户路套组]|号人)"
)
LASTS = re.compile(
    r"(?:[一二两三四五六七八九十百半几]{1,12}|(?<!\d)\d{1,9})(?:多|来)?(?:个(?:多)?)?(?:小时|钟头|分钟|秒|天|周|星期|礼拜|月|年)"
)
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "几": 5}
POWERS = {"万": 10_000, "千": 1000, "百": 100, "十": 10}
BANDS = ((1, "one"), (5, "a_few"), (19, "some"), (99, "tens"))
"""The largest number of each band."""
SHARES = ((0.12, "hardly"), (0.35, "fewer"), (0.7, "half"))
"""The largest share, of the smaller of two counted numbers in the larger, of each name."""
MOST, LARGE = "most", "hundreds"
DURATION = "duration"

Meanings = tuple[str, ...]
Found = tuple[int, int, Meanings]
"""Where words begin and end, and what they mean."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message: the meanings of its words in order, and whether it ends as a question."""

    meanings: tuple[Meanings, ...]
    asks: bool

    @property
    def said(self) -> frozenset[str]:
        """Every meaning of the clause."""
        return frozenset(each for meanings in self.meanings for each in meanings)


@dataclass(frozen=True, slots=True)
class Meant:
    """The clauses of a message that mean something, and how the numbers counted in it compare, if two are.

    `places` has where each meaning stands first.
    """

    clauses: tuple[Clause, ...]
    places: Mapping[str, tuple[int, int]]
    share: str | None


class Concepts:
    """The lists of words of every language."""

    def __init__(self, words: Mapping[str, Meanings], patterns: Mapping[str, re.Pattern[str]]) -> None:
        self._words = words
        self._patterns = patterns

    def read(self, text: str, denied: frozenset[int] = frozenset()) -> Meant:
        """Return what the words of a folded text mean; at the places of `denied`, that it is not so."""
        found = sorted(_turned(self._found(text), denied), key=itemgetter(0))
        ends = [(each.start(), each[0] == "?") for each in CLAUSE_END.finditer(text)]
        clauses: list[Clause] = []
        at = 0
        for end, asks in (*ends, (len(text) + 1, False)):
            start = at
            while at < len(found) and found[at][0] < end:
                at += 1
            if at > start or asks:
                clauses.append(Clause(tuple(meanings for _, _, meanings in found[start:at]), asks))
        places = {meaning: (start, end) for start, end, meanings in reversed(found) for meaning in meanings}
        return Meant(tuple(clauses), places, _share(text))

    def _found(self, text: str) -> Iterator[Found]:
        for meaning, pattern in self._patterns.items():
            yield from ((*each.span(), (meaning,)) for each in pattern.finditer(text))
        latin = {each.start(): number for number, each in enumerate(LATIN.finditer(text))}
        words = [(each[0], *each.span()) for each in LATIN.finditer(text)]
        at = 0
        while at < len(text):
            if HAN.match(text, at):
                meanings, end = self._han(text, at)
            elif at in latin:
                meanings, end = self._latin(text, words[latin[at] : latin[at] + LONGEST_LATIN])
            else:
                meanings, end = (), at + 1
            if meanings:
                yield at, end, meanings
            at = end

    def _han(self, text: str, at: int) -> tuple[Meanings, int]:
        end = next(
            (end for end in range(min(at + LONGEST_HAN, len(text)), at, -1) if text[at:end] in self._words),
            at,
        )
        if lasts := LASTS.match(text, at):
            return (DURATION,), lasts.end()
        counted = COUNT.match(text, at)
        if counted and counted.end() > end:
            return (_band(_number(counted[1])),), counted.end()
        return (self._words[text[at:end]], end) if end > at else ((), at + 1)

    def _latin(self, text: str, words: list[tuple[str, int, int]]) -> tuple[Meanings, int]:
        for count in range(len(words), 0, -1):
            some = words[:count]
            phrase = " ".join(word for word, _, _ in some)
            joined = all(text[one[2] : other[1]] == " " for one, other in pairwise(some))
            if joined and (meanings := self._words.get(phrase, self._words.get(phrase.removesuffix("'s")))):
                return meanings, some[-1][2]
        word, start, end = words[0]
        if lasts := LASTS.match(text, start):
            return (DURATION,), lasts.end()
        is_count = word.isdecimal() and len(word) <= LONGEST_COUNT
        return ((_band(int(word)),) if is_count else ()), end


def _turned(found: Iterable[Found], denied: frozenset[int]) -> Iterator[Found]:
    for at, end, meanings in found:
        yield at, end, tuple(f"not {meaning}" for meaning in meanings) if at in denied else meanings


@cache
def packaged() -> Concepts:
    """Return the lists that go with the trained model."""
    words: dict[str, Meanings] = {}
    patterns: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        lists = tomllib.loads(file.read_text(encoding="utf-8"))
        for meaning, several in lists.pop("patterns", {}).items():
            patterns.setdefault(meaning, []).extend(several)
        for meaning, told in lists.items():
            for word in told.replace("\n", " ").split(","):
                words[word.strip()] = (*words.get(word.strip(), ()), meaning)
    return Concepts(words, {meaning: re.compile("|".join(several)) for meaning, several in patterns.items()})


def _number(words: str) -> int:
    """Return about how many `words` says: an exact number up to 99, or the largest power in it."""
    if words.isdecimal():
        return int(words[:9])
    power = next((POWERS[sign] for sign in POWERS if sign in words), 1)
    if power != POWERS["十"]:
        return power if power > 1 else DIGITS[words[0]]
    tens, _, units = words.partition("十")
    return DIGITS.get(tens[-1:], 1) * power + DIGITS.get(units[:1], 0)


def _band(number: int) -> str:
    return next((name for most, name in BANDS if number <= most), LARGE)


def _share(text: str) -> str | None:
    counts = [_number(each[1]) for each in COUNT.finditer(text)]
    if len(counts) < 2 or not max(counts):
        return None
    share = min(counts) / max(counts)
    return next((name for most, name in SHARES if share <= most), MOST)
