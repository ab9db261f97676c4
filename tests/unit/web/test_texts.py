"""The page's words: both languages say the same things."""

import re
import string
from pathlib import Path

from bot.core.people import Language, Role
from bot.web.site import FOLDER
from bot.web.texts import read_words

ZH, EN = read_words(Language.ZH), read_words(Language.EN)
LITERAL = re.compile(r"""\bt(?:exts)?\(\s*["'](\w+\.\w+)["'](?! ~)""")
PREFIX = re.compile(r"""\bt(?:exts)?\(\s*f?["'](\w+\.\w*?)(?:\{|["'] ~)""")


def placeholders(words: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def sources() -> str:
    files: list[Path] = [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    assert {key: placeholders(words) for key, words in ZH.items()} == {
        key: placeholders(words) for key, words in EN.items()
    }


def test_every_key_a_page_asks_for_exists() -> None:
    asked = set(LITERAL.findall(sources()))

    assert asked
    assert asked - set(ZH) == set()


def test_every_text_is_used_by_a_page() -> None:
    asked = set(LITERAL.findall(sources()))
    begun = tuple(PREFIX.findall(sources()))
    choices = set(re.findall(r'"(\w+\.\w+)"', sources()))

    assert [key for key in ZH if key not in asked | choices and not key.startswith(begun)] == []


def test_every_role_has_a_name() -> None:
    assert {f"role.{role}" for role in Role} <= set(ZH)
