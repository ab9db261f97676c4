"""Chinese and English are equals, and nothing is written that nobody reads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.message import Bold
from bot.core.people import Language
from bot.notify.texts import Texts, as_line
from bot.sla.rules import ClockEvent
from tests.golden.gallery import ROOT

ZH, EN = Language.ZH, Language.EN
FORBIDDEN = {ZH: r"[!！]|费|价格", EN: r"!|\bfees?\b|\bcharges?\b|\bprices?\b|\btickets?\b"}


def test_both_languages_say_the_same_things(texts: Texts) -> None:
    assert texts.keys(ZH) ^ texts.keys(EN) == frozenset()


def test_both_languages_want_the_same_values(texts: Texts) -> None:
    both = texts.keys(ZH) & texts.keys(EN)

    assert [key for key in sorted(both) if texts.names(key, ZH) != texts.names(key, EN)] == []


def test_every_sentence_is_said_somewhere(texts: Texts) -> None:
    said, shapes = set(), []
    for path in (ROOT / "bot").rglob("*.py"):
        for found in _strings(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(found, str):
                said.add(found)
            else:
                shapes.append(found)

    unsaid = [
        key
        for key in texts.keys(ZH) - said
        if key.rpartition(".")[0] not in said and not any(shape.fullmatch(key) for shape in shapes)
    ]

    assert sorted(unsaid) == []


def _strings(tree: ast.AST) -> Iterator[str | re.Pattern[str]]:
    """Yield the strings of a module; a formatted one that begins like a key becomes a pattern.

    A key whose family is named (“word.waiting”) counts as said: its last part comes from data.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(part.value)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else ".+"
                for part in node.values
            ]
            if re.match(r"[a-z_]+\\\.", parts[0]):
                yield re.compile("".join(parts))


@pytest.mark.parametrize("lang", Language)
def test_no_sentence_shouts_or_speaks_of_money(texts: Texts, lang: Language) -> None:
    values = {name: "" for key in texts.keys(lang) for name in texts.names(key, lang)}
    said = {key: texts.say(key, lang, **values) for key in texts.keys(lang)}

    assert {key: words for key, words in said.items() if re.search(FORBIDDEN[lang], words)} == {}


def test_every_event_of_a_clock_has_its_words(texts: Texts) -> None:
    assert {f"event.{event}" for event in ClockEvent} <= texts.keys(ZH)


def test_an_unknown_sentence_is_refused(texts: Texts) -> None:
    with pytest.raises(ConfigError, match="no_such_key"):
        texts.say("no_such_key", ZH)


def test_a_missing_value_is_refused(texts: Texts) -> None:
    with pytest.raises(ConfigError, match="case"):
        texts.say("joined.body", EN)


def test_peoples_words_are_never_read_as_a_template(texts: Texts) -> None:
    assert texts.say("fact.words", EN, words="{who} {0.__class__}") == ": {who} {0.__class__}"


def test_values_of_a_line_keep_their_form(texts: Texts) -> None:
    assert texts.line("joined.body", EN, case=Bold("C-1")) == ("Added to ", Bold("C-1"), ".")


def test_a_line_joins_words_and_leaves_out_nothing_else() -> None:
    assert as_line("a", "", "b", Bold("c"), "", "d") == ("ab", Bold("c"), "d")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.toml": 'hi = "{who}"', "b.toml": 'hi = "there"'}, "zh/b.toml:1: hi: a key no other file has"),
        ({"a.toml": '[one]\ntwo = "{who"'}, r"zh/a.toml:2: one.two: words with \{names\}"),
        ({"a.toml": 'hi = "{who!r}"'}, r"zh/a.toml:1: hi: words with"),
        ({"a.toml": 'hi = "{0}"'}, r"zh/a.toml:1: hi: words with"),
        ({"a.toml": "hi = 3"}, r"zh/a.toml:1: hi: words with"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    (tmp_path / "zh").mkdir()
    for name, text in files.items():
        (tmp_path / "zh" / name).write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=expected):
        Texts.load(tmp_path)
