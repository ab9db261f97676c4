"""Reading JSON whose shape is promised and not kept: nothing here raises for what is missing."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from bot.core.text import storable

Table = Mapping[str, JsonValue]

DEEPEST = 32


def words(value: JsonValue | Table, *path: str) -> str:
    """Return the words or number at the end of a path of names; empty if there are none."""
    found = _at(value, path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found)


def table(value: JsonValue | Table, *path: str) -> Table:
    """Return the object at the end of a path of names; an empty one if there is none."""
    found = _at(value, path)
    return found if isinstance(found, Mapping) else {}


def rows(value: JsonValue | Table, *path: str) -> Iterator[Table]:
    """Yield the objects of the list at the end of a path of names."""
    found = _at(value, path)
    if isinstance(found, list):
        yield from (each for each in found if isinstance(each, dict))


def loads(text: str) -> Table | None:
    """Read a JSON object; None if the text is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def clean(data: Table) -> Table:
    """Return an object without what cannot be stored; nor what is nested too deeply."""
    return {storable(name): _clean(value, DEEPEST) for name, value in data.items()}


def _clean(value: JsonValue, depth: int) -> JsonValue:
    match value:
        case str():
            return storable(value)
        case list() | dict() if not depth:
            return None
        case list():
            return [_clean(each, depth - 1) for each in value]
        case dict():
            return {storable(name): _clean(each, depth - 1) for name, each in value.items()}
        case _:
            return value


def _at(value: JsonValue | Table, path: tuple[str, ...]) -> JsonValue | Table:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
