"""Articles as a table, in CSV or XLSX: written and read back they are the same."""

import csv
import io
import warnings
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.core.errors import CasebellError, ConfigError, Fault
from bot.kb.article import Article
from bot.knowledge.rows import COLUMNS, Assumed, articles_of, column, row_of

FORMULA = "=+-@'\t"
"""What a cell may not begin with, or a table program would calculate it: it gets an apostrophe in front."""

LONGEST_CELL = 32_767
"""Characters a cell of XLSX holds; the rest would be cut off."""

LONGEST_FILE = 10_000_000
"""Characters of one cell of a CSV."""

DELIMITERS = ",;\t"
"""What may stand between two cells of a CSV: spreadsheet programs choose it by the country they run in."""

NO_WORKBOOK = (
    *(OSError, InvalidFileException, BadZipFile, zlib.error),
    *(SyntaxError, LookupError, ValueError, TypeError, AttributeError),
)
"""What openpyxl raises on a file that is none, or on one with a damaged part; SyntaxError is XML's."""


def write_csv(file: Path, articles: Iterable[Article]) -> None:
    """Write articles as a table that spreadsheet programs open."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([_guarded(row[name]) for name in COLUMNS] for row in map(row_of, articles))
    file.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def read_csv(file: Path, assumed: Assumed) -> tuple[Article, ...]:
    """Return the articles of a table.

    Raises:
        ConfigError: with one fault for each thing that is wrong in any of its rows.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        expected = "text in UTF-8, which spreadsheet programs save as “CSV UTF-8”"
        raise ConfigError(Fault(str(file), 1, "file", expected)) from error
    csv.field_size_limit(LONGEST_FILE)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    lines, line = [], 1
    try:
        for row in rows:
            lines.append((line, [_bare(cell) for cell in row]))
            line = rows.line_num + 1
    except csv.Error as error:
        raise ConfigError(Fault(str(file), line, "row", str(error))) from error
    return articles_of(str(file), lines, assumed)


def write_xlsx(file: Path, articles: Iterable[Article]) -> None:
    """Write articles as a workbook.

    Raises:
        CasebellError: a text is longer than a cell can hold.
    """
    rows = [(article.id, [_guarded(value) for value in row_of(article).values()]) for article in articles]
    too_long = [name for name, cells in rows if max(map(len, cells)) > LONGEST_CELL]
    if too_long:
        names = ", ".join(too_long)
        raise CasebellError(f"too long for a cell: {names}; export a folder or CSV instead")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    sheet.append(COLUMNS)
    for _, cells in rows:
        sheet.append(cells)
    book.save(file)


def read_xlsx(file: Path, assumed: Assumed) -> tuple[Article, ...]:
    """Return the articles of a workbook's first sheet.

    Raises:
        ConfigError: with one fault for each thing that is wrong in any of its rows.
    """
    lines: list[tuple[int, Sequence[str]]] = []
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of what it does not know, which is no cell
            file.open("rb") as stream,
            closing(load_workbook(stream, read_only=True, data_only=True)) as book,
        ):
            for row in book.worksheets[0].iter_rows(values_only=True):
                lines.append((len(lines) + 1, [_bare(_said(cell)) for cell in row]))
    except NO_WORKBOOK as error:
        raise ConfigError(Fault(str(file), len(lines) + 1, "file", "a workbook in XLSX")) from error
    return articles_of(str(file), lines, assumed)


def _delimiter(text: str) -> str:
    """Return what parts the cells of a table: whatever makes most known columns of its first line."""
    head = text.partition("\n")[0]
    return max(
        DELIMITERS, key=lambda each: sum(column(name.strip('"')) is not None for name in head.split(each))
    )


def _guarded(value: str) -> str:
    return f"'{value}" if value[:1] and value[0] in FORMULA else value


def _bare(cell: str) -> str:
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in FORMULA else cell


def _said(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
