"""Latin words that nobody wrote, read as the words that were meant: one slip mended, two words parted."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Self

from rapidfuzz.distance import OSA

from bot.kb.lexicon import concepts, frame, known_words

LETTER = r"[^\W\u3400-\u9fff]"
WORD = re.compile(rf"(?<!{LETTER})[a-z]+(?!{LETTER})")
SHORTEST = 4
"""Letters of a word that may be misspelt, and of what it may be instead: IPS is not NIPS."""

LONGEST = 24
SHORTEST_PART = 2


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """Some words, found again with one letter missing, wrong, too many or in the wrong place."""

    known: Mapping[str, tuple[str, ...]]
    """The words by themselves, and by themselves without one of their letters."""

    @classmethod
    def of(cls, words: Collection[str]) -> Self:
        """Return these words, but for those that only frame a question."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in sorted(frozenset(words) - frame()):
            for shorter in _shorter(word):
                found[shorter].append(word)
        return cls({shorter: tuple(each) for shorter, each in found.items()})

    @classmethod
    def together(cls, every: Iterable["Spelling"]) -> Self:
        """Return the words of several."""
        most, *others = sorted((each.known for each in every), key=len, reverse=True)
        found = dict(most)
        for shorter, words in chain.from_iterable(each.items() for each in others):
            known = found.get(shorter, ())
            found[shorter] = (*known, *(word for word in words if word not in known))
        return cls(found)

    def near(self, word: str) -> Iterator[str]:
        """Yield the words that differ from `word` by one slip."""
        for shorter in _shorter(word):
            for other in self.known.get(shorter, ()):
                if OSA.distance(word, other, score_cutoff=1) <= 1:
                    yield other


def words_in(texts: Iterable[str]) -> set[str]:
    """Return the words of normalised texts that another may be meant for."""
    return {word for word in WORD.findall("\n".join(texts)) if SHORTEST <= len(word) <= LONGEST}


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
    return Spelling.of(words_in(word for group in concepts() for word in group if word.isascii()))


def _parted(said: str, held: Callable[[str], int]) -> str:
    """Return two known words with a space between, or the word as it is."""
    ways = (
        (said[:at], said[at:])
        for at in range(SHORTEST_PART, len(said) - SHORTEST_PART + 1)
        if all(part in known_words() or held(part) for part in (said[:at], said[at:]))
    )
    return " ".join(max(ways, key=lambda parts: min(map(len, parts)), default=(said,)))


def _shorter(word: str) -> Iterator[str]:
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
