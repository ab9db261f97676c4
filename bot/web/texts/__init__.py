"""The page's own words, in both languages."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.core.people import Language

FOLDER = Path(__file__).parent


class Texts:
    """The page's words in one language, by key."""

    def __init__(self, language: Language, words: Mapping[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, **values: str | int) -> str:
        """Return the words of a key, its placeholders filled in."""
        return self._words[key].format(**values)


def load_texts() -> Mapping[Language, Texts]:
    """Read the words of every language."""
    return {language: Texts(language, read_words(language)) for language in Language}


def read_words(language: Language) -> Mapping[str, str]:
    """Read the words of one language, keys written `table.key`."""
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}": str(words) for table, rows in tables.items() for key, words in rows.items()}
