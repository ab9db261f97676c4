"""Latin words that nobody wrote, read as the words that were meant: one slip mended, two words parted."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from rapidfuzz.distance import OSA

from bot.kb.lexicon import concepts, frame, known_words

LETTER = r"[^\W\u3400-\u9fff]"
WORD = re.compile(rf"(?<!{LETTER})[a-z]+(?!{LETTER})")
SHORTEST = 4
"""Letters of a word that may be misspelt, and of what it may be instead: IPS is not NIPS."""

LONGEST = 24
SHORTEST_PART = 2


class Spelling:
    """The words of some texts, found again with one letter missing, wrong, too many or in the wrong place."""

    def __init__(self, texts: Iterable[str]) -> None:
        words = {word for text in texts for word in WORD.findall(text) if SHORTEST <= len(word) <= LONGEST}
        self._near: Mapping[str, tuple[str, ...]] = _by_shorter(words - frame())

    def near(self, word: str) -> Iterator[str]:
        """Yield the words that differ from `word` by one slip."""
        for shorter in _shorter(word):
            for other in self._near.get(shorter, ()):
                if OSA.distance(word, other, score_cutoff=1) <= 1:
                    yield other


def mended(text: str, spellings: Iterable[Spelling], held: Callable[[str], int]) -> str:
    """Return a normalised text with misspelt words replaced.

    Args:
        text: normalised.
        spellings: of everything that can be found.
        held: how many entries hold a word.
    """
    every = tuple(spellings)

    def word(found: re.Match[str]) -> str:
        said = found[0]
        if not SHORTEST <= len(said) <= LONGEST or said in known_words() or held(said):
            return said
        near = {other for each in every for other in each.near(said) if held(other)}
        near.update(of_concepts().near(said))
        best = min(near, key=lambda other: (-held(other), other), default="")
        return best or _parted(said, held)

    return WORD.sub(word, text)


@cache
def of_concepts() -> Spelling:
    """Return the words that mean what others do, whether or not a text has them."""
    return Spelling(word for group in concepts() for word in group if word.isascii())


def _parted(said: str, held: Callable[[str], int]) -> str:
    """Return two known words with a space between, or the word as it is."""
    ways = (
        (said[:at], said[at:])
        for at in range(SHORTEST_PART, len(said) - SHORTEST_PART + 1)
        if all(part in known_words() or held(part) for part in (said[:at], said[at:]))
    )
    return " ".join(max(ways, key=lambda parts: min(map(len, parts)), default=(said,)))


def _by_shorter(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        for shorter in _shorter(word):
            found[shorter].append(word)
    return {shorter: tuple(each) for shorter, each in found.items()}


def _shorter(word: str) -> Iterator[str]:
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
