"""A text made comparable: its words, its sound, and the names in it."""

from dataclasses import dataclass
from typing import Self

from bot.kb.normalise import fold, identifiers_in, normalised
from bot.kb.sound import heard


@dataclass(frozen=True, slots=True)
class Text:
    """One wording as the search sees it."""

    words: str
    sound: str
    names: frozenset[str]

    @classmethod
    def of(cls, written: str) -> Self:
        """Return what the search sees of a text as somebody wrote it."""
        folded = fold(written)
        words = normalised(folded)
        return cls(words, heard(words), identifiers_in(folded))
