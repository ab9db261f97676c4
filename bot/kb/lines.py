"""On which lines of a text its fields stand: in YAML, and in JSON, which is YAML too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import yaml

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, several times faster, wherever PyYAML was built with it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of every field by its dotted path, such as `titles.zh` or `articles.0.id`."""

    known: Mapping[str, int]

    @classmethod
    def of(cls, text: str, *, first: int = 1) -> Self:
        """Look a text over that begins on line `first` of its file; one that cannot be read has no fields."""
        try:
            return cls(dict(_lines_of(yaml.compose(text, Loader=LOADER), first)))
        except (yaml.YAMLError, ValueError, RecursionError):
            return cls({})

    def at(self, field: str) -> int:
        """Return the line of a field, or of what it is missing from."""
        while field and field not in self.known:
            field = field.rpartition(".")[0]
        return self.known.get(field, 1)


def _lines_of(node: yaml.Node | None, first: int, path: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            field = f"{path}.{key.value}".lstrip(".")
            yield field, key.start_mark.line + first
            yield from _lines_of(value, first, field)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            field = f"{path}.{number}".lstrip(".")
            yield field, value.start_mark.line + first
            yield from _lines_of(value, first, field)
