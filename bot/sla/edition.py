"""The policies and calendars as one text, so that a case can keep those it was opened under."""

import io
import json
import zipfile
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from bot.sla.book import Book
from bot.sla.files import read_toml, toml_files
from bot.sla.policy import Policy
from bot.sla.terms import WINDOWS

_SUBFOLDERS = ("policies", "data")


def pack(*folders: Traversable) -> str:
    """Return everything `Book.load(*folders)` reads, layer by layer, as JSON."""
    layers = [
        {
            f"{subfolder}/{file.name}": file.read_text(encoding="utf-8")
            for subfolder in _SUBFOLDERS
            for file in toml_files(folder / subfolder)
        }
        for folder in (files("bot.sla"), *folders)
    ]
    return json.dumps(layers, ensure_ascii=False, sort_keys=True)


def unpack(edition: str) -> Book:
    """Return the book that `pack` made a text of; it has the same edition.

    One from before closing and reopening were in a file goes by the shipped one.

    Raises:
        ConfigError: this version of Casebell cannot read it any more.
    """
    book = Book.read(*(_folder(layer) for layer in json.loads(edition)))
    if WINDOWS in book.policies:
        return book
    shipped = read_toml(files("bot.sla") / "policies" / f"{WINDOWS}.toml", Policy)
    return replace(book, policies={**book.policies, WINDOWS: shipped})


def _folder(texts: dict[str, str]) -> zipfile.Path:
    """A folder in memory: `zipfile.Path` is a Traversable like the package's own files."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return zipfile.Path(zipfile.ZipFile(memory))
