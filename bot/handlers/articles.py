"""What is typed after `kb add` and `kb edit`: people's words for fields and languages, a | between two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.errors import UserError
from bot.core.people import Language
from bot.core.verbs import Verb
from bot.handlers.reading import half_width

BETWEEN = re.compile(r"\s*(?:[|｜]|\n)\s*")
"""What stands between a question and its answer: the first bar or line end."""

LANGUAGES: Mapping[str, Language] = {
    "zh": Language.ZH,
    "中文": Language.ZH,
    "chinese": Language.ZH,
    "en": Language.EN,
    "英文": Language.EN,
    "english": Language.EN,
}
FIELDS: Mapping[str, str] = {
    word: field
    for field, words in {
        "title": ("title", "question", "标题", "问题"),
        "answer": ("answer", "text", "答案", "回答", "正文"),
        "alias": ("alias", "别名", "问法"),
        "unalias": ("unalias", "去掉别名", "去掉问法"),
        "source": ("source", "依据", "来源"),
        "tags": ("tags", "tag", "标签"),
        "audience": ("audience", "读者"),
        "schemes": ("schemes", "scheme", "服务级别"),
        "customers": ("customers", "customer", "客户"),
        "contracts": ("contracts", "contract", "合同"),
        "products": ("products", "product", "产品"),
        "from": ("from", "生效"),
        "until": ("until", "失效"),
    }.items()
    for word in words
}
"""What people call the parts of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question with its answer, and the language somebody said they are in."""

    language: Language | None
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one article, in a language if somebody named it."""

    article: str
    language: Language | None
    field: str
    value: str


def pair(words: str) -> Pair:
    """Return what `[zh|en] question | answer` says.

    Raises:
        UserError: there is no bar, or nothing on one side of it.
    """
    language, rest = _language(words)
    question, answer = _parted(rest)
    if not question or not answer:
        raise UserError("article_form", verb=Verb.KB)
    return Pair(language=language, question=question, answer=answer)


def change(words: str) -> tuple[str, Pair | Change]:
    """Return which article `<id> [zh|en] question | answer` or `<id> [zh|en] field value` is about, and what.

    Raises:
        UserError: it is neither.
    """
    article, rest = _first(words)
    language, rest = _language(rest)
    name, value = _first(rest)
    field = FIELDS.get(half_width(name).casefold())
    if field and value:
        return article, Change(article=article, language=language, field=field, value=value)
    question, answer = _parted(rest)
    if question and answer:
        return article, Pair(language=language, question=question, answer=answer)
    raise UserError("article_edit_form", verb=Verb.KB)


def first_word(words: str) -> tuple[str, str]:
    """Return the first word, which names an article or a draft, and what follows it.

    Raises:
        UserError: there is none.
    """
    name, rest = _first(words)
    if not name:
        raise UserError("article_which", verb=Verb.KB)
    return name, rest


def _language(words: str) -> tuple[Language | None, str]:
    name, rest = _first(words)
    language = LANGUAGES.get(name.casefold())
    return (language, rest) if language else (None, words.strip())


def _first(words: str) -> tuple[str, str]:
    """Return the first word and the rest; a colon after a field's name is no part of either."""
    found = re.match(r"\s*([^\s:：|｜]+)(?:\s*[:：])?\s*(.*)", words, re.DOTALL)
    return (found[1], found[2].strip()) if found else ("", "")


def _parted(words: str) -> tuple[str, str]:
    question, *answer = BETWEEN.split(words.strip(), maxsplit=1)
    return question.strip(), (answer[0].strip() if answer else "")
