"""Words made comparable: width, case, punctuation, script and fillers no longer tell them apart."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from opencc import OpenCC

HAN = "\u3400-\u9fff"
IDENTIFIER = re.compile(
    r"(?<![a-z0-9])"
    r"(?:[a-z]{1,10}(?:[-_][a-z]{1,10})*[-_]?\d+(?:[-_.]?[a-z0-9]+)*|\d+(?:\.\d+)+|\d{3,})"
    r"(?![a-z0-9])"
)
BETWEEN_WORDS = re.compile(r"[\W_]+")
BREAK = ","
"""What parts clauses of Chinese once all other punctuation is gone."""

BESIDE_HAN = re.compile(rf"(?<=[{HAN}])[ ,](?![{HAN}])|(?<![{HAN}])[ ,](?=[{HAN}])|(?<=[{HAN}]) (?=[{HAN}])")
BETWEEN_LATIN = re.compile(rf"(?<![{HAN}]),|,(?![{HAN}])")

SYNONYMS = {
    "咋样": "怎么",
    "咋": "怎么",
    "怎样": "怎么",
    "如何": "怎么",
    "啥时候": "什么时候",
    "何时": "什么时候",
    "啥": "什么",
    "多长时间": "多久",
    "口令": "密码",
    "pwd": "password",
    "passwd": "password",
    "pw": "password",
}
FILLERS = (
    *("您好", "你好", "请问一下", "请问", "麻烦问下", "麻烦问一下", "麻烦", "谢谢", "多谢", "求助", "急急急"),
    *("想问一下", "想问下", "我想问", "问一下", "问下", "请教一下", "请教", "有没有人知道", "大家好", "在吗"),
    *("hello", "hi", "hey", "please", "pls", "plz", "thanks", "thx", "um", "uh", "btw"),
)
PARTICLES = "啊呀呢哦哈嘛吧嗯呐哟"


def _any_of(words: tuple[str, ...]) -> str:
    """Match any of `words`, the longest first; Latin ones only as whole words."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(
        rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else word for word in longest_first
    )


SYNONYM = re.compile(_any_of(tuple(SYNONYMS)))
FILLER = re.compile(rf"{_any_of(FILLERS)}|[{PARTICLES}]+(?={BREAK}|$|{_any_of(FILLERS)})")


def fold(text: str) -> str:
    """Return `text` with one width, one case and one Chinese script."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", lowered).translate(_simplified())


def normalise(text: str) -> str:
    """Return the words of a question that carry its meaning, single spaces between, none beside Han."""
    return normalised(fold(text))


def normalised(folded: str) -> str:
    """Return the same of a text that is folded."""
    said = SYNONYM.sub(lambda found: SYNONYMS[found[0]], _tidy(folded))
    return _tidy(FILLER.sub(BREAK, said)) or said


def identifiers(text: str) -> frozenset[str]:
    """Return the names in `text` that match exactly or not at all: VPS-B1, P2, V6.0.7.1, 8022."""
    return identifiers_in(fold(text))


def identifiers_in(folded: str) -> frozenset[str]:
    """Return the same of a text that is folded."""
    return frozenset(
        found.removeprefix("v") if "." in found else found for found in IDENTIFIER.findall(folded)
    )


def family(identifier: str) -> str:
    """Return what an identifier is made like: VPS-B1 and VPS-B12 are of one family, 691 and 8022 are not."""
    each = r"\d" if identifier.isdigit() else r"\d+"
    return re.sub(each, "#", identifier)


def _tidy(text: str) -> str:
    parted = BETWEEN_WORDS.sub(lambda found: " " if found[0].isspace() else BREAK, text)
    return BETWEEN_LATIN.sub(" ", BESIDE_HAN.sub("", parted)).strip(" ,")


@cache
def _simplified() -> Mapping[int, str]:
    """Return the simplified form of every character that has another."""
    characters = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    changed = {one: other for one, other in zip(characters, simplified, strict=True) if one != other}
    return {ord(one): changed.get(other, other) for one, other in changed.items()}
