"""Small changes to articles: one field, one wording, another language; and a new one from two sentences."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date

from pypinyin import lazy_pinyin

from bot.core.errors import UserError
from bot.core.people import ContractId, CustomerId, Language
from bot.kb.article import Article, cleaned

LONGEST_ID = 48
LIST = re.compile(r"[,，、;；]\s*|\s+")
NOBODY_IN_PARTICULAR = ("-", "all", "everybody", "无", "全部", "所有")
"""What takes a limit away."""


def identifier(title: str, taken: Collection[str]) -> str:
    """Return an id for a new article that says what it is about."""
    sounds = "-".join(lazy_pinyin(title.lower()))
    words = re.findall(r"[a-z0-9]+", sounds) or ["article"]
    short = "-".join(words)[:LONGEST_ID].strip("-")
    numbered = (short, *(f"{short}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in numbered if each not in taken)


def language_of(words: str, otherwise: Language) -> Language:
    """Return the language words are written in."""
    if re.search(r"[\u3400-\u9fff]", words):
        return Language.ZH
    return Language.EN if re.search(r"[A-Za-z]{3}", words) else otherwise


def rewritten(article: Article, lang: Language, title: str, answer: str, *, source: str) -> Article:
    """Return an article with question and answer in one language; a language that is new needs a source."""
    return replace(
        article,
        titles={**article.titles, lang: _line(title, "title")},
        answers={**article.answers, lang: _text(answer)},
        aliases={**article.aliases, lang: article.aliases.get(lang, ())},
        sources={**article.sources, lang: article.sources.get(lang) or source},
    )


def written(name: str, lang: Language, title: str, answer: str, *, source: str, day: date) -> Article:
    """Return a new article in one language."""
    empty = Article(
        id=name,
        tags=(),
        audience="all",
        titles={},
        answers={},
        aliases={},
        sources={},
        version=1,
        updated=day,
    )
    return rewritten(empty, lang, title, answer, source=source)


def with_field(article: Article, field: str, lang: Language, value: str) -> Article:
    """Return an article with one field changed; `lang` is that of words in it.

    Raises:
        UserError: the value cannot be one of this field, or the article is not written in that language.
    """
    change = IN_ONE_LANGUAGE.get(field)
    if change is None:
        return OF_ALL[field](article, value)
    if lang not in article.titles:
        raise UserError("article_not_in_language", article=article.id, language=lang)
    return change(article, lang, value)


def _line(words: str, field: str) -> str:
    line = cleaned(words, lines=False)
    if not line:
        raise UserError("article_field_empty", field=field)
    return line


def _text(words: str) -> str:
    text = cleaned(words, lines=True)
    if not text:
        raise UserError("article_field_empty", field="answer")
    return text


def _with_alias(article: Article, lang: Language, value: str) -> Article:
    alias, known = _line(value, "alias"), article.aliases[lang]
    return replace(article, aliases={**article.aliases, lang: (*(a for a in known if a != alias), alias)})


def _without_alias(article: Article, lang: Language, value: str) -> Article:
    alias, known = _line(value, "alias"), article.aliases[lang]
    if alias not in known:
        raise UserError("article_has_no_alias", article=article.id, words=alias)
    return replace(article, aliases={**article.aliases, lang: tuple(a for a in known if a != alias)})


IN_ONE_LANGUAGE: Mapping[str, Callable[[Article, Language, str], Article]] = {
    "title": lambda article, lang, value: replace(
        article, titles={**article.titles, lang: _line(value, "title")}
    ),
    "answer": lambda article, lang, value: replace(article, answers={**article.answers, lang: _text(value)}),
    "source": lambda article, lang, value: replace(
        article, sources={**article.sources, lang: _line(value, "source")}
    ),
    "alias": _with_alias,
    "unalias": _without_alias,
}
"""What changes in one language."""


def _list(value: str) -> tuple[str, ...]:
    if value.strip().casefold() in NOBODY_IN_PARTICULAR:
        return ()
    words = (cleaned(each, lines=False) for each in LIST.split(value))
    return tuple(dict.fromkeys(each for each in words if each))


def _audience(article: Article, value: str) -> Article:
    word = value.strip().casefold()
    if word in ("staff", "internal", "内部", "员工"):
        return replace(article, audience="staff")
    if word in ("all", "everybody", "全部", "所有人", "公开"):
        return replace(article, audience="all")
    raise UserError("article_audience", words=value)


def _day(value: str) -> date | None:
    if value.strip().casefold() in NOBODY_IN_PARTICULAR:
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise UserError("day_unreadable", words=value) from None


def _products(article: Article, value: str) -> Article:
    """Products have spaces in their names: only commas part them."""
    if value.strip().casefold() in NOBODY_IN_PARTICULAR:
        return replace(article, products=())
    words = (cleaned(each, lines=False) for each in re.split(r"[,，、;；]", value))
    return replace(article, products=tuple(dict.fromkeys(each for each in words if each)))


def _from(article: Article, value: str) -> Article:
    return _in_order(replace(article, valid_from=_day(value)), value)


def _until(article: Article, value: str) -> Article:
    return _in_order(replace(article, valid_until=_day(value)), value)


def _in_order(article: Article, value: str) -> Article:
    if article.valid_from and article.valid_until and article.valid_until < article.valid_from:
        raise UserError("article_days", words=value)
    return article


OF_ALL: Mapping[str, Callable[[Article, str], Article]] = {
    "tags": lambda article, value: replace(article, tags=_list(value)),
    "audience": _audience,
    "schemes": lambda article, value: replace(article, schemes=_list(value)),
    "customers": lambda article, value: replace(article, customers=tuple(map(CustomerId, _list(value)))),
    "contracts": lambda article, value: replace(article, contracts=tuple(map(ContractId, _list(value)))),
    "products": _products,
    "from": _from,
    "until": _until,
}
"""What is of the whole article."""
