"""Reads YAML into plain text, lists and mappings, and remembers the line of everything.

Every scalar stays the text that was typed, so that `no` is a word, `007` keeps its noughts and a wrong date
is a fault of its field; only an empty value or `null` is None.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from warnings import catch_warnings

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.core.errors import ConfigError, Fault

Loc = tuple[str | int, ...]
Value = str | list["Value"] | dict[str, "Value"] | None

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Document:
    """One file's values, and what was wrong with their spelling."""

    file: str
    value: Value
    lines: Mapping[Loc, int]
    faults: tuple[Fault, ...]

    def line(self, path: Loc) -> int:
        """Return the line of `path`, or of the nearest thing round it."""
        round_it = (path[:end] for end in range(len(path), -1, -1))
        return next((self.lines[near] for near in round_it if near in self.lines), 1)

    def fault(self, path: Loc, expected: str) -> Fault:
        """Return a fault at `path`."""
        return Fault(self.file, self.line(path), _spelled(path), expected)

    def rows(self, section: str) -> Iterator[tuple[Loc, Value]]:
        """Yield the rows of a top-level list with their paths; nothing where there is none."""
        top = self.value.get(section) if isinstance(self.value, dict) else None
        for index, row in enumerate(top if isinstance(top, list) else ()):
            yield (section, index), row

    def texts(self, section: str, field: str) -> Iterator[tuple[Loc, str]]:
        """Yield every text at or inside `field` of a section or its rows, with its path."""
        top = self.value.get(section) if isinstance(self.value, dict) else None
        for path, row in (((section,), top), *self.rows(section)):
            if isinstance(row, dict):
                yield from _texts((*path, field), row.get(field))


def read_document(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        ConfigError: the text is no YAML.
    """
    try:
        with catch_warnings(action="error", category=ReusedAnchorWarning):
            root: object = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _no_yaml(file, mark.line + 1 if mark else 1, error.problem or "unreadable") from error
    except ReaderError as error:
        raise _no_yaml(file, text.count("\n", 0, error.position) + 1, error.reason) from error
    except (YAMLError, ReusedAnchorWarning, ValueError, OverflowError) as error:
        raise _no_yaml(file, 1, str(error)) from error
    except RecursionError as error:
        raise _no_yaml(file, 1, "too many levels") from error
    builder = _Builder(file)
    value = builder.build(root, ())
    return Document(file, value, builder.lines, tuple(builder.faults))


class _Builder:
    """Turns nodes into values; a node met twice is an alias, which could also contain itself."""

    def __init__(self, file: str) -> None:
        self.lines: dict[Loc, int] = {}
        self.faults: list[Fault] = []
        self._file = file
        self._met: set[int] = set()

    def build(self, node: object, path: Loc) -> Value:
        if not isinstance(node, Node):
            return None
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._met:
            self._wrong(path, self.lines[path], "expected the value itself, found an alias")
            return None
        self._met.add(id(node))
        if isinstance(node, MappingNode):
            return dict(self._items(node, path))
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return None if node.tag == _NULL else str(node.value)

    def _items(self, node: MappingNode, path: Loc) -> Iterator[tuple[str, Value]]:
        names: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self._wrong(path, line, "expected a plain field name")
                continue
            name = str(key.value)
            inner = (*path, name)
            self.lines.setdefault(inner, line)
            if name in names:
                self._wrong(inner, line, "expected each field once")
                continue
            names.add(name)
            yield name, self.build(value, inner)

    def _wrong(self, path: Loc, line: int, expected: str) -> None:
        self.faults.append(Fault(self._file, line, _spelled(path), expected))


def _no_yaml(file: str, line: int, problem: str) -> ConfigError:
    return ConfigError(Fault(file, line, "yaml", f"expected YAML: {problem}"))


def _spelled(path: Loc) -> str:
    spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return spelled.lstrip(".") or "file"


def _texts(path: Loc, value: Value) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts((*path, index), item)
    elif value is not None:
        for name, item in value.items():
            yield from _texts((*path, name), item)
