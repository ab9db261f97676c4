"""Articles as rows of a table, in CSV or XLSX: written and read back they are the same."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.core.errors import CasebellError, ConfigError, Fault
from bot.core.people import ContractId, CustomerId, Language
from bot.kb.article import Article, cleaned
from bot.kb.changing import identifier, language_of
from bot.kb.markdown import dump, parse

LISTS = ("tags", "schemes", "customers", "contracts", "products")
DAYS = ("valid_from", "valid_until")
IN_LANGUAGES = ("title", "aliases", "answer", "source")
COLUMNS = (
    "id",
    "audience",
    *LISTS,
    *DAYS,
    *(f"{name}_{language}" for language in Language for name in IN_LANGUAGES),
    "version",
    "updated",
)
"""The first row; lists have one item a line."""

CALLED: Mapping[str, str] = {
    word: name
    for name, words in {
        "id": ("编号", "key"),
        "title": ("question", "标题", "问题", "subject", "name"),
        "answer": ("body", "content", "text", "答案", "回答", "内容"),
        "aliases": ("alias", "similar", "相似问法", "相似问题", "别名"),
        "source": ("来源", "依据", "url"),
        "tags": ("tag", "labels", "category", "标签", "分类"),
        "audience": ("visibility", "读者"),
        "updated": ("updated_at", "更新时间", "更新日期"),
    }.items()
    for word in (name, *words)
}
"""What other programs call these columns."""

FORMULA = "=+-@'\t"
"""What a cell may not begin with, or a table program would calculate it: it gets an apostrophe in front."""

LONGEST_CELL = 32_767
"""Characters a cell of XLSX holds; the rest would be cut off."""

AUDIENCES: Mapping[str, str] = {
    "internal": "staff",
    "员工": "staff",
    "内部": "staff",
    "public": "all",
    "": "all",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is taken for granted where a table does not say: its day, and what its articles rest on."""

    day: date
    source: str


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
        raise ConfigError(Fault(str(file), 1, "file", "readable text in UTF-8")) from error
    csv.field_size_limit(10_000_000)
    rows = csv.reader(io.StringIO(text, newline=""))
    lines = [(rows.line_num, row) for row in rows]
    return _articles(str(file), lines, assumed)


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
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise ConfigError(Fault(str(file), 1, "file", "a workbook in XLSX")) from error
    with closing(book):
        rows = book.worksheets[0].iter_rows(values_only=True)
        lines = [(number, [_said(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    return _articles(str(file), lines, assumed)


def row_of(article: Article) -> dict[str, str]:
    """Return an article as a row, in the order of the columns."""
    days = {name: getattr(article, name) for name in DAYS}
    row = {
        "id": article.id,
        "audience": article.audience,
        **{name: "\n".join(getattr(article, name)) for name in LISTS},
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "version": str(article.version),
        "updated": article.updated.isoformat(),
    }
    for lang in Language:
        row[f"title_{lang}"] = article.titles.get(lang, "")
        row[f"aliases_{lang}"] = "\n".join(article.aliases.get(lang, ()))
        row[f"answer_{lang}"] = article.answers.get(lang, "")
        row[f"source_{lang}"] = article.sources.get(lang, "")
    return {name: row[name] for name in COLUMNS}


def _articles(file: str, lines: Sequence[tuple[int, Sequence[str]]], assumed: Assumed) -> tuple[Article, ...]:
    if not lines:
        raise ConfigError(Fault(file, 1, "columns", "a first row with their names"))
    names = [_column(name) for name in lines[0][1]]
    faults = [
        Fault(file, 1, given or "columns", f"one of {', '.join(COLUMNS)}, or title, answer, aliases, source")
        for given, name in zip(lines[0][1], names, strict=True)
        if name is None and given.strip()
    ]
    articles: dict[str, Article] = {}
    for line, cells in lines[1:]:
        row = {name: _bare(cell) for name, cell in zip(names, cells, strict=False) if name}
        if not any(row.values()):
            continue
        try:
            article = _article(row, Fault(file, line, "row", "an article"), assumed, articles)
        except ConfigError as error:
            faults.extend(Fault(file, line, fault.field, fault.expected) for fault in error.faults)
            continue
        if article.id in articles:
            faults.append(Fault(file, line, "id", f"an id of its own; {article.id} is taken by another row"))
        articles[article.id] = article
    if faults:
        raise ConfigError(*faults)
    return tuple(articles.values())


def _column(given: str) -> str | None:
    name = given.strip().casefold()
    return name if name in COLUMNS else CALLED.get(name)


def _article(row: Mapping[str, str], at: Fault, assumed: Assumed, taken: Mapping[str, Article]) -> Article:
    said = {**row, **dict(_in_their_language(row))}
    languages = [lang for lang in Language if said.get(f"title_{lang}") or said.get(f"answer_{lang}")]
    title = next((said[f"title_{lang}"] for lang in languages if said.get(f"title_{lang}")), "")
    article = Article(
        id=said.get("id") or identifier(title, taken),
        audience="staff" if _audience(said, at) == "staff" else "all",
        tags=_lines(said, "tags"),
        schemes=_lines(said, "schemes"),
        customers=tuple(map(CustomerId, _lines(said, "customers"))),
        contracts=tuple(map(ContractId, _lines(said, "contracts"))),
        products=_lines(said, "products"),
        valid_from=_day(said, "valid_from", at),
        valid_until=_day(said, "valid_until", at),
        titles={lang: cleaned(said.get(f"title_{lang}", ""), lines=False) for lang in languages},
        answers={lang: cleaned(said.get(f"answer_{lang}", ""), lines=True) for lang in languages},
        aliases={lang: _lines(said, f"aliases_{lang}") for lang in languages},
        sources={
            lang: cleaned(said.get(f"source_{lang}") or assumed.source, lines=False) for lang in languages
        },
        version=_version(said, at),
        updated=_day(said, "updated", at) or assumed.day,
    )
    if not languages:
        raise ConfigError(Fault(at.file, at.line, "title", "a question and an answer"))
    return parse(dump(article), at.file)


def _in_their_language(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield columns that name no language under the one their words are in."""
    words = row.get("title", "") + row.get("answer", "")
    if words:
        lang = language_of(words, Language.EN)
        yield from ((f"{name}_{lang}", row[name]) for name in IN_LANGUAGES if row.get(name))


def _audience(row: Mapping[str, str], at: Fault) -> str:
    given = row.get("audience", "").strip().casefold()
    audience = AUDIENCES.get(given, given)
    if audience not in ("all", "staff"):
        raise ConfigError(Fault(at.file, at.line, "audience", "all or staff"))
    return audience


def _lines(row: Mapping[str, str], name: str) -> tuple[str, ...]:
    items = (cleaned(line, lines=False) for line in row.get(name, "").split("\n"))
    return tuple(item for item in items if item)


def _day(row: Mapping[str, str], name: str, at: Fault) -> date | None:
    given = row.get(name, "").strip()
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).date()
    except ValueError:
        raise ConfigError(Fault(at.file, at.line, name, "a day such as 2026-11-20")) from None


def _version(row: Mapping[str, str], at: Fault) -> int:
    given = row.get("version", "").strip() or "1"
    if not given.isdecimal() or int(given) < 1:
        raise ConfigError(Fault(at.file, at.line, "version", "a number from 1 on"))
    return int(given)


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
