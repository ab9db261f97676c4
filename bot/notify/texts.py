"""Every sentence people read, under a dotted key in each language.

The sentences lie in texts/{zh,en}/*.toml; `{name}` stands for a value. File names are no part of the keys.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Self, TypeVar

from bot.core.errors import ConfigError, Fault
from bot.core.message import Line, Span
from bot.core.people import Language
from bot.sla.files import line_of, toml_files

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence: literal words, each followed by the name of a value or by None."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def names(self) -> frozenset[str]:
        """The values the sentence wants."""
        return frozenset(name for _, name in self.parts if name is not None)


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences by language and key; it is loaded once and handed to whoever speaks."""

    templates: Mapping[Language, Mapping[str, Template]] = field(repr=False)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Self:
        """Return the sentences of a folder with one subfolder a language: the package's own if none is named.

        Raises:
            ConfigError: a file is no table of sentences, or two files of a language have the same key.
        """
        root = folder or files("bot.notify") / "texts"
        return cls({lang: _language(root / lang) for lang in Language})

    def keys(self, lang: Language) -> frozenset[str]:
        """Return every key of a language."""
        return frozenset(self.templates[lang])

    def names(self, key: str, lang: Language, /) -> frozenset[str]:
        """Return the values a sentence wants."""
        return self._template(key, lang).names

    def say(self, key: str, lang: Language, /, **values: str | int) -> str:
        """Return a sentence with its values filled in; values it does not want are ignored.

        Raises:
            ConfigError: there is no such sentence, or it wants a value that is missing.
        """
        return "".join(
            words + str(_value(key, name, values)) if name else words
            for words, name in self._template(key, lang).parts
        )

    def line(self, key: str, lang: Language, /, **values: Span | int) -> Line:
        """Return a sentence as a line whose values keep their form: bold, a mention, a link.

        Raises:
            ConfigError: there is no such sentence, or it wants a value that is missing.
        """
        return as_line(*self._spans(key, lang, values))

    def _spans(self, key: str, lang: Language, values: Mapping[str, Span | int]) -> Iterator[Span]:
        for words, name in self._template(key, lang).parts:
            yield words
            if name:
                value = _value(key, name, values)
                yield str(value) if isinstance(value, int) else value

    def _template(self, key: str, lang: Language) -> Template:
        template = self.templates[lang].get(key)
        if template is None:
            raise ConfigError(Fault(f"texts/{lang}", 1, key, "a sentence under this key"))
        return template


def as_line(*spans: Span) -> Line:
    """Return spans as a line: plain words side by side become one, empty ones none."""
    line: list[Span] = []
    for span in spans:
        if isinstance(span, str) and line and isinstance(before := line[-1], str):
            line[-1] = before + span
        elif span != "":
            line.append(span)
    return tuple(line)


def _value(key: str, name: str, values: Mapping[str, T]) -> T:
    if name not in values:
        raise ConfigError(Fault("texts", 1, key, f"a value for {{{name}}}"))
    return values[name]


def _language(folder: Traversable) -> Mapping[str, Template]:
    found: dict[str, Template] = {}
    for file in toml_files(folder):
        text = file.read_text(encoding="utf-8")
        for path, sentence in _sentences(tomllib.loads(text), ()):
            key = ".".join(path)
            template = _parsed(sentence)
            if template is None or key in found:
                expected = "words with {names}" if template is None else "a key no other file has"
                raise ConfigError(Fault(f"{folder.name}/{file.name}", line_of(text, path), key, expected))
            found[key] = template
    return found


def _sentences(node: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(node, dict):
        for name, below in node.items():
            yield from _sentences(below, (*path, *str(name).split(".")))
    else:
        yield path, node


def _parsed(sentence: object) -> Template | None:
    """Read a sentence; None if it is no string, or its braces hold anything but a plain name."""
    if not isinstance(sentence, str):
        return None
    try:
        parts = [
            (words, name, spec or conversion) for words, name, spec, conversion in Formatter().parse(sentence)
        ]
    except ValueError:
        return None
    if any(extra or (name is not None and not name.isidentifier()) for _, name, extra in parts):
        return None
    return Template(tuple((words, name) for words, name, _ in parts))
