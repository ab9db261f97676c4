"""An article as a row of a table, and back: which columns there are, and what other programs call them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.errors import ConfigError, Fault
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


def articles_of(
    file: str, lines: Sequence[tuple[int, Sequence[str]]], assumed: Assumed
) -> tuple[Article, ...]:
    """Return the articles of a table's rows, each with the line it begins on, the columns' names first.

    Raises:
        ConfigError: with one fault for each thing that is wrong in any of them.
    """
    if not lines:
        raise ConfigError(Fault(file, 1, "columns", "a first row with their names"))
    names = [column(name) for name in lines[0][1]]
    faults = [
        Fault(file, 1, given or "columns", f"one of {', '.join(COLUMNS)}, or title, answer, aliases, source")
        for given, name in zip(lines[0][1], names, strict=True)
        if name is None and given.strip()
    ]
    twice = {name for name in names if name and names.count(name) > 1}
    faults.extend(Fault(file, 1, name, "only one column that is called so") for name in sorted(twice))
    articles: dict[str, Article] = {}
    for line, cells in lines[1:]:
        if any(cell.strip() for cell in cells[len(names) :]):
            faults.append(
                Fault(file, line, "row", f"{len(names)} cells; one that holds a comma stands in quotes")
            )
            continue
        row = {name: cell for name, cell in zip(names, cells, strict=False) if name}
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


def column(given: str) -> str | None:
    """Return which column somebody means; None if there is no such."""
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
    if not re.fullmatch(r"[1-9][0-9]{0,8}", given):
        raise ConfigError(Fault(at.file, at.line, "version", "a number from 1 on"))
    return int(given)
