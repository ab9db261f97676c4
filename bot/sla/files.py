"""Reads a TOML file into a checked model; a fault names file, line, field and what was expected."""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.core.expected import expected

_HEADER = re.compile(r"\s*(\[\[?)([^\]]+)\]")
_KEY = re.compile(r"\s*([\w.\-\"']+)\s*=")
_SYNTAX_LINE = re.compile(r"at line (\d+)")


class FileModel(BaseModel):
    """Base of everything read from a file: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=FileModel)


def read_toml(file: Traversable, model: type[Model]) -> Model:
    """Return the file's content as `model`.

    Raises:
        ConfigError: one fault for each thing that is wrong in the file.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(Fault(str(file), 1, "file", "expected text in UTF-8")) from error
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(Fault(str(file), line, "toml", f"expected TOML: {error}")) from error
    except ValidationError as error:
        faults = [
            Fault(str(file), line_of(text, wrong["loc"]), ".".join(map(str, wrong["loc"])), expected(wrong))
            for wrong in error.errors(include_url=False)
        ]
        raise ConfigError(*faults) from error


def toml_files(folder: Traversable) -> tuple[Traversable, ...]:
    """Return the folder's TOML files by name; none if there is no such folder."""
    if not folder.is_dir():
        return ()
    files = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(files, key=lambda file: file.name))


def line_of(text: str, location: Sequence[str | int]) -> int:
    """Return the line of the key that leads furthest towards `location`; 1 if none does."""
    wanted = [str(part) for part in location]
    table: list[str] = []
    seen: Counter[str] = Counter()
    best, best_line = 0, 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            here = table = _parts(header[2])
            if header[1] == "[[":
                table = [*here, str(seen[header[2]])]
                here = table
                seen[header[2]] += 1
        elif key := _KEY.match(line):
            here = table + _parts(key[1])
        else:
            continue
        if len(here) > best and wanted[: len(here)] == here:
            best, best_line = len(here), number
    return best_line


def _parts(dotted: str) -> list[str]:
    return [part.strip(" \"'") for part in dotted.split(".")]
